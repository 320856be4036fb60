"""The local stack: its addresses and the locks that a killed pulumi leaves."""

import json
import os
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from local import stack
from local.machine import Machine
from local.trouble import Trouble


def lock_of(machine: Machine, pid: int) -> Path:
    lock = machine.state / ".pulumi" / "locks" / "organization" / "pairva" / "local" / "1.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text(json.dumps({"pid": pid, "hostname": "any"}))
    return lock


def test_the_lines_are_ready_to_paste() -> None:
    assert stack.addresses(Machine(), "http://pairva-1.us-east-1.elb.amazonaws.com") == [
        'curl -H "Host: pairva-1.us-east-1.elb.amazonaws.com" http://localhost:4566/',
        'curl -H "Host: pairva-1.us-east-1.elb.amazonaws.com" http://localhost:4566/api/version',
    ]


@pytest.mark.parametrize("pid", [99999999, os.getpid()], ids=["gone", "number given to another program"])
def test_the_lock_of_a_killed_pulumi_is_removed(tmp_path: Path, pid: int) -> None:
    machine = Machine(folder=tmp_path)
    lock = lock_of(machine, pid)
    stack.release_locks(machine)
    assert not lock.exists()


def test_a_pulumi_at_work_is_left_in_peace(tmp_path: Path) -> None:
    machine = Machine(folder=tmp_path)
    command = tmp_path / "pulumi"
    command.symlink_to("/bin/sleep")
    with subprocess.Popen([command, "60"]) as process:
        while not psutil.Process(process.pid).cmdline():  # it has not begun to be sleep yet
            time.sleep(0.01)
        lock = lock_of(machine, process.pid)
        with pytest.raises(Trouble) as caught:
            stack.release_locks(machine)
        process.kill()
    assert caught.value.finding.found == f"process {process.pid}: {command} 60"
    assert lock.exists()


def test_a_stack_exists_when_its_state_does(tmp_path: Path) -> None:
    machine = Machine(folder=tmp_path)
    assert not stack.exists(machine)
    state = machine.state / ".pulumi" / "stacks" / "pairva" / "local.json"
    state.parent.mkdir(parents=True)
    state.write_text("{}")
    assert stack.exists(machine)

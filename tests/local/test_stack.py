"""The local stack: its report, its addresses and the locks that a killed pulumi leaves."""

import json
import os
import subprocess
import time
from pathlib import Path
from unittest.mock import Mock

import psutil
import pytest

from local import stack
from local.machine import CHECKOUT, Machine
from local.trouble import Trouble


class Deployment:
    """A pulumi that writes its event log, or none, and ends; and the command that is to report on it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.machine, self.log = Machine(folder=folder), folder / "local.jsonl"
        self.tools = Mock(environment=Mock(return_value={"PATH": "/bin"}))
        self.ends: int | BaseException = 0
        self.logs = True
        self.arguments = list[str]()
        self.reported = Mock()
        monkeypatch.setattr(stack, "EVENTS", self.log)
        monkeypatch.setattr(stack, "pulumi", self._pulumi)
        monkeypatch.setattr(subprocess, "run", self.reported)

    def up(self) -> int:
        return stack.up(self.machine, self.tools)

    def _pulumi(self, _: Machine, __: object, arguments: list[str]) -> int:
        self.arguments = arguments
        assert not self.log.exists()
        if self.logs:
            self.log.write_text("{}")
        if isinstance(self.ends, BaseException):
            raise self.ends
        return self.ends


@pytest.fixture
def deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    return Deployment(tmp_path, monkeypatch)


@pytest.mark.parametrize("code", [0, 255])
def test_a_deployment_is_reported_as_anybody_would_and_ends_as_pulumi_did(code: int, deployment: Deployment) -> None:
    deployment.ends = code
    assert deployment.up() == code
    assert deployment.arguments == ["up", "--yes", "--event-log", str(deployment.log)]
    deployment.reported.assert_called_once_with(
        [CHECKOUT / "pairva", "report", "local"], check=False, env={"PATH": "/bin"}
    )


def test_a_deployment_that_was_interrupted_is_reported(deployment: Deployment) -> None:
    deployment.ends = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        deployment.up()
    deployment.reported.assert_called_once()


def test_where_nothing_began_the_deployment_before_is_not_reported_again(deployment: Deployment) -> None:
    deployment.log.write_text("of the run before")
    deployment.ends, deployment.logs = 255, False
    assert deployment.up() == 255
    deployment.reported.assert_not_called()


def test_the_log_is_where_the_report_looks_for_it() -> None:
    assert stack.EVENTS == CHECKOUT / "deployment" / "events" / "local.jsonl"
    assert (stack.EVENTS.parent / ".gitignore").is_file(), "the engine makes no folder, and writes no log without one"


def test_neither_logs_nor_reports_of_this_machine_are_committed() -> None:
    made = [
        "deployment/events/local.jsonl",
        "deployment/events/prod.jsonl",
        "deployment/reports/2026-11-23-local-1.0.1.md",
    ]
    kept = ["deployment/reports/2026-11-23-prod-1.0.1.md", "deployment/events/.gitignore"]
    checked = subprocess.run(
        ["git", "check-ignore", "--no-index", *made, *kept], check=False, cwd=CHECKOUT, capture_output=True, text=True
    )
    assert checked.stdout.splitlines() == made


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

"""What ends an `up` before its time, or takes from under it what it stands on, and how the next one goes on."""

import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest

from local import emulator, stack
from local.machine import Machine
from local.preparation import Toolchain
from tests.engine.project import UP, Project
from tests.engine.proxy import UNFINISHED, Proxy
from tests.engine.running import Ended, Running


def test_ctrl_c_twice_in_a_first_deployment_ends_at_once_and_the_next_up_completes(
    unborn: Project, proxy: Proxy
) -> None:
    proxy.fail(UNFINISHED, "DescribeServices")
    with unborn.start(*UP) as up:
        _waits(up, proxy, "creating")
        up.press_ctrl_c()
        up.until("^C received; cancelling. If you would like to terminate immediately, press ^C again.")
        up.press_ctrl_c()
        ended = up.ended(seconds=10)
        assert up.all_gone()
    assert ended.code == 8
    assert "^C received; terminating" in ended.said
    assert "error: update cancelled" in ended.said
    assert _locks(unborn) == []
    assert unborn.pending() == ["creating backend-proven"]

    proxy.mend()
    _completes(unborn, unborn.up())
    assert unborn.planned() == {}
    # The engine cannot know that nothing was made, and goes on remembering it, which hinders nothing.
    assert unborn.pending() == ["creating backend-proven"]
    assert unborn.pulumi("refresh", "--yes", "--clear-pending-creates", "--non-interactive").code == 0
    assert unborn.pending() == []


def test_one_interrupt_waits_for_the_verdict_and_leaves_the_frontend_alone(running: Project, proxy: Proxy) -> None:
    frontend = running.service("frontend")["taskDefinition"]
    running.raise_versions()
    proxy.fail(UNFINISHED, "DescribeServices")
    with running.start(*UP) as up:
        _waits(up, proxy, "updating")
        up.interrupt()
        up.until("^C received; cancelling.")
        # The engine waits for the hook and does not tell it.
        proxy.until("DescribeServices", more=1)
        proxy.mend()
        ended = up.ended()
        assert up.all_gone()
    assert ended.code != 0
    assert "error: update canceled" in ended.said
    assert (_locks(running), running.pending()) == ([], [])
    assert running.service("frontend")["taskDefinition"] == frontend

    _completes(running, running.up())


def test_after_a_kill_the_lock_is_named_and_once_it_is_gone_an_up_completes(
    running: Project, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.raise_versions()
    proxy.fail(UNFINISHED, "DescribeServices")
    with running.start(*UP) as up:
        _waits(up, proxy, "updating")
        up.kill()
        assert up.ended().code == -9
        assert up.all_gone()
    assert len(_locks(running)) == 1
    assert running.pending() == ["updating backend-proven"]

    proxy.mend()
    locked = running.up()
    assert locked.code != 0
    assert "the stack is currently locked by 1 lock(s)" in locked.said
    assert "`pulumi cancel`" in locked.said

    # What `make up` does before each of its own.
    monkeypatch.setattr(stack, "NAME", running.stack)
    stack.release_locks(running.machine)
    _completes(running, running.up())


def test_a_full_disk_is_named_by_the_image_that_could_not_be_built(running: Project, full_disk: Path) -> None:
    before = {name: running.service(name) for name in ("backend", "frontend")}
    running.raise_versions()
    failed = running.pulumi(*UP, environment={"TMPDIR": str(full_disk)})
    assert failed.code != 0
    # The engine begins nothing after a failure, so the second image may have no error.
    assert "No space left on device" in failed.error_of("backend-image") + failed.error_of("frontend-image")
    assert "Traceback" not in failed.said
    assert {name: running.service(name) for name in before} == before


def test_after_the_emulator_forgot_everything_an_up_makes_it_again(
    running: Project, machine: tuple[Machine, Toolchain]
) -> None:
    running.raise_versions()
    emulator.stop(machine[0])
    emulator.ensure(machine[0])
    emulator.seed(machine[0])
    _completes(running, running.up())


def _waits(up: Running, proxy: Proxy, doing: str) -> None:
    """Until the gate of the backend has looked at a deployment that does not end, and all else is done."""
    up.until(f"backend-proven {doing}")
    proxy.until("DescribeServices", more=2)
    up.until_quiet()


@pytest.fixture
def full_disk(tmp_path: Path) -> Generator[Path]:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", tmp_path], check=False)
    if mounted.returncode:
        pytest.skip("only root may mount the small disk that is to be full")
    yield tmp_path
    subprocess.run(["umount", "--lazy", tmp_path], check=True)


def _locks(project: Project) -> list[Path]:
    return list(project.machine.state.glob(f".pulumi/locks/**/{project.stack}/*.json"))


def _completes(project: Project, up: Ended) -> None:
    """Both versions run, and nothing is there twice."""
    assert up.code == 0
    assert project.served() == {"backend": project.version, "frontend": project.version}
    services = project.aws("ecs").list_services(cluster=project.prefix)["serviceArns"]
    assert sorted(arn.rpartition("/")[2] for arn in services) == [
        f"{project.prefix}-{n}" for n in ("backend", "frontend")
    ]
    proven = project.aws("ssm").get_parameters_by_path(Path="/pairva", Recursive=True)["Parameters"]
    assert len(proven) == 2

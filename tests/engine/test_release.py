"""A release: its task runs before the service changes, holds the service back when it fails, and never runs twice."""

from typing import Any

from tests.engine.project import UP, Project
from tests.engine.running import Ended


def test_a_release_runs_before_the_service_and_its_last_words_are_said(unborn: Project) -> None:
    _releases_by(unborn, "migrate")
    up = unborn.up()
    assert up.code == 0
    said = up.error_of("backend-released")
    assert "the release of 1.0.1 succeeded after " in said
    assert '"message": "migrated"' in said
    assert up.said.index("backend-released created") < up.said.index("backend-service creating")
    (task,) = _releases(unborn)
    assert (task["startedBy"], task["overrides"]["containerOverrides"]) == (
        f"{unborn.prefix}-backend-release",
        [{"name": "backend", "command": ["migrate"]}],
    )
    assert unborn.planned() == {}
    assert unborn.served() == {"backend": "1.0.1", "frontend": "1.0.1"}


def test_a_release_that_fails_leaves_the_service_alone_until_one_succeeds(running: Project) -> None:
    old, before = running.version, {name: running.service(name)["deployments"] for name in ("backend", "frontend")}
    _releases_by(running, "migrate", "--exit-code", "3")
    running.raise_versions()
    for failed in (running.up(), running.pulumi(*UP, "--refresh=false")):
        _is_not_released(failed, running.version)
        assert {name: running.service(name)["deployments"] for name in before} == before
        assert running.served() == {"backend": old, "frontend": old}
    assert len(_releases(running)) == 3

    _releases_by(running, "migrate")
    assert running.up().code == 0
    assert running.served() == {"backend": running.version, "frontend": running.version}
    assert running.planned() == {}


def test_after_a_kill_the_next_up_waits_for_the_release_that_runs(running: Project) -> None:
    begun, before = len(_releases(running)), running.service("backend")["deployments"]
    _releases_by(running, "migrate", "--seconds", "600")
    running.raise_versions()
    with running.start(*UP) as up:
        up.until("is RUNNING")
        up.kill()
        assert up.ended().code == -9
        assert up.all_gone()
    assert running.pulumi("cancel", "--yes").code == 0

    with running.start(*UP) as up:
        up.until(f"the release of {running.version}, begun by an earlier up: task ")
        (task,) = [each for each in _releases(running) if each["lastStatus"] == "RUNNING"]
        running.aws("ecs").stop_task(cluster=running.prefix, task=task["taskArn"], reason="it locks a table")
        stopped = up.ended()
    assert stopped.code != 0
    # The emulator gives it exit code 0, as an application that ends well on SIGTERM does.
    assert "by hand: it locks a table. The service was not touched" in stopped.error_of("backend-released")
    assert len(_releases(running)) == begun + 1
    assert running.service("backend")["deployments"] == before

    _releases_by(running, "migrate")
    assert running.up().code == 0
    assert running.served() == {"backend": running.version, "frontend": running.version}


def _releases_by(project: Project, *command: str) -> None:
    def change(config: dict[str, Any]) -> None:
        config["pairva:deployment"]["backend"]["release"] = list(command)

    project.change(change)


def _releases(project: Project) -> list[dict[str, Any]]:
    """The tasks of all releases that there were."""
    ecs = project.aws("ecs")
    arns = [
        arn
        for status in ("RUNNING", "STOPPED")
        for arn in ecs.list_tasks(cluster=project.prefix, desiredStatus=status)["taskArns"]
    ]
    tasks = ecs.describe_tasks(cluster=project.prefix, tasks=arns)["tasks"]
    return [task for task in tasks if task["group"].startswith(f"{project.prefix}-backend-release-")]


def _is_not_released(ended: Ended, version: str) -> None:
    assert ended.code != 0
    said = ended.error_of("backend-released")
    assert f"the release of {version} failed: The container backend ended " in said
    assert "after its start with exit code 3: a code of the application's own. The service was not touched" in said
    assert '| {"time": "' in said
    assert '"error": "migrate: ends with exit code 3"}' in said
    assert "Traceback" not in ended.said

"""A bad deployment: what fails, what is said, what stays as it was, and how it goes on."""

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
import pytest

from tests.engine.project import UP, Project
from tests.engine.proxy import UNFINISHED, Proxy
from tests.engine.running import Ended


def test_after_a_bad_first_deployment_a_good_one_needs_no_repair(unborn: Project) -> None:
    unborn.switch(CRASH_AFTER_SECONDS="0", CRASH_EXIT_CODE="3")
    failed = unborn.up()
    _backend_does_not_run(failed)
    assert unborn.aws("ecs").list_services(cluster=unborn.prefix)["serviceArns"] == [
        unborn.service("backend")["serviceArn"]
    ]

    unborn.switch()
    assert unborn.up().code == 0
    assert unborn.served() == {"backend": unborn.version, "frontend": unborn.version}
    assert unborn.planned() == {}


def test_a_bad_version_fails_every_up_and_the_old_one_answers_until_a_good_one_passes(running: Project) -> None:
    old, frontend = running.version, running.service("frontend")
    running.crash_at_once(3)
    bad = running.raise_versions()
    with _answers(running) as answers:
        failed = running.up()
    _backend_does_not_run(failed)
    assert set(answers) == {(200, old)}
    assert len(answers) > 20

    # All of the frontend is ready, and its service is as it was.
    assert bad in _tags(running, "frontend")
    assert _newest_definition(running, "frontend")["containerDefinitions"][0]["image"].endswith(f":{bad}")
    assert _unchanged(running, frontend)

    # Nothing changed, and nobody looks at what is really there: the gate asks again all the same.
    again = running.pulumi(*UP, "--refresh=false")
    _backend_does_not_run(again)
    assert _unchanged(running, frontend)

    running.mend()
    good = running.raise_versions()
    assert running.up().code == 0
    assert running.served() == {"backend": good, "frontend": good}
    assert running.planned() == {}


def test_a_bad_backend_beside_a_frontend_that_cannot_be_built_changes_no_frontend(running: Project) -> None:
    frontend = running.service("frontend")
    dockerfile = running.folder / "apps" / "frontend.Dockerfile"
    text = dockerfile.read_text()
    running.switch(CRASH_AFTER_SECONDS="0")
    running.raise_versions()
    dockerfile.write_text(f"{text}RUN echo 'no such module' && exit 7\n")
    failed = running.up()
    assert failed.code != 0
    assert "no such module" in failed.said
    assert "returned a non-zero code: 7" in failed.error_of("frontend-image")
    assert "Traceback" not in failed.said
    assert _unchanged(running, frontend)

    dockerfile.write_text(text)
    running.switch()
    good = running.raise_versions()
    assert running.up().code == 0
    assert running.served() == {"backend": good, "frontend": good}


def test_a_service_deleted_by_hand_during_the_wait_is_said_and_made_again(running: Project, proxy: Proxy) -> None:
    frontend = running.service("frontend")
    version = running.raise_versions()
    proxy.fail(UNFINISHED, "DescribeServices")
    with running.start(*UP) as up:
        up.until("backend-proven updating")
        _delete(running)
        failed = up.ended()
    _backend_does_not_run(failed)
    assert "deleted" in failed.error_of("backend-proven")
    assert _unchanged(running, frontend)

    proxy.mend()
    assert running.up().code == 0
    assert running.served() == {"backend": version, "frontend": version}


def _scale_to_nothing(project: Project) -> None:
    project.aws("ecs").update_service(cluster=project.prefix, service=f"{project.prefix}-backend", desiredCount=0)


def _change_definition(project: Project) -> None:
    ecs = project.aws("ecs")
    now = ecs.describe_task_definition(taskDefinition=project.service("backend")["taskDefinition"])["taskDefinition"]
    taken = ecs.meta.service_model.operation_model("RegisterTaskDefinition").input_shape.members
    other = ecs.register_task_definition(**{name: now[name] for name in taken if now.get(name)})["taskDefinition"]
    arn = other["taskDefinitionArn"]
    ecs.update_service(cluster=project.prefix, service=f"{project.prefix}-backend", taskDefinition=arn)


def _delete(project: Project) -> None:
    project.aws("ecs").delete_service(cluster=project.prefix, service=f"{project.prefix}-backend", force=True)


@pytest.mark.parametrize("drift", [_scale_to_nothing, _change_definition, _delete])
def test_drift_that_an_up_mends_gets_a_verdict(
    running: Project, proxy: Proxy, drift: Callable[[Project], None]
) -> None:
    definition = running.service("backend")["taskDefinition"]
    drift(running)
    proxy.fail(UNFINISHED, "DescribeServices")
    with running.start(*UP) as up:
        up.until("backend-service created" if drift is _delete else "backend-service updated")
        time.sleep(4)
        assert up.process.poll() is None, "the up did not wait for the deployment that it began"
        proxy.mend()
        assert up.ended().code == 0
    backend = running.service("backend")
    assert (backend["taskDefinition"], backend["desiredCount"], backend["runningCount"]) == (definition, 1, 1)


def _backend_does_not_run(ended: Ended) -> None:
    assert ended.code != 0
    assert "does not run: " in ended.error_of("backend-proven")
    assert ended.error_of("frontend-proven") == ""
    assert "Traceback" not in ended.said


def _unchanged(project: Project, service: dict[str, Any]) -> bool:
    """Whether the service still is in the very deployment that it was in."""
    now = project.service(service["serviceName"].rpartition("-")[2])
    kept = ("taskDefinition", "deployments", "desiredCount", "runningCount")
    return [now[name] for name in kept] == [service[name] for name in kept]


def _tags(project: Project, service: str) -> list[str]:
    images = project.aws("ecr").describe_images(repositoryName=f"pairva-{service}")["imageDetails"]
    return [tag for image in images for tag in image.get("imageTags", [])]


def _newest_definition(project: Project, service: str) -> dict[str, Any]:
    family = f"{project.prefix}-{service}"
    return project.aws("ecs").describe_task_definition(taskDefinition=family)["taskDefinition"]


@contextmanager
def _answers(project: Project) -> Generator[list[tuple[int, str]]]:
    """What the backend answers through the balancer during the block, asked ten times a second.

    A 502 is the emulator's own, and so is no answer: its balancer sends requests to tasks that do not listen
    yet, or are gone and time out.
    """
    host = project.outputs()["url"].removeprefix("http://")
    answers, done = list[tuple[int, str]](), threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=project.machine.endpoint, headers={"Host": host}, timeout=2) as client:
            while not done.wait(0.1):
                with suppress(httpx.TimeoutException):
                    answer = client.get("/api/version")
                    if answer.status_code != 502:
                        answers.append((answer.status_code, answer.json().get("version", "")))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield answers
    finally:
        done.set()
        thread.join()

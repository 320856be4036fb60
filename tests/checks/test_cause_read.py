"""The way from AWS's raw answers to a cause: what is read of them is enough to tell every one."""

from collections.abc import Sequence
from typing import Any

import pytest

from checks.cause import Cause, explain
from checks.observation import Observer
from checks.session import Session
from tests.checks.aws import stubs
from tests.checks.observing import MORE_SECRETS, backend
from tests.checks.responses import CREATED, ECS, EVENTS, GROUP, TARGETS, TASKS
from tests.checks.test_cause import OF_EVENTS, OF_TARGETS, OF_TASKS
from tests.samples import stack

REVISION = f"{ECS}:task-definition/pairva-test-backend:7"


def read(
    monkeypatch: pytest.MonkeyPatch,
    *,
    tasks: Sequence[dict[str, Any]] = (),
    events: Sequence[dict[str, Any]] = (),
    targets: Sequence[dict[str, Any]] = (),
) -> Cause | None:
    """What one look at a service that answers so comes to; its log is empty."""
    service = stubs(monkeypatch, "ecs", "elbv2", "logs")
    deployment = {
        "id": "ecs-svc/1234567890123456789",
        "status": "PRIMARY",
        "taskDefinition": REVISION,
        "desiredCount": 1,
        "pendingCount": 1,
        "runningCount": 0,
        "failedTasks": 1,
        "createdAt": CREATED,
        "rolloutState": "IN_PROGRESS",
    }
    described = {
        "status": "ACTIVE",
        "desiredCount": 1,
        "loadBalancers": [{"targetGroupArn": GROUP}],
        "deployments": [deployment],
        "events": list(events),
    }
    service["ecs"].add_response("describe_services", {"services": [described]})
    service["elbv2"].add_response("describe_target_health", {"TargetHealthDescriptions": list(targets)})
    service["ecs"].add_response("list_tasks", {"taskArns": [task["taskArn"] for task in tasks]})
    if tasks:
        service["ecs"].add_response("describe_tasks", {"tasks": list(tasks)})
    if any("startedAt" in task for task in tasks):
        service["logs"].add_response("get_log_events", {"events": []})
    with service["ecs"], service["elbv2"], service["logs"]:
        look = Observer(Session(stack(MORE_SECRETS)), backend()).look(REVISION)
    assert look
    return explain(look, backend())


@pytest.mark.parametrize(("name", "sentence"), [(name, words[0]) for name, words in OF_TASKS.items()])
def test_a_stopped_task_is_read(name: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cause = read(monkeypatch, tasks=[TASKS[name]])
    assert cause
    assert cause.sentence == sentence


@pytest.mark.parametrize(("name", "sentence"), [(name, words[0]) for name, words in OF_EVENTS.items()])
def test_an_event_is_read(name: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cause = read(monkeypatch, events=[EVENTS[name]])
    assert cause
    assert cause.sentence == sentence


@pytest.mark.parametrize(("name", "sentence"), [(name, words[0]) for name, words in OF_TARGETS.items()])
def test_a_target_is_read(name: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cause = read(monkeypatch, targets=[TARGETS[name]])
    assert cause
    assert cause.sentence == sentence

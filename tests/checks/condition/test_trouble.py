"""What runs badly, or failed to: the cause, in the words of the verdict."""

from datetime import timedelta

import pytest

from checks.condition.condition import Health, Share, State
from tests.checks.condition.account import (
    DIGEST,
    NOW,
    PROVEN,
    UNDONE,
    Account,
    crashed,
    revision,
    said,
    task,
)
from tests.samples import BUILD, Edit

RAISED: Edit = ('version: "1.0.1"', 'version: "1.0.2"')
TWO: Edit = ("count: 1", "count: 2")


def test_a_deployment_that_failed_since_the_last_good_verdict_is_told_with_its_cause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = Account(monkeypatch, BUILD, RAISED)
    assert account.service
    account.service["events"] = [{"id": "1", "createdAt": PROVEN + timedelta(minutes=5), "message": UNDONE}]
    account.deployments[0]["rolloutStateReason"] = "ECS deployment circuit breaker: rolling back to ecs-svc/7."
    account.stopped = [crashed(n, revision(8), at=NOW - timedelta(minutes=20 - n)) for n in (7, 8, 9)]
    backend = account.backend()
    assert said(backend) == [("version", "1.0.2", "1.0.1", "its deployment failed, and ECS went back")]
    assert backend.state == State.FAILED
    assert backend.last_failure == (
        "pairva-test-backend:8: The container backend ended 2 s after its start with exit code 1: the application gave "
        "up over an error; its log: TypeError: no such key"
    )
    assert backend.remedies == ("fix what the log tells (aws logs tail /pairva/test/backend)",)


def test_when_ecs_has_forgotten_the_tasks_its_own_words_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, BUILD, RAISED)
    assert account.service
    account.service["events"] = [{"id": "1", "createdAt": PROVEN + timedelta(minutes=5), "message": UNDONE}]
    backend = account.backend()
    assert (backend.state, backend.last_failure) == (State.FAILED, UNDONE)


def test_what_failed_before_the_last_good_verdict_is_past(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, BUILD, RAISED)
    assert account.service
    account.service["events"] = [{"id": "1", "createdAt": PROVEN - timedelta(minutes=5), "message": UNDONE}]
    account.stopped = [crashed(9, at=PROVEN - timedelta(minutes=6))]
    backend = account.backend()
    assert (backend.state, backend.last_failure) == (State.NOT_DEPLOYED, "")


def test_tasks_that_are_missing_are_trouble_with_its_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, TWO)
    assert account.service
    account.service.update(desiredCount=2)
    account.stopped = [crashed(9)]
    backend = account.backend()
    assert said(backend) == [("tasks", "2", "1/2 running, 0 failed: completed, but tasks are missing", "")]
    assert backend.state == State.IN_TROUBLE
    assert backend.last_failure.startswith("1.0.1: The container backend ended 2 s after its start with exit code 1")
    assert backend.remedies == ("fix what the log tells (aws logs tail /pairva/test/backend)",)


def test_tasks_that_fail_again_and_again_are_trouble_though_one_runs_now(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    account.stopped = [crashed(7), crashed(8)]
    assert account.backend().state == State.AS_WANTED
    account.stopped.append(crashed(9))
    why = "its deployment was completed, but 3 tasks have failed since and no circuit breaker acts"
    assert said(account.backend()) == [("tasks", "1", why, "")]


def test_a_task_that_failed_once_is_told_of_a_service_that_is_as_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    account.stopped = [crashed(9)]
    backend = account.backend()
    assert (backend.state, backend.deviations, backend.remedies) == (State.AS_WANTED, (), ())
    assert backend.last_failure.startswith("1.0.1: The container backend ended")


def test_a_deployment_under_way_is_neither_unproven_nor_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, BUILD, RAISED)
    account.container["image"] = account.container["image"].replace("1.0.1", "1.0.2")
    account.tags["1.0.2"] = DIGEST
    old = account.deployment(7, status="ACTIVE")
    account.deployments = [old, account.deployment(8, "IN_PROGRESS", runningCount=0)]
    backend = account.backend()
    assert said(backend) == [
        ("tasks", "1", "0/1 running, 0 failed: tasks are starting", "its deployment is under way"),
    ]
    assert backend.state == State.UNDER_WAY
    assert backend.remedies == ()


def test_targets_that_are_unhealthy_are_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    account.targets = ["unhealthy", "draining"]
    backend = account.backend()
    why = "no cause known here fits, so read the log"
    assert said(backend) == [("tasks", "1", "1/1 running, 0 failed: 0 of 1 targets are healthy", why)]
    assert backend.health == Health(targets=Share(0, 1), containers=Share(1, 1))


def test_containers_are_counted_only_where_ecs_checks_them(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    account.tasks = [task(1), task(2), task(3)]
    for each, status in zip(account.tasks, ["HEALTHY", "UNKNOWN", "UNHEALTHY"], strict=True):
        each["containers"][1]["healthStatus"] = status
    backend = account.backend()
    assert backend.health == Health(targets=Share(1, 1), containers=Share(1, 2))
    why = "their own health check fails (CMD python3 /app/health.py), and ECS replaces their tasks"
    assert said(backend) == [("healthy containers", "2", "1", why)]
    for each in account.tasks:
        each["containers"][1]["healthStatus"] = "UNKNOWN"
    assert account.backend().health == Health(targets=Share(1, 1), containers=None)


def test_the_log_of_a_task_from_before_the_last_good_verdict_explains_no_later_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = Account(monkeypatch)
    unstarted = crashed(9)
    del unstarted["startedAt"]
    account.stopped = [crashed(8, at=PROVEN - timedelta(minutes=6)), unstarted]
    assert account.backend().last_failure.startswith("1.0.1: ")
    assert "TypeError" not in account.backend().last_failure
    account.stopped = [crashed(8)]
    assert account.backend().last_failure.endswith("; its log: TypeError: no such key")


def test_tasks_that_spot_took_back_are_missing_and_nothing_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, ("count: 1", "count: 2\n      spot: {onDemand: 1, percent: 99}"))
    assert account.service
    on_spot = [
        {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
        {"capacityProvider": "FARGATE_SPOT", "weight": 99},
    ]
    account.service.update(desiredCount=2, capacityProviderStrategy=on_spot)
    account.stopped = [
        {**crashed(9), "stopCode": "SpotInterruption", "stoppedReason": "Your Spot Task was interrupted."}
    ]
    backend = account.backend()
    why = f"Spot took back the capacity of 1 of its tasks, the last of which was {9:032x}: no fault of theirs"
    assert said(backend) == [("tasks", "2", "1/2 running, 0 failed: completed, but tasks are missing", why)]
    assert (backend.state, backend.last_failure) == (State.IN_TROUBLE, "")
    assert backend.remedies == (
        "wait: ECS tries again by itself, as soon as Spot has capacity; if it lasts, raise backend.spot.onDemand or "
        "lower backend.spot.percent in Pulumi.test.yaml",
    )

"""What ECS is asked about a deployment, and what of its answers belongs to it."""

import threading
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, NoReturn
from unittest.mock import Mock

import pytest
from botocore.stub import Stubber

from checks.session import Session
from operations import history
from report.history import Message, Running, ServiceHistory, Task
from tests.checks.aws import stubs
from tests.samples import stack

ECS = "arn:aws:ecs:us-east-1:039612856036"
BEGAN = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ENDED = BEGAN + timedelta(seconds=60)
CALLER = "arn:aws:sts::039612856036:assumed-role/deploy/42"


@pytest.fixture
def one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stubs answer in an order."""
    monkeypatch.setattr(history.Question, "start", history.Question.run)
    monkeypatch.setattr(history.Question, "join", Mock())


@pytest.fixture
def ecs(monkeypatch: pytest.MonkeyPatch) -> Generator[Stubber]:
    monkeypatch.setattr(Session, "caller", Mock(return_value={"Arn": CALLER}))
    with stubs(monkeypatch, "ecs", "elbv2", "logs")["ecs"] as stub:
        yield stub
        stub.assert_no_pending_responses()


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def task(number: int, *, created: float, stopped: float | None = None, **others: Any) -> dict[str, Any]:
    ended = {"stoppedAt": at(stopped)} if stopped is not None else {}
    return {
        "taskArn": f"{ECS}:task/pairva-test/{number:032x}",
        "taskDefinitionArn": f"{ECS}:task-definition/pairva-test-backend:7",
        "createdAt": at(created),
        "containers": [{"name": "backend"}],
        **ended,
        **others,
    }


def answer(stub: Stubber, service: str, *tasks: dict[str, Any], **described: Any) -> None:
    names = {"cluster": "pairva-test", "serviceName": f"pairva-test-{service}"}
    stub.add_response(
        "describe_services",
        {"services": [{"status": "ACTIVE", "deployments": [], "events": [], **described}]},
        {"cluster": "pairva-test", "services": [f"pairva-test-{service}"]},
    )
    running = [each["taskArn"] for each in tasks if "stoppedAt" not in each]
    ended = [each["taskArn"] for each in tasks if "stoppedAt" in each]
    for status, arns in (("RUNNING", running), ("STOPPED", ended)):
        stub.add_response("list_tasks", {"taskArns": arns}, {**names, "desiredStatus": status})
        if arns:
            told = [each for each in tasks if each["taskArn"] in arns]
            stub.add_response("describe_tasks", {"tasks": told}, {"cluster": "pairva-test", "tasks": arns})


@pytest.mark.usefixtures("one_after_the_other")
def test_tasks_and_events_of_the_runs_time_are_told_oldest_first(ecs: Stubber) -> None:
    crashed = task(
        3,
        created=20,
        startedAt=at(30),
        stopped=33,
        stopCode="EssentialContainerExited",
        stoppedReason="Essential container in task exited",
        containers=[{"name": "backend", "exitCode": 1}],
    )
    before = task(1, created=-999, stopped=-1)
    scaled = "Scaling activity initiated by (deployment ecs-svc/1)"
    drained = task(2, created=-999, stopped=40, stopCode="ServiceSchedulerInitiated", stoppedReason=scaled)
    goes_on, serves = task(4, created=-999), task(5, created=10, startedAt=at(15))
    later = task(6, created=62)
    answer(
        *(ecs, "backend", crashed, before, drained, goes_on, serves, later),
        deployments=[
            {
                "status": "PRIMARY",
                "taskDefinition": f"{ECS}:task-definition/pairva-test-backend:7",
                "rolloutState": "IN_PROGRESS",
                "runningCount": 1,
                "desiredCount": 2,
            }
        ],
        events=[{"createdAt": at(seconds), "message": f"at {seconds}"} for seconds in (90, 60.9, 30, 0, -1)],
    )
    answer(ecs, "frontend")
    found = history.ask(stack(), BEGAN, ENDED)
    revision = "pairva-test-backend:7"
    assert found.services == {
        "backend": ServiceHistory(
            tasks=(
                Task(
                    id=f"{2:032x}",
                    revision=revision,
                    created=at(-999),
                    started=None,
                    stopped=at(40),
                    ending="ServiceSchedulerInitiated: Scaling activity initiated by (deployment ecs-svc/1)",
                    failed=False,
                ),
                Task(
                    id=f"{5:032x}",
                    revision=revision,
                    created=at(10),
                    started=at(15),
                    stopped=None,
                    ending="",
                    failed=False,
                ),
                Task(
                    id=f"{3:032x}",
                    revision=revision,
                    created=at(20),
                    started=at(30),
                    stopped=at(33),
                    ending="EssentialContainerExited: Essential container in task exited; backend exited with 1; "
                    "after 3 s",
                    failed=True,
                ),
            ),
            messages=(
                Message(at=at(0), text="at 0"),
                Message(at=at(30), text="at 30"),
                Message(at=at(60.9), text="at 60.9"),
            ),
            running=(Running(revision=revision, status="PRIMARY", state="IN_PROGRESS", running=1, desired=2),),
        ),
        "frontend": ServiceHistory(tasks=(), messages=(), running=()),
    }
    assert (found.caller, found.unread) == (CALLER, ())


@pytest.mark.usefixtures("one_after_the_other")
@pytest.mark.parametrize(
    ("code", "reason", "failed"),
    [
        ("TaskFailedToStart", "CannotPullContainerError: x", True),
        ("EssentialContainerExited", "Essential container in task exited", True),
        ("ServiceSchedulerInitiated", "Task failed ELB health checks in (target-group x)", True),
        ("ServiceSchedulerInitiated", "Scaling activity initiated by (deployment ecs-svc/1)", False),
        ("UserInitiated", "Task stopped by user", False),
        ("SpotInterruption", "Your Spot Task was interrupted.", False),
    ],
)
def test_a_task_that_was_only_replaced_did_not_fail(code: str, reason: str, failed: bool, ecs: Stubber) -> None:
    answer(ecs, "backend", task(1, created=1, stopped=2, stopCode=code, stoppedReason=reason))
    answer(ecs, "frontend")
    (told,) = history.ask(stack(), BEGAN, ENDED).services["backend"].tasks
    assert told.failed is failed


@pytest.mark.usefixtures("one_after_the_other")
def test_a_service_that_is_gone_has_no_history(ecs: Stubber) -> None:
    answer(ecs, "backend", status="INACTIVE", events=[{"createdAt": at(1), "message": "gone"}])
    answer(ecs, "frontend")
    assert history.ask(stack(), BEGAN, ENDED).services["backend"] == ServiceHistory(tasks=(), messages=(), running=())


@pytest.mark.usefixtures("one_after_the_other")
def test_what_aws_refuses_is_named_and_the_rest_is_told(ecs: Stubber) -> None:
    ecs.add_client_error("describe_services", "AccessDeniedException", "not you", 400)
    answer(ecs, "frontend")
    found = history.ask(stack(), BEGAN, ENDED)
    assert [*found.services] == ["frontend"]
    assert found.unread == ("AWS told nothing of backend: DescribeServices: AccessDeniedException: not you",)


@pytest.mark.usefixtures("one_after_the_other")
def test_credentials_of_another_account_are_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "_caller", Mock(return_value={"Account": "111111111111", "Arn": CALLER}))
    found = history.ask(stack(), BEGAN, ENDED)
    assert found.services == {}
    assert found.unread == (
        "AWS told nothing of backend and frontend: Pulumi.test.yaml: aws:allowedAccountIds: the credentials are of "
        "another account: 111111111111",
    )


def test_nobody_waits_for_an_answer_that_does_not_come(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, never = list[str](), threading.Event()

    def hang(_: Session, service: str) -> NoReturn:
        asked.append(service)
        never.wait()
        raise AssertionError

    monkeypatch.setattr(Session, "client", hang)
    monkeypatch.setattr(Session, "caller", Mock(return_value={"Arn": CALLER}))
    monkeypatch.setattr(history, "LONGEST_SECONDS", 0.1)
    begun = monotonic()
    found = history.ask(stack(), BEGAN, ENDED)
    assert monotonic() - begun < 10
    assert asked == ["ecs", "ecs"]
    assert (found.caller, found.services) == (CALLER, {})
    assert found.unread == ("AWS told nothing of backend and frontend: ECS: no answer in time",)


def test_ten_seconds_are_waited_for_what_cannot_be_had_again() -> None:
    assert (history.ANSWER_SECONDS, history.LONGEST_SECONDS) == (5.0, 10.0)

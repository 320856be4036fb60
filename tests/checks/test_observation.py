"""A look at a service, from answers in botocore's own shapes."""

from collections.abc import Generator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from checks.observation import Container, Deployment, Event, Observation, Observer, StoppedTask, Target
from checks.session import Session
from tests.checks.aws import stubs
from tests.samples import OWNED_BUILD, Edit, stack

ARN = "arn:aws:ecs:us-east-1:039612856036"
NEW, OLD = f"{ARN}:task-definition/pairva-test-backend:7", f"{ARN}:task-definition/pairva-test-backend:6"
GROUP = "arn:aws:elasticloadbalancing:us-east-1:039612856036:targetgroup/backend/1"
BEGUN = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
MUTABLE = (OWNED_BUILD[0], OWNED_BUILD[1].replace("app}", "app, mutableTag: true}"))
IN_CLUSTER = {"cluster": "pairva-test"}


def at(seconds: int) -> datetime:
    return BEGUN + timedelta(seconds=seconds)


def arn(number: int) -> str:
    return f"{ARN}:task/pairva-test/{number:032x}"


def deployment(revision: str = NEW, **others: Any) -> dict[str, Any]:
    return {
        "id": "ecs-svc/7",
        "status": "PRIMARY",
        "taskDefinition": revision,
        "desiredCount": 1,
        "pendingCount": 1,
        "runningCount": 0,
        "failedTasks": 2,
        "createdAt": BEGUN,
        "rolloutState": "IN_PROGRESS",
        "rolloutStateReason": "ECS deployment ecs-svc/7 in progress.",
        **others,
    }


def service(*deployments: dict[str, Any], balanced: bool = True, **others: Any) -> dict[str, Any]:
    target_group = {"targetGroupArn": GROUP, "containerName": "backend", "containerPort": 3000}
    return {
        "serviceName": "pairva-test-backend",
        "status": "ACTIVE",
        "desiredCount": 1,
        "loadBalancers": [target_group] if balanced else [],
        "deployments": list(deployments),
        "events": [{"id": str(n), "createdAt": at(60 - n), "message": f"event {n}"} for n in range(120)],
        **others,
    }


def task(number: int, *, created: int, revision: str = NEW, **others: Any) -> dict[str, Any]:
    return {
        "taskArn": arn(number),
        "taskDefinitionArn": revision,
        "lastStatus": "STOPPED",
        "createdAt": at(created),
        "startedAt": at(created + 10),
        "stoppedAt": at(created + 12),
        "stopCode": "EssentialContainerExited",
        "stoppedReason": "Essential container in task exited",
        "containers": [{"name": "backend", "exitCode": 1}],
        **others,
    }


class Aws:
    """What ECS, the load balancer and the log answer, in the order in which they are asked."""

    def __init__(self, services: dict[str, Stubber]) -> None:
        self.ecs, self.elbv2, self.logs = (services[name] for name in ("ecs", "elbv2", "logs"))

    def described(self, *services: dict[str, Any]) -> None:
        asked = {**IN_CLUSTER, "services": ["pairva-test-backend"]}
        self.ecs.add_response("describe_services", {"services": list(services)}, asked)

    def healthy(self) -> None:
        answer = [{"Target": {"Id": "10.20.1.5", "Port": 3000}, "TargetHealth": {"State": "healthy"}}]
        self.elbv2.add_response(
            "describe_target_health", {"TargetHealthDescriptions": answer}, {"TargetGroupArn": GROUP}
        )

    def listed(self, *arns: str, status: str = "STOPPED") -> None:
        asked = {**IN_CLUSTER, "serviceName": "pairva-test-backend", "desiredStatus": status}
        self.ecs.add_response("list_tasks", {"taskArns": list(arns)}, asked)

    def tasks(self, *tasks: dict[str, Any]) -> None:
        asked = {**IN_CLUSTER, "tasks": [each["taskArn"] for each in tasks]}
        self.ecs.add_response("describe_tasks", {"tasks": list(tasks)}, asked)

    def logged(self, number: int, *lines: str) -> None:
        asked = {
            "logGroupName": "/pairva/test/backend",
            "logStreamName": f"backend/backend/{number:032x}",
            "limit": 20,
        }
        events = [{"timestamp": 1, "message": line, "ingestionTime": 1} for line in lines]
        self.logs.add_response("get_log_events", {"events": events}, asked)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Generator[Aws]:
    services = stubs(monkeypatch, "ecs", "elbv2", "logs")
    with ExitStack() as entered:
        for each in services.values():
            entered.enter_context(each)
        yield Aws(services)
        for each in services.values():
            each.assert_no_pending_responses()


def observer(*edits: Edit) -> Observer:
    sample = stack(*edits)
    return Observer(Session(sample), sample.services["backend"])


def test_a_look_holds_all_that_a_verdict_needs(aws: Aws) -> None:
    aws.described(service(deployment()))
    aws.healthy()
    aws.listed(arn(1), arn(2), arn(3), arn(4))
    aws.tasks(
        task(1, created=20),
        task(2, created=40, containers=[{"name": "backend", "reason": "OutOfMemoryError"}], startedAt=at(41)),
        task(3, created=-30),
        task(4, created=30, revision=OLD),
    )
    aws.logged(2, "listening", " ", "mongodb://pairva:geheim@db/pairva failed")
    look = observer().look(NEW)
    assert look == Observation(
        desired=1,
        deployments=(
            Deployment(
                status="PRIMARY",
                task_definition=NEW,
                state="IN_PROGRESS",
                reason="ECS deployment ecs-svc/7 in progress.",
                running=0,
                failed=2,
                created_at=BEGUN,
            ),
        ),
        events=tuple(Event(at=at(60 - n), message=f"event {n}") for n in range(61)),
        stopped=(
            StoppedTask(
                arn=arn(2),
                stop_code="EssentialContainerExited",
                reason="Essential container in task exited",
                containers=(Container(name="backend", exit_code=None, reason="OutOfMemoryError"),),
                created_at=at(40),
                started_at=at(41),
                stopped_at=at(52),
            ),
            StoppedTask(
                arn=arn(1),
                stop_code="EssentialContainerExited",
                reason="Essential container in task exited",
                containers=(Container(name="backend", exit_code=1, reason=""),),
                created_at=at(20),
                started_at=at(30),
                stopped_at=at(32),
            ),
        ),
        targets=(Target(address="10.20.1.5:3000", state="healthy", reason="", description=""),),
        log=("listening", "mongodb://pairva:***@db/pairva failed"),
        logged=arn(2),
    )


@pytest.mark.parametrize("services", [[], [service(status="INACTIVE")], [service(status="DRAINING")]])
def test_a_service_that_is_deleted_is_none(services: list[dict[str, Any]], aws: Aws) -> None:
    aws.described(*services)
    assert observer().look(NEW) is None


def test_a_stopped_task_is_described_once_and_its_log_is_read_at_each_look(aws: Aws) -> None:
    """Lines arrive some seconds after their task has stopped."""
    watching = observer()
    for lines in [(), ("listening",), ("listening", "gone")]:
        aws.described(service(deployment(), balanced=False))
        aws.listed(arn(1))
        if not lines:
            aws.tasks(task(1, created=20))
        aws.logged(1, *lines)
        look = watching.look(NEW)
        assert look
        assert (look.log, look.logged) == (lines, arn(1))


def test_a_container_ends_before_the_network_of_its_task_is_taken_down(aws: Aws) -> None:
    aws.described(service(deployment(), balanced=False))
    aws.listed(arn(1))
    aws.tasks(task(1, created=20, executionStoppedAt=at(31)))
    aws.logged(1)
    look = observer().look(NEW)
    assert look
    assert look.stopped[0].lived_seconds == 1


def test_many_stopped_tasks_are_described_by_the_hundred(aws: Aws) -> None:
    aws.described(service(deployment(), balanced=False))
    aws.listed(*(arn(n) for n in range(150)))
    aws.tasks(*(task(n, created=n) for n in range(100)))
    aws.tasks(*(task(n, created=n) for n in range(100, 150)))
    aws.logged(149)
    look = observer().look(NEW)
    assert look
    assert [each.arn for each in look.stopped] == [arn(n) for n in reversed(range(150))]


def test_of_a_revision_that_ecs_no_longer_lists_the_last_hours_tasks_and_ten_events_are_left(aws: Aws) -> None:
    aws.described(service(deployment(OLD), balanced=False))
    aws.listed(arn(1))
    aws.tasks(task(1, created=-900))
    aws.logged(1, "gone")
    look = observer().look(NEW)
    assert look
    assert [each.id for each in look.stopped] == [f"{1:032x}"]
    assert [each.message for each in look.events] == [f"event {n}" for n in range(10)]


def test_the_log_is_of_the_newest_task_that_ran_and_failed(aws: Aws) -> None:
    aws.described(service(deployment(), balanced=False))
    aws.listed(arn(1), arn(2), arn(3))
    never_ran = {"stopCode": "TaskFailedToStart", "stoppedReason": "CannotPullContainerError"}
    replaced = {
        "stopCode": "ServiceSchedulerInitiated",
        "stoppedReason": "Scaling activity initiated by (deployment x)",
    }
    unborn = {key: value for key, value in task(2, created=30, **never_ran).items() if key != "startedAt"}
    aws.tasks(task(1, created=20), unborn, task(3, created=40, **replaced))
    aws.logged(1, "gone")
    look = observer().look(NEW)
    assert look
    assert look.log == ("gone",)
    assert [each.failed for each in look.stopped] == [False, True, True]


def test_a_log_stream_that_does_not_exist_is_an_empty_log(aws: Aws) -> None:
    aws.described(service(deployment(), balanced=False))
    aws.listed(arn(1))
    aws.tasks(task(1, created=20))
    aws.logs.add_client_error("get_log_events", "ResourceNotFoundException")
    look = observer().look(NEW)
    assert look
    assert (look.log, look.unread) == ((), ())


def test_what_only_explains_a_failure_may_be_forbidden(aws: Aws) -> None:
    aws.described(service(deployment()))
    aws.healthy()
    aws.ecs.add_client_error("list_tasks", "AccessDeniedException", "not yours")
    look = observer().look(NEW)
    assert look
    assert look.unread == ("its stopped tasks could not be read: ListTasks: AccessDeniedException: not yours",)


def test_without_the_service_or_its_targets_there_is_no_look(aws: Aws) -> None:
    aws.ecs.add_client_error("describe_services", "AccessDeniedException")
    with pytest.raises(ClientError, match="DescribeServices"):
        observer().look(NEW)
    aws.described(service(deployment()))
    aws.elbv2.add_client_error("describe_target_health", "AccessDenied")
    with pytest.raises(ClientError, match="DescribeTargetHealth"):
        observer().look(NEW)


def test_the_images_that_run_are_read_where_a_tag_may_be_pushed_over(aws: Aws) -> None:
    aws.described(service(deployment(), balanced=False))
    aws.listed()
    aws.listed(arn(1), status="RUNNING")
    containers = [{"name": "backend", "imageDigest": "sha256:1"}, {"name": "aws-guardduty", "imageDigest": "sha256:2"}]
    running: dict[str, Any] = {"lastStatus": "RUNNING", "containers": containers}
    aws.tasks(task(1, created=20, **running))
    look = observer(MUTABLE).look(NEW)
    assert look
    assert look.digests == {"sha256:1"}

"""What is to be seen of a service while it is deployed: the answers of AWS as facts, every time by AWS's clock."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from checks.log import last_lines
from checks.session import Session, answer
from settings.stack import ServiceSettings

_T = TypeVar("_T")

# What DescribeTasks takes at once: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html
_TASKS_AT_ONCE = 100

_UNDOES = re.compile(r"roll(ing|ed)?[ -]?back", re.IGNORECASE)

# Of a rolled back revision the deployment is listed for minutes only, and its events among all others.
_EVENTS_WITHOUT_DEPLOYMENT = 10


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One deployment of the service; `failed` are tasks in a row that did not come up."""

    status: str
    task_definition: str
    state: str
    reason: str
    running: int
    failed: int
    created_at: datetime

    @property
    def undoes(self) -> bool:
        """True if ECS made it to undo another one that failed."""
        return bool(_UNDOES.search(self.reason))


@dataclass(frozen=True, kw_only=True)
class Container:
    """How a container of a stopped task ended; no exit code if it never ran."""

    name: str
    exit_code: int | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class StoppedTask:
    """A task that stopped; `started_at` is missing if none of its containers ever ran."""

    arn: str
    stop_code: str
    reason: str
    containers: tuple[Container, ...]
    created_at: datetime
    started_at: datetime | None
    stopped_at: datetime | None

    @property
    def id(self) -> str:
        return self.arn.rpartition("/")[2]

    @property
    def lived_seconds(self) -> float | None:
        if self.started_at is None or self.stopped_at is None:
            return None
        return (self.stopped_at - self.started_at).total_seconds()

    @property
    def interrupted(self) -> bool:
        """Whether it ran on Spot, and AWS took back its capacity."""
        return self.stop_code == "SpotInterruption"

    @property
    def failed(self) -> bool:
        """False if ECS stopped it because fewer, or others, are wanted; or if Spot took it back."""
        return not (self.interrupted or self.reason.startswith("Scaling activity initiated by"))


@dataclass(frozen=True, kw_only=True)
class Target:
    """A task as the load balancer sees it; `reason` is ELB's code (`Target.Timeout`), `description` its words."""

    address: str
    state: str
    reason: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Event:
    """One of the service's own messages."""

    at: datetime
    message: str


@dataclass(frozen=True, kw_only=True)
class Observation:
    """A service at one moment. `stopped` and `events` are of the wanted revision's deployment, newest first.

    `digests` are those of the images that run, read only where a tag may be pushed over. `log` are the last lines of
    the newest task that ran and failed (`logged`, its ARN), masked. `unread` says what could not be read, and why.
    """

    desired: int
    deployments: tuple[Deployment, ...]
    events: tuple[Event, ...] = ()
    stopped: tuple[StoppedTask, ...] = ()
    targets: tuple[Target, ...] = ()
    digests: frozenset[str] = frozenset()
    log: tuple[str, ...] = ()
    logged: str = ""
    unread: tuple[str, ...] = ()

    @property
    def primary(self) -> Deployment | None:
        return next((each for each in self.deployments if each.status == "PRIMARY"), None)

    def subject(self, task_definition: str) -> Deployment | None:
        """The deployment that a verdict on `task_definition` is about, as long as ECS lists it.

        It is the newest of that revision, unless that one undoes a failed one of the same revision: a network, or an
        image under the same tag, changes without a new revision.
        """
        ours = [each for each in self.deployments if each.task_definition == task_definition]
        failed = [each for each in ours if each.state == "FAILED"]
        newest = max(ours, key=_created, default=None)
        if newest and newest.undoes and failed:
            return max(failed, key=_created)
        return newest


class Observer:
    """Looks at one service again and again: three calls a look, and a few more when a task has stopped.

    A look raises botocore's errors when the service or its targets cannot be read: without them there is no verdict.
    What only explains a failure is named in `unread` instead.
    """

    def __init__(self, session: Session, service: ServiceSettings, *, attempts: int | None = None) -> None:
        """`attempts` for each question; without it, the provider's."""
        services = ("ecs", "elbv2", "logs")
        self._ecs, self._elbv2, self._logs = (session.client(name, attempts=attempts) for name in services)
        self._service, self._names = service, service.names
        self._tasks = dict[str, dict[str, Any]]()

    def look(self, task_definition: str) -> Observation | None:
        """The service now, with what is to be seen of `task_definition` (an ARN); None if there is no such service."""
        answer = self._ecs.describe_services(cluster=self._names.cluster, services=[self._names.family])
        service = next((each for each in answer["services"] if each["status"] == "ACTIVE"), None)
        if service is None:
            return None
        seen = Observation(
            desired=service["desiredCount"],
            deployments=tuple(deployment_of(each) for each in service["deployments"]),
            targets=self._targets(service.get("loadBalancers", [])),
        )
        since, unread = seen.subject(task_definition), list[str]()
        stopped = _noting(unread, "its stopped tasks", lambda: self._stopped(task_definition, since))
        failed = next((task for task in stopped if task.failed and task.started_at), None)
        return replace(
            seen,
            events=_events(service.get("events", []), since),
            stopped=stopped,
            digests=self._digests(unread),
            log=_noting(unread, "its log", lambda: last_lines(self._logs, self._names, failed.id)) if failed else (),
            logged=failed.arn if failed else "",
            unread=tuple(unread),
        )

    def failed_revision(self) -> str:
        """The revision of the newest task that failed within the hour; empty if none did, or nobody can know."""
        stopped = _noting([], "its stopped tasks", lambda: tuple(self.tasks("STOPPED")))
        failed = [task for task in stopped if stopped_task(task).failed]
        return max(failed, key=lambda task: task["createdAt"])["taskDefinitionArn"] if failed else ""

    def tasks(self, status: Literal["RUNNING", "STOPPED"]) -> list[dict[str, Any]]:
        """The service's tasks of that status; a stopped one never changes, so it is described once."""
        pages = self._ecs.get_paginator("list_tasks").paginate(
            cluster=self._names.cluster, serviceName=self._names.family, desiredStatus=status
        )
        arns = [arn for page in pages for arn in page["taskArns"]]
        unknown = [arn for arn in arns if self._tasks.get(arn, {}).get("lastStatus") != "STOPPED"]
        for start in range(0, len(unknown), _TASKS_AT_ONCE):
            some = unknown[start : start + _TASKS_AT_ONCE]
            for task in self._ecs.describe_tasks(cluster=self._names.cluster, tasks=some)["tasks"]:
                self._tasks[task["taskArn"]] = task
        return [self._tasks[arn] for arn in arns if arn in self._tasks]

    def _targets(self, balancers: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
        described = [
            each
            for balancer in balancers
            for each in self._elbv2.describe_target_health(TargetGroupArn=balancer["targetGroupArn"])[
                "TargetHealthDescriptions"
            ]
        ]
        return tuple(
            Target(
                address=f"{each['Target']['Id']}:{each['Target'].get('Port', '')}",
                state=each["TargetHealth"]["State"],
                reason=each["TargetHealth"].get("Reason", ""),
                description=each["TargetHealth"].get("Description", ""),
            )
            for each in described
        )

    def _stopped(self, task_definition: str, since: Deployment | None) -> tuple[StoppedTask, ...]:
        """Newest first. ECS keeps them for an hour (API_DescribeTasks)."""
        ours = [
            task
            for task in self.tasks("STOPPED")
            if task["taskDefinitionArn"] == task_definition and (since is None or task["createdAt"] >= since.created_at)
        ]
        return tuple(stopped_task(each) for each in sorted(ours, key=lambda task: task["createdAt"], reverse=True))

    def _digests(self, unread: list[str]) -> frozenset[str]:
        if not self._service.mutable_tag:
            return frozenset()
        running = _noting(unread, "its running tasks", lambda: tuple(self.tasks("RUNNING")))
        # AWS may have put a container of its own beside it (GuardDuty).
        ours = [each for task in running for each in task["containers"] if each["name"] == self._names.service]
        return frozenset(each["imageDigest"] for each in ours if "imageDigest" in each)


def _noting(unread: list[str], what: str, read: Callable[[], tuple[_T, ...]]) -> tuple[_T, ...]:
    try:
        return read()
    except (BotoCoreError, ClientError) as error:
        unread.append(f"{what} could not be read: {answer(error)}")
        return ()


def deployment_of(answer: Mapping[str, Any]) -> Deployment:
    return Deployment(
        status=answer["status"],
        task_definition=answer["taskDefinition"],
        state=answer.get("rolloutState", ""),
        reason=answer.get("rolloutStateReason", ""),
        running=answer["runningCount"],
        failed=answer.get("failedTasks", 0),
        created_at=answer["createdAt"],
    )


def stopped_task(answer: Mapping[str, Any]) -> StoppedTask:
    """One of DescribeTasks' `tasks`."""
    return StoppedTask(
        arn=answer["taskArn"],
        stop_code=answer.get("stopCode", ""),
        reason=answer.get("stoppedReason", ""),
        containers=tuple(
            Container(name=each["name"], exit_code=each.get("exitCode"), reason=each.get("reason", ""))
            for each in answer["containers"]
        ),
        created_at=answer["createdAt"],
        started_at=answer.get("startedAt"),
        # When its containers ended: `stoppedAt` comes after the network was taken down.
        stopped_at=answer.get("executionStoppedAt") or answer.get("stoppedAt"),
    )


def _events(answers: Sequence[Mapping[str, Any]], since: Deployment | None) -> tuple[Event, ...]:
    events = (Event(at=each["createdAt"], message=each["message"]) for each in answers)
    if since is None:
        return tuple(events)[:_EVENTS_WITHOUT_DEPLOYMENT]
    return tuple(event for event in events if event.at >= since.created_at)


def _created(deployment: Deployment) -> datetime:
    return deployment.created_at

"""What ECS remembers of a deployment: tasks for about an hour, a hundred events for each service. Read-only."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from threading import Thread
from time import monotonic
from typing import Any

import pulumi

from checks import diagnosis
from checks.observation import stopped_task
from checks.session import Session, answer
from report.fault import faults
from report.history import History, Message, Running, ServiceHistory, Task
from report.service import revision
from settings.stack import ServiceSettings, Stack

# One question, asked once; and all of them together.
ANSWER_SECONDS, LONGEST_SECONDS = 1.8, 2.5

# What DescribeTasks takes at once, and how many are looked at: of a crash loop, there may be thousands.
_AT_ONCE, _MOST = 100, 200

_FAILED = ("EssentialContainerExited", "TaskFailedToStart")


class Question(Thread):
    """One question at work. As a daemon, one that hangs keeps nobody waiting; whatever it raises is no answer, and must
    not keep a report from being written.
    """

    def __init__(self, ask: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._ask = ask
        self.found: Any = None
        self.why = f"no answer within {LONGEST_SECONDS:g} s"

    def run(self) -> None:
        try:
            self.found = self._ask()
        except pulumi.RunError as error:
            self.why = " ".join(f"{fault.sentence}: {fault.found}" for fault in faults(str(error)))
        except Exception as error:
            self.why = " ".join(answer(error).split())


def now() -> datetime:
    return datetime.now(UTC)


def ask(stack: Stack, since: datetime, until: datetime) -> History:
    """What happened to the stack's services between the two; what has no answer within 2.5 s is named instead."""
    session = Session(stack, answer_within_seconds=ANSWER_SECONDS)
    asked, deadline = now(), monotonic() + LONGEST_SECONDS
    # The engine tells whole seconds.
    window = (since, until + timedelta(seconds=1))
    caller = Question(lambda: session.caller()["Arn"])
    services = {name: Question(_asking(session, each, window)) for name, each in stack.services.items()}
    for question in (caller, *services.values()):
        question.start()
    for question in (caller, *services.values()):
        question.join(max(0.0, deadline - monotonic()))
    silent = defaultdict[str, list[str]](list)
    for name, question in services.items():
        if question.found is None:
            silent[question.why].append(name)
    return History(
        asked=asked,
        caller=caller.found or "",
        services={name: question.found for name, question in services.items() if question.found},
        unread=tuple(f"AWS told nothing of {' and '.join(names)}: {why}" for why, names in silent.items()),
    )


def _asking(
    session: Session, service: ServiceSettings, window: tuple[datetime, datetime]
) -> Callable[[], ServiceHistory]:
    return lambda: _history(session.client("ecs"), service, window)


def _history(ecs: Any, service: ServiceSettings, window: tuple[datetime, datetime]) -> ServiceHistory:
    names = service.names
    described = ecs.describe_services(cluster=names.cluster, services=[names.family])["services"]
    answers: dict[str, Any] = next((each for each in described if each["status"] == "ACTIVE"), {})
    tasks = [each for each in _tasks(ecs, service) if _within(each, window)]
    messages = [
        Message(at=each["createdAt"], text=each["message"])
        for each in answers.get("events", [])
        if window[0] <= each["createdAt"] <= window[1]
    ]
    return ServiceHistory(
        tasks=tuple(sorted(map(_task, tasks), key=lambda task: task.created)),
        messages=tuple(reversed(messages)),
        running=tuple(_running(each) for each in answers.get("deployments", [])),
    )


def _tasks(ecs: Any, service: ServiceSettings) -> Iterator[Mapping[str, Any]]:
    names, arns = service.names, list[str]()
    for status in ("RUNNING", "STOPPED"):
        pages = ecs.get_paginator("list_tasks").paginate(
            cluster=names.cluster, serviceName=names.family, desiredStatus=status, PaginationConfig={"MaxItems": _MOST}
        )
        arns += [arn for page in pages for arn in page["taskArns"]]
    for start in range(0, len(arns), _AT_ONCE):
        yield from ecs.describe_tasks(cluster=names.cluster, tasks=arns[start : start + _AT_ONCE])["tasks"]


def _within(task: Mapping[str, Any], window: tuple[datetime, datetime]) -> bool:
    times = (task["createdAt"], task.get("stoppedAt"))
    return any(window[0] <= time <= window[1] for time in times if time)


def _task(told: Mapping[str, Any]) -> Task:
    ended = stopped_task(told)
    return Task(
        id=ended.id,
        revision=revision(told["taskDefinitionArn"]),
        created=ended.created_at,
        started=ended.started_at,
        stopped=ended.stopped_at,
        ending=diagnosis.ending(ended) if ended.stopped_at else "",
        failed=ended.stop_code in _FAILED or ended.reason.startswith("Task failed"),
    )


def _running(told: Mapping[str, Any]) -> Running:
    return Running(
        revision=revision(told["taskDefinition"]),
        status=told["status"],
        state=told.get("rolloutState", ""),
        running=told["runningCount"],
        desired=told["desiredCount"],
    )

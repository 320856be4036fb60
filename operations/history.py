"""What ECS remembers of a deployment: tasks for about an hour, a hundred events for each service. Read-only."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any

import pulumi

from checks import diagnosis
from checks.observation import Observer, stopped_task
from checks.question import Question, Unanswered
from checks.session import Session
from report.fault import faults
from report.history import History, Message, Running, ServiceHistory, Task
from report.service import revision
from settings.stack import ServiceSettings, Stack

# One question, asked once; and all of them together. Later, the same cannot be had again.
ANSWER_SECONDS, LONGEST_SECONDS = 5.0, 10.0


def now() -> datetime:
    return datetime.now(UTC)


def ask(stack: Stack, since: datetime, until: datetime) -> History:
    """What happened to the stack's services between the two; what has no answer within ten seconds is named instead."""
    session = Session(stack, answer_within_seconds=ANSWER_SECONDS)
    asked, deadline = now(), monotonic() + LONGEST_SECONDS
    # The engine tells whole seconds.
    window = (since, until + timedelta(seconds=1))
    caller = Question("whose credentials these are", partial(_caller, session))
    asking = {name: Question("ECS", partial(_history, session, each, window)) for name, each in stack.services.items()}
    arn = caller.until(deadline)
    answers = {name: question.until(deadline) for name, question in asking.items()}
    silent = defaultdict[str, list[str]](list)
    for name, each in answers.items():
        if isinstance(each, Unanswered):
            silent[each.why].append(name)
    return History(
        asked=asked,
        caller=arn if isinstance(arn, str) else "",
        services={name: each for name, each in answers.items() if isinstance(each, ServiceHistory)},
        unread=tuple(f"AWS told nothing of {' and '.join(names)}: {why}" for why, names in silent.items()),
    )


def _caller(session: Session) -> str:
    return session.caller()["Arn"]


def _history(
    session: Session, service: ServiceSettings, window: tuple[datetime, datetime]
) -> ServiceHistory | Unanswered:
    names = service.names
    try:
        ecs, observer = session.client("ecs"), Observer(session, service)
    except pulumi.RunError as error:
        return Unanswered(" ".join(f"{fault.sentence}: {fault.found}" for fault in faults(str(error))))
    described = ecs.describe_services(cluster=names.cluster, services=[names.family])["services"]
    answers: dict[str, Any] = next((each for each in described if each["status"] == "ACTIVE"), {})
    tasks = [each for each in (*observer.tasks("RUNNING"), *observer.tasks("STOPPED")) if _within(each, window)]
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
        failed=ended.failed and ended.stopped_at is not None and ended.stop_code != "UserInitiated",
    )


def _running(told: Mapping[str, Any]) -> Running:
    return Running(
        revision=revision(told["taskDefinition"]),
        status=told["status"],
        state=told.get("rolloutState", ""),
        running=told["runningCount"],
        desired=told["desiredCount"],
    )

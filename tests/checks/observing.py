"""A service as it is seen while it is deployed, made of what AWS answers."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from checks.cause import explain
from checks.observation import Container, Deployment, Event, Observation, StoppedTask, Target
from settings.stack import ServiceSettings
from tests.checks.responses import CREATED, ECS, EVENTS, TARGETS
from tests.samples import Edit, stack

MORE_SECRETS: Edit = (
    "      writable: [/tmp]",
    '        MONGODB_URI: "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/mongodb:uri::"\n'
    "        MAIL_KEY: arn:aws:ssm:us-east-1:039612856036:parameter/pairva/mail-key\n"
    "      writable: [/tmp]",
)


def backend(*edits: Edit) -> ServiceSettings:
    return stack(MORE_SECRETS, *edits).services["backend"]


def stopped(task: dict[str, Any]) -> StoppedTask:
    return StoppedTask(
        arn=task["taskArn"],
        stop_code=task["stopCode"],
        reason=task["stoppedReason"],
        containers=tuple(
            Container(name=each["name"], exit_code=each.get("exitCode"), reason=each.get("reason", ""))
            for each in task["containers"]
        ),
        created_at=task["createdAt"],
        started_at=task.get("startedAt"),
        stopped_at=task["stoppedAt"],
    )


def deployment(number: int = 1, *, after: float = 0) -> Deployment:
    return Deployment(
        status="PRIMARY",
        task_definition=f"{ECS}:task-definition/pairva-test-backend:{number}",
        state="IN_PROGRESS",
        reason="",
        running=0,
        failed=1,
        created_at=CREATED + timedelta(seconds=after),
    )


def seen(
    *tasks: dict[str, Any],
    events: Sequence[str] = (),
    targets: Sequence[str] = (),
    log: Sequence[str] = (),
    deployments: tuple[Deployment, ...] = (deployment(),),
) -> Observation:
    """An observation of raw tasks, newest first, and of the events and targets with these names."""
    return Observation(
        desired=1,
        deployments=deployments,
        events=tuple(Event(at=EVENTS[each]["createdAt"], message=EVENTS[each]["message"]) for each in events),
        stopped=tuple(stopped(each) for each in tasks),
        targets=tuple(
            Target(
                address=TARGETS[each]["Target"]["Id"],
                state=TARGETS[each]["TargetHealth"]["State"],
                reason=TARGETS[each]["TargetHealth"]["Reason"],
                description=TARGETS[each]["TargetHealth"]["Description"],
            )
            for each in targets
        ),
        log=tuple(log),
        logged=tasks[0]["taskArn"] if tasks else "",
    )


def sentence(observation: Observation, *edits: Edit) -> str | None:
    cause = explain(observation, backend(*edits))
    return cause and cause.sentence

"""How a release ended, and what to say of it. Pure: facts in, a judgement or a Finding out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from botocore.exceptions import ClientError

from checks.cause import explain, explain_words
from checks.diagnosis import ending, way_back
from checks.observation import Observation, StoppedTask
from checks.release.order import Order
from finding import Finding
from masking import masked
from settings.stack import ServiceSettings

# RunTask's errors that are about the task, and not about who asks.
_REFUSALS = {
    "BlockedException",
    "ClientException",
    "InvalidParameterException",
    "PlatformTaskDefinitionIncompatibilityException",
    "UnsupportedFeatureException",
}

_AGAIN = "the next pulumi up tries again"
_NOT_TOUCHED = "The service was not touched"
_LAST_WORDS = 5


@dataclass(frozen=True, kw_only=True)
class Log:
    """The last lines of a release's task, masked; or why they could not be read."""

    lines: tuple[str, ...] = ()
    unread: str = ""


def succeeded(task: StoppedTask, order: Order) -> bool:
    """The command came to its own end, with 0: one that somebody stopped may end with 0, too."""
    codes = [each.exit_code for each in task.containers if each.name == order.container]
    return codes == [0] and task.stop_code == "EssentialContainerExited"


def success(task: StoppedTask, order: Order, log: Log) -> str:
    took = "" if task.lived_seconds is None else f" after {task.lived_seconds:.0f} s"
    words = [f"the release of {order.version} succeeded{took} (task {task.id})", *_shown(log.lines[-_LAST_WORDS:])]
    return "\n".join(words)


def failure(task: StoppedTask, order: Order, log: Log, service: ServiceSettings) -> Finding:
    seen = Observation(desired=0, deployments=(), stopped=(task,), log=log.lines, logged=task.arn)
    cause = explain(seen, service, again=_AGAIN)
    sentence = cause.sentence.rstrip(".") if cause else ending(task)
    mend = cause.remedy if cause else f"no cause known here fits, so read the evidence and the log ({_tail(service)})"
    return Finding(
        where=service.names.family,
        what=f"the release of {order.version} failed: {sentence}. {_NOT_TOUCHED}",
        found="\n        ".join([f"task {task.id}: {ending(task)}", *_evidence(order, log, service)]),
        remedy=f"{mend}. {_ways_on(service)}",
    )


def refuses(error: ClientError) -> bool:
    """Whether it is ECS's own no. A quota of Fargate that is used up is known by its words: it may come as throttling,
    and would then be asked again as such.
    """
    told = error.response.get("Error", {})
    return told.get("Code") in _REFUSALS or "you can run concurrently" in told.get("Message", "")


def refusal(reasons: Sequence[str], order: Order, service: ServiceSettings) -> Finding:
    """ECS started no task, for these `reasons` of its own."""
    words = "; ".join(reasons) or "ECS gives no reason"
    cause = explain_words(words, service, again=_AGAIN)
    sentence = cause.sentence.rstrip(".") if cause else "ECS starts no task for it"
    mend = cause.remedy if cause else "mend what ECS names"
    return Finding(
        where=service.names.family,
        what=f"the release of {order.version} failed: {sentence}. {_NOT_TOUCHED}",
        found="\n        ".join([masked(words), *_evidence(order, Log(), service)]),
        remedy=f"{mend}. {_ways_on(service)}",
    )


def delay(awaited: str, task_id: str, minutes: int, order: Order, log: Log, service: ServiceSettings) -> Finding:
    """It is not done in its time. What runs is left alone: a migration ended halfway is worse than a late one."""
    stop = f"aws ecs stop-task --cluster {order.cluster} --task {task_id}"
    on = f"it goes on, and the next pulumi up waits for it and starts no second one; what ends it is {stop}"
    return Finding(
        where=service.names.family,
        what=f"the release of {order.version} is not done after {minutes} min: {awaited}. {_NOT_TOUCHED}",
        found="\n        ".join(_evidence(order, log, service)),
        remedy=on if task_id else "see what keeps AWS from answering, then run pulumi up again",
    )


def unknown(what: str, told: str, remedy: str, order: Order, service: ServiceSettings) -> Finding:
    """AWS does not say how it stands: `what` is wrong, in the words that it `told`, and what to do."""
    return Finding(
        where=service.names.family,
        what=f"nobody knows whether the release of {order.version} succeeded: {what}. {_NOT_TOUCHED}",
        found=told,
        remedy=f"{remedy} and run pulumi up again; a task that was started goes on, and is waited for then",
    )


def _evidence(order: Order, log: Log, service: ServiceSettings) -> list[str]:
    key = f"{service.names.service}.release"
    command = masked(json.dumps(order.command, ensure_ascii=False))
    lines = [f"its command ({key}, in the place of CMD and behind the image's ENTRYPOINT): {command}"]
    if log.lines:
        lines += [f"its last log lines ({_tail(service)}):", *_shown(log.lines)]
    return [*lines, log.unread] if log.unread else lines


def _shown(lines: Sequence[str]) -> list[str]:
    return [f"    | {line}" for line in lines]


def _tail(service: ServiceSettings) -> str:
    return f"aws logs tail {service.names.log_group} --since 1h"


def _ways_on(service: ServiceSettings) -> str:
    return (
        f"Then run pulumi up, which runs the release again. {way_back(service)}. Until a release succeeds, every "
        "pulumi up of this stack fails here"
    )

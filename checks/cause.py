"""Why a deployment fails, from what is to be seen of its service; nothing is guessed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from checks import exit_code
from checks.observation import Observation, StoppedTask
from checks.wording import WORDINGS
from masking import masked
from settings.fargate import memory_sizes
from settings.stack import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why a deployment fails: one sentence in its reader's terms, and one that says what to do."""

    sentence: str
    remedy: str


# Who tries again where the tasks are a service's.
_ECS_AGAIN = "ECS tries again by itself"
# Spot runs out first, and ECS puts nothing on demand in its place (ECS developer guide, fargate-capacity-providers).
_SPARED = "raise {name}.spot.onDemand or lower {name}.spot.percent, since Spot runs out first, or "
# For so long after a deployment began, IAM may still be spreading a change that was made just before it. AWS names no
# number (IAM user guide, troubleshoot_general); seconds are the rule.
_SPREADING = timedelta(minutes=2)
# A container that ended this soon failed to start, rather than at its work.
_START_SECONDS = 60

_PLACEMENT = re.compile(r"unable to place a task|failed to launch a task")
_CONTAINER_CHECK = "failed container health checks"
_BALANCER_CHECK = "failed ELB health checks"
_UNHEALTHY_TARGET = re.compile(r"is unhealthy in \(target-group .*\) due to \(reason (?P<words>[^)]+)\)")
_UNHEALTHY_REASONS = ("Target.ResponseCodeMismatch", "Target.Timeout", "Target.FailedHealthChecks")
_STATUS_CODES = re.compile(r"with these codes: \[(?P<codes>[^\]]+)\]")


def explain(observation: Observation, service: ServiceSettings, *, again: str = _ECS_AGAIN) -> Cause | None:
    """The newest failure that is known by AWS's words or by its shape: a stopped task's, then one that the service's
    events tell, then an unhealthy target's. None if nothing known fits. `again` is who tries again.
    """
    return next(_causes(observation, service, again), None)


def explain_words(words: str, service: ServiceSettings, *, again: str) -> Cause | None:
    """What AWS's words mean where there is no task that it could not start; None if they are not known."""
    return next(_of_words(words, service, again, fresh=False), None)


def interruption(observation: Observation, service: ServiceSettings) -> Cause | None:
    """Why tasks are missing where none failed, and ECS has not given up; None if Spot has taken back none, or one
    failed.
    """
    tasks = [task for task in observation.stopped if task.interrupted]
    if not tasks or any(task.failed for task in observation.stopped):
        return None
    return _cause(
        service,
        "Spot took back the capacity of {tasks} of its tasks, the last of which was {task}: no fault of theirs.",
        f"wait: {_ECS_AGAIN}, as soon as Spot has capacity; if it lasts, raise {{name}}.spot.onDemand or lower "
        "{name}.spot.percent in {file}",
        {"tasks": str(len(tasks)), "task": tasks[0].id},
    )


def _causes(observation: Observation, service: ServiceSettings, again: str) -> Iterator[Cause]:
    for task in observation.stopped:
        # The scheduler takes away what is replaced or rolled back: no failure, whatever the exit code.
        if task.failed:
            yield from _of_task(task, observation, service, again)
    for event in observation.events:
        if _PLACEMENT.search(event.message):
            yield from _of_words(event.message, service, again, fresh=_fresh(observation, event.at, event.at))
        elif _CONTAINER_CHECK in event.message:
            yield _container_check(service, None)
        elif found := _UNHEALTHY_TARGET.search(event.message):
            yield _target_check(service, found["words"], None)
    for target in observation.targets:
        if target.reason in _UNHEALTHY_REASONS:
            yield _target_check(service, target.description, None)


def _of_task(task: StoppedTask, observation: Observation, service: ServiceSettings, again: str) -> Iterator[Cause]:
    words = "\n".join([task.reason, *(container.reason for container in task.containers)])
    if task.stop_code == "UserInitiated":
        yield Cause(
            # Whatever that person wrote.
            sentence=f"Somebody stopped task {task.id} by hand: {masked(task.reason)}.",
            remedy=f"{again}; CloudTrail knows who stopped this one (event StopTask)",
        )
    elif _CONTAINER_CHECK in task.reason:
        yield _container_check(service, task.lived_seconds)
    elif _BALANCER_CHECK in task.reason:
        yield _target_check(service, _balancers_words(task, observation), task.lived_seconds)
    elif "killed due to memory usage" in words:
        yield _out_of_memory(service)
    else:
        yield from _of_words(words, service, again, fresh=_fresh(observation, task.created_at, task.stopped_at))
        if task.stop_code == "EssentialContainerExited":
            yield from _of_log(observation.log if task.arn == observation.logged else (), service)
            yield from _of_exit_code(task, service)


def _of_words(words: str, service: ServiceSettings, again: str, *, fresh: bool) -> Iterator[Cause]:
    for wording in WORDINGS:
        if found := wording.pattern.search(words):
            spreading = f"; or wait: IAM may still be spreading a change made just before, and {again}"
            groups = found.groupdict("a resource that AWS does not name")
            values = {**groups, "again": again, "secret": _secret_keys(service, words, groups.get("key", ""))}
            yield _cause(service, wording.sentence, wording.remedy + spreading * (wording.iam and fresh), values)


def _of_log(log: tuple[str, ...], service: ServiceSettings) -> Iterator[Cause]:
    for line in log:
        if "exec format error" in line:
            yield _cause(
                service,
                "The image {image} is not built for {architecture}: its command cannot be executed.",
                "build it for the architecture in {file}, or correct architecture; a script without #! in its first "
                "line ends the same way",
            )


def _of_exit_code(task: StoppedTask, service: ServiceSettings) -> Iterator[Cause]:
    """The application's: AWS may have put a container of its own beside it (GuardDuty)."""
    for container in task.containers:
        if container.name == service.names.service and container.exit_code is not None:
            yield _crash(container.exit_code, task.lived_seconds, service)


def _crash(code: int, lived_seconds: float | None, service: ServiceSettings) -> Cause:
    when = "as it started" if lived_seconds is None else f"{lived_seconds:.0f} s after its start"
    remedy = exit_code.remedy(code)
    if code and lived_seconds is not None and lived_seconds >= _START_SECONDS:
        remedy += "; it had started well, so look for what it reached for then"
    return _cause(
        service,
        "The container {name} ended {when} with exit code {code}: {meaning}.",
        remedy,
        {"when": when, "code": str(code), "meaning": exit_code.meaning(code)},
    )


def _out_of_memory(service: ServiceSettings) -> Cause:
    own = service.own
    larger = next((size for size in memory_sizes(own.cpu) if size > own.memory), None)
    return _cause(
        service,
        "The task needed more than the {memory} MiB of {name}.memory, and was killed for it.",
        "set {name}.memory to {larger} in {file}, the next size with cpu {cpu}"
        if larger
        else "{memory} MiB are the most with cpu {cpu}: raise {name}.cpu and {name}.memory in {file}",
        {"memory": str(own.memory), "larger": str(larger), "cpu": str(own.cpu)},
    )


def _container_check(service: ServiceSettings, lived_seconds: float | None) -> Cause:
    health = service.own.health
    return _cause(
        service,
        "The container's own health check ({command}) failed {retries} times, {interval} s apart, after a grace of "
        "{grace} s{lived}.",
        "run the command in the image and see that all it needs is there; correct {name}.health.command in {file}, or "
        "raise {name}.health.graceSeconds, retries or intervalSeconds for a slow start",
        {
            "command": " ".join(health.command),
            "retries": str(health.retries),
            "interval": str(health.interval_seconds),
            "grace": str(health.grace_seconds),
            "lived": _lived(lived_seconds),
        },
    )


def _target_check(service: ServiceSettings, words: str, lived_seconds: float | None) -> Cause:
    """`words` are the load balancer's: which status codes it got, or that it got no answer."""
    health = service.own.health
    values = {
        "request": f"GET {health.path} on port {service.own.port}",
        "port": str(service.own.port),
        "expected": health.codes,
        "words": words,
        "grace": str(health.grace_seconds),
        "lived": _lived(lived_seconds),
    }
    if found := _STATUS_CODES.search(words):
        return _cause(
            service,
            "The load balancer asked {request} and was answered {codes}, where {expected} is expected{lived}.",
            "let the application answer there with {expected}, or correct {name}.health.path, {name}.health.codes or "
            "{name}.port in {file}",
            {**values, "codes": found["codes"].replace(",", ", ")},
        )
    beyond = lived_seconds is not None and lived_seconds > health.grace_seconds
    return _cause(
        service,
        "The load balancer asked {request} and got no good answer ({words}){lived}"
        + (", longer than the {grace} s of {name}.health.graceSeconds." if beyond else "."),
        "if it is a slow start, raise {name}.health.graceSeconds (300 at most) in {file} or let it start faster; "
        "otherwise let the application listen on 0.0.0.0:{port}, or correct {name}.port and {name}.health.path",
        values,
    )


def _balancers_words(task: StoppedTask, observation: Observation) -> str:
    """What the load balancer said of the task, or else of another one, latest first: all run the same image."""
    told = [(event.message, _UNHEALTHY_TARGET.search(event.message)) for event in observation.events]
    words = [(message, found["words"]) for message, found in told if found]
    of_task = [said for message, said in words if task.id in message]
    targets = [target.description for target in observation.targets if target.reason in _UNHEALTHY_REASONS]
    return next(iter([*of_task, *(said for _, said in words), *targets]), "AWS does not say how it failed")


def _lived(seconds: float | None) -> str:
    return "" if seconds is None else f"; the task lived {seconds:.0f} s"


def _fresh(observation: Observation, began: datetime, failed: datetime | None) -> bool:
    """Whether it failed soon after its deployment was created: the latest that there was when it began."""
    created = max((each.created_at for each in observation.deployments if each.created_at <= began), default=None)
    return created is not None and (failed or began) - created <= _SPREADING


def _secret_keys(service: ServiceSettings, words: str, json_key: str) -> str:
    """The keys of the stack file that name the secret in AWS's words; all of them if it names none."""
    secrets, name = service.own.secrets, service.names.service
    named = [variable for variable, arn in sorted(secrets.items()) if _names(words, arn, json_key)]
    return " and ".join(f"{name}.secrets.{variable}" for variable in named) or f"{name}.secrets"


def _names(words: str, arn: str, json_key: str) -> bool:
    """AWS repeats the ARN without what the stack file may add to it (`:key:stage:version`), or only the key, or a
    parameter's name.
    """
    parts = arn.split(":")
    if json_key:
        return parts[7:8] == [json_key]
    written = ":".join(parts[:7]) if parts[2] == "secretsmanager" else arn.partition(":parameter/")[2]
    return re.search(rf"(?<![\w.-]){re.escape(written)}(?![\w/+=@-]|\.\w)", words) is not None


def _cause(service: ServiceSettings, sentence: str, remedy: str, values: dict[str, str] | None = None) -> Cause:
    """Fills both templates; `WORDINGS` lists what they may name beside `values`."""
    names, given, file = service.names, values or {}, f"Pulumi.{service.names.stack}.yaml"
    existing = [arn.rpartition("/")[2] for arn in service.existing_roles.values()]
    restore = "run pulumi up --refresh, which restores the role, whom it trusts and what it may do"
    if given.get("assumed", service.execution_role) in existing:
        restore = f"mend the role, which {file} names and Pulumi leaves alone"
    # Nothing but a service's tasks runs on Spot: a release's never does.
    on_spot = len(service.shares) > 1 and given.get("again", _ECS_AGAIN) == _ECS_AGAIN
    filling = {
        "name": names.service,
        "spared": _SPARED.format(name=names.service) if on_spot else "",
        "quota": f"On-Demand vCPU resource count{', and that of Fargate Spot' if on_spot else ''}",
        "count": f"{names.service}.scaling.max" if service.own.scaling else f"{names.service}.count",
        "file": file,
        "image": f"{names.repository}:{service.own.version}",
        "role": service.execution_role,
        "restore": restore,
        "log_group": names.log_group,
        "architecture": service.architecture,
        "region": service.account.region,
        **given,
    }
    return Cause(sentence=sentence.format_map(filling), remedy=remedy.format_map(filling))

"""Judges what was observed of a deployment, and says why it fails. Pure: facts in, a judgement or a Finding out."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from checks.cause import Cause, explain, interruption
from checks.observation import Deployment, Event, Observation, StoppedTask, Target
from finding import Finding
from masking import masked
from settings import fargate
from settings.stack import ServiceSettings

_EVENTS_SHOWN = 5

# Of the last log lines, what is more likely to say why than the very last.
_TELLING = re.compile(r"error|exception|fatal|panic", re.IGNORECASE)

# AWS's own words, which end with what matters.
_LONGEST = 1000

# Application Auto Scaling lifts a service to its scaling.min when that is set; how soon, AWS does not say.
_LIFTING_SECONDS = 60.0

_REVERT = "Back: git revert the change"

# What differs between two events that say the same: ids of tasks and deployments.
_IDS = re.compile(r"\b([0-9a-f]{32}|[0-9a-f-]{36}|ecs-svc/\d+)\b")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a verdict is about: a revision and its version, and what was proven last, if anything was."""

    task_definition: str
    version: str
    digest: str
    url: str
    proven_task_definition: str = ""
    proven_version: str = ""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What one look says, and why. A doubtful one is bad if it lasts for longer than `doubt_seconds`: ECS may still
    answer from before the update.

    `cause` is there if the judgement knows it without looking at tasks and events.
    """

    outcome: Literal["good", "waiting", "doubtful", "bad"]
    reason: str
    cause: Cause | None = None
    doubt_seconds: float = 5.0


_GONE = Judgement(
    outcome="doubtful",
    reason="the service is gone",
    cause=Cause(
        sentence="Somebody deleted the service.",
        remedy="run pulumi up again, which makes it anew; CloudTrail knows who it was (event DeleteService)",
    ),
)


class Crashes:
    """Counts the tasks that fail after their deployment was completed: until then ECS's circuit breaker counts, which
    forgets them with the first healthy task.
    """

    def __init__(self) -> None:
        self._before: frozenset[str] | None = None

    def since_completion(self, seen: Observation | None) -> int:
        """How many there are by this look; a look that could not read the stopped tasks tells nothing."""
        if seen is None or seen.unread:
            return 0
        failed = frozenset(task.arn for task in seen.stopped if task.failed)
        if self._before is None or seen.primary is None or seen.primary.state != "COMPLETED":
            self._before = failed
        return len(failed - self._before)


def judge(seen: Observation | None, wanted: Wanted, service: ServiceSettings, crashed: int = 0) -> Judgement:
    """Judges a look at the service. `crashed` is how many tasks have failed since the deployment was completed.

    Good is: completed on the wanted revision and image, the wanted count runs, and the balancer finds it healthy.
    """
    if seen is None:
        return _GONE
    subject, primary = seen.subject(wanted.task_definition), seen.primary
    if subject and subject.state == "FAILED":
        return Judgement(outcome="bad", reason=f"the deployment failed ({subject.reason or 'ECS gives no reason'})")
    if primary is None or primary.task_definition != wanted.task_definition:
        instead = _revision(primary.task_definition) if primary else "nothing"
        reason = f"ECS runs {instead} instead: it was rolled back, stopped, or changed by somebody"
        return Judgement(outcome="bad" if subject else "doubtful", reason=reason)
    if primary.undoes:
        return Judgement(outcome="bad", reason=primary.reason)
    if seen.desired < service.least_tasks:
        return _scaled(seen.desired, service)
    if primary.state == "COMPLETED" and crashed >= fargate.breaker_threshold(service.wanted_tasks(seen.desired)):
        reason = f"its deployment was completed, but {crashed} tasks have failed since and no circuit breaker acts"
        return Judgement(outcome="bad", reason=reason)
    missing = _missing(seen, primary, wanted, service)
    counts = f"{primary.running}/{service.wanted_tasks(seen.desired)} running, {primary.failed} failed"
    return Judgement(outcome="waiting" if missing else "good", reason=f"{counts}: {missing}" if missing else counts)


def _scaled(desired: int, service: ServiceSettings) -> Judgement:
    """Pulumi mends a fixed count. With scaling it leaves the number alone, and so does Application Auto Scaling until
    an alarm asks for more tasks (ECS developer guide, "Automatically scale your Amazon ECS service"), which none does
    where none runs.
    """
    names, least, reason = service.names, service.least_tasks, f"the service is scaled to {desired}"
    who = "CloudTrail knows who it was (event UpdateService)"
    if service.own.scaling is None:
        cause = Cause(
            sentence=f"Somebody has scaled it to {desired}, and {names.service}.count is {least}.",
            remedy=f"run pulumi up again, which scales it to {least}; {who}",
        )
        return Judgement(outcome="doubtful", reason=reason, cause=cause)
    cause = Cause(
        sentence=f"It is scaled to {desired}, and {names.service}.scaling.min is {least}.",
        remedy=f"aws ecs update-service --cluster {names.cluster} --service {names.family} --desired-count {least} "
        f"(Pulumi leaves the number to the scaling, which lifts it only when the load asks for more tasks); {who}",
    )
    return Judgement(outcome="doubtful", reason=reason, cause=cause, doubt_seconds=_LIFTING_SECONDS)


def unproven(url: str, wrong: str, service: ServiceSettings) -> Judgement:
    """All tasks run, but what answers through the balancer is `wrong`."""
    name, file = service.names.service, f"Pulumi.{service.names.stack}.yaml"
    cause = Cause(
        sentence=f"All its tasks run, but {url} {wrong}.",
        remedy=f"let it answer there as {name}.smoke in {file} says, or correct {name}.smoke",
    )
    return Judgement(outcome="bad", reason="the smoke request failed", cause=cause)


def first_words(seen: Observation, wanted: Wanted, service: ServiceSettings) -> str:
    """One line about a task that failed, or could not be placed, while the deployment goes on; empty while none did."""
    task = next((task for task in seen.stopped if task.failed), None)
    # Targets that are not healthy yet may be starting, or be those of earlier tasks.
    why = explain(replace(seen, targets=()), service)
    if task is None and why is None:
        return ""
    sentence = why.sentence.rstrip(".") if why else ending(task) if task else ""
    telling = next((line for line in reversed(seen.log) if _TELLING.search(line)), seen.log[-1] if seen.log else "")
    last = f"; its log: {telling}" if telling else ""
    return f"{wanted.version}: {sentence}{_attempt(' (attempt {} of {})', seen, wanted, service)}{last}"


def failure(
    judgement: Judgement, seen: Observation | None, wanted: Wanted, service: ServiceSettings, *, late: str = ""
) -> Finding:
    """The verdict on a deployment that is not good: the cause, the evidence, what serves now, and the ways on.

    `late` says which deadline passed, if that is what ended the wait.
    """
    taken_back = interruption(seen, service) if seen and judgement.outcome == "waiting" else None
    why = judgement.cause or (explain(seen, service) if seen else None) or taken_back
    sentence = why.sentence.rstrip(".") if why else judgement.reason
    unknown = "no cause known here fits, so read the evidence and the log"
    mend = why.remedy if why else f"{unknown} (aws logs tail {service.names.log_group} --since 1h)"
    return Finding(
        where=service.names.family,
        what=f"{wanted.version} does not run: {late}{sentence}. {_serving(seen, wanted, service)}",
        found="\n        ".join(_evidence(judgement, seen, wanted, service)),
        remedy=f"{mend}. {_ways_on(seen, wanted, service)}",
    )


def _attempt(words: str, seen: Observation, wanted: Wanted, service: ServiceSettings) -> str:
    subject = seen.subject(wanted.task_definition)
    threshold = fargate.breaker_threshold(service.wanted_tasks(seen.desired))
    return words.format(subject.failed, threshold) if subject and subject.failed else ""


def _missing(seen: Observation, primary: Deployment, wanted: Wanted, service: ServiceSettings) -> str:
    """What is still awaited; empty if nothing is."""
    count = service.wanted_tasks(seen.desired)
    healthy = sum(target.state == "healthy" for target in seen.targets)
    if primary.running < count:
        return "tasks are starting" if primary.state != "COMPLETED" else "completed, but tasks are missing"
    if service.own.path and healthy < count:
        return f"{healthy} of {count} targets are healthy"
    if primary.state != "COMPLETED":
        return "earlier tasks are being drained"
    if seen.digests - {wanted.digest}:
        return "tasks still run another image"
    return ""


def _serving(seen: Observation | None, wanted: Wanted, service: ServiceSettings) -> str:
    """Which version answers now; tasks of the wanted revision do not count, unless it was proven before."""
    if seen is None:
        return "Nothing serves"
    count, running = service.wanted_tasks(seen.desired), Counter[str]()
    for deployment in seen.deployments:
        failing = deployment.task_definition == wanted.task_definition != wanted.proven_task_definition
        if deployment.running and not failing:
            running[deployment.task_definition] += deployment.running
    serving = [f"{_name(revision, wanted)} serves {tasks}/{count}" for revision, tasks in running.items()]
    if not serving:
        ours = any(deployment.running for deployment in seen.deployments)
        return f"Nothing else serves{_left_alone(seen, wanted, service)}" if ours else "Nothing serves"
    healthy = sum(target.state == "healthy" for target in seen.targets)
    enough = count <= (min(running.total(), healthy) if service.own.path else running.total())
    return f"{', '.join(serving)}{'; nothing is down' if enough else ''}"


def _left_alone(seen: Observation, wanted: Wanted, service: ServiceSettings) -> str:
    """What a completed deployment leaves behind: its own tasks get the requests, and ECS does not roll it back."""
    primary = seen.primary
    if primary is None or primary.task_definition != wanted.task_definition or primary.state != "COMPLETED":
        return ""
    proven = f"; {wanted.proven_version} was proven last" if wanted.proven_version else ""
    tasks = f"{primary.running}/{service.wanted_tasks(seen.desired)} of its tasks run"
    return f": {wanted.version} gets the requests ({tasks}), and ECS does not roll back{proven}"


def _name(task_definition: str, wanted: Wanted) -> str:
    """The version of a revision, as far as it is known; the revision tells two of one version apart."""
    if task_definition != wanted.proven_task_definition:
        return _revision(task_definition)
    same = wanted.proven_version == wanted.version
    return f"{wanted.proven_version} ({_revision(task_definition)})" if same else wanted.proven_version


def _evidence(
    judgement: Judgement, seen: Observation | None, wanted: Wanted, service: ServiceSettings
) -> Iterator[str]:
    if seen is None:
        return
    yield f"{judgement.reason}{_attempt('; {} of {} failed attempts', seen, wanted, service)}"
    failed = [task for task in seen.stopped if task.failed]
    if failed:
        yield f"task {failed[0].id}: {ending(failed[0])}" + (f" ({len(failed)} failed)" if failed[1:] else "")
    if interrupted := [task for task in seen.stopped if task.interrupted]:
        yield f"task {interrupted[0].id}: {ending(interrupted[0])} ({len(interrupted)} interrupted, no failure)"
    for target in seen.targets:
        if target.state not in ("healthy", "draining"):
            yield masked(f"target {target.address} is {target.state}{_because(target)}", _LONGEST)
    if seen.log:
        yield f"its last log lines (aws logs tail {service.names.log_group} --since 1h):"
        yield from (f"    | {line}" for line in seen.log)
    yield from _grouped(seen.events)
    yield from seen.unread


def ending(task: StoppedTask) -> str:
    """How a task ended, in ECS's own words, masked."""
    parts = [f"{task.stop_code}: {task.reason}" if task.stop_code else task.reason]
    for container in task.containers:
        if container.exit_code is not None:
            parts.append(f"{container.name} exited with {container.exit_code}")
        if container.reason:
            parts.append(f"{container.name}: {container.reason}")
    if task.lived_seconds is not None:
        parts.append(f"after {task.lived_seconds:.0f} s")
    return masked("; ".join(parts), _LONGEST)


def _because(target: Target) -> str:
    return "".join(f": {text}" for text in (target.reason, target.description) if text)


def _grouped(events: tuple[Event, ...]) -> Iterator[str]:
    """The newest events, each once, with how often it came."""
    counts = Counter(_IDS.sub("…", event.message) for event in events)
    if counts:
        yield "service events, newest first:"
    for message, count in list(counts.items())[:_EVENTS_SHOWN]:
        yield f"    {f'{count} × ' if count > 1 else ''}{masked(message, _LONGEST)}"


def _ways_on(seen: Observation | None, wanted: Wanted, service: ServiceSettings) -> str:
    name, file = service.names.service, f"Pulumi.{service.names.stack}.yaml"
    primary = seen.primary if seen else None
    # There was nothing to roll back to, and ECS starts no task of a failed deployment again.
    first = primary is not None and primary.task_definition == wanted.task_definition and primary.state == "FAILED"
    again = f"change {name}.restart in {file}, since ECS does not retry it" if first else "run pulumi up"
    back = f"{way_back(service)}. " if wanted.proven_version else ""
    until = "Until a deployment is good, every pulumi up of this stack fails here"
    return f"The same version again: {again}. {back}{until}"


def way_back(service: ServiceSettings) -> str:
    """How the version before is deployed again."""
    name, file = service.names.service, f"Pulumi.{service.names.stack}.yaml"
    built_once = service.own.build is not None and not service.mutable_tag
    return f"Back: name the earlier version and remove {name}.build in {file}" if built_once else _REVERT


def _revision(task_definition: str) -> str:
    return task_definition.rpartition("/")[2]

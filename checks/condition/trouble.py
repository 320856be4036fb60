"""Whether what is deployed runs well, and why not: in the words of the verdict. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from checks import cause, diagnosis
from checks.cause import Cause
from checks.condition.condition import Deviation, State
from checks.condition.deployed import Deployed, short
from checks.condition.facts import Look
from checks.diagnosis import Judgement, Wanted
from checks.observation import Observation
from masking import masked
from settings.stack import ServiceSettings


def deviations(deployed: Deployed) -> Iterator[Deviation]:
    """Too few tasks, targets or containers that are well."""
    judged, service, desired = _judged(deployed), deployed.service, deployed.running.tasks_desired
    if judged and judged.outcome != "good" and desired >= service.least_tasks:
        begins = judged.outcome == "waiting" and deployed.deployment.state == "IN_PROGRESS"
        yield Deviation(
            state=State.UNDER_WAY if begins else State.IN_TROUBLE,
            field="tasks",
            wanted=str(service.wanted_tasks(desired)),
            found=masked(judged.reason),
            why="its deployment is under way" if begins else _because(deployed),
        )
    containers = deployed.health.containers
    if containers and containers.healthy < containers.all and not (judged and judged.outcome == "waiting"):
        yield Deviation(
            state=State.IN_TROUBLE,
            field="healthy containers",
            wanted=str(containers.all),
            found=str(containers.healthy),
            why=f"their own health check fails ({' '.join(service.own.health.command)}), and ECS replaces their tasks",
        )


def last_failure(deployed: Deployed) -> str:
    """One line on what failed since the last good verdict, in the hour that ECS remembers; empty if nothing did."""
    look, seen = deployed.facts.look, deployed.seen
    if not isinstance(look, Look) or seen is None:
        return deployed.undone
    ours = look.task_definition == deployed.deployment.task_definition
    version = (deployed.running.version if ours else None) or short(look.task_definition)
    return diagnosis.first_words(seen, _wanted(look.task_definition, version), deployed.service) or deployed.undone


def remedy(deployed: Deployed) -> str:
    """What to do about it; empty if nobody knows."""
    judged = _judged(deployed)
    known = judged.cause if judged else None
    if known is None and deployed.seen:
        known = _known(deployed.seen, deployed.service)
    return known.remedy if known else ""


def _because(deployed: Deployed) -> str:
    """Nothing where the last failure says it."""
    if deployed.seen is None or last_failure(deployed):
        return ""
    known = _known(deployed.seen, deployed.service)
    return known.sentence.rstrip(".") if known else "no cause known here fits, so read the log"


def _known(seen: Observation, service: ServiceSettings) -> Cause | None:
    return cause.explain(seen, service) or cause.interruption(seen, service)


def _judged(deployed: Deployed) -> Judgement | None:
    """As the verdict would, but for how ECS came to what is deployed now; None if nobody knows."""
    if deployed.seen is None or not isinstance(deployed.facts.look, Look):
        return None
    seen, ours = deployed.seen, deployed.deployment.task_definition
    completed = [each for each in seen.deployments if each.status == "PRIMARY" and each.state == "COMPLETED"]
    settled = tuple(replace(each, reason="") if each in completed else each for each in seen.deployments)
    crashed = sum(task.failed for task in seen.stopped) if deployed.facts.look.task_definition == ours else 0
    # Which image runs is told apart.
    wanted = _wanted(ours, deployed.running.version or "", min(seen.digests, default=""))
    return diagnosis.judge(replace(seen, deployments=settled), wanted, deployed.service, crashed)


def _wanted(task_definition: str, version: str, digest: str = "") -> Wanted:
    return Wanted(task_definition=task_definition, version=version, digest=digest, url="")

"""Judges the facts about a service against its stack file. Pure: facts in, a Condition out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from checks.condition import comparison, trouble
from checks.condition.condition import Condition, Deviation, State, Wanted
from checks.condition.deployed import Deployed, proven
from checks.condition.drift import NOTHING
from checks.condition.facts import Facts, primary
from checks.question import Unanswered
from settings.stack import ServiceSettings

# What an `up` deploys again, whatever the reason.
_MENDED_BY_UP = {State.NEVER_DEPLOYED, State.GONE, State.UNPROVEN, State.DIFFERS, State.NOT_DEPLOYED}


def judge(service: ServiceSettings, definition: Mapping[str, Any], facts: Facts) -> Condition:
    """How the service is; `definition` is what ECS would be told of its task, the image without version or digest.

    What is not known is no deviation, and named.
    """
    condition, answer = unasked(service, facts.unanswered), facts.service
    digest = service.own.digest or (facts.tag if isinstance(facts.tag, str) else None)
    condition = replace(condition, proven=proven(facts), wanted=replace(condition.wanted, digest=digest))
    if answer is None:
        return _concluded(replace(condition, deviations=(_absent(service, facts),)))
    deployment = None if isinstance(answer, Unanswered) else primary(answer)
    if isinstance(answer, Unanswered) or deployment is None:
        return _concluded(condition)
    deployed = Deployed(service=service, facts=facts, answer=answer, deployment=deployment)
    deviations = (*trouble.deviations(deployed), *comparison.deviations(deployed, definition))
    remedy = trouble.remedy(deployed) if deviations else ""
    return _concluded(
        replace(
            condition,
            running=deployed.running,
            health=deployed.health,
            deviations=deviations,
            last_failure=trouble.last_failure(deployed),
            remedies=(remedy,) if remedy else (),
        )
    )


def unasked(service: ServiceSettings, unanswered: list[str]) -> Condition:
    """Of a service about which AWS said nothing."""
    return Condition(
        stack=service.names.stack,
        service=service.names.service,
        state=State.UNKNOWN,
        wanted=Wanted(
            version=service.own.version,
            digest=service.own.digest,
            tasks_least=service.least_tasks,
            tasks_most=service.most_tasks,
        ),
        unanswered=tuple(unanswered),
    )


def _concluded(condition: Condition) -> Condition:
    """With the worst state of all that is not as wanted, and with the way on."""
    states = {each.state for each in condition.deviations} | ({State.UNKNOWN} if condition.unanswered else set())
    state = next((each for each in State if each in states), State.AS_WANTED)
    named = any("pulumi up" in each for each in condition.remedies)
    up = () if named or states.isdisjoint(_MENDED_BY_UP) else (f"pulumi up -s {condition.stack}",)
    return replace(condition, state=state, remedies=(*condition.remedies, *up))


def _absent(service: ServiceSettings, facts: Facts) -> Deviation:
    state, why = State.NEVER_DEPLOYED, "it was never deployed"
    if isinstance(facts.proofs, Unanswered):
        why = f"{why}, or somebody deleted it"
    elif facts.proofs:
        state, why = State.GONE, "somebody deleted it; CloudTrail knows who (event DeleteService)"
    return Deviation(state=state, field="service", wanted=service.names.family, found=NOTHING, why=why)

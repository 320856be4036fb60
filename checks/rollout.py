"""The verdict on a deployment: waits until it is good, or fails with what ECS says about it."""

import asyncio
import json
import re
import time
from dataclasses import dataclass
from typing import Any, Literal

import pulumi
from pulumi.resource import DependencyResource

import finding
from checks.session import Session
from finding import Finding
from settings.stack import ServiceSettings, Stack

_FIRST_POLL_SECONDS, _LAST_POLL_SECONDS = 1.0, 5.0
_EVENTS_SHOWN = 5

# How long each outcome is borne before it ends the wait. A bad one may come from before the update: ECS is eventually
# consistent. Tasks that do not stay up after their deployment was completed are no longer the circuit breaker's affair.
_PATIENCE_SECONDS = {"bad": 5, "short": 3 * 60, "waiting": 30 * 60}


_UNDONE = re.compile(r"roll(ing|ed)?[ -]?back", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a look at the service says about the deployment of the wanted task definition, and why.

    `short`: ECS calls the deployment completed, but fewer tasks run than wanted.
    """

    outcome: Literal["good", "short", "waiting", "bad"]
    reason: str


def verdict(stack: Stack, service: ServiceSettings) -> pulumi.ResourceHook:
    """The hook that runs before `proven` is written; raising in it leaves the old value, and the next `up` asks
    again.
    """
    names = service.names

    async def follow(args: pulumi.ResourceHookArgs) -> None:
        wanted = json.loads((args.new_inputs or {})["insecureValue"])["taskDefinition"]
        client = await asyncio.to_thread(Session(stack).client, "ecs")
        row = DependencyResource(args.urn)
        started = since = time.monotonic()
        pause, said, outcome, looks = _FIRST_POLL_SECONDS, "", "", 0
        while True:
            described = await asyncio.to_thread(_described, client, names.cluster, names.family)
            judgement, now = judge(described, wanted), time.monotonic()
            if judgement.reason != said:
                said = judgement.reason
                pulumi.log.info(f"{said} ({now - started:.0f} s)", row, ephemeral=True)
            if judgement.outcome != outcome:
                outcome, since, looks = judgement.outcome, now, 0
            looks += 1
            if outcome == "good" and looks == 2:
                return
            ours = outcome == "bad" and _lists(described, wanted)
            if ours or (outcome != "good" and now - since > _PATIENCE_SECONDS[outcome]):
                raise RuntimeError(finding.text([_failure(judgement, described, wanted, service, now - started)]))
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LAST_POLL_SECONDS)

    return pulumi.ResourceHook(f"{names.service}-verdict", follow)


def judge(service: dict[str, Any] | None, wanted: str) -> Judgement:
    """Judges what DescribeServices answered (None: no such service) against the wanted task definition's ARN."""
    if service is None or service["status"] != "ACTIVE":
        return Judgement(outcome="bad", reason="the service is gone: somebody deleted it")
    primary = next((each for each in service["deployments"] if each["status"] == "PRIMARY"), None)
    if primary is None or primary["taskDefinition"] != wanted:
        ours = next((each for each in service["deployments"] if each["taskDefinition"] == wanted), {})
        reason = ours.get("rolloutStateReason") or "ECS took it back"
        serving = _revision(primary["taskDefinition"]) if primary else "nothing"
        return Judgement(outcome="bad", reason=f"the deployment failed ({reason}); {serving} is what ECS runs instead")
    if primary.get("rolloutState") == "FAILED" or _UNDONE.search(primary.get("rolloutStateReason", "")):
        return Judgement(outcome="bad", reason=primary.get("rolloutStateReason", "the deployment failed"))
    later = (each for each in service["deployments"] if each["createdAt"] > primary["createdAt"])
    if failed := next((each for each in later if each.get("rolloutState") == "FAILED"), None):
        # A network, or an image under the same tag, changes without a new revision: what ran before runs again.
        return Judgement(outcome="bad", reason=f"the deployment failed ({failed.get('rolloutStateReason', '')})")
    running, desired = primary["runningCount"], primary["desiredCount"]
    completed = primary.get("rolloutState") == "COMPLETED"
    if completed and running >= desired:
        return Judgement(outcome="good", reason=f"{running} of {desired} tasks run {_revision(wanted)}")
    reason = f"{running} of {desired} tasks of {_revision(wanted)} run, {primary.get('failedTasks', 0)} failed so far"
    return Judgement(outcome="short" if completed else "waiting", reason=reason)


def _lists(service: dict[str, Any] | None, wanted: str) -> bool:
    return any(each["taskDefinition"] == wanted for each in (service or {}).get("deployments", []))


def _described(client: Any, cluster: str, service: str) -> dict[str, Any] | None:
    services = client.describe_services(cluster=cluster, services=[service])["services"]
    return services[0] if services else None


def _failure(
    judgement: Judgement,
    described: dict[str, Any] | None,
    wanted: str,
    service: ServiceSettings,
    elapsed_seconds: float,
) -> Finding:
    name, build = service.names.service, service.own.build
    late = {
        "short": f"its deployment was completed, but its tasks do not stay up ({elapsed_seconds:.0f} s): ",
        "waiting": f"not done after {elapsed_seconds:.0f} s: ",
    }.get(judgement.outcome, "")
    events = [f"\n        {event['message']}" for event in (described or {}).get("events", [])[:_EVENTS_SHOWN]]
    built_once = build is not None and not build.mutable_tag
    primary = next((each for each in (described or {}).get("deployments", []) if each["status"] == "PRIMARY"), {})
    # There was nothing to roll back to, and ECS starts no task of a failed deployment again.
    first = primary.get("taskDefinition") == wanted and primary.get("rolloutState") == "FAILED"
    again = f"change {name}.restart and run up again, since ECS does not retry it" if first else "run up again"
    back = f"name the earlier version and remove {name}.build" if built_once else "git revert the change"
    return Finding(
        where=service.names.family,
        what=f"{_revision(wanted)} does not run: {late}{judgement.reason}",
        found=f"the service's last events:{''.join(events)}" if events else "",
        remedy=f"read the log (aws logs tail {service.names.log_group}), mend what it says and {again}; "
        f"to go back, {back} in Pulumi.{service.names.stack}.yaml. "
        "Until a deployment is good, every up of this stack fails here",
    )


def _revision(task_definition_arn: str) -> str:
    return task_definition_arn.rpartition("/")[2]

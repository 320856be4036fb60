"""What a plan takes down, and for how long: the reasons against "no downtime"."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from review.plan import Change, Plan, short_type


@dataclass(frozen=True, kw_only=True)
class Outage:
    """`services` do not answer, or lack what they need; `of` is the resource, `why` what happens meanwhile."""

    services: Sequence[str]
    of: str
    why: str


_NEW_TASKS = "until new tasks are healthy"
_NO_WAY = "no requests get through, or tasks have no way out, until it is back"

# What is down while something is replaced, by type: if it is deleted first; and even if its successor comes first.
_REPLACED_FIRST: Mapping[str, str] = {
    "ecs/service": f"it is deleted before its successor is made: no task runs {_NEW_TASKS}",
    "ecs/cluster": f"every service in it is deleted with it: no task runs {_NEW_TASKS}",
    "ec2/securityGroup": "the rules are deleted first, and AWS keeps the group while tasks or the balancer use it: up "
    "may end there, with requests shut out",
    "vpc/securityGroupIngressRule": "what it lets in is shut out until its successor is there",
    "vpc/securityGroupEgressRule": "what it lets out is held back until its successor is there",
    "lb/listenerRule": "the balancer answers 404 for its path until its successor is there",
    **dict.fromkeys(("ec2/vpc", "ec2/subnet", "ec2/internetGateway", "ec2/natGateway"), _NO_WAY),
    **dict.fromkeys(("ec2/route", "ec2/routeTable", "ec2/routeTableAssociation"), _NO_WAY),
}
_REPLACED: Mapping[str, str] = {
    "lb/targetGroup": f"the balancer leads requests to the new one at once, which is empty {_NEW_TASKS}: 503 meanwhile",
    "lb/loadBalancer": "its address changes: whoever asks the old one gets no answer",
    "lb/listener": "its port answers nobody until its successor is there",
}
_DELETED: Mapping[str, str] = {
    "ecs/service": "it is deleted, with its tasks",
    "ecs/cluster": "it is deleted, with every service in it",
    "lb/loadBalancer": "it is deleted, with its address",
    "lb/listener": "its port answers nobody any more",
    "lb/listenerRule": "the balancer leads no requests there any more",
    "vpc/securityGroupIngressRule": "what it let in is shut out",
    "vpc/securityGroupEgressRule": "what it let out is held back",
}
_WAYS = ("ec2/vpc", "ec2/subnet", "ec2/internetGateway", "ec2/natGateway", "ec2/route", "ec2/routeTableAssociation")
_RULES = ("vpc/securityGroupIngressRule", "vpc/securityGroupEgressRule")


def of(plan: Plan, services: Sequence[str]) -> list[Outage]:
    """Every outage of a service that runs before; one is said once, where it begins."""
    new = {each.component for each in plan.where("ecs/service") if each.action == "create"}
    running = [each for each in services if each not in new]
    found = list[Outage]()
    for change in plan.changes:
        hit = [change.component] if change.component in services else list(services)
        if (why := _why(change, plan)) and (down := [each for each in hit if each in running]):
            found.append(Outage(services=down, of=f"{change.kind} {change.name}", why=why))
    return found


def _why(change: Change, plan: Plan) -> str:
    kind = short_type(change.type)
    match change.action:
        case "replace":
            return _REPLACED.get(kind) or (_REPLACED_FIRST.get(kind, "") if change.deletes_first else "")
        case "delete" if kind in _RULES and (_has_successor(change, plan) or _goes_with_its_path(change, plan)):
            return ""
        case "delete" if kind in _WAYS:
            return "" if _moved(plan) else _NO_WAY.replace(", until it is back", "")
        case "delete":
            return _DELETED.get(kind, "")
        case "update" if kind == "ecs/service":
            return "; ".join(_too_few(change))
        case _:
            return ""


def _has_successor(rule: Change, plan: Plan) -> bool:
    """Pulumi makes the new rule first, and deletes the old one last, behind the verdict."""
    same = plan.where(short_type(rule.type), component=rule.component)
    return any(each.action == "create" and _other_end(each.new) == _other_end(rule.old) for each in same)


def _goes_with_its_path(rule: Change, plan: Plan) -> bool:
    gone = plan.where("lb/listenerRule", "ecs/service", component=rule.component)
    return any(each.action == "delete" for each in gone)


def _other_end(rule: Mapping[str, object]) -> object:
    return rule.get("cidrIpv4") or rule.get("cidrIpv6") or rule.get("referencedSecurityGroupId")


def _moved(plan: Plan) -> bool:
    """Whether the services leave the subnets before these are deleted."""
    return any(each.of("networkConfiguration.subnets") for each in plan.where("ecs/service"))


def _too_few(service: Change) -> Iterator[str]:
    count, least = (service.new.get(key) for key in ("desiredCount", "deploymentMinimumHealthyPercent"))
    if count == 0 and service.of("desiredCount"):
        yield "its count is lowered to 0"
    elif isinstance(count, (int, float)) and isinstance(least, (int, float)) and int(count * least / 100) == 0:
        yield f"a deployment may stop all of its tasks before new ones run: {least:g} percent of {count:g} is none"

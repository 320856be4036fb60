"""What a plan takes down, and for how long: the reasons against "no downtime"."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

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
    "route53/record": "its old name leads nowhere any more",
}
_DELETED: Mapping[str, str] = {
    "ecs/service": "it is deleted, with its tasks",
    "ecs/cluster": "it is deleted, with every service in it",
    "lb/loadBalancer": "it is deleted, with its address",
    "lb/listener": "its port answers nobody any more",
    "lb/listenerRule": "the balancer leads no requests there any more",
    "route53/record": "its name leads nowhere any more",
    "vpc/securityGroupIngressRule": "what it let in is shut out",
    "vpc/securityGroupEgressRule": "what it let out is held back",
}
_WAYS = (
    *("ec2/vpc", "ec2/subnet", "ec2/internetGateway", "ec2/natGateway"),
    *("ec2/route", "ec2/routeTable", "ec2/routeTableAssociation"),
)
_RULES = ("vpc/securityGroupIngressRule", "vpc/securityGroupEgressRule")


def of(plan: Plan, services: Sequence[str]) -> list[Outage]:
    """Every outage of a service that runs before; one is said once, where it begins."""
    new = {each.component for each in plan.where("ecs/service") if each.action == "create"}
    running = [each for each in services if each not in new]
    found = list[Outage]()
    for change in plan.changes:
        hit = [change.component] if change.component in services else list(services)
        if (why := _why(change, plan, running)) and (down := [each for each in hit if each in running]):
            found.append(Outage(services=down, of=f"{change.kind} {change.name}", why=why))
    return found


def _why(change: Change, plan: Plan, running: Sequence[str]) -> str:
    kind = short_type(change.type)
    # Nobody asks for the record that a certificate is validated by.
    if kind == "route53/record" and not change.old.get("aliases"):
        return ""
    match change.action:
        case "replace":
            return _REPLACED.get(kind) or (_REPLACED_FIRST.get(kind, "") if change.deletes_first else "")
        case "delete" if kind in _RULES and (_has_successor(change, plan) or _goes_with_its_path(change, plan)):
            return ""
        case "delete" if kind in _WAYS:
            return "" if all(_leaves(each, plan) for each in running) else _NO_WAY.replace(", until it is back", "")
        case "delete":
            return _DELETED.get(kind, "")
        case "update" if kind == "ecs/service":
            return "; ".join(_too_few(change))
        case "update" if kind == "lb/listener" and (moved := change.of("port", "protocol")):
            return f"{' and '.join(f'{each.path} {each.old}' for each in moved)} answers nobody any more"
        case "update" if kind == "lb/listenerRule" and (lost := _lost_paths(change)):
            return f"requests for {', '.join(lost)} get to another service, or 404"
        case _:
            return ""


def _has_successor(rule: Change, plan: Plan) -> bool:
    """Pulumi makes the new rule first, and deletes the old one last, behind the verdict: by then the tasks listen on
    the new port, if it is the rule between them and the balancer.
    """
    for each in plan.where(short_type(rule.type), component=rule.component):
        alike = _ports(each.new) == _ports(rule.old) or (_is_of_own_port(each) and _is_of_own_port(rule))
        if each.action == "create" and _other_end(each.new) == _other_end(rule.old) and alike:
            return True
    return False


def _ports(rule: Mapping[str, object]) -> list[object]:
    return [rule.get(key) for key in ("ipProtocol", "fromPort", "toPort")]


def _is_of_own_port(rule: Change) -> bool:
    """By the names that `components/service.py` gives."""
    return rule.name.startswith((f"{rule.component}-from-balancer-", f"{rule.component}-balancer-to-tasks-"))


def _goes_with_its_path(rule: Change, plan: Plan) -> bool:
    gone = plan.where("lb/listenerRule", "ecs/service", component=rule.component)
    return any(each.action == "delete" for each in gone)


def _other_end(rule: Mapping[str, object]) -> object:
    return rule.get("cidrIpv4") or rule.get("cidrIpv6") or rule.get("referencedSecurityGroupId")


def _leaves(service: str, plan: Plan) -> bool:
    """Whether a service is out of the subnets before these are deleted."""
    changes = plan.where("ecs/service", component=service)
    return any(each.action != "update" or each.of("networkConfiguration.subnets") for each in changes)


def _lost_paths(rule: Change) -> list[str]:
    """The paths that it led to its service, and leads there no more."""
    lost = list[str]()
    for each in rule.of("conditions"):
        wanted = (each.new or "").split(", ")
        before = each.old.split(", ") if each.old else []
        lost += [path for path in before if not any(fnmatchcase(path, pattern) for pattern in wanted)]
    return lost


def conditions(plan: Plan, services: Sequence[str]) -> dict[str, str]:
    """What nobody knows beforehand: a target group changes before its service does, so the tasks that run are judged
    by the new check, and ECS replaces those that fail it. By service.
    """
    found = dict[str, str]()
    for each in plan.where("lb/targetGroup"):
        check = each.new.get("healthCheck")
        judged = each.of("healthCheck.path", "healthCheck.matcher")
        if each.action == "update" and each.component in services and judged and isinstance(check, Mapping):
            code = [f" with {one.new}" for one in judged if one.path == "healthCheck.matcher"]
            found[each.component] = f"answers {''.join([str(check.get('path', '/')), *code])}"
    return found


def _too_few(service: Change) -> Iterator[str]:
    count, least = (service.new.get(key) for key in ("desiredCount", "deploymentMinimumHealthyPercent"))
    if count == 0 and service.of("desiredCount"):
        yield "its count is lowered to 0"
    elif isinstance(count, (int, float)) and isinstance(least, (int, float)) and int(count * least / 100) == 0:
        yield f"a deployment may stop all of its tasks before new ones run: {least:g} percent of {count:g} is none"

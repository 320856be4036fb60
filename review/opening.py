"""What a plan opens: to the network, to the world, to other accounts, and to the tasks themselves."""

import ipaddress
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from review import policy
from review.difference import flat
from review.plan import Change, Plan, short_type
from review.policy import Grant, Grants

_RULES = {"vpc/securityGroupIngressRule": "lets in", "vpc/securityGroupEgressRule": "lets out"}
_POLICIES = ("policy", "assumeRolePolicy")
# Every role must be able to sign in to ECR, and no resource can be named for it.
_HARMLESS = "ecr:GetAuthorizationToken"


def of(plan: Plan) -> dict[str, list[str]]:
    """By what is opened; of what is new as a whole, only what lets the world or other accounts in.

    A new service has rules, roles and policies of its own, which its table shows; they open nothing that was closed.
    """
    found = defaultdict[str, list[str]](list)
    for change in plan.changes:
        if change.action != "delete":
            for what in _opened(change, plan):
                found[_about(change)].append(what)
    return dict(found)


def _about(change: Change) -> str:
    role = change.new.get("role")
    if short_type(change.type) == "iam/rolePolicy" and isinstance(role, str):
        return role
    if short_type(change.type) == "ecr/repositoryPolicy":
        return f"images of {change.component}"
    return change.component or change.name


def _opened(change: Change, plan: Plan) -> Iterator[str]:
    kind = short_type(change.type)
    if kind in _RULES:
        yield from _rule(change, _RULES[kind], plan)
    yield from _grants(change, plan)
    for path, opened, what in _SWITCHES:
        if flat(change.new).get(path) == opened and flat(change.old).get(path) != opened and kind in what:
            yield what[kind]


# A field, the value that opens, and what that means by type.
_SWITCHES: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("networkConfiguration.assignPublicIp", "true", {"ecs/service": "its tasks get public addresses"}),
    ("mapPublicIpOnLaunch", "true", {"ec2/subnet": "what starts in this subnet gets a public address"}),
    ("internal", "false", {"lb/loadBalancer": "the load balancer faces the internet"}),
)


def _rule(change: Change, verb: str, plan: Plan) -> Iterator[str]:
    """A rule that is new, or lets more through now; not one that only moves with its group."""
    if change.old and _is_within(change.new, change.old):
        return
    of_new_group = any(each.component == change.component for each in plan.where("ec2/securityGroup") if not each.old)
    if of_new_group and not (verb == "lets in" and cidr(change.new)):
        return
    before, after = (", ".join(reversed(ends(each))) for each in (change.old, change.new))
    yield f"{verb} {after}{f' (was {before})' if change.old else ''}"


def cidr(rule: Mapping[str, Any]) -> str:
    """The addresses at the other end; empty, if that is a group."""
    return str(rule.get("cidrIpv4") or rule.get("cidrIpv6") or "")


def _is_within(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    """Whether it lets nothing through that it did not before. A group keeps its description when it is replaced."""
    if cidr(new) and cidr(old):
        return _is_part(cidr(new), cidr(old)) and _has_ports_of(new, old)
    return not cidr(new) and ends(new)[0] == ends(old)[0] and _has_ports_of(new, old)


def _is_part(new: str, old: str) -> bool:
    try:
        return ipaddress.ip_network(new).subnet_of(ipaddress.ip_network(old))  # pyright: ignore[reportArgumentType]
    except (ValueError, TypeError):
        return new == old


def _has_ports_of(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    if ends(new)[1] == ends(old)[1]:
        return True
    numbers = [each.get(key) for key in ("fromPort", "toPort") for each in (old, new)]
    if new.get("ipProtocol") != old.get("ipProtocol") or not all(isinstance(each, (int, float)) for each in numbers):
        return False
    return old["fromPort"] <= new["fromPort"] and new["toPort"] <= old["toPort"]


def ends(rule: Mapping[str, Any]) -> tuple[str, str]:
    """The other end, and the ports. A group is told by the rule's description: its own id may not be known yet."""
    if not rule:
        return "", ""
    said, addresses = str(rule.get("description") or "another group"), cidr(rule)
    lowest, highest = (rule.get(key) for key in ("fromPort", "toPort"))
    ports = f"port {lowest}" if lowest == highest else f"ports {lowest}-{highest}"
    world = " (the world)" if addresses in ("0.0.0.0/0", "::/0") else ""
    other = f"{addresses}{world}: {said}" if addresses else f"{said[0].lower()}{said[1:]}"
    return other, ports if rule.get("ipProtocol") in ("tcp", "udp") else "every port and protocol"


def _grants(change: Change, plan: Plan) -> Iterator[str]:
    """What this policy grants that no policy of the same owner granted before."""
    after = [grant for path in _POLICIES for grant in _read(change.new, path)]
    if not after:
        return
    before = _granted_before(change, plan)
    is_new = _is_of_new_owner(change, plan)
    added = [each for each in set(after) - before if each.effect == "Allow" and each.action != _HARMLESS]
    who = "others may" if short_type(change.type) in ("ecr/repositoryPolicy", "sns/topic") else "may"
    yield from (f"{who} {each}" for each in policy.told(each for each in added if not is_new or _is_foreign(each)))
    forbidden = [each for each in set(_read(change.old, "policy")) - set(after) if each.effect == "Deny"]
    yield from (f"is no longer forbidden: {each}" for each in policy.told(forbidden))


def _granted_before(change: Change, plan: Plan) -> set[Grant]:
    owners = {change.old.get("role") or change.new.get("role"), change.old.get("repository")} - {None}
    same = [each for each in plan.changes if each.type == change.type and each.component == change.component]
    kept = [each for each in same if not owners or each.old.get("role") in owners or each is change]
    return {grant for each in kept for path in _POLICIES for grant in _read(each.old, path)}


def _is_of_new_owner(change: Change, plan: Plan) -> bool:
    """Whether it is, or belongs to, a role, repository or topic that the same `up` makes."""
    owners = {"iam/rolePolicy": "iam/role", "ecr/repositoryPolicy": "ecr/repository"}
    kind = short_type(change.type)
    if kind in owners:
        made = plan.where(owners[kind], component=change.component)
        owner = change.new.get("role") or change.new.get("repository")
        return any(each.action == "create" and owner in (each.new.get("name"), None) for each in made) or (
            any(each.action == "create" for each in made) and not any(each.action != "create" for each in made)
        )
    return change.action == "create"


def _is_foreign(grant: Grant) -> bool:
    """Somebody who is no service of AWS, or more than anybody should get."""
    foreign = bool(grant.who) and not grant.who.endswith((".amazonaws.com", ".amazonaws.com.cn"))
    return foreign or grant.action in ("*", "*:*") or grant.action.endswith(":*") or grant.action.startswith("NOT ")


def _read(inputs: Mapping[str, Any], path: str) -> Grants:
    found = flat({path: inputs.get(path)}).get(path)
    return found if isinstance(found, Grants) else Grants()

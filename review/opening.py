"""What a plan opens: to the network, to the world, to other accounts, and to the tasks themselves."""

import ipaddress
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from review import policy
from review.difference import flat
from review.plan import Change, Plan, short_type
from review.policy import Grant, Grants
from review.unknown import UNKNOWN

_RULES = {"vpc/securityGroupIngressRule": "lets in", "vpc/securityGroupEgressRule": "lets out"}
# All that the program makes, and no field of it opens anything beside those that are read here.
KNOWN = (
    *("acm/certificate", "acm/certificateValidation", "appautoscaling/policy", "appautoscaling/target"),
    *("cloudwatch/dashboard", "cloudwatch/eventRule", "cloudwatch/logGroup", "cloudwatch/metricAlarm"),
    *(
        "ec2/defaultSecurityGroup",
        "ec2/eip",
        "ec2/flowLog",
        "ec2/internetGateway",
        "ec2/natGateway",
        "ec2/route",
        "ec2/routeTable",
    ),
    *("ec2/routeTableAssociation", "ec2/securityGroup", "ec2/subnet", "ec2/vpc", "ec2/vpcEndpoint"),
    *("ecr/lifecyclePolicy", "ecr/repository", "ecr/repositoryPolicy", "ecs/cluster", "ecs/clusterCapacityProviders"),
    *("ecs/service", "ecs/taskDefinition", "iam/role", "iam/rolePolicy", "lb/listener", "lb/listenerRule"),
    *("lb/loadBalancer", "lb/targetGroup", "route53/record", "s3/bucket", "s3/bucketLifecycleConfiguration"),
    *("s3/bucketOwnershipControls", "s3/bucketPolicy", "s3/bucketPublicAccessBlock"),
    *("s3/bucketServerSideEncryptionConfiguration", "sns/topic", "sns/topicSubscription", "ssm/parameter"),
    *("vpc/securityGroupEgressRule", "vpc/securityGroupIngressRule", "index/image"),
)
_MOST_FIELDS = 6
# What may be done beside taking a role, by who takes it.
_TAGS = ("sts:TagSession", "sts:SetSourceIdentity")
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
            if short_type(change.type) not in KNOWN and change.differences:
                found[f"{change.kind} {change.name}"].append(_unread(change))
    return dict(found)


def _unread(change: Change) -> str:
    fields = [f"{each.path} {each.new or 'none'}" for each in change.differences]
    more = f", and {len(fields) - _MOST_FIELDS} more" if len(fields) > _MOST_FIELDS else ""
    return f"a type that review does not know, read its fields: {', '.join(fields[:_MOST_FIELDS])}{more}"


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
    switched = (
        what
        for each in change.differences
        for of_type, path, opened, what in _SWITCHES
        if kind == of_type and re.fullmatch(path, each.path) and re.fullmatch(opened, each.new or "")
    )
    yield from dict.fromkeys(switched)
    yield from _told_by_fields(change)


# A type, its field, the value that opens, and what that means.
_CONTAINER = r"containerDefinitions\.[^.]+\."
_SWITCHES: tuple[tuple[str, str, str, str], ...] = (
    ("ecs/service", r"networkConfiguration\.assignPublicIp", "true", "its tasks get public addresses"),
    ("ec2/subnet", "mapPublicIpOnLaunch", "true", "what starts in this subnet gets a public address"),
    ("lb/loadBalancer", "internal", "false", "the load balancer faces the internet"),
    ("ecs/taskDefinition", _CONTAINER + "privileged", "true", "its container gets the rights of the host"),
    ("ecs/taskDefinition", _CONTAINER + "user", r"(root|0)(:.*)?", "its container runs as root"),
    ("ecs/taskDefinition", _CONTAINER + "readonlyRootFilesystem", "false", "its container may change its own files"),
    ("ecs/service", "enableExecuteCommand", "true", "people may open a shell in its tasks, as root (ECS Exec)"),
    # What is taken away here is off, too.
    ("s3/bucketPublicAccessBlock", r"(block|ignore|restrict)\w+", "(false)?", "the bucket for logs may be made public"),
)


def _told_by_fields(change: Change) -> Iterator[str]:
    """What takes the place of something, or comes within a field, and would else only be a row."""
    kind = short_type(change.type)
    inline = [f"{each.path} {each.new}" for each in change.of("ingress", "egress") if each.new]
    if inline and kind in ("ec2/securityGroup", "ec2/defaultSecurityGroup"):
        yield f"a rule within the security group: {', '.join(inline)}"
    for each in change.differences:
        was = f" (was {each.old})" if each.old else ""
        if kind == "cloudwatch/logGroup" and each.path == "kmsKeyId" and each.old:
            yield f"what {change.new.get('name')} gets from then on is under {each.new or 'no key of yours'}{was}"
        if each.new is None or each.is_unknown:
            continue
        if kind == "ecr/repository" and (each.path, each.old) == ("imageTagMutability", "IMMUTABLE"):
            yield f"tags of its images may be pushed over: {each.new}{was}"
        elif kind == "iam/role" and each.path == "managedPolicyArns":
            yield f"{_role(change)} may do all that {each.new} allows{was}"
        elif kind == "ecs/taskDefinition" and each.old and each.path in ("taskRoleArn", "executionRoleArn"):
            yield f"its tasks take another {'task' if each.path[0] == 't' else 'execution'} role: {each.new}{was}"
        elif kind == "ecs/taskDefinition" and each.old and re.fullmatch(_CONTAINER + "image", each.path):
            old, new = repository(each.old), repository(each.new)
            yield from [f"its image comes from another repository: {new} (was {old})"] if old != new else []


def repository(image: str) -> str:
    return re.sub(r"(@.*|:[^/]*)$", "", image)


def purpose(change: Change) -> str:
    """What a role of a service is for, `execution` or `task`; empty, if the program did not name it."""
    return next((each for each in ("execution", "task") if change.name.startswith(f"{change.component}-{each}")), "")


def _role(change: Change) -> str:
    own = purpose(change)
    return f"{change.component}'s {own} role" if own else f"the role {change.name}"


def _rule(change: Change, verb: str, plan: Plan) -> Iterator[str]:
    """A rule that is new, or lets more through now; not one that only moves with its group."""
    if change.old and _is_within(change.new, change.old, plan):
        return
    of_new_group = any(each.component == change.component for each in plan.where("ec2/securityGroup") if not each.old)
    if of_new_group and not (verb == "lets in" and addresses(change.new)):
        return
    before, after = told(change.old, change.new)
    yield f"{verb} {after}{f' (was {before})' if change.old else ''}"


def addresses(rule: Mapping[str, Any]) -> str:
    """The addresses, or the list of them, at the other end; empty, if that is a group."""
    return str(rule.get("cidrIpv4") or rule.get("cidrIpv6") or rule.get("prefixListId") or "")


def _is_within(new: Mapping[str, Any], old: Mapping[str, Any], plan: Plan) -> bool:
    """Whether it lets nothing through that it did not before. The id of a group that is replaced is not known yet."""
    if addresses(new) and addresses(old):
        return _is_part(addresses(new), addresses(old)) and _has_ports_of(new, old)
    if addresses(new) or addresses(old):
        return False
    moves = UNKNOWN in _group(new) and any(each.action == "replace" for each in plan.where("ec2/securityGroup"))
    return (moves or _group(new) == _group(old)) and _has_ports_of(new, old)


def _group(rule: Mapping[str, Any]) -> str:
    return str(rule.get("referencedSecurityGroupId") or "")


def _is_part(new: str, old: str) -> bool:
    try:
        return ipaddress.ip_network(new).subnet_of(ipaddress.ip_network(old))  # pyright: ignore[reportArgumentType]
    except (ValueError, TypeError):
        return new == old


def _has_ports_of(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    if ports(new) == ports(old) and new.get("ipProtocol") == old.get("ipProtocol"):
        return True
    numbers = [each.get(key) for key in ("fromPort", "toPort") for each in (old, new)]
    if new.get("ipProtocol") != old.get("ipProtocol") or not all(isinstance(each, (int, float)) for each in numbers):
        return False
    return old["fromPort"] <= new["fromPort"] and new["toPort"] <= old["toPort"]


def told(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, str]:
    """Both sides of a rule, empty where there is none; the group at the other end by its id too, if another comes."""
    groups = _group(old), _group(new)
    differ = all(groups) and groups[0] != groups[1] and UNKNOWN not in groups[1]
    texts = [f"{ports(each)}, {other_end(each)}" if each else "" for each in (old, new)]
    before, after = (f"{text} ({group})" if differ else text for text, group in zip(texts, groups, strict=True))
    return before, after


def other_end(rule: Mapping[str, Any]) -> str:
    """A group is told by the rule's description: its own id may not be known yet."""
    said, given = str(rule.get("description") or "another group"), addresses(rule)
    world = " (the world)" if given in ("0.0.0.0/0", "::/0") else ""
    return f"{given}{world}: {said}" if given else f"{said[0].lower()}{said[1:]}"


def ports(rule: Mapping[str, Any]) -> str:
    lowest, highest = (rule.get(key) for key in ("fromPort", "toPort"))
    numbers = f"port {lowest}" if lowest == highest else f"ports {lowest}-{highest}"
    return numbers if rule.get("ipProtocol") in ("tcp", "udp") else "every port and protocol"


def _grants(change: Change, plan: Plan) -> Iterator[str]:
    """What this policy grants that no policy of the same owner granted before."""
    after = _read(change.new)
    if not after:
        return
    before = _granted_before(change, plan)
    is_new = _is_of_new_owner(change, plan)
    added = [each for each in after - before if each.effect == "Allow" and each.action != _HARMLESS]
    kept = [each for each in added if not is_new or _is_foreign(each)]
    takers = [each for each in kept if short_type(change.type) == "iam/role" and each.who and each.action not in _TAGS]
    yield from (_taken(change, *each) for each in sorted({(each.who, each.condition) for each in takers}))
    rest = [each for each in kept if each not in takers]
    who = "others may" if short_type(change.type) in ("ecr/repositoryPolicy", "sns/topic") else "may"
    yield from (f"{who} {each}" for each in policy.told(rest))
    forbidden = [each for each in _read(change.old) - after if each.effect == "Deny"]
    yield from (f"is no longer forbidden: {each}" for each in policy.told(forbidden))


def _taken(change: Change, who: str, condition: str) -> str:
    anybody = "anybody" if who == "*" else who
    return f"{anybody} may take {_role(change)}{f' if {condition}' if condition else ''}"


def _granted_before(change: Change, plan: Plan) -> set[Grant]:
    owners = {change.old.get("role") or change.new.get("role"), change.old.get("repository")} - {None}
    same = [each for each in plan.changes if each.type == change.type and each.component == change.component]
    kept = [each for each in same if not owners or each.old.get("role") in owners or each is change]
    return {grant for each in kept for grant in _read(each.old)}


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


def _read(inputs: Mapping[str, Any]) -> set[Grant]:
    """What every policy grants that is somewhere in it."""
    return {grant for each in flat(inputs).values() if isinstance(each, Grants) for grant in each}

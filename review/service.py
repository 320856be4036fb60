"""What changes of one service, field by field."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from review import gate, opening, policy, release
from review.difference import Difference, flat
from review.plan import Change, Plan, short_type
from review.policy import Grant, Grants
from review.preview import State
from settings.model import Deployment
from settings.stack import Stack

BUILT = "(built by up)"


@dataclass(frozen=True)
class Row:
    """A field as it is and as it will be; None: it is not there."""

    what: str
    old: str | None
    new: str | None


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What the gate's parameter says of the last good verdict, nothing if there was none, and the revision that the
    state has.
    """

    version: str
    digest: str
    task_definition: str
    latest: str

    @property
    def is_stale(self) -> bool:
        """Whether a revision came after it, and was never proven."""
        return bool(self.latest) and self.task_definition != self.latest


# The resources of a service whose changes are told here, and the names of their fields; an empty name: it follows from
# another field. Of the first pattern that fits; a field that none names is called as it is.
_CONTAINER = r"containerDefinitions\.[^.]+\."
_FIELDS: Mapping[str, Sequence[tuple[str, str]]] = {
    "ecs/taskDefinition": (
        (_CONTAINER + r"environment\.(.+)", r"environment \1"),
        (_CONTAINER + r"secrets\.(.+)", r"secret \1"),
        (_CONTAINER + r"healthCheck\.command", "health check command"),
        (_CONTAINER + r"healthCheck\.startPeriod", "health check grace (s)"),
        (_CONTAINER + r"healthCheck\.(interval|timeout)", r"health check \1 (s)"),
        (_CONTAINER + r"healthCheck\.(.+)", r"health check \1"),
        (_CONTAINER + r"portMappings\.containerPort", "port"),
        (_CONTAINER + r"(image|portMappings\.hostPort)", ""),
        (_CONTAINER + r"cpu", "container's cpu (units)"),
        (_CONTAINER + r"readonlyRootFilesystem", "read-only root file system"),
        (_CONTAINER + r"dockerLabels\.pairva\.restart", "restart"),
        ("cpu", "cpu (units)"),
        ("memory", "memory (MiB)"),
    ),
    "ecs/service": (
        ("desiredCount", "count"),
        (r"capacityProviderStrategies\.FARGATE\.base", "always on demand (tasks)"),
        (r"capacityProviderStrategies\.FARGATE_SPOT\.weight", "Spot (% of the others)"),
        (r"capacityProviderStrategies\..*|launchType|forceNewDeployment", ""),
        (r"taskDefinition|triggers.*|loadBalancers\.container\w+", ""),
        (r"loadBalancers\.targetGroupArn", ""),
        ("enableExecuteCommand", "ECS Exec"),
        ("healthCheckGracePeriodSeconds", "load balancer's check: grace (s)"),
        (r"networkConfiguration\.assignPublicIp", "public address"),
        (r"networkConfiguration\.securityGroups", "security groups"),
        (r"networkConfiguration\.(.+)", r"\1"),
    ),
    "lb/targetGroup": (("healthCheck\\.(.+)", r"load balancer's check: \1"), ("(.+)", r"target group \1")),
    "lb/listenerRule": ((r"conditions\.pathPattern\.values", "path"), (r"actions\..*", "")),
    "appautoscaling/target": ((r"(min|max)Capacity", r"scaling \1"), (".*", "")),
    "appautoscaling/policy": (
        (r".*\.predefinedMetricType", "scaling follows"),
        (r".*\.targetValue", "scaling keeps it at"),
        (".*", ""),
    ),
    "index/image": (
        (r"build\.args\.VERSION|imageName", ""),
        (r"build\.args\.(.+)", r"build argument \1"),
        (r"build\.contextDigest", "build context"),
        (r"build\.(.+)", r"build \1"),
    ),
    "iam/role": ((r"assumeRolePolicy", ""),),
}
_POLICIES = ("iam/rolePolicy", "ecr/repositoryPolicy")
_RULES = {"vpc/securityGroupIngressRule": "lets in", "vpc/securityGroupEgressRule": "lets out"}
_TOLD = {*_FIELDS, *_POLICIES, *_RULES, "ssm/parameter"}

# In this order; of what is new or goes as a whole, only these: the rest is the same for every service.
_TELLING = (
    *("version", "digest", "release", "repository", "restart", "environment ", "secret "),
    *("cpu (units)", "memory (MiB)", "count", "always on demand (tasks)", "Spot (% of the others)"),
    *("scaling ", "port", "path", "health check command", "load balancer's check: path"),
)


def names(plan: Plan) -> list[str]:
    """The services that the preview knows, in the order of the settings, in which they are deployed."""
    seen = {each.component for each, _ in plan.states} | {each.component for each in plan.changes}
    return [name for name in Deployment.service_names() if name in seen]


def is_told(change: Change, services: Sequence[str]) -> bool:
    """Whether a service's table has this change."""
    return change.component in services and short_type(change.type) in _TOLD


def proof(plan: Plan, service: str) -> Proof | None:
    """None, if nothing was deployed, or the preview does not show it."""
    states = {short_type(resource.type): state for resource, state in plan.states if resource.component == service}
    proven, definition = gate.state(plan, service, "proven"), states.get("ecs/taskDefinition")
    if not (proven or _never_proven(plan, service, states)):
        return None
    record = gate.record(proven.inputs) if proven else {}
    return Proof(
        version=str(record.get("version", "")),
        digest=str(record.get("digest", "")),
        task_definition=str(record.get("taskDefinition", "")),
        latest=str(definition.outputs.get("arn", "")) if definition else "",
    )


def _never_proven(plan: Plan, service: str, states: Mapping[str, State]) -> bool:
    """Whether there is a service, and its gate is yet to be made."""
    change = gate.change(plan, service, "proven")
    return "ecs/service" in states and change is not None and change.action == "create"


def version(plan: Plan, service: str, stack: Stack | None) -> tuple[str | None, str | None]:
    """The version that was proven last, and the one that is wanted."""
    before = proof(plan, service)
    wanted = stack.services[service].own.version if stack and service in stack.services else None
    if any(each.action == "delete" for each in plan.where("ecs/service", component=service)):
        wanted = None
    return (before.version or None) if before else None, wanted


def rows(plan: Plan, service: str, stack: Stack | None) -> list[Row]:
    """Everything that changes, most telling first."""
    old, new = version(plan, service, stack)
    changed = [Row("version", old, new)] if old != new and new else []
    released = release.commands(plan, service, stack)
    changed += [Row("release", *released)] if released[0] != released[1] and plan.by_component.get(service) else []
    fields = [row for change in plan.by_component.get(service, []) for row in _fields(change)]
    found = [*changed, *_digest(plan, service), *dict.fromkeys(fields)]
    return [*sorted(found, key=_rank), *_ways(plan, service), *_grants(plan, service)]


def _rank(row: Row) -> tuple[int, str]:
    return _telling(row.what), row.what


def _telling(what: str) -> int:
    return next(
        (rank for rank, name in enumerate(_TELLING) if what == name or (name.endswith(" ") and what.startswith(name))),
        len(_TELLING),
    )


def _fields(change: Change) -> Iterator[Row]:
    kind = short_type(change.type)
    for each in change.differences if kind in _FIELDS else []:
        what = _name(kind, each.path)
        whole = change.action in ("create", "delete")
        if what and not (whole and _telling(what) == len(_TELLING)) and not _follows(each, kind):
            yield Row(what, each.old, each.new)


def _name(kind: str, path: str) -> str:
    for pattern, name in _FIELDS[kind]:
        if found := re.fullmatch(pattern, path, re.DOTALL):
            return found.expand(name)
    return re.sub(_CONTAINER, "", path)


def _follows(each: Difference, kind: str) -> bool:
    """An id or ARN of what the same `up` makes."""
    reference = re.search(r"(Arn|Id|securityGroups|subnets|role|name)$", each.path)
    return bool(each.is_wholly_unknown and reference) or (kind == "ecs/taskDefinition" and each.path.startswith("tags"))


def _digest(plan: Plan, service: str) -> Iterator[Row]:
    """And the repository, if the image comes from another one."""
    old, new = _images(plan, service)
    before = proof(plan, service)
    was = before.digest if before else _part(old, "@")
    builds = [each for each in plan.where("index/image", component=service) if each.action != "delete"]
    if builds:
        yield Row("digest", _short(was), BUILT)
    elif (now := _part(new, "@")) and now != was:
        yield Row("digest", _short(was), _short(now))
    repositories = opening.repository(old), opening.repository(new)
    if old and new and repositories[0] != repositories[1]:
        yield Row("repository", *repositories)


def _short(digest: str) -> str | None:
    """As many digits as Docker shows."""
    return f"{digest[:19]}…" if digest else None


def _images(plan: Plan, service: str) -> tuple[str, str]:
    for change in plan.where("ecs/taskDefinition", component=service):
        both = [
            next((str(value) for path, value in flat(inputs).items() if re.fullmatch(_CONTAINER + "image", path)), "")
            for inputs in (change.old, change.new)
        ]
        return both[0], both[1]
    return "", ""


def _part(image: str, separator: str) -> str:
    return image.partition(separator)[2]


def _ways(plan: Plan, service: str) -> Iterator[Row]:
    """What the rules of its security group let through; a rule that another one takes the place of is one row with it.

    What only moves with its group changes nothing.
    """
    for kind, verb in _RULES.items():
        changes = [each for each in plan.where(kind, component=service) if each.action != "replace" or not each.forces]
        sides = defaultdict[str, tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]](lambda: ([], []))
        for change in changes:
            for side, rule in enumerate((change.old, change.new)):
                if rule:
                    sides[opening.other_end(rule)][side].append(rule)
        pairs = (opening.told(*both) for olds, news in sides.values() for both in zip_longest(olds, news, fillvalue={}))
        yield from (Row(verb, old or None, new or None) for old, new in pairs if old != new)


def _grants(plan: Plan, service: str) -> Iterator[Row]:
    """What its roles may do, and who may pull its images: compared for each owner, over all policies it has."""
    before, after = defaultdict[str, set[Grant]](set), defaultdict[str, set[Grant]](set)
    for change in plan.by_component.get(service, []):
        if short_type(change.type) in (*_POLICIES, "iam/role"):
            owner = _owner(change)
            for inputs, found in ((change.old, before), (change.new, after)):
                for key in ("policy", "assumeRolePolicy"):
                    read = flat({key: inputs.get(key)}).get(key)
                    found[owner] |= read if isinstance(read, Grants) else set()
    for owner in sorted({*before, *after}):
        yield from (Row(owner, each, None) for each in policy.told(before[owner] - after[owner]))
        yield from (Row(owner, None, each) for each in policy.told(after[owner] - before[owner]))


def _owner(change: Change) -> str:
    if short_type(change.type) == "ecr/repositoryPolicy":
        return "others may"
    role = f"{opening.purpose(change) or change.name} role"
    return f"{role}: who takes it" if short_type(change.type) == "iam/role" else f"{role} may"

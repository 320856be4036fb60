"""How long `up` will take: what is typical, and what is the most while tasks fail."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from review import release
from review.plan import Change, Plan, short_type
from settings import fargate
from settings.fargate import TimeBudget
from settings.stack import ServiceSettings, Stack

# From the request for a task to its running container, for an image of some hundred megabytes. Ours, as the 150 s of
# settings/fargate.py are, which is what a slow start may take: AWS promises nothing.
_START_SECONDS = 60

# What AWS needs until a resource works, and the provider waits for. AWS says "a few minutes" of the first two, 60 s of
# Route 53 (API_ChangeResourceRecordSets), "within minutes, or up to half an hour" of ACM: the numbers are ours.
_MADE_SECONDS: Mapping[str, tuple[int, str]] = {
    "lb/loadBalancer": (180, "load balancer"),
    "ec2/natGateway": (120, "NAT gateway"),
    "acm/certificateValidation": (300, "certificate"),
    "route53/record": (60, "name in Route 53"),
}
# A service lets go of its tasks, a gateway of its address.
_DELETED_SECONDS: Mapping[str, tuple[int, str]] = {
    "ecs/service": (fargate.DEREGISTRATION_SECONDS + fargate.STOP_TIMEOUT_SECONDS, "service that ends its tasks"),
    "ec2/natGateway": (60, "NAT gateway that goes"),
}

# What else there is takes seconds, together.
_LEAST_SECONDS = 30

_SLOW_SECONDS, _SLOW_TRIES_SECONDS = 300, 2400


@dataclass(frozen=True, kw_only=True)
class Duration:
    """`parts` add up to the typical seconds, to which comes what nobody knows: builds and releases. `most_seconds` is
    there if tasks are started, which may fail.
    """

    seconds: int
    most_seconds: int | None
    parts: Sequence[str]
    builds: Sequence[str]
    releases: Sequence[str]
    budgets: Mapping[str, TimeBudget]

    @property
    def is_slow(self) -> bool:
        return self.seconds > _SLOW_SECONDS

    @property
    def slow(self) -> dict[str, str]:
        """What takes its time, and why: longer than a change of both services does, or than ECS tries by default."""
        long = {name: each for name, each in self.budgets.items() if each.deadline_seconds > _SLOW_TRIES_SECONDS}
        whole = {"this up": self.explained} if self.is_slow else {}
        return {**whole, **{name: f"until ECS gives up, if its tasks fail: {each}" for name, each in long.items()}}

    def __str__(self) -> str:
        unknown = {"build": self.builds, "release": self.releases}
        besides = [f"the {what} of {' and '.join(names)}" for what, names in unknown.items() if names]
        return " plus ".join([f"about {_minutes(self.seconds)}", *([", plus ".join(besides)] if besides else [])])

    @property
    def explained(self) -> str:
        most = f"; at most {_minutes(self.most_seconds)} if tasks fail" if self.most_seconds else ""
        return f"{', then '.join(self.parts)}{most}"


def of(plan: Plan, stack: Stack | None) -> Duration | None:
    """None: there is nothing to do, or nobody can know, for the stack's settings are not known."""
    if not plan.changes or stack is None:
        return None
    around, what = max((_of_aws(each) for each in plan.changes), default=(0, ""))
    typical = {name: seconds for name, each in stack.services.items() if (seconds := _of_service(plan, each))}
    starting = [name for name in typical if starts_tasks(plan, name)]
    parts = [f"{_minutes(around)} for the {what}"] if around else []
    # One after the other: the frontend's service waits for the verdict on the backend's (__main__.py).
    parts += [f"{_minutes(seconds)} for {name}" for name, seconds in typical.items()]
    seconds = max(_LEAST_SECONDS, around + sum(typical.values()))
    budgets = {name: stack.services[name].time_budget for name in starting}
    releases = [name for name in stack.services if release.runs(plan, name)]
    tries = sum(each.deadline_seconds for each in budgets.values()) + len(releases) * fargate.RELEASE_MINUTES * 60
    return Duration(
        seconds=seconds,
        most_seconds=around + tries + sum(typical[name] for name in typical if name not in starting) if tries else None,
        parts=parts,
        budgets=budgets,
        releases=releases,
        builds=[each.component for each in plan.where("index/image") if each.action != "delete"],
    )


def deploys(plan: Plan, service: str) -> bool:
    """Whether ECS starts a deployment: all but the count, the grace and the tags of a service do, and with
    `forceNewDeployment` all but its tags.
    """
    return any(_deploys(each) for each in plan.where("ecs/service", component=service))


def starts_tasks(plan: Plan, service: str) -> bool:
    """By a deployment, or because more of them are wanted."""
    more = [one for each in plan.where("ecs/service", component=service) for one in each.of("desiredCount")]
    return deploys(plan, service) or any(_number(one.new) > _number(one.old) for one in more)


def _deploys(service: Change) -> bool:
    if service.action in ("create", "replace"):
        return True
    forced = service.new.get("forceNewDeployment") is True
    quiet = ("tags",) if forced else ("desiredCount", "tags", "healthCheckGracePeriodSeconds")
    return service.action == "update" and any(not each.path.startswith(quiet) for each in service.differences)


def _of_service(plan: Plan, service: ServiceSettings) -> int:
    """Tasks start and pass their first checks, then the ones before are drained; nothing if neither happens."""
    own, name, balanced = service.own.health, service.names.service, service.own.path is not None
    changes = plan.where("ecs/service", component=name)
    if not any(_deploys(each) or each.of("desiredCount") for each in changes if each.action != "delete"):
        return 0
    of_target = fargate.TARGET_HEALTHY_CHECKS * fargate.TARGET_INTERVAL_SECONDS if balanced else 0
    start = _START_SECONDS + max(own.interval_seconds, of_target) if starts_tasks(plan, name) else 0
    drained = any(each.action == "update" for each in changes)
    return start + (fargate.DEREGISTRATION_SECONDS if drained and balanced else 0)


def _of_aws(change: Change) -> tuple[int, str]:
    kind = short_type(change.type)
    if change.action in ("create", "replace"):
        return _MADE_SECONDS.get(kind, (0, ""))
    return _DELETED_SECONDS.get(kind, (0, "")) if change.action == "delete" else (0, "")


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def _minutes(seconds: int) -> str:
    return f"{max(1, math.ceil(seconds / 60 - 0.25))} min"

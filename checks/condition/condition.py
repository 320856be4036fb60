"""How a service is: what is said of it, side by side with others."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """The worst first. Only the last is as wanted; of the one before it nobody knows."""

    NEVER_DEPLOYED = "never deployed"
    GONE = "gone"
    IN_TROUBLE = "in trouble"
    FAILED = "deployment failed"
    UNPROVEN = "unproven"
    DIFFERS = "differs"
    UNDER_WAY = "under way"
    NOT_DEPLOYED = "not deployed yet"
    UNKNOWN = "unknown"
    AS_WANTED = "as wanted"


@dataclass(frozen=True, kw_only=True)
class Deviation:
    """One thing that is not as wanted: the field, both values, and how that comes, or may."""

    state: State
    field: str
    wanted: str
    found: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the stack file says; the digest is the one that the version's tag names in ECR, if there is one."""

    version: str
    digest: str | None
    tasks_least: int
    tasks_most: int


@dataclass(frozen=True, kw_only=True)
class Running:
    """What ECS runs, or tries to, since its deployment began; no version if nobody knows that of the revision."""

    version: str | None
    digests: tuple[str, ...]
    revision: str
    since: datetime
    tasks: int
    tasks_desired: int


@dataclass(frozen=True)
class Share:
    """So many of all are healthy."""

    healthy: int
    all: int


@dataclass(frozen=True, kw_only=True)
class Health:
    """As the load balancer and as ECS see it; None where nobody tells."""

    targets: Share | None
    containers: Share | None


@dataclass(frozen=True, kw_only=True)
class Proven:
    """The last good verdict; `by` is an ARN."""

    version: str
    digest: str
    revision: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One service of one stack.

    `last_failure` is why a task failed last, within the hour; `remedies` is what to do, `commands` what to look with,
    ready for a shell. `unanswered` is why nobody knows more.
    """

    stack: str
    service: str
    state: State
    wanted: Wanted
    running: Running | None = None
    health: Health | None = None
    proven: Proven | None = None
    deviations: tuple[Deviation, ...] = ()
    last_failure: str = ""
    remedies: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()

"""What is to be seen of a service while it is deployed: the answers of AWS as facts, every time by AWS's clock."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One deployment of the service; `failed` are tasks in a row that did not come up."""

    id: str
    status: str
    task_definition: str
    state: str
    reason: str
    desired: int
    running: int
    pending: int
    failed: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Container:
    """How a container of a stopped task ended; no exit code if it never ran."""

    name: str
    exit_code: int | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class StoppedTask:
    """A task that stopped; `started_at` is missing if none of its containers ever ran."""

    arn: str
    stop_code: str
    reason: str
    containers: tuple[Container, ...]
    created_at: datetime
    started_at: datetime | None
    stopped_at: datetime | None

    @property
    def id(self) -> str:
        return self.arn.rpartition("/")[2]

    @property
    def lived_seconds(self) -> float | None:
        if self.started_at is None or self.stopped_at is None:
            return None
        return (self.stopped_at - self.started_at).total_seconds()


@dataclass(frozen=True, kw_only=True)
class Target:
    """A task as the load balancer sees it; `reason` is ELB's code (`Target.Timeout`), `description` its words."""

    address: str
    state: str
    reason: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Event:
    """One of the service's own messages."""

    at: datetime
    message: str


@dataclass(frozen=True, kw_only=True)
class Observation:
    """A service at one moment. `stopped` and `events` are of this deployment, newest first.

    `log` are the last lines of the newest stopped task, masked. `unread` says what could not be read, and why.
    """

    desired: int
    deployments: tuple[Deployment, ...]
    events: tuple[Event, ...] = ()
    stopped: tuple[StoppedTask, ...] = ()
    targets: tuple[Target, ...] = ()
    log: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

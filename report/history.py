"""What ECS remembers of a service's deployment, as far as it could be asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task that started or stopped meanwhile; `ending` is how it ended, in ECS's words, empty while it runs."""

    id: str
    revision: str
    created: datetime
    started: datetime | None
    stopped: datetime | None
    ending: str
    failed: bool


@dataclass(frozen=True, kw_only=True)
class Message:
    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class Running:
    """One of the service's deployments, as it was when it was asked."""

    revision: str
    status: str
    state: str
    running: int
    desired: int


@dataclass(frozen=True, kw_only=True)
class ServiceHistory:
    """Tasks and messages from the run's time, oldest first."""

    tasks: tuple[Task, ...]
    messages: tuple[Message, ...]
    running: tuple[Running, ...]


@dataclass(frozen=True, kw_only=True)
class History:
    """`asked` is when; `caller` is the ARN of who asked. `unread` says what got no answer, and why."""

    asked: datetime
    caller: str = ""
    services: Mapping[str, ServiceHistory] = field(default_factory=dict[str, ServiceHistory])
    unread: tuple[str, ...] = ()

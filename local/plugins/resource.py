"""The entries of a plugin's table: what a resource type and a function are to the provider."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from local.plugins.engine import Log
from local.plugins.shape import Shape
from local.plugins.wire import Props

Session = TypeVar("Session")


@dataclass(frozen=True, kw_only=True)
class Target:
    """The one resource that an operation is about."""

    urn: str
    id: str = ""
    inputs: Props = field(default_factory=Props)
    old_inputs: Props = field(default_factory=Props)
    state: Props = field(default_factory=Props)
    preview: bool = False

    @property
    def name(self) -> str:
        """The logical name."""
        return self.urn.rpartition("::")[2]

    def changed(self, *names: str) -> bool:
        """Whether any of these inputs differs from before; at creation, whether any is given."""
        return any(self.inputs.get(name) != self.old_inputs.get(name) for name in names)


Step = Callable[[Session, Target], None]


@dataclass(frozen=True, kw_only=True)
class ResourceType(Generic[Session]):
    """One resource type: what it takes, what forces a replacement, and the operations.

    `create` is the one call that makes it exist and answers its id; `settle` is everything after that, so that a
    failure there leaves a resource that the state knows. `read` answers None when it is gone.
    """

    inputs: Mapping[str, Shape]
    create: Callable[[Session, Target], str]
    read: Callable[[Session, Target], Props | None]
    update: tuple[Step[Session], ...] = ()
    delete: Step[Session]
    settle: tuple[Step[Session], ...] = ()
    required: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict[str, Any])
    replace_on: frozenset[str] = frozenset()
    delete_before_replace: bool = False
    """For what exists once under a key of its own, so that old and new cannot stand side by side."""
    computed: frozenset[str] = frozenset()
    """Outputs (and inputs, where not given) that are unknown until it exists."""
    volatile: frozenset[str] = frozenset()
    """Computed outputs that an update changes."""
    secret: frozenset[str] = frozenset()
    name_limit: int | None = None
    """The longest `name`; a type that has one is named automatically when the program gives none."""
    only_here: frozenset[str] = frozenset()
    """Inputs that steer the provider and that the other side never hears of."""
    not_reported: Mapping[str, str] = field(default_factory=dict[str, str])
    """Inputs that an answer may lack although they are set, each with the reason; they then keep their value."""
    unobserved: bool = False
    """Read answers the state as it is, as the real provider does."""
    ignored: frozenset[str] = frozenset()
    """Property paths whose change is no difference."""
    acts_on_preview: Callable[[Target], bool] = lambda _: False
    """Whether a preview already does the work."""


@dataclass(frozen=True, kw_only=True)
class Function(Generic[Session]):
    """A lookup: the arguments it takes and what answers it."""

    arguments: Mapping[str, Shape]
    call: Callable[[Session, Props], Props]
    required: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()


def _never(_: Exception) -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class Plugin(Generic[Session]):
    """Everything that tells one provider from another."""

    name: str
    version: str
    configuration: Mapping[str, Shape]
    connect: Callable[[Props, Log], Session]
    resources: Mapping[str, ResourceType[Session]]
    prepare: Callable[[Session, ResourceType[Session], Target], Props]
    """The last word on checked inputs; raises ValueError for what is wrong with them."""
    functions: Mapping[str, Function[Session]] = field(default_factory=dict[str, Function[Session]])
    gone: Callable[[Exception], bool] = _never
    """Whether an error says that the resource does not exist."""
    busy: Callable[[Exception], bool] = _never
    """Whether an error says that something still depends on the resource."""
    outputs: Callable[[Session, ResourceType[Session], Props], Props] = lambda _, __, ___: {}
    """Outputs that follow from the type and its inputs alone."""

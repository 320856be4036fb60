"""The entries of a plugin's table: what a resource type and a lookup are to the provider."""

import hashlib
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from local.plugins import shape
from local.plugins.shape import Shape
from local.plugins.wire import Props

DEFAULTS = "__defaults"
"""Names the inputs that the program did not give; pulumi-aws keeps this list in the state under the same key."""

_DIGITS = 7

Session = Any
"""Whatever a plugin's `connect` makes of its configuration."""

Log = Callable[[str, str], None]
"""Says something on the row of a resource (its URN, the text) while it happens."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """The one resource that an operation is about."""

    urn: str = ""
    id: str = ""
    inputs: Props = field(default_factory=Props)
    old_inputs: Props = field(default_factory=Props)
    state: Props = field(default_factory=Props)


@dataclass(frozen=True, kw_only=True)
class ResourceType(ABC):
    """One resource type: what it takes, what forces a replacement, and the operations."""

    inputs: Mapping[str, Shape]
    required: AbstractSet[str] = frozenset()
    only: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Inputs of which a single value is implemented."""
    replace_on: AbstractSet[str] = frozenset()
    delete_before_replace: bool = False
    """For what exists once under a key of its own, so that old and new cannot stand side by side."""
    name_limit: int = 0
    """The longest `name`; a type that has one is named automatically when the program gives none."""
    only_here: AbstractSet[str] = frozenset()
    """Inputs that the other side never reports, because they only steer the provider or are part of the id."""

    @property
    @abstractmethod
    def computed(self) -> AbstractSet[str]:
        """Outputs that are unknown until it exists."""

    volatile: AbstractSet[str] = frozenset()
    """Computed outputs that an update changes."""

    def prepare(self, session: Session, inputs: Props) -> Props:
        """The last word on checked inputs; raises ValueError for what is wrong with them."""
        return inputs

    @abstractmethod
    def create(self, session: Session, target: Target) -> tuple[str, Props]:
        """Make it; the answer is its id and what it really is like."""

    def imported(self, session: Session, identity: str) -> Target:
        """What `pulumi import` names so: with its id in the state, and with the inputs that the name tells."""
        return Target(id=identity)

    @abstractmethod
    def read(self, session: Session, target: Target) -> Props | None:
        """What it is really like; None when it is gone."""

    @abstractmethod
    def update(self, session: Session, target: Target) -> Props:
        """Change it in place; the answer is what it is really like."""

    @abstractmethod
    def delete(self, session: Session, target: Target) -> None:
        """Delete it; what is gone already is deleted."""

    def faults(self, inputs: Props, not_implemented: str) -> Iterator[str]:
        """What is wrong with inputs, one sentence each."""
        yield from faults(self.inputs, self.required, inputs, not_implemented)
        for name, value in self.only.items():
            if inputs.get(name, value) != value:
                yield f"{name} {inputs[name]} {not_implemented}"

    def named(self, logical_name: str, inputs: Props, old_inputs: Props, seed: bytes) -> Props:
        """The inputs with a name, as pulumi-aws chooses it: the logical one and seven hexadecimal digits."""
        if not self.name_limit or "name" in inputs:
            return inputs
        if "name" in old_inputs.get(DEFAULTS, []):
            return {**inputs, "name": old_inputs["name"], DEFAULTS: ["name"]}
        if len(logical_name) + 1 + _DIGITS > self.name_limit:
            raise ValueError(
                f"name '{logical_name}-' plus {_DIGITS} random chars is longer than maximum length {self.name_limit}"
            )
        digits = hashlib.sha256(seed).hexdigest() if seed else secrets.token_hex(_DIGITS)
        return {**inputs, "name": f"{logical_name}-{digits[:_DIGITS]}", DEFAULTS: ["name"]}

    def differences(self, old: Props, new: Props) -> list[str]:
        """The inputs that do not mean the same any more."""
        return [name for name, form in self.inputs.items() if not shape.same(form, old.get(name), new.get(name))]

    def must_go_first(self, old: Props, new: Props) -> bool:
        """Whether a replacement would have the same key as what it replaces."""
        own_name = self.name_limit > 0 and DEFAULTS not in new
        return self.delete_before_replace or (own_name and old.get("name") == new.get("name"))

    def inputs_now(self, inputs: Props, actual: Props) -> Props:
        """The inputs as they really are: in the program's words where nothing moved, gone where it is gone."""
        found = Props()
        for name, value in inputs.items():
            nothing = value in ([], {})  # an empty list or map, where AWS has none: the same thing
            if name == DEFAULTS or name in self.only_here or (nothing and actual.get(name) is None):
                found[name] = value
            elif actual.get(name) is not None:
                found[name] = shape.seen(self.inputs[name], value, actual[name])
        return found


def faults(
    shapes: Mapping[str, Shape], required: AbstractSet[str], given: Props, not_implemented: str
) -> Iterator[str]:
    """What is wrong with inputs, arguments or configuration."""
    yield from shape.faults(shapes, given, "", not_implemented)
    yield from (f"{name} is required" for name in sorted(required - given.keys()))


@dataclass(frozen=True, kw_only=True)
class Function:
    """A lookup: the arguments it takes and what answers it."""

    arguments: Mapping[str, Shape]
    required: AbstractSet[str]
    call: Callable[[Session, Props], Props]
    secret: AbstractSet[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """Everything that tells one provider from another."""

    name: str
    version: str
    configuration: Mapping[str, Shape]
    connect: Callable[[Props, Log], Session]
    resources: Mapping[str, ResourceType]
    functions: Mapping[str, Function] = field(default_factory=dict[str, Function])

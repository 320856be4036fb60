"""Tags, which every AWS service takes and gives in a way of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.plugins.amazon.expression import Expressions, evaluated, search
from local.plugins.resource import Target
from local.plugins.wire import Props

Tags = dict[str, str]


def pairs(tags: Tags) -> list[Tags]:
    """As most services want them."""
    return [{"Key": name, "Value": value} for name, value in tags.items()]


def small_pairs(tags: Tags) -> list[Tags]:
    """As ECS wants them."""
    return [{"key": name, "value": value} for name, value in tags.items()]


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """The operations and arguments of one service."""

    whose: Expressions
    """The arguments that name the resource, over its `id` and `arn`."""
    add: str
    remove: str
    listing: str = ""
    """The operation that lists them, where the description of the resource does not."""
    where: str = "Tags"
    """Where they are in the answer."""
    argument: str = "Tags"
    keys: str = "TagKeys"
    form: Callable[[Tags], Any] = pairs
    removed: Callable[[list[str]], Any] = list
    specification: str = ""
    """The type of resource that EC2 wants to know when it tags what it creates."""

    def at_creation(self, inputs: Props) -> Props:
        """The argument that tags what is created; nothing without tags."""
        if not inputs.get("tags"):
            return {}
        tags = self.form(inputs["tags"])
        if self.specification:
            return {"TagSpecifications": [{"ResourceType": self.specification, "Tags": tags}]}
        return {self.argument: tags}

    def read(self, client: Any, whose: Props, answer: Props) -> Tags:
        """The tags as they are."""
        if self.listing:
            answer = getattr(client, self.listing)(**evaluated(self.whose, whose))
        listed = search(self.where, answer) or {}
        if isinstance(listed, dict):
            return listed
        return {tag.get("Key", tag.get("key")): tag.get("Value", tag.get("value", "")) for tag in listed}

    def update(self, client: Any, target: Target) -> None:
        """Make old tags into new ones."""
        old, new = target.old_inputs.get("tags", {}), target.inputs.get("tags", {})
        whose = evaluated(self.whose, {**target.state, "id": target.id})
        if removed := sorted(old.keys() - new.keys()):
            getattr(client, self.remove)(**whose, **{self.keys: self.removed(removed)})
        if added := {name: value for name, value in new.items() if old.get(name) != value}:
            getattr(client, self.add)(**whose, **{self.argument: self.form(added)})

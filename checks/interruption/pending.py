"""What an engine that was killed was creating: its state has begun it, and knows no end."""

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any


class NotAStateError(ValueError):
    """It is not what `pulumi stack export` writes; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Creation:
    """A resource that AWS may or may not have made. `inputs` are what the provider was given."""

    urn: str
    type_: str
    parent: str
    inputs: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]


@dataclass(frozen=True, kw_only=True)
class Interrupted:
    """The creations that a state has begun, all that it knows (type and id: a cluster's name is its dashboard's, too),
    whose it is (one stack's, or nobody's), and the URNs of what it has, in whose place a creation is a replacement.
    """

    stacks: AbstractSet[str]
    creations: list[Creation]
    known: AbstractSet[tuple[str, str]]
    urns: AbstractSet[str]


def read(content: bytes) -> Interrupted:
    """Raises NotAStateError."""
    try:
        deployment = json.loads(content)["deployment"]
        resources = deployment.get("resources") or []
        begun = [each["resource"] for each in deployment.get("pending_operations") or [] if each["type"] == "creating"]
        return Interrupted(
            stacks={each["urn"].split(":")[2] for each in [*resources, *begun]},
            creations=[_creation(each) for each in begun],
            known={(each["type"], each["id"]) for each in resources if each.get("id")},
            urns={each["urn"] for each in resources if not each.get("delete")},
        )
    except ValueError:
        raise NotAStateError("is no JSON: give it what pulumi stack export writes") from None
    except (LookupError, TypeError, AttributeError):
        raise NotAStateError("is no state: give it what pulumi stack export writes") from None


def _creation(resource: Mapping[str, Any]) -> Creation:
    return Creation(
        urn=resource["urn"],
        type_=resource["type"],
        parent=resource.get("parent", ""),
        inputs=resource.get("inputs") or {},
    )

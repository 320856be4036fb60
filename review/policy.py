"""What an IAM policy document grants, a line for each grant, so that two documents can be compared."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from review import unknown


@dataclass(frozen=True, order=True)
class Grant:
    """One action on one resource. `who` is empty in a policy of a role, which grants the role itself."""

    effect: str
    who: str
    action: str
    resource: str
    condition: str

    def __str__(self) -> str:
        effect = "" if self.effect == "Allow" else f"{self.effect.lower()} "
        who = f" by {self.who}" if self.who else ""
        on = f" on {self.resource}" if self.resource else ""
        return f"{effect}{self.action}{on}{who}{f' if {self.condition}' if self.condition else ''}"


def told(grants: Iterable[Grant]) -> list[str]:
    """A line for each that gets something, with all the actions that it gets alike."""
    together = defaultdict[Grant, list[str]](list)
    for each in sorted(grants):
        together[replace(each, action="")].append(each.action)
    return [str(replace(each, action=", ".join(actions))) for each, actions in together.items()]


class Grants(frozenset[Grant]):
    """All that a document grants; also how a document is told from other values."""


def read(document: Any) -> Grants | None:
    """None, if it is no policy document, or one whose statements are not known yet."""
    statements = _listed(document.get("Statement")) if isinstance(document, Mapping) else []
    if not statements or not all(isinstance(each, Mapping) for each in statements):
        return None
    return Grants(grant for each in statements for grant in _grants(each))


def _grants(statement: Mapping[str, Any]) -> Iterator[Grant]:
    """`NotAction` and its like are said as they are: what they grant is all the rest."""
    effect, condition = str(statement.get("Effect", "Allow")), _condition(statement.get("Condition"))
    for who in _values(statement, "Principal") or [""]:
        for action in _values(statement, "Action") or [""]:
            for resource in _values(statement, "Resource") or [""]:
                yield Grant(effect, who, action, resource, condition)


def _values(statement: Mapping[str, Any], key: str) -> list[str]:
    if f"Not{key}" in statement:
        return [f"NOT {', '.join(_names(statement[f'Not{key}']))}"]
    return _names(statement.get(key))


def _names(value: Any) -> list[str]:
    """Principals come as a table of kinds: `{"Service": "ecs-tasks.amazonaws.com"}`."""
    values = value.values() if isinstance(value, Mapping) else [value]
    return [unknown.text(name) for each in values for name in _listed(each)]


def _condition(condition: Any) -> str:
    if not isinstance(condition, Mapping):
        return ""
    return " and ".join(
        f"{key} {operator} {', '.join(_names(value))}"
        for operator, tests in condition.items()
        for key, value in (tests.items() if isinstance(tests, Mapping) else [(json.dumps(tests), "")])
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]

"""Whether IAM would allow a call: by the policies alone, of which none denies.

As the IAM user guide says it ("Policy evaluation logic"), for the operators that our policies use; any other one is an
error.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# Of these conditions a request does not tell: AWS looks at what it is about. They are taken to hold.
_UNTOLD = ("aws:ResourceTag/", "aws:ResourceAccount", "kms:ResourceAliases")


@dataclass(frozen=True, kw_only=True)
class Call:
    """`resource` is None if the request does not name one, as where AWS gave it an id. `context` are condition keys."""

    action: str
    resource: str | None = None
    context: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])

    def __str__(self) -> str:
        return f"{self.action} on {self.resource or '?'}"


def allowed(documents: Iterable[Mapping[str, Any]], call: Call) -> bool:
    return any(_allows(statement, call) for document in documents for statement in document["Statement"])


def _allows(statement: Mapping[str, Any], call: Call) -> bool:
    assert statement["Effect"] == "Allow"
    return (
        call.action.lower() in [action.lower() for action in statement["Action"]]
        and (call.resource is None or any(_like(each, call.resource) for each in statement["Resource"]))
        and all(
            _holds(operator, key, values if isinstance(values, list) else [values], call)
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _holds(operator: str, key: str, wanted: Sequence[str], call: Call) -> bool:
    if key.startswith(_UNTOLD):
        return True
    found = call.context.get(key, ())
    match operator:
        case "Null":
            return bool(found) is (wanted[0] == "false")
        case "StringEquals" | "ArnEquals" | "ForAnyValue:StringEquals":
            return any(value in wanted for value in found)
        case "StringEqualsIfExists":
            return not found or any(value in wanted for value in found)
        case "ForAllValues:StringLike":
            return all(any(_like(each, value) for each in wanted) for value in found)
        case _:
            raise NotImplementedError(f"the condition operator {operator}")


def _like(pattern: str, text: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), text) is not None

"""What the statements of a policy say, as IAM takes them."""

from collections.abc import Mapping
from typing import Any


def listed(value: Any) -> list[Any]:
    """IAM takes one of something for a list of it."""
    return value if isinstance(value, list) else [value]


def services(statement: Mapping[str, Any]) -> list[Any]:
    """The services of AWS that a statement is about; `*` for everybody, and for all but some (`NotPrincipal`)."""
    principal = statement.get("Principal", {})
    return ["*"] if principal == "*" or "NotPrincipal" in statement else listed(principal.get("Service", []))

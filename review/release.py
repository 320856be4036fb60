"""The release in a plan: the command that runs once before a service changes."""

import shlex
from collections.abc import Mapping
from typing import Any

from review import gate
from review.plan import Plan
from settings.stack import Stack


def runs(plan: Plan, service: str) -> bool:
    """Whether `up` runs it: then its gate is to be written."""
    change = gate.change(plan, service, "released")
    return change is not None and change.action != "delete"


def commands(plan: Plan, service: str, stack: Stack | None) -> tuple[str | None, str | None]:
    """Of the last release that succeeded, and of the next one; without the stack's settings it is as it was."""
    before = gate.state(plan, service, "released")
    old = _command(before.inputs) if before else None
    if stack is None or service not in stack.services:
        return old, old
    wanted = stack.services[service].own.release
    return old, shlex.join(wanted) if wanted else None


def _command(inputs: Mapping[str, Any]) -> str | None:
    words = gate.record(inputs).get("command")
    return shlex.join(map(str, words)) if isinstance(words, list) and words else None

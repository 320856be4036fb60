"""The steps of the engine, a line for each changed property, as `git diff` would colour them."""

from collections.abc import Iterator

from review.difference import Difference
from review.plan import Change, Plan

# GitHub colours a line of a diff by its first character.
_SIGNS = {"create": "+", "update": "!", "replace": "!", "delete": "-"}


def lines(plan: Plan) -> Iterator[str]:
    for change in plan.changes:
        yield f"{_SIGNS[change.action]} {change.action} {change.type} {change.name}{_how(change)}"
        if change.action != "delete":
            yield from (f"    {_property(each, change)}" for each in change.differences)


def _how(change: Change) -> str:
    if change.action == "delete" and change.retained:
        return " (stays in AWS)"
    if change.action != "replace":
        return ""
    forced = f", because of {', '.join(change.forces)}" if change.forces else ""
    return f" ({'deleted first' if change.deletes_first else 'successor first'}{forced})"


def _property(each: Difference, change: Change) -> str:
    if change.action == "create":
        return f"{each.path}: {each.new}"
    return f"{each.path}: {_text(each.old)} → {_text(each.new)}"


def _text(value: str | None) -> str:
    return "none" if value is None else value

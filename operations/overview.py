"""The conditions of services as text: side by side, then whatever is to be said of each."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from checks.condition.condition import Condition, Running, Wanted

# All others are red.
_COLOURS = {"as wanted": "green", "unknown": "yellow", "not deployed yet": "yellow", "under way": "yellow"}


def text(conditions: Sequence["Condition"], now: datetime, *, in_full: bool) -> str:
    """A table for each service, then what is to be said of those that are not as wanted; `in_full`, of every one."""
    services = dict.fromkeys(each.service for each in conditions)
    tables = [_table([each for each in conditions if each.service == name], now) for name in services]
    shown = [each for each in conditions if in_full or each.state != "as wanted" or each.last_failure]
    return "\n\n".join([f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC", *tables, *_paragraphs(shown)])


def _table(conditions: Sequence["Condition"], now: datetime) -> str:
    """A column for each stack, a row for each fact."""
    facts = [_facts(each, now) for each in conditions]
    rows = [[conditions[0].service, *(each.stack for each in conditions)]]
    rows += [[label, *(each[label] for each in facts)] for label in facts[0]]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(_row(row, widths) for row in rows)


def _row(row: Sequence[str], widths: Sequence[int]) -> str:
    label, *cells = row
    shown = [label, *(_coloured(cell) if label == "state" else cell for cell in cells)]
    padding = [" " * (width - len(cell)) for cell, width in zip(row, widths, strict=True)]
    return "  ".join(f"{cell}{spaces}" for cell, spaces in zip(shown, padding, strict=True)).rstrip()


def _coloured(state: str) -> str:
    return typer.style(state, fg=_COLOURS.get(state, "red"))


def _facts(condition: "Condition", now: datetime) -> Mapping[str, str]:
    wanted, running, health, proven = condition.wanted, condition.running, condition.health, condition.proven
    shares = {"targets": health.targets, "containers": health.containers} if health else {}
    return {
        "state": str(condition.state),
        "wanted": wanted.version,
        "running": (running.version or "unknown") if running else "nothing" if condition.deviations else "",
        "digest": ", ".join(_short_digest(each) for each in running.digests) if running else "",
        "revision": running.revision.rpartition(":")[2] if running else "",
        "since": _moment(running.since, now) if running else "",
        "tasks": f"{running.tasks}/{_wanted_tasks(wanted, running)}" if running else "",
        "healthy": ", ".join(f"{share.healthy}/{share.all} {noun}" for noun, share in shares.items() if share),
        "proven": f"{proven.version}, revision {proven.revision.rpartition(':')[2]}" if proven else "",
        "when": _moment(proven.at, now) if proven else "",
        "by": _who(proven.by) if proven else "",
    }


def _wanted_tasks(wanted: "Wanted", running: "Running") -> int:
    """As many as ECS wants, within what the stack file allows."""
    return min(max(running.tasks_desired, wanted.tasks_least), wanted.tasks_most)


def _paragraphs(conditions: Sequence["Condition"]) -> Iterator[str]:
    """What is said of several services of a stack in the same words is said once."""
    for (stack, said), group in groupby(conditions, key=lambda each: (each.stack, _paragraph(each))):
        if said:
            yield f"{stack} {', '.join(each.service for each in group)}\n{said}"


def _paragraph(condition: "Condition") -> str:
    lines = [
        f"{each.field}: wanted {each.wanted}, found {each.found}" + (f": {each.why}" if each.why else "")
        for each in condition.deviations
    ]
    lines += [f"last failure: {condition.last_failure}"] if condition.last_failure else []
    lines += [f"unknown: {each}" for each in condition.unanswered]
    lines += [f"mend: {each}" for each in condition.remedies]
    return "\n".join(f"    {line}" for line in [*lines, *condition.commands])


def _short_digest(digest: str) -> str:
    return digest[:19]


def _who(arn: str) -> str:
    """`user/alice`, or `role/session`, of an ARN."""
    return arn.rpartition(":")[2].removeprefix("assumed-role/")


def _moment(moment: datetime, now: datetime) -> str:
    """Without its year, which the age tells: three stacks fit into a hundred columns."""
    return f"{moment.astimezone(UTC):%d %b %H:%M}, {_age((now - moment).total_seconds())} ago"


def _age(seconds: float) -> str:
    """In the largest unit of which there are two at least."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length:.0f} {unit}"
    return f"{max(0, seconds):.0f} s"

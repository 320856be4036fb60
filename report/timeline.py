"""A run drawn to its clock: a Gantt chart that GitHub makes of Mermaid's text (https://mermaid.js.org/syntax/gantt.html)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from report.history import ServiceHistory, Task
from report.phase import Phase
from report.run import Run
from report.service import ServiceRun

# Of a crash loop, a chart shows the beginning.
_TASKS_SHOWN = 12

# What ends a label, or means something in it: a colon the data, a semicolon and `#` the line, `%%` a comment.
_MEANING = re.compile(r"[^\w .,()/+×→…-]", re.ASCII)

_LABELS = {
    "Image build and push": "image",
    "Task-definition registration": "task definition",
    "Release": "release",
    "Service update": "service",
    "Verification": "verdict asked",
}


@dataclass(frozen=True, kw_only=True)
class _Bar:
    label: str
    began: datetime
    ended: datetime
    failed: bool


def mermaid(
    run: Run, phases: Sequence[Phase], services: Sequence[ServiceRun], history: Mapping[str, ServiceHistory]
) -> str:
    """The chart's text. Its times have no zone, so that every browser shows them as they stand here, in UTC."""
    lines = [
        "gantt",
        f"    title {_label(run.stack)}, {run.began:%Y-%m-%d}, times in UTC",
        "    dateFormat YYYY-MM-DDTHH:mm:ss",
        "    axisFormat %H:%M:%S",
        "    todayMarker off",
    ]
    sections = [("shared", _of_phases(run, phases, ""))]
    for service in services:
        tasks = history[service.name].tasks if service.name in history else ()
        bars = [*_of_phases(run, phases, service.name), *_of_tasks(run, tasks)]
        sections.append((service.name, sorted([*bars, *_of_verdict(service)], key=lambda bar: bar.began)))
    for name, bars in sections:
        if bars:
            lines += [f"    section {_label(name)}", *(f"    {_line(bar)}" for bar in bars)]
    return "\n".join(lines)


def _of_phases(run: Run, phases: Sequence[Phase], subject: str) -> list[_Bar]:
    """A phase from its beginning to its end, as far as its steps were at work without a pause."""
    return [
        _Bar(
            label=f"{_LABELS[each.name]} {each.what.partition(' sha256')[0]}" if subject else each.name,
            began=each.began,
            ended=min(each.began + each.took, run.ended),
            failed=each.outcome == "failed",
        )
        for each in phases
        if each.subject == subject and each.began and each.took is not None
    ]


def _of_tasks(run: Run, tasks: Sequence[Task]) -> Iterator[_Bar]:
    """From when a task was asked for until it stopped, within the run."""
    for task in tasks[:_TASKS_SHOWN]:
        began, ended = _within(run, task.created), _within(run, task.stopped or run.ended)
        fate = "failed" if task.failed else "stopped" if task.stopped else "runs"
        yield _Bar(
            label=f"task {task.id[:8]} of {task.revision} {fate}",
            began=began,
            ended=ended,
            failed=task.failed,
        )
    if more := tasks[_TASKS_SHOWN:]:
        began = _within(run, more[0].created)
        yield _Bar(label=f"{len(more)} more tasks", began=began, ended=run.ended, failed=False)


def _within(run: Run, time: datetime) -> datetime:
    """ECS has a clock of its own."""
    return min(max(time, run.began), run.ended)


def _of_verdict(service: ServiceRun) -> Iterator[_Bar]:
    if service.gate and service.gate.ended and service.outcome in ("good", "failed"):
        ended = service.gate.ended
        yield _Bar(label=f"verdict {service.outcome}", began=ended, ended=ended, failed=service.outcome == "failed")


def _line(bar: _Bar) -> str:
    """What took less than a second has no length, and is a milestone."""
    began, ended = (f"{time:%Y-%m-%dT%H:%M:%S}" for time in (bar.began, bar.ended))
    tags = ["crit"] if bar.failed else []
    data = [*tags, began, ended] if began != ended else [*tags, "milestone", began, "0s"]
    return f"{_label(bar.label)} : {', '.join(data)}"


def _label(text: str) -> str:
    return " ".join(_MEANING.sub(" ", text).split())

"""The chart: text that Mermaid reads, whatever the names in it are. The diagrams of the golden reports were read by
Mermaid 11.17 itself.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from report import phase, timeline
from report.history import ServiceHistory, Task
from tests.report.recorded import told

BEGAN = datetime(2026, 11, 23, 23, 59, 44, tzinfo=UTC)

# `label : tags, date, date or 0s`, as the grammar of gantt has it: nothing else may hold a colon, `#` or a semicolon.
_LINE = re.compile(r"    [^:#;%]+ : (crit, )?(milestone, )?[\d-]+T[\d:]+, ([\d-]+T[\d:]+|0s)")


def task(number: int, *, created: float, stopped: float | None = None, failed: bool = False) -> Task:
    """Times in seconds after the run began."""
    return Task(
        id=f"{number:032x}"[::-1],
        revision="pairva-local-backend:2",
        created=BEGAN + timedelta(seconds=created),
        started=None,
        stopped=None if stopped is None else BEGAN + timedelta(seconds=stopped),
        ending="",
        failed=failed,
    )


def chart(name: str, *tasks: Task) -> list[str]:
    recorded, services = told(name)
    history = {"backend": ServiceHistory(tasks=tasks, messages=(), running=())}
    return timeline.mermaid(recorded, phase.phases(recorded, services), services, history).splitlines()


def test_images_task_definitions_tasks_and_verdicts_stand_where_they_were() -> None:
    assert chart("good", task(1, created=-60, stopped=11.4), task(2, created=9.2)) == [
        "gantt",
        "    title local, 2026-11-23, times in UTC",
        "    dateFormat YYYY-MM-DDTHH:mm:ss",
        "    axisFormat %H:%M:%S",
        "    todayMarker off",
        "    section shared",
        "    Environment verification : 2026-11-23T23:59:44, 2026-11-23T23:59:52",
        "    section backend",
        "    task 10000000 of pairva-local-backend 2 stopped : 2026-11-23T23:59:44, 2026-11-23T23:59:55",
        "    image pairva-backend 1.0.2 : 2026-11-23T23:59:52, 2026-11-23T23:59:53",
        "    task definition pairva-local-backend 2 : milestone, 2026-11-23T23:59:53, 0s",
        "    service pairva-local-backend 1 → pairva-local-backend 2 : milestone, 2026-11-23T23:59:53, 0s",
        "    task 20000000 of pairva-local-backend 2 runs : 2026-11-23T23:59:53, 2026-11-24T00:00:01",
        "    verdict asked 1.0.2 : 2026-11-23T23:59:54, 2026-11-23T23:59:56",
        "    verdict good : milestone, 2026-11-23T23:59:56, 0s",
        "    section frontend",
        "    image pairva-frontend 1.0.2 : 2026-11-23T23:59:52, 2026-11-23T23:59:53",
        "    task definition pairva-local-frontend 2 : milestone, 2026-11-23T23:59:53, 0s",
        "    service pairva-local-frontend 1 → pairva-local-frontend 2 : milestone, 2026-11-23T23:59:56, 0s",
        "    verdict asked 1.0.2 : 2026-11-23T23:59:56, 2026-11-24T00:00:00",
        "    verdict good : milestone, 2026-11-24T00:00:00, 0s",
    ]


def test_what_failed_is_marked() -> None:
    lines = chart("failed", task(1, created=36 + 15, stopped=36 + 15, failed=True))
    assert "    verdict failed : crit, milestone, 2026-11-24T00:00:38, 0s" in lines
    assert "    verdict asked 1.0.10 : crit, 2026-11-24T00:00:35, 2026-11-24T00:00:38" in lines
    assert "    task 10000000 of pairva-local-backend 2 failed : crit, milestone, 2026-11-24T00:00:35, 0s" in lines


def test_a_crash_loop_does_not_fill_the_chart() -> None:
    lines = chart("good", *(task(number, created=9, stopped=10, failed=True) for number in range(40)))
    assert len([line for line in lines if " failed : crit" in line]) == 12
    assert "    28 more tasks : 2026-11-23T23:59:53, 2026-11-24T00:00:01" in lines


def test_clocks_that_disagree_draw_nothing_outside_of_the_run() -> None:
    lines = chart("good", task(1, created=-99, stopped=-98), task(2, created=999, stopped=1000))
    times = sorted(time for line in lines[6:] for time in re.findall(r"\d{4}-\S+T[\d:]+", line))
    assert (times[0], times[-1]) == ("2026-11-23T23:59:44", "2026-11-24T00:00:01")


@pytest.mark.parametrize("version", ["1.0.2: #1; %%{init}%%\n    click x", '"<b>" & `x` | $y', "section, 1,, 2"])
def test_no_name_ends_its_label(version: str) -> None:
    recorded, services = told("good")
    strange = [replace(each, name=version, version=version) for each in services]
    phases = [replace(each, what=version) for each in phase.phases(recorded, strange)]
    tasks = (replace(task(1, created=9), revision=version),)
    history = {version: ServiceHistory(tasks=tasks, messages=(), running=())}
    bars = [
        line
        for line in timeline.mermaid(recorded, phases, strange, history).splitlines()[5:]
        if not re.fullmatch(r"    section [^:#;%]+", line)
    ]
    assert len(bars) == 21
    assert [line for line in bars if not _LINE.fullmatch(line)] == []

"""What a log says of its run as a whole."""

from datetime import timedelta
from pathlib import Path

import pytest

from report import event_log, run
from tests.report.recorded import lines, of, written


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("first", "succeeded"),
        ("good", "succeeded"),
        ("failed", "failed"),
        ("refused", "failed"),
        ("unbuilt", "failed"),
        ("interrupted", "interrupted"),
        ("cancelled", "interrupted"),
        ("nothing", "nothing changed"),
    ],
)
def test_the_status_is_the_engines_own(name: str, status: str) -> None:
    assert of(name).status == status


@pytest.mark.parametrize("cut", [0, 1, 20, 45])
def test_a_log_cut_off_anywhere_is_of_an_interrupted_run(cut: int, tmp_path: Path) -> None:
    cut_off = run.of(event_log.events(written(tmp_path / "log", lines("good")[: cut + 1])))
    assert cut_off.status == "interrupted"
    assert cut_off.ended - cut_off.began == timedelta(seconds=lines("good")[cut]["timestamp"] - 1795478384)


def test_only_a_preview_is_one() -> None:
    assert [name for name in ("first", "good", "failed", "refused", "nothing", "preview") if of(name).preview] == [
        "preview"
    ]


def test_a_preview_that_was_killed_is_one_still(tmp_path: Path) -> None:
    assert run.of(event_log.events(written(tmp_path / "log", lines("preview")[:-2]))).preview


def test_the_stack_is_that_of_the_resources() -> None:
    assert {of(name).stack for name in ("first", "failed", "refused")} == {"local"}


def test_what_the_engine_only_echoes_is_no_issue() -> None:
    assert [(each.severity, each.resource, each.text[:40]) for each in of("failed").issues] == [
        ("warning", "backend-proven", "1.0.10: The container backend ended 0 s "),
        ("error", "backend-proven", 'before hook "backend-verdict" failed: pa'),
    ]
    assert [(each.severity, each.text) for each in of("cancelled").issues] == [("error", "update canceled")]


def test_colours_are_no_part_of_what_was_said(tmp_path: Path) -> None:
    events = lines("failed")
    for event in events:
        if "diagnosticEvent" in event:
            event["diagnosticEvent"]["message"] = f"<{{%reset%}}>{event['diagnosticEvent']['message']}<{{%fg 13%}}>\n"
    assert run.of(event_log.events(written(tmp_path / "log", events))).issues == of("failed").issues


def test_only_what_deletes_and_does_nothing_else_destroys(tmp_path: Path) -> None:
    assert [name for name in ("first", "good", "refused", "nothing") if of(name).destroys] == []
    events = lines("first")
    for event in events:
        for kind in ("resourcePreEvent", "resOutputsEvent"):
            if kind in event and event[kind]["metadata"]["op"] != "refresh":
                event[kind]["metadata"]["op"] = "delete"
    assert run.of(event_log.events(written(tmp_path / "log", events))).destroys


def test_the_engines_debugging_is_not_read() -> None:
    assert {each.severity for each in of("failed").remarks} == {"info", "warning", "error"}
    assert any(line.get("diagnosticEvent", {}).get("severity") == "debug" for line in lines("failed"))


def test_what_was_under_way_when_the_log_ended() -> None:
    assert [(step.operation, step.name) for step in of("interrupted").unfinished] == [("update", "backend-proven")]


def test_a_clock_that_is_set_back_makes_no_negative_duration(tmp_path: Path) -> None:
    events = lines("good")
    for event in events[40:]:
        event["timestamp"] -= 3600
    set_back = run.of(event_log.events(written(tmp_path / "log", events)))
    assert all(step.ended is None or step.began <= step.ended for step in set_back.steps)
    assert set_back.began <= set_back.ended


def test_the_program_began_when_all_before_it_was_well() -> None:
    good, refused = of("good"), of("refused")
    assert good.program_began is not None
    assert good.program_began - good.began == timedelta(seconds=8)
    assert refused.program_began is None

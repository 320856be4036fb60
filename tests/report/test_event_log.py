"""What the engine writes, line by line, and what is no such thing."""

from pathlib import Path

import pytest

from report.event_log import Unreadable, events
from tests.report.recorded import lines, log


def test_every_line_is_an_event_in_the_order_of_the_file() -> None:
    read = [*events(log("good"))]
    assert [event.sequence for event in read] == [line["sequence"] for line in lines("good")]
    assert len(read) == 63


def test_a_last_line_that_the_engine_was_killed_over_is_left_out() -> None:
    assert not log("interrupted").read_bytes().endswith(b"\n")
    assert [event.sequence for event in events(log("interrupted"))] == [
        line["sequence"] for line in lines("interrupted")
    ]


def test_a_last_line_that_is_whole_but_for_its_end_counts(tmp_path: Path) -> None:
    file = tmp_path / "whole.jsonl"
    file.write_bytes(log("good").read_bytes().rstrip(b"\n"))
    assert len([*events(file)]) == 63


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "it is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "line 1 is no event of the engine"),
        (b"\x00" * 5_000_000, "line 1 is no event of the engine"),
        (b"# Pairva\n", "line 1 is no event of the engine"),
        (b'{\n  "steps": []\n}\n', "line 1 is no event of the engine"),
        (b"[]\n", "line 1 is no event of the engine"),
        (b'{"steps": []}\n', "line 1 is no event of the engine"),
        (b'{"sequence": 0, "timestamp": 99999999999999}\n', "line 1 is no event of the engine"),
        (b'{"sequence": 0, "time', "line 1 is no event of the engine"),
        (
            b'{"sequence": 0, "timestamp": 1}\n{"seq\n{"sequence": 2, "timestamp": 2}\n',
            "line 2 is no event of the engine",
        ),
        (
            b'{"sequence": 0, "timestamp": 1}\n{"sequence": 1, "timestamp": 1, "resourcePreEvent": 7}\n',
            "line 2 is no event of the engine",
        ),
    ],
    ids=["empty", "binary", "zeros", "text", "a preview", "list", "object", "no time", "cut at once", "hole", "shape"],
)
def test_what_is_no_event_log_is_told_by_its_line(content: bytes, what: str, tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_bytes(content)
    with pytest.raises(Unreadable) as caught:
        list(events(file))
    assert str(caught.value) == what


def test_events_of_other_kinds_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text(
        '{"sequence":0,"timestamp":5,"policyEvent":{"message":"m"}}\n{"sequence":1,"timestamp":6,"cancelEvent":{}}\n'
    )
    assert [event.timestamp for event in events(file)] == [5, 6]

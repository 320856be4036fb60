"""What preflight does to the program: it ends it with every failure at once, or says the rest and lets it go on."""

import pulumi
import pytest

from checks import preflight
from checks.preflight.result import Result, failed, ok, to_come, unchecked, warning
from finding import Finding
from settings.stack import Stack
from tests.recording import Recording, record
from tests.samples import stack

FIRST = Finding(where="here", what="is missing", remedy="make it")
SECOND = Finding(where="there", what="is wrong", found="this", remedy="mend it")


def required(monkeypatch: pytest.MonkeyPatch, *results: Result, recording: Recording | None = None) -> Recording:
    """The program requires, and registers one resource if it may."""
    sample, given = stack(), list(results)

    def answered(asked: Stack) -> list[Result]:
        assert asked is sample
        return given

    monkeypatch.setattr(preflight, "results", answered)

    def program() -> None:
        preflight.require(sample)
        pulumi.ComponentResource("test:index:Thing", "made")

    return record(program, into=recording)


def names(recording: Recording) -> list[str]:
    return [each.name for each in recording.resources]


def test_all_failures_end_the_program_before_it_registers_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = Recording()
    with pytest.raises(pulumi.RunError) as raised:
        required(monkeypatch, failed("a", FIRST), ok("b", "well"), failed("c", SECOND), recording=recording)
    assert str(raised.value) == (
        "test cannot be deployed; nothing was changed.\n\n"
        "here: is missing\n    mend:  make it\n\n"
        "there: is wrong\n    found: this\n    mend:  mend it"
    )
    assert (names(recording), recording.messages, recording.preview_hooks) == ([], [], [])


def test_a_warning_and_what_got_no_answer_are_said_and_hold_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = required(
        monkeypatch, warning("a", FIRST), unchecked("b", "denied"), ok("c", "well"), unchecked("d", "no answer")
    )
    assert recording.messages == [
        "here: is missing\n    mend:  make it",
        "not checked beforehand: b (denied); d (no answer)",
    ]
    assert names(recording) == ["made"]


def test_a_warning_is_said_beside_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = Recording()
    with pytest.raises(pulumi.RunError, match="there: is wrong"):
        required(monkeypatch, warning("a", FIRST), failed("b", SECOND), recording=recording)
    assert recording.messages == ["here: is missing\n    mend:  make it"]


def test_when_all_is_well_or_to_come_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = required(monkeypatch, ok("a", "well"), to_come("b", "its name is free"))
    assert recording.messages == []
    assert names(recording) == ["made"]


def test_from_then_on_each_new_resource_is_asked_about_at_preview_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert required(monkeypatch).preview_hooks == ["name-is-free"]

"""`pairva doctor`: a line for each thing that was looked at, and an exit code that a script can trust."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from checks import preflight
from checks.preflight import result
from checks.preflight.result import failed, ok, to_come, unchecked, warning
from finding import Finding
from operations.__main__ import app
from settings.stack import Stack
from tests.program import STACKS
from tests.recording import ROOT

FAULT = Finding(where="Pulumi.prod.yaml: x", what="is missing", found="nothing", remedy="make it")
UNSURE = Finding(where="Pulumi.prod.yaml: y", what="was never proven", remedy="prove it")
LONG = "a detail far longer than any terminal is wide " * 8


class Doctor:
    """The command, and the stack and the folder that it asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.chdir(tmp_path)
        self.found: list[result.Result] | BaseException = []
        self.asked = list[tuple[str, Path]]()

        def results(stack: Stack) -> list[result.Result]:
            self.asked.append((stack.name, Path.cwd()))
            if isinstance(self.found, BaseException):
                raise self.found
            return self.found

        monkeypatch.setattr(preflight, "results", results)

    def __call__(self, *arguments: str, finds: list[result.Result] | BaseException | None = None) -> Result:
        self.found = finds or []
        return CliRunner().invoke(app, ["doctor", *arguments])


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Doctor:
    return Doctor(monkeypatch, tmp_path)


def test_each_is_a_line_however_long_and_findings_follow_in_full(doctor: Doctor) -> None:
    finds = [
        ok("credentials", "arn:aws:iam::039612856036:user/me in us-east-1"),
        to_come("cluster pairva-prod", "its name is free"),
        warning("proof of backend", UNSURE),
        unchecked("Docker", LONG.strip()),
        failed("image of backend", FAULT),
    ]
    ended = doctor("prod", finds=finds)
    assert ended.stdout == (
        "OK               credentials          arn:aws:iam::039612856036:user/me in us-east-1\n"
        "WILL BE CREATED  cluster pairva-prod  its name is free\n"
        "WARNING          proof of backend     was never proven\n"
        f"UNCHECKED        Docker               {LONG.strip()}\n"
        "FAILED           image of backend     is missing\n"
        "\n"
        "Pulumi.prod.yaml: y: was never proven\n"
        "    mend:  prove it\n"
        "\n"
        "Pulumi.prod.yaml: x: is missing\n"
        "    found: nothing\n"
        "    mend:  make it\n"
    )
    assert ended.stderr == ""


@pytest.mark.parametrize("more", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize(
    ("finds", "code"),
    [
        ([ok("a", "well"), to_come("b", "soon")], 0),
        ([ok("a", "well"), warning("b", UNSURE)], 0),
        ([ok("a", "well"), unchecked("b", "denied")], 3),
        ([unchecked("a", "denied"), failed("b", FAULT), warning("c", UNSURE)], 1),
    ],
    ids=["well", "warning", "unchecked", "failed"],
)
def test_the_exit_code_tells_the_worst(
    finds: list[result.Result], code: int, more: tuple[str, ...], doctor: Doctor
) -> None:
    assert doctor("prod", *more, finds=finds).exit_code == code


def test_json_says_the_same_and_nothing_else(doctor: Doctor) -> None:
    ended = doctor("prod", "--json", finds=[to_come("a", "soon"), failed("b", FAULT)])
    assert json.loads(ended.stdout) == [
        {"subject": "a", "outcome": "will be created", "detail": "soon", "finding": None},
        {
            "subject": "b",
            "outcome": "failed",
            "detail": "is missing",
            "finding": {
                "where": "Pulumi.prod.yaml: x",
                "what": "is missing",
                "found": "nothing",
                "remedy": "make it",
            },
        },
    ]


def test_it_asks_from_the_folder_of_the_stack_file_wherever_it_is_called(doctor: Doctor) -> None:
    doctor("staging", finds=[ok("a", "well")])
    assert doctor.asked == [("staging", ROOT)]


def test_a_stack_that_there_is_not_is_told_with_those_that_there_are(doctor: Doctor) -> None:
    ended = doctor("production")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr == f"There is no Pulumi.production.yaml; the stacks are {', '.join(STACKS)}.\n"
    assert doctor.asked == []


def test_ctrl_c_ends_it_without_a_traceback(doctor: Doctor) -> None:
    ended = doctor("prod", finds=KeyboardInterrupt())
    assert ended.exit_code == 130
    assert (ended.stdout, ended.stderr.strip()) == ("", "")

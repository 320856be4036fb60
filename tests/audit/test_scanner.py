"""A scanner is believed only where it did its work."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit import scanner
from audit.fault import Fault
from audit.scanner import Scanner, ScannerError


def read(output: str) -> Iterator[Fault]:
    return (Fault(rule=rule, resource=resource, requires="", found="") for rule, resource in json.loads(output))


def asked(*command: str) -> Scanner:
    return Scanner(
        name="looker",
        command=command,
        folder=Path("/"),
        exit_code=1,
        read=read,
        control=frozenset({("L1", "control/aws_lb.web"), ("L2", "control/aws_lb.web")}),
    )


CONTROL = [["L1", "control/aws_lb.web"], ["L2", "control/aws_lb.web"]]


def test_what_it_finds_besides_the_control_is_found() -> None:
    found = scanner.found(asked(), 1, json.dumps([*CONTROL, ["L1", "prod/aws_lb.web"]]), "")
    assert [(each.rule, each.resource) for each in found] == [("L1", "prod/aws_lb.web")]


@pytest.mark.parametrize(
    ("exit_code", "output", "why"),
    [
        (0, json.dumps(CONTROL), "looker ended with 0, not 1: no module named there"),
        (2, json.dumps(CONTROL), "looker ended with 2, not 1: no module named there"),
        (1, " \n", "looker said nothing: no module named there"),
        (1, "Traceback", "looker said something else than expected: JSONDecodeError"),
        (1, "[[]]", "looker said something else than expected: ValueError"),
        (1, "7", "looker said something else than expected: TypeError"),
        (1, json.dumps(CONTROL[:1]), "looker did not find what was put there to be found: L2 of control/aws_lb.web"),
        (1, "[]", "to be found: L1 of control/aws_lb.web, L2 of control/aws_lb.web"),
    ],
)
def test_a_scanner_that_did_not_do_its_work_fails(exit_code: int, output: str, why: str) -> None:
    with pytest.raises(ScannerError) as raised:
        scanner.found(asked(), exit_code, output, "a warning\nno module named there\n")
    assert why in str(raised.value)


def test_a_scanner_that_is_not_there_fails() -> None:
    with pytest.raises(ScannerError, match=r"^looker does not start: "):
        scanner.run(asked("/nowhere/looker"))


def test_a_scanner_runs_in_its_folder_and_is_told_nothing() -> None:
    with pytest.raises(ScannerError, match=r"^looker ended with 0, not 1: here / ''$"):
        scanner.run(asked("sh", "-c", "echo here $(pwd) \"'$(cat)'\" >&2"))

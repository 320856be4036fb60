"""What a check found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from checks.session import Session
from finding import Finding


class Outcome(StrEnum):
    """`to come` is what this `up`, or AWS by itself, makes; `unchecked` is what got no answer, which is never `ok`."""

    OK = "ok"
    TO_COME = "will be created"
    WARNING = "warning"
    UNCHECKED = "unchecked"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Result:
    """One row of the table: what was looked at, how it is, and one line of what was seen, or why nothing was.

    A failure and a warning have their `finding`.
    """

    subject: str
    outcome: Outcome
    detail: str
    finding: Finding | None = None


@dataclass(frozen=True, kw_only=True)
class Check:
    """One question, read-only. `ask` may raise what botocore raises: then nobody answered."""

    subject: str
    ask: Callable[[Session], Iterable[Result]]


def ok(subject: str, detail: str) -> Result:
    return Result(subject=subject, outcome=Outcome.OK, detail=detail)


def to_come(subject: str, detail: str) -> Result:
    return Result(subject=subject, outcome=Outcome.TO_COME, detail=detail)


def unchecked(subject: str, why: str) -> Result:
    return Result(subject=subject, outcome=Outcome.UNCHECKED, detail=why)


def warning(subject: str, finding: Finding) -> Result:
    return Result(subject=subject, outcome=Outcome.WARNING, detail=finding.what, finding=finding)


def failed(subject: str, finding: Finding) -> Result:
    return Result(subject=subject, outcome=Outcome.FAILED, detail=finding.what, finding=finding)

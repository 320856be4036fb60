"""Runs the checks of one noun, one after the other, against an AWS that answers what the test says."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from checks.preflight.inspection import inspect
from checks.preflight.result import Check, Result
from checks.session import Session
from settings.stack import Stack
from tests.checks.aws import client
from tests.samples import stack

DIGEST, OTHER_DIGEST = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"


def results(checks: Callable[[Stack], list[Check]], sample: Stack | None = None, only: str = "") -> list[Result]:
    """What the checks found whose subject begins with `only`; clients must have been stubbed before."""
    sample = sample or stack()
    session = Session(sample)
    asked = [check for check in checks(sample) if check.subject.startswith(only)]
    return [result for check in asked for result in inspect(session, [check])]


def rows(found: list[Result]) -> list[tuple[str, str, str]]:
    """What the table shows."""
    return [(each.outcome.value, each.subject, each.detail) for each in found]


def _answer(code: str, message: str) -> Callable[[str], Exception]:
    return lambda operation: ClientError({"Error": {"Code": code, "Message": message}}, operation)


def _silence(_: str) -> Exception:
    return ReadTimeoutError(endpoint_url="https://aws")


_DENIED = _answer("AccessDeniedException", "You may not"), "{operation}: AccessDeniedException: You may not"
_THROTTLED = _answer("ThrottlingException", "Rate exceeded"), "{operation}: ThrottlingException: Rate exceeded"
_HANGING = _silence, 'Read timeout on endpoint URL: "https://aws"'

# For a test of each noun that takes `unanswered`.
no_answer = pytest.mark.parametrize("unanswered", [_DENIED, _THROTTLED, _HANGING], ids=["denied", "throttled", "hangs"])

Unanswered = tuple[Callable[[str], Exception], str]


def refuse(monkeypatch: pytest.MonkeyPatch, unanswered: Unanswered) -> Callable[[str], str]:
    """From now on AWS answers nothing. Returns how that is told of an operation."""
    make, told = unanswered

    def call(_: Any, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        raise make(operation)

    def give(_: Session, service: str, *, region: str | None = None, attempts: int | None = None) -> Any:
        return client(service)

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", call)
    monkeypatch.setattr(Session, "client", give)
    return lambda operation: told.format(operation=operation)

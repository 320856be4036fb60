"""All questions at once, each waited for only so long; whatever is no answer is unchecked."""

from collections.abc import Iterator
from threading import Barrier, Event, current_thread
from time import monotonic
from typing import Any

import pulumi
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from checks.preflight.inspection import inspect
from checks.preflight.result import Check, Result, ok, unchecked
from checks.session import Session
from tests.samples import stack

SESSION = Session(stack())


def check(subject: str, *found: Result, error: Exception | None = None) -> Check:
    def ask(_: Session) -> Iterator[Result]:
        yield from found
        if error:
            raise error

    return Check(subject=subject, ask=ask)


def test_results_come_in_the_order_of_the_checks_and_all_of_each() -> None:
    first, second, third = (ok(name, "seen") for name in ("first", "second", "third"))
    assert inspect(SESSION, [check("a", first, second), check("b"), check("c", third)]) == [first, second, third]


def test_the_checks_are_asked_at_the_same_time() -> None:
    meeting = Barrier(20)

    def ask(_: Session) -> list[Result]:
        meeting.wait(2)
        return [ok("met", "all")]

    assert inspect(SESSION, [Check(subject="met", ask=ask)] * 20) == [ok("met", "all")] * 20


def test_a_check_that_hangs_is_unchecked_after_its_time_and_hides_nothing_that_was_found() -> None:
    never = Event()

    def hang(_: Session) -> Iterator[Result]:
        yield ok("slow", "half of it")
        never.wait(30)

    began = monotonic()
    found = inspect(SESSION, [Check(subject="slow", ask=hang)] * 10 + [check("quick", ok("quick", "seen"))], 0.3)
    assert monotonic() - began < 2
    late = [ok("slow", "half of it"), unchecked("slow", "no answer within 0.3 s")]
    assert found == [*late * 10, ok("quick", "seen")]
    never.set()


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (
            ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetRole"),
            "GetRole: AccessDeniedException: no",
        ),
        (EndpointConnectionError(endpoint_url="https://x"), 'Could not connect to the endpoint URL: "https://x"'),
        (
            pulumi.RunError("another account\n    found: 1"),
            "there is nobody to ask as: see credentials",
        ),
        (KeyError("images"), "KeyError: 'images'"),
        (ValueError("two\n   lines"), "ValueError: two lines"),
    ],
    ids=["refused", "nobody there", "another account", "an answer of another shape", "more than a line"],
)
def test_whatever_a_check_raises_is_no_answer_told_in_one_line(error: Exception, why: str) -> None:
    before = ok("first", "seen")
    assert inspect(SESSION, [check("it", before, error=error)]) == [before, unchecked("it", why)]


def test_no_thread_keeps_the_program_from_ending() -> None:
    daemons = list[bool]()

    def ask(_: Session) -> list[Result]:
        daemons.append(current_thread().daemon)
        return []

    assert inspect(SESSION, [Check(subject="it", ask=ask)]) == []
    assert daemons == [True]


def test_threads_that_share_a_session_compare_the_account_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = list[str]()

    def answer(_: Any, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        calls.append(operation)
        return {"Account": "039612856036", "Arn": "arn:aws:iam::039612856036:user/me"}

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", answer)
    session = Session(stack(), answer_within_seconds=1)

    def ask(given: Session) -> list[Result]:
        return [ok("as", given.client("sts").meta.region_name), ok("as", given.caller()["Account"])]

    found = inspect(session, [Check(subject="as", ask=ask)] * 8)
    assert found == [ok("as", "us-east-1"), ok("as", "039612856036")] * 8
    assert calls == ["GetCallerIdentity"]

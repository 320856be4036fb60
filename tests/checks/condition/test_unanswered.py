"""What AWS does not say of a service: named in one line, while all else is told, and the other stacks are."""

import threading
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from checks import condition
from checks.condition import conditions
from checks.condition.condition import Condition, State
from checks.question import Question
from tests.checks.condition.account import Account, definitions, said
from tests.samples import edited, read

DENIED = "{}: AccessDeniedException: You may not"


@pytest.mark.parametrize(
    ("operation", "unknown"),
    [
        ("DescribeTaskDefinition", {}),
        ("DescribeTargetHealth", {"targets": None}),
        ("GetParameterHistory", {"proven": None}),
        ("DescribeImages", {"digest": None}),
    ],
)
def test_what_one_call_is_refused_leaves_all_else_known(
    monkeypatch: pytest.MonkeyPatch, operation: str, unknown: dict[str, Any]
) -> None:
    account = Account(monkeypatch)
    account.refuse(operation)
    backend = account.backend()
    assert (backend.state, backend.deviations) == (State.UNKNOWN, ())
    assert backend.unanswered == (DENIED.format(operation),)
    assert _known(backend) == {**_known_of_all(monkeypatch), **unknown}


def _known_of_all(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    return _known(Account(monkeypatch).backend())


def _known(backend: Condition) -> dict[str, Any]:
    assert backend.running
    assert backend.health
    return {
        "version": backend.running.version,
        "digests": backend.running.digests,
        "tasks": backend.running.tasks,
        "targets": backend.health.targets,
        "containers": backend.health.containers,
        "proven": backend.proven,
        "digest": backend.wanted.digest,
    }


def test_who_may_not_list_tasks_is_told_so_once(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    account.refuse("ListTasks")
    backend = account.backend()
    denied = DENIED.format("ListTasks")
    assert backend.unanswered == (denied, f"its stopped tasks could not be read: {denied}")
    assert backend.state == State.UNKNOWN


def test_a_refusal_hides_nothing_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    account.refuse("GetParameterHistory")
    account.definition["memory"] = "512"
    backend = account.backend()
    assert said(backend) == [("memory", "1024", "512", "changed by hand, or not deployed yet")]
    assert backend.state == State.DIFFERS


def test_a_service_that_nobody_may_look_at_is_unknown_and_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    account.refuse("DescribeServices")
    backend = account.backend()
    assert (backend.state, backend.running) == (State.UNKNOWN, None)
    assert backend.unanswered == (DENIED.format("DescribeServices"),)
    assert backend.proven
    assert backend.proven.version == "1.0.1"


def test_credentials_of_another_account_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    account.caller = "111111111111"
    why = (
        "the credentials are of another account (111111111111): use credentials of account 039612856036 "
        "(AWS_PROFILE, or aws sso login)"
    )
    assert [(each.state, each.unanswered, each.running) for each in account.both()] == [
        (State.UNKNOWN, (why,), None),
        (State.UNKNOWN, (why,), None),
    ]


def test_credentials_that_sts_does_not_answer_for_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def silence() -> None:
        raise ReadTimeoutError(endpoint_url="https://sts")

    account = Account(monkeypatch)
    account.fails["GetCallerIdentity"] = silence
    assert account.backend().unanswered == (
        'AWS could not be asked whose credentials these are (Read timeout on endpoint URL: "https://sts"): see to the '
        "way to AWS: network, proxy, aws:endpoints",
    )


def test_an_answer_that_nobody_can_read_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    del account.verdicts[-1]["LastModifiedUser"]
    assert account.backend().unanswered == ("proof of backend: KeyError: 'LastModifiedUser'",)


def test_a_stack_whose_aws_is_silent_keeps_nobody_waiting_and_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    account, never = Account(monkeypatch), Event()
    other = read(edited().replace("039612856036", "111111111111"), Path("nowhere"), "other")
    assert not isinstance(other, list)
    account.fails["DescribeTargetHealth"] = lambda: never.wait(30)
    began = monotonic()
    found: list[Condition] = []
    for patience in (0.2, 1, 5):  # what is answered takes a busy machine longer
        monkeypatch.setattr(condition, "LONGEST_SECONDS", patience)
        found = conditions([(each, definitions(each)) for each in (account.stack, other)])
        if len(found[0].unanswered) == 1 and found[0].running:
            break
    assert monotonic() - began < 20
    never.set()
    for asked in filter(lambda each: isinstance(each, Question), threading.enumerate()):
        asked.join(10)  # or it asks on when nobody answers for AWS any more
    assert [(each.stack, each.service, each.state) for each in found] == [
        ("test", "backend", State.UNKNOWN),
        ("test", "frontend", State.NEVER_DEPLOYED),
        ("other", "backend", State.UNKNOWN),
        ("other", "frontend", State.UNKNOWN),
    ]
    assert found[0].unanswered == ("targets and stopped tasks of backend: no answer in time",)
    assert found[0].running
    assert found[0].running.version == "1.0.1"
    assert found[2].unanswered[0].startswith("the credentials are of another account (039612856036)")


def test_of_a_service_that_is_not_there_nobody_knows_more_without_its_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    account.remove()
    account.refuse("GetParameterHistory")
    backend = account.backend()
    why = "it was never deployed, or somebody deleted it"
    assert said(backend) == [("service", "pairva-test-backend", "nothing", why)]
    assert (backend.state, backend.unanswered) == (State.NEVER_DEPLOYED, (DENIED.format("GetParameterHistory"),))

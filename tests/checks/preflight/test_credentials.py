"""Whose the credentials are, or why nobody knows; and that all others wait for that one answer."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    UnauthorizedSSOTokenError,
)

from checks.preflight import credentials
from checks.preflight.inspection import inspect
from checks.preflight.result import Check, Result, failed, ok, unchecked
from checks.session import Session
from finding import Finding
from tests.samples import Edit, stack

REGION = "aws:region: us-east-1"
REMEDY = "use credentials of account 039612856036 (AWS_PROFILE, or aws sso login)"


class Sts:
    """Answers every call to AWS, and counts them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answer: str | Exception = "039612856036") -> None:
        self.calls = list[str]()

        def call(_: Any, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
            self.calls.append(operation)
            if isinstance(answer, Exception):
                raise answer
            return {"Account": answer, "Arn": f"arn:aws:iam::{answer}:user/me"}

        monkeypatch.setattr("botocore.client.BaseClient._make_api_call", call)


def asked(*edits: Edit) -> list[Result]:
    sample = stack(*edits)
    return inspect(Session(sample, answer_within_seconds=1), credentials.checks(sample))


def fault(what: str, found: str) -> list[Result]:
    where = "Pulumi.test.yaml: aws:allowedAccountIds"
    return [failed("credentials", Finding(where=where, what=what, found=found, remedy=REMEDY))]


def error(code: str, operation: str = "GetCallerIdentity") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "its words"}}, operation)


def test_credentials_of_the_stacks_account_are_named_with_its_region(monkeypatch: pytest.MonkeyPatch) -> None:
    Sts(monkeypatch)
    assert asked() == [ok("credentials", "arn:aws:iam::039612856036:user/me in us-east-1")]


def test_credentials_of_another_account_are_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    Sts(monkeypatch, "111111111111")
    assert asked() == fault("the credentials are of another account", "111111111111")


@pytest.mark.parametrize(
    ("raised", "what", "found"),
    [
        (error("ExpiredToken"), "the credentials have expired", "GetCallerIdentity: ExpiredToken: its words"),
        (
            error("InvalidClientTokenId"),
            "AWS does not know these credentials",
            "GetCallerIdentity: InvalidClientTokenId: its words",
        ),
        (
            error("AccessDenied", "AssumeRole"),
            "the credentials may not take a role of aws:assumeRoles",
            "AssumeRole: AccessDenied: its words",
        ),
        (NoCredentialsError(), "there are no credentials", "Unable to locate credentials"),
        (
            ProfileNotFound(profile="nobody"),
            "there are no credentials",
            "The config profile (nobody) could not be found",
        ),
        (
            CredentialRetrievalError(provider="process", error_msg="gone"),
            "there are no credentials",
            "Error when retrieving credentials from process: gone",
        ),
        (
            UnauthorizedSSOTokenError(),
            "nobody is signed in (any longer)",
            "The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO "
            "session run aws sso login with the corresponding profile.",
        ),
    ],
    ids=["expired", "unknown", "role", "none", "profile", "process", "sso"],
)
def test_credentials_that_are_no_good_are_a_failure_in_plain_words(
    raised: Exception, what: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Sts(monkeypatch, raised)
    assert asked() == fault(what, found)


UNTIMELY = ["InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch"]


def dated(code: str, ahead: timedelta | None) -> ClientError:
    """AWS's answer, whose date is that much ahead of ours; without one, None."""
    headers = {} if ahead is None else {"date": format_datetime(datetime.now(UTC) + ahead, usegmt=True)}
    return ClientError(
        {"Error": {"Code": code, "Message": "its words"}, "ResponseMetadata": {"HTTPHeaders": headers}},  # pyright: ignore[reportArgumentType]
        "GetCallerIdentity",
    )


@pytest.mark.parametrize(("minutes", "order"), [(10, "behind"), (-10, "ahead of")])
@pytest.mark.parametrize("code", UNTIMELY)
def test_a_clock_that_is_off_is_named_with_how_far(
    code: str, minutes: int, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Sts(monkeypatch, dated(code, timedelta(minutes=minutes)))
    expected = Finding(
        where="this machine's clock",
        what=f"is 10 minutes {order} AWS's, which takes no request that is more than 5 minutes off",
        found=f"GetCallerIdentity: {code}: its words",
        remedy="set it (sudo timedatectl set-ntp true; a virtual machine that slept: restart it), then run again",
    )
    assert asked() == [failed("credentials", expected)]


@pytest.mark.parametrize("ahead", [None, timedelta(minutes=4), timedelta(minutes=-4)])
def test_a_wrong_signature_under_a_right_clock_is_a_fault_of_the_credentials(
    ahead: timedelta | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    Sts(monkeypatch, dated("SignatureDoesNotMatch", ahead))
    assert asked() == fault(
        "AWS does not know these credentials", "GetCallerIdentity: SignatureDoesNotMatch: its words"
    )


def test_a_token_that_has_expired_is_no_fault_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    Sts(monkeypatch, dated("ExpiredToken", timedelta(minutes=10)))
    assert asked() == fault("the credentials have expired", "GetCallerIdentity: ExpiredToken: its words")


@pytest.mark.parametrize(
    "raised",
    [EndpointConnectionError(endpoint_url="https://sts"), ConnectTimeoutError(endpoint_url="https://sts")],
    ids=["nobody there", "no way there"],
)
def test_an_aws_that_cannot_be_reached_is_named_at_once(raised: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    Sts(monkeypatch, raised)
    expected = Finding(
        where="Pulumi.test.yaml: aws:region",
        what="AWS cannot be reached",
        found=str(raised),
        remedy="see to the way there (network, proxy, aws:endpoints), then run again",
    )
    assert asked() == [failed("credentials", expected)]


@pytest.mark.parametrize(
    ("raised", "why"),
    [
        (error("Throttling"), "GetCallerIdentity: Throttling: its words"),
        (error("AccessDenied"), "GetCallerIdentity: AccessDenied: its words"),
        (ReadTimeoutError(endpoint_url="https://sts"), 'Read timeout on endpoint URL: "https://sts"'),
    ],
    ids=["throttled", "denied", "hangs"],
)
def test_what_says_nothing_about_the_credentials_is_no_failure_of_them(
    raised: Exception, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Sts(monkeypatch, raised)
    assert asked() == [unchecked("credentials", why)]


def test_who_says_not_to_ask_for_the_account_is_not_told_it_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    sts = Sts(monkeypatch)
    assert asked((REGION, f"{REGION}\n  aws:skipRequestingAccountId: true")) == [
        unchecked("credentials", "aws:skipRequestingAccountId is set")
    ]
    assert sts.calls == []


@pytest.mark.parametrize(
    "answer", ["111111111111", error("ExpiredToken"), NoCredentialsError()], ids=["another account", "expired", "none"]
)
def test_nothing_is_asked_of_aws_with_credentials_that_are_no_good(
    answer: str | Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    sts, sample = Sts(monkeypatch, answer), stack()

    def look(session: Session) -> list[Result]:
        session.client("ecs").list_clusters()
        return [ok("clusters", "seen")]

    checks = [*credentials.checks(sample), *[Check(subject="clusters", ask=look)] * 5]
    found = inspect(Session(sample, answer_within_seconds=1), checks)
    assert [each.outcome.value for each in found] == ["failed", *["unchecked"] * 5]
    assert {each.detail for each in found[1:]} == {"there is nobody to ask as: see credentials"}
    assert sts.calls == ["GetCallerIdentity"]

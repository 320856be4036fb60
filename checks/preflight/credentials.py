"""Whether the credentials are the stack's account's: nobody else may answer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from checks.preflight.result import Check, Result, failed, ok, unchecked
from checks.session import Session, answer
from finding import Finding
from settings.stack import Stack

_SUBJECT = "credentials"

# AWS's words for credentials that were good once, and for those that never were:
# https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_UNKNOWN = {"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "AuthFailure"}

# Its words for a signature of another time than AWS's own; some are also said of a wrong key:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
_UNTIMELY = {"InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch"}

# AWS allows five minutes, and its answer was on its way for a while.
_MOST_SKEW = timedelta(minutes=4, seconds=30)


def checks(stack: Stack) -> list[Check]:
    return [Check(subject=_SUBJECT, ask=lambda session: _whose(session, stack))]


def _whose(session: Session, stack: Stack) -> Iterator[Result]:
    """Who the credentials belong to; the region is the stack file's own, whatever the environment says."""
    if stack.aws.skip_requesting_account_id:
        yield unchecked(_SUBJECT, "aws:skipRequestingAccountId is set")
        return
    try:
        caller = session.caller()
    except (BotoCoreError, ClientError) as error:
        finding = _refusal(stack, error)
        yield failed(_SUBJECT, finding) if finding else unchecked(_SUBJECT, answer(error))
        return
    if caller["Account"] == stack.account.id:
        yield ok(_SUBJECT, f"{caller['Arn']} in {stack.account.region}")
    else:
        yield failed(_SUBJECT, _finding(stack, "the credentials are of another account", caller["Account"]))


def _refusal(stack: Stack, error: BotoCoreError | ClientError) -> Finding | None:
    """What a person must see to; None if the error is of a moment, or of this one question."""
    if skew := _skew(error):
        return _wrong_clock(skew, answer(error))
    if isinstance(error, ConnectionError):
        return _unreachable(stack, answer(error))
    fault = _fault(error)
    return _finding(stack, fault, answer(error)) if fault else None


def _fault(error: BotoCoreError | ClientError) -> str:
    """What is wrong with the credentials; empty if the error says nothing about them."""
    code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else ""
    if code in _EXPIRED:
        return "the credentials have expired"
    if code in _UNKNOWN:
        return "AWS does not know these credentials"
    if isinstance(error, ClientError) and error.operation_name == "AssumeRole" and code == "AccessDenied":
        return "the credentials may not take a role of aws:assumeRoles"
    if isinstance(error, (SSOError, TokenRetrievalError)):
        return "nobody is signed in (any longer)"
    if isinstance(error, (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError, ProfileNotFound)):
        return "there are no credentials"
    return ""


def _skew(error: BotoCoreError | ClientError) -> timedelta | None:
    """How far this machine's clock is behind AWS's, if that is why AWS took no signature."""
    if not isinstance(error, ClientError) or error.response.get("Error", {}).get("Code") not in _UNTIMELY:
        return None
    told = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", "")
    try:
        skew = parsedate_to_datetime(told) - datetime.now(UTC)
    except (TypeError, ValueError):  # no date; one without a zone
        return None
    return skew if abs(skew) > _MOST_SKEW else None


def _wrong_clock(skew: timedelta, found: str) -> Finding:
    minutes, order = round(abs(skew) / timedelta(minutes=1)), "behind" if skew > timedelta(0) else "ahead of"
    return Finding(
        where="this machine's clock",
        what=f"is {minutes} minutes {order} AWS's, which takes no request that is more than 5 minutes off",
        found=found,
        remedy="set it (sudo timedatectl set-ntp true; a virtual machine that slept: restart it), then run again",
    )


def _unreachable(stack: Stack, found: str) -> Finding:
    """pulumi-aws asks the same before all else: up to 25 times, for many minutes."""
    return Finding(
        where=f"Pulumi.{stack.name}.yaml: aws:region",
        what="AWS cannot be reached",
        found=found,
        remedy="see to the way there (network, proxy, aws:endpoints), then run again",
    )


def _finding(stack: Stack, what: str, found: str) -> Finding:
    return Finding(
        where=f"Pulumi.{stack.name}.yaml: aws:allowedAccountIds",
        what=what,
        found=found,
        remedy=f"use credentials of account {stack.account.id} (AWS_PROFILE, or aws sso login)",
    )

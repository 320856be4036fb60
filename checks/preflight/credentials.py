"""Whether the credentials are the stack's account's: before anything else is asked."""

from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, SSOError, TokenRetrievalError

from checks.preflight.result import Check, Result, failed, ok, unchecked
from checks.session import Session, answer
from finding import Finding
from settings.stack import Stack

_SUBJECT = "credentials"

# AWS's words for credentials that were good once: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_UNKNOWN = {"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "AuthFailure"}


def checks(stack: Stack) -> list[Check]:
    return [Check(subject=_SUBJECT, ask=lambda session: _whose(session, stack))]


def _whose(session: Session, stack: Stack) -> Iterator[Result]:
    """Who the credentials belong to; the region is the stack file's own, whatever the environment says."""
    try:
        caller = session.caller()
    except (BotoCoreError, ClientError) as error:
        yield _unanswered(stack, error)
        return
    if caller["Account"] == stack.account.id:
        yield ok(_SUBJECT, f"{caller['Arn']} in {stack.account.region}")
    else:
        yield failed(_SUBJECT, _fault(stack, "the credentials are of another account", caller["Account"]))


def _unanswered(stack: Stack, error: BotoCoreError | ClientError) -> Result:
    code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else ""
    if code in _EXPIRED or isinstance(error, (SSOError, TokenRetrievalError)):
        return failed(_SUBJECT, _fault(stack, "the credentials have expired", answer(error)))
    if isinstance(error, NoCredentialsError):
        return failed(_SUBJECT, _fault(stack, "there are no credentials", ""))
    if code in _UNKNOWN:
        return failed(_SUBJECT, _fault(stack, "AWS does not know these credentials", answer(error)))
    return unchecked(_SUBJECT, answer(error))


def _fault(stack: Stack, what: str, found: str) -> Finding:
    return Finding(
        where=f"Pulumi.{stack.name}.yaml: aws:allowedAccountIds",
        what=what,
        found=found,
        remedy=f"use credentials of account {stack.account.id} (AWS_PROFILE, or aws sso login)",
    )

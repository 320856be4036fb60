"""What it means that AWS did not answer what it was asked: ask again, or nobody will know."""

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError
from botocore.parsers import ResponseParserError

NoAnswer = BotoCoreError | ClientError | ResponseParserError
NO_ANSWER = (BotoCoreError, ClientError, ResponseParserError)

# AWS's ways to say "later" that come with a status below 500, and to say that nobody is signed in (any longer):
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html
_LATER = {"Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "RequestTimeout"}
_SIGNED_OUT = {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"}


def passes(error: NoAnswer) -> bool:
    """True if it is no answer to what was asked, so that the next question may have one."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500 or error.response.get("Error", {}).get("Code") in _LATER
    return isinstance(error, (ConnectionError, HTTPClientError, ResponseParserError))


def why(error: NoAnswer) -> tuple[str, str]:
    """What is wrong where it does not pass, and what to do."""
    code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
    if code in _SIGNED_OUT or not isinstance(error, ClientError):
        return "the credentials ended during the wait", "sign in again (aws sso login)"
    if "AccessDenied" in code or "Unauthorized" in code:
        return "AWS refuses to say", "let the role of this run do what is named above"
    return "AWS does not know what it was asked for", "see whether somebody deleted it"

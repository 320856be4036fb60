"""What is secret, or the address of a secret, by the look of it."""

import re

_SECRET_NAME = re.compile(
    r"secret|passw(or)?d|_pass$|access_key|passphrase|token(?!izer)|credential|private|api_?key|_key$|_dsn$",
    re.IGNORECASE,
)
# Something about a secret, or a key that is meant to be seen.
_ABOUT = re.compile(
    r"(^|_)(ttl|(min|max)?_?length|name|header|ur[il]|issuer|audience|endpoint|lifetime|expir\w*|expires_in|policy|cookie"
    r"|provider|region|file|path|enabled|algorithm|count|size|type)$"
    r"|public|publishable|site_key|cache_key|cors_|max_tokens",
    re.IGNORECASE,
)
_SECRET_ADDRESS = re.compile(r"(mongo|database|redis|postgres|mysql).*_ur[il]$", re.IGNORECASE)


def looks_like_a_secret(name: str) -> bool:
    """Whether a variable of that name is likely to hold a secret, and not a word about one (`TOKEN_TTL`)."""
    return bool(_SECRET_ADDRESS.search(name) or (_SECRET_NAME.search(name) and not _ABOUT.search(name)))


_CREDENTIALS = re.compile(
    r"://[^/\s:@]*:[^/\s@]+@|(?<![A-Z0-9])(AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])|-----BEGIN [A-Z ]*PRIVATE KEY"
)


def holds_credentials(value: str) -> bool:
    """Whether a value has a password in an address, an access key of AWS, or a private key in it."""
    return bool(_CREDENTIALS.search(value))


def reads_like_a_whole_arn(value: str) -> bool:
    """Secrets Manager ends each ARN with a hyphen and six letters or digits, and takes one that ends so for the whole.

    `…:secret:pairva/jwt-secret` therefore finds nothing, while `…/jwt-creds` finds its secret (aws-cdk#27530). Six
    lower-case letters are all but certainly a word.
    """
    return ":secretsmanager:" in value and bool(re.search(r"-[a-z]{6}$", value))

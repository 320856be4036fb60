"""Log lines as they may be shown to people: no credentials, nothing that moves a cursor, and not too long."""

import re
import unicodedata

_SHOWN_CHARACTERS = 300
_READ_CHARACTERS = 16_000
_MASK = "***"
# Stands for the mask while a line is worked on: one character that no cut can halve, and that no line holds by then.
_HIDDEN = "\0"

# Sequences of ECMA-48, ended or cut off: CSI (colours, cursor), strings up to BEL or ST (titles, links), the rest.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*+[ -/]*+[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*+(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*+[0-~]?"
)
# Control characters, bidi overrides and other invisible ones, half surrogates, line and paragraph separators.
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

_KEY = (
    r"passw(?:or)?d|passphrase|pwd|(?<=_)pass(?![a-z])|token|credential"
    r"|(?:api|access|private|session|jwt|signing|encryption|master)[_-]?(?:key|id)|(?<![a-z])pass(?==)|x-amz-signature"
)
# What is said instead of a value, and explains more than it gives away.
_NO_VALUE = r"(?:null|nil|none|undefined|true|false|missing|required|expired|invalid)[,.;)}\]]*(?![^\s\"'&])"
_VALUE = r"\"(?:[^\"\\]|\\.)*+|'(?:[^'\\]|\\.)*+|\\{1,3}[\"'](?:(?!\\{1,3}[\"']).)*+|[^\s\"'&\\][^\s\"'&]*+"

# Each leaves what its groups hold. They run in this order, each in time linear to the line's length: no repetition
# gives back what it took, or it is short.
_CREDENTIALS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # scheme://user:password@host; drivers complain of passwords with @ and / in them, and then log the address.
        r"(://[^\s:/?#@\"'<>]*+:)(?!\d+(?:[/?#]|$))(?:(?!://)[^\s\"'<>])+(@)",
        r"(authorization\W{1,6}(?:basic|digest)\s+)[^\s\"']++",
        r"(\bcookie[\"']?:\s*+[\"']?)[^\"']++",
        r"(\bbearer\s+)(?!(?:authentication|authorization|auth|tokens?|scheme|realm|error)\b)[\w.~+/=\0*-]{6,}+",
        # JSON web tokens: base64 of `{"`.
        r"(?<![\w+/])(?-i:eyJ)[\w-]{6,}+(?:\.[\w-]*+)*+",
        # AWS access key ids, session tokens and secret access keys; a git hash has no capitals, an ARN has colons.
        r"(?<![A-Z0-9])(?-i:(?:AKIA|ASIA)[A-Z0-9]{12,}+)",
        r"(?<![A-Z0-9+/])(?-i:IQoJ|FwoG|FQoG|AQoD)[A-Z0-9+/=_%-]{20,}+",
        r"(?-i:(?<![A-Za-z0-9+/=])(?=[A-Z0-9+/]{0,39}[a-z])(?=[a-z0-9+/]{0,39}[A-Z])(?=[A-Za-z+/]{0,39}\d)"
        r"[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=]))",
        r"(?<![A-Z0-9])(?-i:gh[pousr]_|github_pat_|glpat-|npm_|xox[abprs]-|[rs]k_(?:live|test)_|AIza|sk-)[\w-]{16,}+",
        # key=value, key: value, "key": "value", \"key\":\"value\", ?key=value. `secret` is also a part of ARNs, and
        # a class of errors is no key.
        rf"((?:{_KEY}|(?<![\d*]:)secret(?!s?[_-]?manager))(?![\w-]{{0,32}}(?:error|exception))[\w-]{{0,32}}+"
        rf"\\{{0,3}}+[\"']?\s{{0,3}}+(?:=>|:=|[:=])\s{{0,3}}+)(?![\"']?arn:aws|{_NO_VALUE})(?:{_VALUE})",
    )
)


def masked(line: str, longest: int = _SHOWN_CHARACTERS) -> str:
    """The line without credentials and control characters, cut to `longest` characters.

    Credentials are known by their shape, so that what has none may remain: this makes a log fit to be read by those
    who deploy, not by everyone.
    """
    text = _plain(line[:_READ_CHARACTERS])
    if len(line) > _READ_CHARACTERS:
        # The rest of the last word is not known, and half a secret has no shape.
        text = f"{text.rpartition(' ')[0]} …".lstrip()
    text = _without_credentials(text.replace(_MASK, _HIDDEN))
    if len(text) > longest:
        text = _without_credentials(f"{text[: longest - 1]}…")
    return text.replace(_HIDDEN, _MASK)


def _plain(line: str) -> str:
    spaced = re.sub(r"[\t\n\v\f\r\x85\u2028\u2029]+", " ", _ESCAPES.sub("", line))
    return "".join(each for each in spaced if unicodedata.category(each) not in _UNSHOWN).strip()


def _without_credentials(text: str) -> str:
    """Again until nothing changes: what is hidden may have hidden where the next credential begins."""
    hidden = text
    for pattern in _CREDENTIALS:
        hidden = pattern.sub(_hide, hidden)
    return text if hidden == text else _without_credentials(hidden)


def _hide(found: re.Match[str]) -> str:
    before, *after = [group for group in found.groups() if group is not None] or [""]
    quote = re.match(r"\\*[\"']", found[0][len(before) :])
    return f"{before}{quote[0] if quote else ''}{_HIDDEN}{''.join(after)}"

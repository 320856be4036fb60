"""Finds what should have become a value and did not: placeholders that nobody replaced, Outputs that Python turned into
text, ARNs with parts that are missing or of an account or region that the stack file does not list.

Only what cannot be meant is named, since nothing can overrule it. `TODO` or `xxxx` may be a column's name or a mask,
and are taken; so are `%20`, `$NAME`, `$(command)` and `%{http_code}`. A `${…}` or `{{…}}` that an application itself
fills in belongs into its image.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from settings import arn
from settings.arn import Place

# The variables of IAM policies: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
# Global keys begin with a capital, but for these four; `${aws:region}` is another tool's word for a region.
_OF_POLICIES = (
    r"aws:(username|userid|referer|ec2Instance\w+|[A-Z]\w+)(/[^{}]+)?"
    r"|(cognito-identity\.amazonaws\.com|www\.amazon\.com|graph\.facebook\.com|accounts\.google\.com"
    r"|dynamodb|ec2|iam|redshift|s3|saml|sns|sts|transfer):[\w-]+(/[^{}]+)?"
)
_POLICY_VARIABLE = re.compile(rf"\$\{{(({_OF_POLICIES})(, ?'[^'{{}}]*')?|[*?$])\}}")

_NOT_REPLACED = "is a placeholder that nobody replaced"
_OUTPUT = "is an Output that Python turned into text: its value was not known yet"
_WRITE_IT = "write the value itself: nothing replaces it"
_COPY_IT = "copy the whole ARN from AWS; it must be of this stack's account and region"

# A simple one is found whole. Of others only the beginning: `${PASSWORD:-hunter2}` says more than should be shown.
_IN_SHELL = (
    (re.compile(r"\{\{ *[A-Za-z_][\w.]* *\}\}|\{\{"), _NOT_REPLACED),
    (re.compile(r"<(?!EOF>)[A-Z][A-Z0-9_ -]+[A-Z0-9]>|<[Yy]our[ _-][A-Za-z _-]*>"), _NOT_REPLACED),
    # Not two characters of a URL (%C3%A9), a time of day (%H%M), a pattern of logback (%MDC%n) or a share (100%OFF%).
    (re.compile(r"(?<![A-Za-z0-9%])%[A-Z][A-Z0-9_]+%(?![A-Za-z0-9%])"), _NOT_REPLACED),
    (re.compile(r"(?<![A-Za-z])(replace|change)[_-]?me(?![A-Za-z])", re.IGNORECASE), _NOT_REPLACED),
    (re.compile(r"\bFIXME\b"), _NOT_REPLACED),
    (re.compile(r"Calling __str__ on an Output|<pulumi\.output\.Output|Output\[[A-Za-z_][\w.\[\], ]*\]"), _OUTPUT),
)
_ELSEWHERE = ((re.compile(r"\$\{ *[A-Za-z_][\w.]* *\}|\$\{"), _NOT_REPLACED), *_IN_SHELL)

_SHELL = re.compile(r"(/usr)?(/bin/)?(a|ba|da)?sh")


@dataclass(frozen=True, kw_only=True)
class Placeholder:
    """Where it stands (keys and positions; `in_key`: in the last of them itself), what was `found`, what is wrong with
    it and what to do.
    """

    path: tuple[str | int, ...]
    found: str
    what: str
    remedy: str
    in_key: bool = False


def within(value: Any, place: Place, path: tuple[str | int, ...] = (), *, shell: bool = False) -> Iterator[Placeholder]:
    """Every text in `value` that holds one: at any depth, in keys too, and inside JSON. Each text once.

    `shell`: a shell in the container reads these texts, and `${PORT}` is the environment's PORT to it.
    """
    match value:
        case Mapping():
            for key, each in value.items():
                for name in _in_text(str(key), place, (*path, key), shell=shell):
                    yield replace(name, in_key=True)
                yield from within(each, place, (*path, key), shell=shell)
        case list() | tuple():
            for position, (each, by_shell) in enumerate(zip(value, _read_by_shell(value), strict=True)):
                yield from within(each, place, (*path, position), shell=by_shell)
        case str() if isinstance(inner := _json(value), (dict, list)):
            yield from within(inner, place, path, shell=shell)
        case str():
            yield from _in_text(value, place, path, shell=shell)
        case _:
            pass


def unreplaced(text: str) -> list[str]:
    """Every placeholder in a text, each once, in their order; a shell is not thought of."""
    rest = _POLICY_VARIABLE.sub("*", text)
    found = [match for pattern, what in _ELSEWHERE if what == _NOT_REPLACED for match in pattern.finditer(rest)]
    return list(dict.fromkeys(match[0] for match in sorted(found, key=lambda match: match.start())))


def _in_text(text: str, place: Place, path: tuple[str | int, ...], *, shell: bool) -> Iterator[Placeholder]:
    rest = _POLICY_VARIABLE.sub("*", text)
    for pattern, what in _IN_SHELL if shell else _ELSEWHERE:
        if match := pattern.search(rest):
            yield Placeholder(path=path, found=match[0], what=what, remedy=_WRITE_IT)
            return
    for found, why in arn.wrong(rest, place):
        yield Placeholder(path=path, found=found, what=why, remedy=_COPY_IT)
        return


def _read_by_shell(words: Sequence[Any]) -> Iterator[bool]:
    """Whether each word of a command is read by a shell: what follows `[CMD-SHELL, …]` and `[CMD, sh, -c, …]`.

    Docker runs the first with /bin/sh in the container:
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
    """
    by_shell, before = False, ""
    for position, word in enumerate(words):
        yield by_shell
        starts = word == "-c" and _SHELL.fullmatch(before) is not None
        by_shell = by_shell or starts or (position == 0 and word == "CMD-SHELL")
        before = word if isinstance(word, str) else ""


def _json(text: str) -> Any:
    """A text that only begins like JSON is none."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None

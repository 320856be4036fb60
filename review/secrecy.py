"""Hides, throughout a preview, the text of everything that is secret in it, wherever else that text stands, too."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from settings.secret import looks_like_a_secret

# How the engine marks a secret in a state: pulumi's sdk/go/common/resource/sig.
_SIGNATURE, _IS_SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
SECRET = "[secret]"  # noqa: S105 - the mask itself

# What is shorter is hidden where it is a whole value: a secret `on` within words is no secret, and the words are lost.
_LEAST_CHARACTERS = 4
_LEAST_LINE = 8
_LEAST_ENCODED = 6
# A number of a secret table, or behind a name that sounds secret: shorter, it is a count or a port elsewhere.
_LEAST_NUMBER = 5
# `skipCredentialsValidation: "true"` sounds secret, and is not.
_NO_SECRETS = ("true", "false", "none", "null")
# JSON within JSON within a container's definition, each written by Python or by Go.
_MOST_ESCAPES = 3

# Secret by their shape, whatever their names: private keys, and addresses that whoever knows them may post to.
_SHAPES = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)"
    r"|https://(?:hooks\.slack\.com/[a-z]+|discord(?:app)?\.com/api/webhooks)/[^\s\"'\\]+",
    re.DOTALL,
)

# The tables whose keys are names that people chose: the stack's configuration, and what a container or build is given.
_NAMED = ("config", "environment", "args")


def hidden(document: Any) -> Any:
    """The document without any secret's text; each text has a mask of its own, so that a change still shows."""
    plain = dict.fromkeys(_secrets(document, ""))
    masks = {text: f"[secret {number}]" for number, text in enumerate(plain, 1)}
    forms = dict(form for text, mask in masks.items() for form in _forms(text, mask) if form[0])
    # The longest first: one secret may be a part of another.
    ordered = sorted((form for form in forms if len(form) >= _LEAST_CHARACTERS), key=len, reverse=True)
    within = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def masked(text: str) -> str:
        if text in forms:
            return forms[text]
        return within.sub(lambda found: forms[found[0]], text) if within else text

    return _without(document, masked)


def _without(value: Any, masked: Callable[[str], str]) -> Any:
    match value:
        case dict() if value.get(_SIGNATURE) == _IS_SECRET:
            return masked(_plain(value["plaintext"])) if "plaintext" in value else SECRET
        case dict():
            return {masked(str(key)): _without(each, masked) for key, each in value.items()}
        case list():
            return [_without(each, masked) for each in value]
        case str():
            return _masked_within(value, masked)
        case bool() | None:
            return value
        case _:
            text = str(value)
            return value if masked(text) == text else masked(text)


def _masked_within(text: str, masked: Callable[[str], str]) -> str:
    """JSON is read first, as deep as it goes: a comment shows what is in it, and not how it was written."""
    inner, whole = _table(text), masked(text)
    if inner is None or re.fullmatch(r"\[secret \d+\]", whole):
        return whole
    hidden_inner = _without(inner, masked)
    return whole if hidden_inner == inner else masked(json.dumps(hidden_inner, ensure_ascii=False))


def _secrets(value: Any, key: str) -> Iterator[str]:
    """Every secret's text: of marked values, and of configuration and variables whose names say that they are."""
    match value:
        case dict() if value.get(_SIGNATURE) == _IS_SECRET:
            yield from _texts(value)
        case dict():
            named = [*(value.items() if key in _NAMED else ()), (value.get("name"), value.get("value"))]
            yield from (str(each) for name, each in named if _is_secret(name, each))
            for name, each in value.items():
                yield from _secrets(each, name)
        case list():
            for each in value:
                yield from _secrets(each, key)
        case str() if (inner := _table(value)) is not None:
            yield from _secrets(inner, key)
        case str():
            yield from (found[0] for found in _SHAPES.finditer(value))
        case _:
            pass


def _texts(wrapper: Mapping[str, Any]) -> Iterator[str]:
    """The whole of a secret that is known, and each text in it, if it is a table or a list."""
    if "plaintext" not in wrapper:
        return
    yield _plain(wrapper["plaintext"])
    yield from _leaves(decoded_json(wrapper["plaintext"]))


def _leaves(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for each in value.values():
                yield from _leaves(each)
        case list():
            for each in value:
                yield from _leaves(each)
        case str():
            yield value
            yield from _leaves(_table(value))
        case int() | float() if not isinstance(value, bool) and len(str(value)) >= _LEAST_NUMBER:
            yield str(value)
        case _:
            pass


def _is_secret(name: Any, value: Any) -> bool:
    """A reference to a secret is none, and neither is what the engine has hidden already."""
    if not (isinstance(name, str) and isinstance(value, str)) or value.lower() in _NO_SECRETS:
        return False
    if len(value) < (_LEAST_NUMBER if value.isdecimal() else _LEAST_CHARACTERS):
        return False
    in_words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.rpartition(":")[2])
    return looks_like_a_secret(in_words) and not value.startswith("arn:") and value != SECRET


def _plain(plaintext: Any) -> str:
    """A secret's text; the engine writes it as JSON."""
    value = decoded_json(plaintext)
    return value if isinstance(value, str) else str(plaintext)


def _forms(text: str, mask: str) -> Iterator[tuple[str, str]]:
    """The text as it is, and each way to write it that a preview may hold; and its lines, if it has several."""
    for plain in dict.fromkeys((text, text.strip())):
        written = {plain, plain.upper()}
        for _ in range(_MOST_ESCAPES):
            written |= {escape(each) for each in written for escape in (_as_python, _as_go)}
        addresses = [quote(plain, safe, errors="replace") for safe in ("", "/")] + [quote_plus(plain, errors="replace")]
        hexadecimal = plain.encode(errors="replace").hex()
        encoded = (hexadecimal, hexadecimal.upper(), *_base64(plain))
        for form in (*written, *addresses, *(each for each in encoded if len(each) >= _LEAST_ENCODED)):
            yield form, mask
    for line in text.splitlines():
        if len(line) >= _LEAST_LINE:
            yield line, mask


def _as_python(text: str) -> str:
    return json.dumps(text)[1:-1]


def _as_go(text: str) -> str:
    """https://pkg.go.dev/encoding/json#HTMLEscape"""
    escaped = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}
    return json.dumps(text, ensure_ascii=False)[1:-1].translate(escaped)


def _base64(text: str) -> Iterator[str]:
    """Alone, or within what was encoded with it (`user:password`): there it begins at any of three places, and only the
    characters that depend on nothing around it are always the same.
    """
    content = text.encode(errors="replace")
    for before in range(3):
        first, last = (before * 8 + 5) // 6, (before + len(content)) * 8 // 6
        for encode in (b64encode, urlsafe_b64encode):
            whole = encode(bytes(before) + content).decode()
            yield from (whole[first:], whole[first:].rstrip("="), whole[first:last])


def _table(text: str) -> Any:
    """The table or list that a JSON text holds; None, if it holds none."""
    value = decoded_json(text) if text.startswith(("{", "[")) else None
    return value if isinstance(value, (dict, list)) else None


def decoded_json(text: Any) -> Any:
    """What a JSON text holds; None, if it is none."""
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return None

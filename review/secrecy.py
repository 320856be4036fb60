"""Hides, throughout a preview, the text of everything that is secret in it, wherever else that text stands, too."""

import json
import re
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
# `skipCredentialsValidation: "true"` sounds secret, and is not.
_LEAST_NAMED = 6

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
            return masked(value)
        case bool() | None:
            return value
        case _:
            text = str(value)
            return value if masked(text) == text else masked(text)


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
        case str() if value.startswith(("{", "[")):
            yield from _secrets(decoded_json(value), key)
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
        case str() if (inner := decoded_json(value)) is not None and isinstance(inner, (dict, list)):
            yield value
            yield from _leaves(inner)
        case str():
            yield value
        case _:
            pass


def _is_secret(name: Any, value: Any) -> bool:
    """A reference to a secret is none, and neither is what the engine has hidden already."""
    if not (isinstance(name, str) and isinstance(value, str)) or len(value) < _LEAST_NAMED:
        return False
    in_words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.rpartition(":")[2])
    return looks_like_a_secret(in_words) and not value.startswith("arn:") and value != SECRET


def _plain(plaintext: Any) -> str:
    """A secret's text; the engine writes it as JSON."""
    value = decoded_json(plaintext)
    return value if isinstance(value, str) else str(plaintext)


def _forms(text: str, mask: str) -> Iterator[tuple[str, str]]:
    """The text as it is, within JSON (Python's and Go's), and within an address; and its lines, if it has several."""
    as_json = json.dumps(text)[1:-1]
    of_go = json.dumps(text, ensure_ascii=False)[1:-1].translate({ord(each): f"\\u{ord(each):04x}" for each in "<>&"})
    escaped_twice = json.dumps(as_json)[1:-1]
    for form in (text, as_json, of_go, escaped_twice, quote(text, safe=""), quote(text), quote_plus(text)):
        yield form, mask
    for line in text.splitlines():
        if len(line) >= _LEAST_LINE:
            yield line, mask


def decoded_json(text: Any) -> Any:
    """What a JSON text holds; None, if it is none."""
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return None

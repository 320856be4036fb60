"""Secrets in stack files that nobody encrypted: no scanner knows one by its key's name."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from audit.fault import Fault
from settings.secret import holds_credentials, looks_like_a_secret

# Pulumi's own, which are encrypted or name who encrypts; and those of ours whose values are ARNs and addresses.
_NO_SECRETS = {"encryptionsalt", "encryptedkey", "secretsprovider", "secrets", "aws:endpoints"}

_HARMLESS = re.compile(r"arn:|true$|false$")
_ADDRESS = re.compile(r"https?://")
# What Pulumi's own providers of secrets write, and its service.
_ENCRYPTED = re.compile(r"v\d+:|[A-Za-z0-9+/]{40,}=*$")


def plain(file: str, document: Mapping[str, Any]) -> list[Fault]:
    """Every value of a stack file that looks like a secret by its key, or holds credentials, and is not `secure:`."""
    requires = "a secret in a stack file is encrypted: pulumi config set --secret; and what leaked is replaced"
    return [
        Fault(rule="M4", resource=f"{file}:{path}", requires=requires, found="its value is not shown")
        for path, key, value in _values(document)
        if holds_credentials(value) or (looks_like_a_secret(_underscored(key)) and not _is_harmless(key, value))
    ]


def _is_harmless(key: str, value: str) -> bool:
    return bool(_HARMLESS.match(value)) or (key.lower().endswith(("url", "uri")) and bool(_ADDRESS.match(value)))


def _values(document: Any, path: str = "", key: str = "") -> Iterator[tuple[str, str, str]]:
    """Each value with its path and its key, which is that of a table above it if that one looks like a secret's."""
    match document:
        case {"secure": str(text), **more} if not more and _ENCRYPTED.match(text):
            pass
        case Mapping():
            whole = "secret" if "secure" in document else key
            kept = whole in _NO_SECRETS or looks_like_a_secret(_underscored(whole))
            for name, value in document.items():
                yield from _values(value, f"{path}.{name}".removeprefix("."), whole if kept else name)
        case list():
            for position, value in enumerate(document):
                yield from _values(value, f"{path}.{position}", key)
        case bool():
            pass
        case str() | int() | float():
            yield path, "" if key in _NO_SECRETS else key, str(document)
        case _:
            pass


def _underscored(key: str) -> str:
    """`app:db_Password` for `app:dbPassword`: the names of variables are words with underscores."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key)

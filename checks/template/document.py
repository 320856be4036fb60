"""An old task definition as it lies in a file: what the AWS CLI, an editor or PowerShell wrote, read as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from checks.template.position import KeyPath, Positions, positions
from masking import masked
from settings.placeholder import unreplaced

# ECS takes 64 KiB (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html), which UTF-16 and
# indentation make longer; and its own keys go nine deep.
_MOST_BYTES = 256 * 1024
_DEEPEST = 32
_TOO_DEEP = "is nested too deep for a task definition"

_KINDS = {list: "is a list, and one definition goes into a file", str: "is a text", type(None): "is null"}


class Unreadable(Exception):  # noqa: N818 — its text is read by people
    """Why nothing can be said about a file, in one line."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A task definition, and where it is: `inside` is `("taskDefinition",)` in what describe-task-definition prints."""

    file: str
    definition: Mapping[str, Any]
    inside: KeyPath
    positions: Positions


def read(file: Path) -> Document:
    """The task definition in that file. Raises Unreadable if there is none."""
    text = _text(file)
    content = _json(text)
    if not isinstance(content, dict):
        raise Unreadable(f"holds no task definition: it {_KINDS.get(type(content), 'is a single value')}")
    where = positions(text)
    if max(map(len, where.lines)) > _DEEPEST:
        raise Unreadable(_TOO_DEEP)
    inside: KeyPath = ("taskDefinition",) if isinstance(content.get("taskDefinition"), dict) else ()
    definition: dict[str, Any] = content[inside[0]] if inside else content
    return Document(file=shown(file), definition=definition, inside=inside, positions=where)


def shown(file: Path) -> str:
    """The file's name as it can be printed, whatever bytes it is made of."""
    return masked(str(file).encode(errors="replace").decode())


def _text(file: Path) -> str:
    """UTF-8, 16 or 32, known by its mark or by where the zeros are (RFC 4627, section 3)."""
    try:
        with file.open("rb") as opened:
            content = opened.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise Unreadable(f"is too large for a task definition: over {_MOST_BYTES} bytes; ECS takes 65536")
        text = content.decode(json.detect_encoding(content))
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Unreadable("is neither UTF-8 nor UTF-16 text") from None
    if not text.strip("\ufeff \t\r\n\0"):
        raise Unreadable("is empty")
    return text.removeprefix("\ufeff")


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        found = unreplaced(text[error.pos :])[:1]
        unresolved = found and text.startswith(found[0], error.pos)
        why = f"{found[0]} was never replaced" if unresolved else error.msg
        raise Unreadable(f"is not JSON: line {error.lineno}, column {error.colno}: {why}") from None
    except RecursionError:
        raise Unreadable(_TOO_DEEP) from None
    except ValueError:
        raise Unreadable("is not JSON: a number in it has thousands of digits") from None


def _no_number(constant: str) -> NoReturn:
    raise Unreadable(f"is not JSON: {constant} is no number there")

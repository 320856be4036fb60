"""The stack file itself, read as the engine reads it: for who asks about a stack without running it."""

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from finding import Finding
from settings.lines import Lines
from settings.names import PROJECT

# Far beyond any stack file, and read within two seconds.
_MOST_BYTES = 64 * 1024

# With every alias followed: a few of them, each naming the one before twice, would unfold to more than fits in memory.
_MOST_VALUES = 10_000
_MOST_LEVELS = 32
_MOST_BRACKETS = 256
_TOO_DEEP = "is nested too deeply for a stack file"

# Pulumi's own, beside `config`: https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/
TOP_LEVEL = ("config", "encryptedkey", "encryptionsalt", "environment", "secretsprovider")


@dataclass(frozen=True, kw_only=True)
class Document:
    """What a stack file says.

    `config` is what the engine would hand over of its `config:`. `unknown` are keys beside it, which Pulumi ignores.
    `lines` are where all of them stand.
    """

    config: Mapping[str, str]
    unknown: tuple[str, ...]
    lines: Lines


class _TooMuchError(Exception):
    """Its values cannot be followed one by one."""


def read(file: Path) -> Document | Finding:
    """What the file says; or why nobody can know it."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            return _fault(file, "is too large for a stack file", f"{file.stat().st_size} bytes")
        return _document(file, file.read_text(encoding="utf-8"))
    except OSError as error:
        return _fault(file, "cannot be read", error.strerror or str(error))
    except UnicodeError:
        return _fault(file, "is not text in UTF-8")
    except DuplicateKeyError as error:
        # Its own words show both values, and either may be a secret.
        key = re.search(r'found duplicate key "(.*?)" with value', error.problem or "")
        return _at(file, error, "holds a key twice", key[1] if key else "", "keep one of the two")
    except MarkedYAMLError as error:
        return _at(file, error, "is not YAML", error.problem or str(error.context), "correct it there")
    except YAMLError as error:
        return _fault(file, "is not YAML", str(error).partition("\n")[0])
    except (_TooMuchError, RecursionError) as error:
        return _fault(file, str(error) if isinstance(error, _TooMuchError) else _TOO_DEEP)
    except (ValueError, LookupError, AttributeError):
        # What ruamel.yaml raises for `2025-13-45` and `!!bool maybe`. Its words show the value.
        return _fault(file, "holds a value that is not what YAML takes it for, for example no date")


def parsed(text: str) -> Any:
    """The YAML document of that text, as gopkg.in/yaml.v3 reads it, which the engine uses.

    Raises ruamel.yaml's and Python's own errors for what is none.
    """
    _, value = _parsed(text)
    return value


def handed_over(config: Mapping[Any, Any]) -> dict[str, str]:
    """What the engine hands over of a stack file's `config:`: scalars as text, tables and lists as JSON; a key without
    a namespace belongs to the project, and `aws:config:region` is `aws:region`.
    """
    values = {_namespaced(_key(key)): _plain(value) for key, value in config.items()}
    return {key: value if isinstance(value, str) else _text(value) for key, value in values.items()}


class _Constructor(SafeConstructor):
    """Refuses what would unfold without end, and reads 010 as 8, as the engine does; YAML 1.2 calls it 10."""

    def construct_document(self, node: Node) -> Any:
        _require_little(node)
        return super().construct_document(node)

    def construct_yaml_int(self, node: ScalarNode) -> int:
        old_octal = re.fullmatch(r"([-+]?)0_?([0-7_]+)", node.value)
        return int(f"{old_octal[1]}{old_octal[2]}", 8) if old_octal else super().construct_yaml_int(node)


_Constructor.add_constructor("tag:yaml.org,2002:int", _Constructor.construct_yaml_int)


def _parsed(text: str) -> tuple[Node | None, Any]:
    """The nodes of the document, which know where they stand, and their value."""
    if max(accumulate(text, _brackets, initial=0)) > _MOST_BRACKETS:
        raise _TooMuchError(_TOO_DEEP)
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.Constructor = _Constructor
    node = yaml.compose(text)
    return node, None if node is None else yaml.constructor.construct_document(node)


def _document(file: Path, text: str) -> Document | Finding:
    node, document = _parsed(text)
    if not isinstance(document, Mapping):
        found = "nothing" if document is None else "a list" if isinstance(document, list) else "text or a number"
        return _fault(file, "is not a stack file: it holds no table of keys", found)
    if not isinstance(document.get("config"), Mapping):
        return _fault(file, "has no config: with the stack's settings")
    return Document(
        config=handed_over(document["config"]),
        unknown=tuple(_key(key) for key in document if key not in TOP_LEVEL),
        lines=Lines(text, node),
    )


def _require_little(document: Node) -> None:
    """Raises _TooMuchError if its values cannot be followed one by one."""
    waiting, seen = [(document, 0)], 0
    while waiting:
        node, level = waiting.pop()
        seen += 1
        if level > _MOST_LEVELS:
            raise _TooMuchError(_TOO_DEEP)
        if seen > _MOST_VALUES:
            raise _TooMuchError(f"unfolds to more than {_MOST_VALUES} values")
        below = [each for pair in node.value for each in pair] if isinstance(node, MappingNode) else node.value
        waiting.extend((each, level + 1) for each in below if not isinstance(node, ScalarNode))


def _brackets(open_now: int, letter: str) -> int:
    """How many are open after that letter: the parser's time grows with the square of them."""
    return max(0, open_now + (letter in "[{") - (letter in "]}"))


def _plain(value: Any) -> Any:
    """What JSON can say of it, in the words of the engine's Go."""
    match value:
        case Mapping():
            return {_key(key): _plain(each) for key, each in value.items()}
        case list():
            return [_plain(each) for each in value]
        case bytes():
            return value.decode()
        case datetime.date():
            return _moment(value)
        case float() if value.is_integer() and abs(value) < 1e21:
            return int(value)
        case int() if not -(2**63) <= value < 2**64:
            return float(value)
        case bool() | int() | float() | None:
            return value
        case _:
            # An ill-formed text, for example a lone surrogate, is none that anybody could print: UnicodeError.
            return str(value).encode().decode()


def _key(key: Any) -> str:
    plain = _plain(key)
    return plain if isinstance(plain, str) else "<nil>" if plain is None else json.dumps(plain)


def _namespaced(key: str) -> str:
    return re.sub(r"^([^:]+):config:", r"\1:", key) if ":" in key else f"{PROJECT}:{key}"


def _text(value: Any) -> str:
    return "" if value is None else json.dumps(value)


def _moment(value: datetime.date) -> str:
    """https://pkg.go.dev/time#Time.String"""
    moment = value if isinstance(value, datetime.datetime) else datetime.datetime(value.year, value.month, value.day)
    fraction = f".{moment:%f}".rstrip("0").rstrip(".")
    offset = f"{moment:%z}" or "+0000"
    return f"{moment:%Y-%m-%d %H:%M:%S}{fraction} {offset} {'UTC' if offset == '+0000' else offset}"


def _fault(file: Path, what: str, found: str = "") -> Finding:
    return Finding(
        where=file.name, what=what, found=found, remedy="name a stack file, for example Pulumi.prod.yaml (README)"
    )


def _at(file: Path, error: MarkedYAMLError, what: str, found: str, remedy: str) -> Finding:
    mark = error.problem_mark or error.context_mark
    return Finding(where=f"{file.name}:{mark.line + 1}" if mark else file.name, what=what, found=found, remedy=remedy)

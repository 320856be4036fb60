"""The stack file itself, read as the engine reads it: for who asks about a stack without running it."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from finding import Finding

# Far beyond any stack file, and read in a moment.
_MOST_BYTES = 1_000_000

# Pulumi's own, beside `config`: https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/
_OF_PULUMI = {"config", "secretsprovider", "encryptedkey", "encryptionsalt", "environment"}


def configuration(file: Path) -> dict[str, Any] | list[Finding]:
    """What the file's `config:` says, keys as they are written there; or why nobody can know it."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            return [_fault(file, "is too large for a stack file", f"{file.stat().st_size} bytes")]
        text = file.read_text(encoding="utf-8")
        document: Any = YAML(typ="safe").load(text)  # pyright: ignore[reportUnknownMemberType]
    except OSError as error:
        return [_fault(file, "cannot be read", error.strerror or str(error))]
    except UnicodeDecodeError:
        return [_fault(file, "is not text in UTF-8", "")]
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{file.name}:{mark.line + 1}" if mark else file.name
        return [Finding(where=place, what="is not YAML", found=error.problem or str(error), remedy="correct it there")]
    except (YAMLError, RecursionError, ValueError) as error:
        return [_fault(file, "is not YAML", str(error).partition("\n")[0])]
    return _config(file, document)


def _config(file: Path, document: Any) -> dict[str, Any] | list[Finding]:
    if not isinstance(document, Mapping) or not isinstance(document.get("config"), Mapping):
        found = "an empty file" if document is None else f"a {type(document).__name__}" if _is_leaf(document) else ""
        return [_fault(file, "has no config: with the stack's settings", found)]
    unknown = [str(key) for key in document if key not in _OF_PULUMI]
    if unknown:
        return [
            Finding(where=f"{file.name}: {key}", what="no such key", remedy=f"use {', '.join(sorted(_OF_PULUMI))}")
            for key in unknown
        ]
    return {str(key): _handed_over(value) for key, value in document["config"].items()}


def _handed_over(value: Any) -> Any:
    """What the engine makes of a value of `config:`: text of a plain one, and a table or list as it is."""
    match value:
        case bool():
            return "true" if value else "false"
        case str() | None:
            return value or ""
        case int() | float():
            return str(value)
        case _:
            return _nested(value)


def _nested(value: Any) -> Any:
    """A date is a time of day to the engine, as Go writes it."""
    match value:
        case Mapping():
            return {str(key): _nested(each) for key, each in value.items()}
        case list():
            return [_nested(each) for each in value]
        case datetime.date():
            return f"{value:%Y-%m-%d} 00:00:00 +0000 UTC"
        case _:
            return value


def _is_leaf(document: Any) -> bool:
    return not isinstance(document, Mapping)


def _fault(file: Path, what: str, found: str) -> Finding:
    return Finding(
        where=file.name, what=what, found=found, remedy="name a stack file, for example Pulumi.prod.yaml (README)"
    )

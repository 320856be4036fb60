"""The table of a stack file that takes an old task definition's place, as text to copy.

What the stack file would refuse stands in it as a comment, so that every line that is none is accepted.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from checks.template import adoption
from checks.template.adoption import Adoption
from checks.template.table import Table
from masking import masked
from settings.model import Deployment, Service

_INDENT = "      "
_Path = tuple[str, ...]

# Words that some reader of YAML takes for something else than text.
_NO_TEXT = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def block(task: Table) -> str:
    """A service of `pairva:deployment`, in place: indented as under its key."""
    adopted = adoption.adopt(task)
    _leave_out_what_is_refused(adopted)
    services = Deployment.service_names()
    lines = [f"    {adopted.service}:"]
    if adopted.service not in services:
        lines[:0] = [f'    # no service of that name yet ({", ".join(services)}): CONTRIBUTING.md, "A service"']
    return "\n".join([*lines, *_table(adopted.values, adopted.notes), *_rest(adopted.left)])


def _leave_out_what_is_refused(adopted: Adoption) -> None:
    try:
        Service.model_validate(adopted.values)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            path = tuple(map(str, details["loc"]))
            depth = 2 if path[0] in adoption.TABLES else 1
            context = details.get("ctx", {})
            why = f"{context['what']}: {context['remedy']}" if "what" in context else details["msg"].lower()
            if details["type"] == "missing":
                adopted.notes.setdefault(path, "write it")
            else:
                adopted.notes[path[:depth]] = why
                _remove(adopted.values, path[:depth])


def _remove(values: dict[str, Any], path: _Path) -> None:
    for part in path[:-1]:
        values = values.get(part, {})
    values.pop(path[-1], None)


def _table(values: Mapping[str, Any], notes: Mapping[_Path, str]) -> list[str]:
    """The lines of a service, in the order of the model's fields."""
    lines = list[str]()
    for field in Service.model_fields.values():
        key = str(field.alias)
        if key in adoption.TABLES:
            lines += _nested(key, values[key], {path[1]: note for path, note in notes.items() if path[0] == key})
        elif key in values or (key,) in notes:
            lines.append(_line(_INDENT, key, values, notes.get((key,), "")))
    return lines


def _nested(key: str, values: Mapping[str, Any], notes: Mapping[str, str]) -> list[str]:
    """A table without a value in it is a comment, for YAML would call it null."""
    if values:
        names = dict.fromkeys([*values, *notes])
        return [f"{_INDENT}{key}:", *(_line(f"{_INDENT}  ", name, values, notes.get(name, "")) for name in names)]
    comments = [f"{_INDENT}#   {masked(name)}: {note}" for name, note in notes.items()]
    return [f"{_INDENT}# {key}:", *comments] if comments else []


def _line(indent: str, key: str, values: Mapping[str, Any], note: str) -> str:
    """A note stands beside its value, or for it."""
    if key not in values:
        return f"{indent}# {masked(key)}: {note}"
    return f"{indent}{_text(key)}: {_value(values[key])}{f'  # {note}' if note else ''}"


def _rest(left: list[str]) -> list[str]:
    return [f"{_INDENT}# not taken over: {masked(each)}" for each in left]


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_text(each) for each in value)}]"
    return _text(value) if isinstance(value, str) else str(value)


def _text(text: str) -> str:
    """As YAML, in quotes wherever a reader might take it for something else than text."""
    if re.fullmatch(r"[A-Za-z/][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*", text) and text.lower() not in _NO_TEXT:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else f"\\U{ord(each):08X}" for each in quoted)

"""What a property may look like, and when two of its values are the same.

A shape is `str`, `int`, `bool`, `dict` (a map of strings), `{"field": shape}` (an object with these fields only),
`[shape]` (a list), `SetOf(shape)` (a list whose order says nothing) or `Text(meaning)` (a string that is compared by
what it means).
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from local.plugins.wire import UNKNOWN

Shape = Any


@dataclass(frozen=True)
class SetOf:
    """A list whose order says nothing."""

    item: Shape


@dataclass(frozen=True)
class Text:
    """A string that is compared by what `meaning` makes of it."""

    meaning: Callable[[str], Any]


JSON = Text(json.loads)


def faults(shape: Shape, value: Any, path: str, not_implemented: str) -> Iterator[str]:
    """Why `value` does not fit, one sentence a place; `not_implemented` is said of fields that the shape lacks."""
    if value == UNKNOWN:
        return
    plain = str if isinstance(shape, Text) else [shape.item] if isinstance(shape, SetOf) else shape
    kind = plain if isinstance(plain, type) else type(plain)
    if not isinstance(value, kind):
        yield f"{path} must be of type {kind.__name__}, not {value!r}"
    elif isinstance(plain, list):
        for index, element in enumerate(value):
            yield from faults(plain[0], element, f"{path}[{index}]", not_implemented)
    elif isinstance(plain, dict):
        for key, element in value.items():
            where = f"{path}.{key}" if path else key
            if key in plain:
                yield from faults(plain[key], element, where, not_implemented)
            else:
                yield f"{where} {not_implemented}"


def same(shape: Shape, left: Any, right: Any) -> bool:
    """Whether two values mean the same; an unknown one never does."""
    return UNKNOWN not in f"{left}{right}" and _normal(shape, left) == _normal(shape, right)


def _normal(shape: Shape, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(shape, Text):
        return shape.meaning(value)
    if isinstance(shape, SetOf):
        return sorted((_normal(shape.item, item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(shape, list):
        return [_normal(shape[0], item) for item in value]
    if isinstance(shape, dict):
        return {key: _normal(shape[key], item) for key, item in value.items()}
    return value


def seen(shape: Shape, wanted: Any, actual: Any) -> Any:
    """What `wanted` has become: its own words where nothing moved, and only the fields that it sets itself."""
    if isinstance(shape, dict) and wanted and actual:
        kept = {key: item for key, item in wanted.items() if actual.get(key) is not None}
        return {key: seen(shape[key], item, actual[key]) for key, item in kept.items()}
    return wanted if same(shape, wanted, actual) else actual

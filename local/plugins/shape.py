"""What a property may look like, and when two of its values are the same.

A shape is `str`, `int`, `bool`, `dict` (a map of strings), `{"field": shape}` (an object with exactly these
fields), `[shape]` (a list), `SetOf(shape)` (a list whose order says nothing) or `Text(meaning)` (a string that is
compared by what it means).
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

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

_NAMES = {str: "a string", int: "a whole number", bool: "true or false", dict: "a map of strings"}


def faults(shape: Shape, value: Any, path: str, unknown_field: str) -> Iterator[str]:
    """Why `value` does not fit, one sentence a place; `unknown_field` is said of what the shape lacks."""
    if value == UNKNOWN:
        return
    if isinstance(shape, SetOf | list):
        item = shape.item if isinstance(shape, SetOf) else cast(list[Shape], shape)[0]
        if not isinstance(value, list):
            yield f"{path} must be a list, not {value!r}"
            return
        for index, element in enumerate(cast(list[Any], value)):
            yield from faults(item, element, f"{path}[{index}]", unknown_field)
    elif isinstance(shape, Mapping):
        yield from _object_faults(cast(Mapping[str, Shape], shape), value, path, unknown_field)
    elif isinstance(shape, Text):
        yield from _text_faults(shape, value, path)
    elif not _fits(shape, value):
        yield f"{path} must be {_NAMES[shape]}, not {value!r}"


def _object_faults(shape: Mapping[str, Shape], value: Any, path: str, unknown_field: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} must be an object, not {value!r}"
        return
    for key, element in cast(dict[str, Any], value).items():
        where = join(path, key)
        if key in shape:
            yield from faults(shape[key], element, where, unknown_field)
        else:
            yield f"{where} {unknown_field}"


def _text_faults(shape: Text, value: Any, path: str) -> Iterator[str]:
    try:
        shape.meaning(value)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        yield f"{path} does not have the form it needs: {error}"


def _fits(shape: type, value: Any) -> bool:
    if shape is dict:
        return isinstance(value, dict) and all(isinstance(item, str) for item in cast(dict[str, Any], value).values())
    return isinstance(value, shape) and (shape is bool or not isinstance(value, bool))


def same(shape: Shape, left: Any, right: Any) -> bool:
    """Whether two values mean the same; an unknown one never does."""
    return not _unknown(left) and not _unknown(right) and _normal(shape, left) == _normal(shape, right)


def _unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_unknown(item) for item in cast(dict[str, Any], value).values())
    if isinstance(value, list):
        return any(_unknown(item) for item in cast(list[Any], value))
    return value == UNKNOWN


def _normal(shape: Shape, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(shape, Text):
        return shape.meaning(value)
    if isinstance(shape, SetOf):
        return sorted((_normal(shape.item, item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(shape, list):
        return [_normal(cast(list[Shape], shape)[0], item) for item in value]
    if isinstance(shape, Mapping):
        fields = cast(Mapping[str, Shape], shape)
        return {key: _normal(fields.get(key), item) for key, item in value.items() if item is not None}
    return value


def seen(shape: Shape, wanted: Any, actual: Any) -> Any:
    """What `wanted` has become: its own words where nothing moved, and only the fields that it sets itself."""
    if same(shape, wanted, actual):
        return wanted
    if isinstance(shape, Mapping) and isinstance(wanted, dict) and isinstance(actual, dict):
        fields, real = cast(Mapping[str, Shape], shape), cast(dict[str, Any], actual)
        known = {key: item for key, item in cast(dict[str, Any], wanted).items() if real.get(key) is not None}
        return {key: seen(fields[key], item, real[key]) for key, item in known.items()}
    if isinstance(shape, SetOf):
        return _seen_set(shape.item, cast(list[Any], wanted), actual)
    if isinstance(shape, list):
        item = cast(list[Shape], shape)[0]
        kept = [seen(item, left, right) for left, right in zip(wanted, actual, strict=False)]
        return kept + list(actual)[len(kept) :]
    return actual


def _seen_set(item: Shape, wanted: list[Any], actual: list[Any]) -> list[Any]:
    rest, kept = list(actual), list[Any]()
    for element in wanted:
        match = next((real for real in rest if same(item, element, seen(item, element, real))), None)
        if match is not None:
            rest.remove(match)
            kept.append(element)
    return kept + rest


def differences(shape: Shape, old: Any, new: Any, path: str) -> Iterator[tuple[str, str]]:
    """The paths that differ, each with `add`, `delete` or `update`."""
    if same(shape, old, new):
        return
    if old is None or new is None:
        yield path, "add" if old is None else "delete"
    elif isinstance(old, dict) and isinstance(new, dict):
        left, right = cast(dict[str, Any], old), cast(dict[str, Any], new)
        for key in sorted(left.keys() | right.keys()):
            field = cast(Mapping[str, Shape], shape).get(key) if isinstance(shape, Mapping) else str
            yield from differences(field, left.get(key), right.get(key), join(path, key))
    elif isinstance(shape, list | SetOf) and isinstance(old, list) and isinstance(new, list):
        yield from _list_differences(shape, cast(list[Any], old), cast(list[Any], new), path)
    else:
        yield path, "update"


def _list_differences(
    shape: list[Shape] | SetOf, old: list[Any], new: list[Any], path: str
) -> Iterator[tuple[str, str]]:
    item = shape.item if isinstance(shape, SetOf) else shape[0]
    if isinstance(shape, SetOf) and not len(old) == len(new) == 1:
        yield path, "update"
        return
    for index in range(max(len(old), len(new))):
        left = old[index] if index < len(old) else None
        right = new[index] if index < len(new) else None
        yield from differences(item, left, right, f"{path}[{index}]")


def join(path: str, key: str) -> str:
    """A property path as Pulumi writes it."""
    if not re.fullmatch(r"[A-Za-z_]\w*", key):
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key

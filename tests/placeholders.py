"""Finds, in what a program registers, placeholders that nobody replaced and Outputs that Python turned into text."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_UNRESOLVED = re.compile(
    r"\$\{|\{\{|<[A-Z][A-Z0-9_]*>|%[A-Z][A-Z0-9_]*%|REPLACE_ME"
    r"|Calling __str__|<pulumi\.output\.Output|Output\[\w+\]"
)


def unresolved(value: Any, path: str = "") -> Iterator[str]:
    """`path: text` for every such string in `value`: at any depth, in keys too, and inside JSON."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from unresolved(key, f"{path}.{key} (key)")
            yield from unresolved(each, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for position, each in enumerate(value):
            yield from unresolved(each, f"{path}[{position}]")
    elif isinstance(value, str):
        if isinstance(inner := _json(value), (dict, list)):
            yield from unresolved(inner, path)
        elif _UNRESOLVED.search(value):
            yield f"{path}: {value}"


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None

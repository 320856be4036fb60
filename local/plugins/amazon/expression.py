"""JMESPath in both directions: arguments are expressions over inputs, properties are expressions over AWS's answers."""

import json
from collections.abc import Mapping
from typing import Any, cast

import jmespath  # type: ignore[import-untyped]
from jmespath import functions  # type: ignore[import-untyped]

from local.plugins.wire import Props

Expressions = Mapping[str, str]
"""Name → expression."""


class _Functions(functions.Functions):
    @functions.signature({"types": ["string"]})
    def _func_from_json(self, text: str) -> Any:
        return json.loads(text)

    @functions.signature({"types": ["string"]}, {"types": ["string"]})
    def _func_after(self, separator: str, text: str) -> str:
        return text.rpartition(separator)[2]


_OPTIONS = jmespath.Options(custom_functions=_Functions())


def search(expression: str, document: Props) -> Any:
    """What the expression finds; `from_json` and `after` (its last occurrence) are there beside JMESPath's own."""
    return jmespath.search(expression, document, _OPTIONS)


def evaluated(expressions: Expressions, document: Props) -> Props:
    """What each expression finds; what finds nothing is left out."""
    return _without_nulls({name: search(expression, document) for name, expression in expressions.items()})


def alike(*names: str) -> dict[str, str]:
    """Properties that AWS knows under the same name and in the same form."""
    return {name: name for name in names}


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        given = cast(Props, value)
        return {key: _without_nulls(item) for key, item in given.items() if item is not None}
    return [_without_nulls(item) for item in cast(list[Any], value)] if isinstance(value, list) else value

"""A provider's configuration, which the engine hands over as strings."""

import json
from collections.abc import Iterator
from typing import Any

from local.plugins import shape
from local.plugins.resource import Plugin
from local.plugins.wire import UNKNOWN, Props

_OF_THE_ENGINE = frozenset({"version", "pluginDownloadURL", "__internal"})


def values(plugin: Plugin[Any], given: Props) -> Props:
    """The configuration in its own types; whatever is not a string arrives as JSON in one."""
    return {key: _decoded(plugin, key, value) for key, value in given.items() if key not in _OF_THE_ENGINE}


def faults(plugin: Plugin[Any], given: Props) -> Iterator[str]:
    """Keys that are not implemented and values that do not fit."""
    unknown = f"is not implemented by the stand-in for pulumi-{plugin.name} {plugin.version}"
    for key, value in values(plugin, given).items():
        if key in plugin.configuration:
            yield from shape.faults(plugin.configuration[key], value, key, f"of {plugin.name}:{key} {unknown}")
        else:
            yield f"provider configuration {plugin.name}:{key} {unknown}"


def _decoded(plugin: Plugin[Any], key: str, value: Any) -> Any:
    if not isinstance(value, str) or value == UNKNOWN or plugin.configuration.get(key, str) is str:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value

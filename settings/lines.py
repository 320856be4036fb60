"""Where the keys of a stack file stand; read only when there is a fault to place."""

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from settings.names import PROJECT

KeyPath = tuple[str | int, ...]

DEPLOYMENT = f"{PROJECT}:deployment"


def in_file(location: KeyPath) -> KeyPath:
    """Where a value of `settings.model.Settings` stands in the file: `("aws", "region")` is `("aws:region",)` there."""
    match location:
        case ("aws", str(key), *rest):
            return (f"aws:{key}", *rest)
        case ("deployment", *rest):
            return (DEPLOYMENT, *rest)
        case _:
            return location


def spelled(path: KeyPath) -> str:
    """A path as people write it: `pairva:deployment.network.zones[0]`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "config"


class Lines:
    """Where the keys of a stack file stand. Knows nothing if the file is elsewhere (`pulumi --config-file`) or no
    YAML.
    """

    def __init__(self, file: Path) -> None:
        self._source: list[str] = []
        self._document: Any = None
        self._config: Any = None
        try:
            content = file.read_text(encoding="utf-8")
            document: Any = YAML().load(content)  # pyright: ignore[reportUnknownMemberType]
        except (OSError, ValueError, YAMLError, RecursionError):
            return
        self._source = content.splitlines()
        self._document = document if isinstance(document, CommentedMap) else None
        self._config = self._document.get("config") if self._document else None

    def beside_config(self, key: str) -> int | None:
        """The line, from 1, of a key that stands beside `config:`."""
        position = _position(self._document, key) if self._document else None
        return position[0] + 1 if position else None

    def number(self, path: KeyPath) -> int | None:
        """The line of the key, from 1; of the table that should hold it, if it is missing."""
        for table, part in reversed(self._steps(path)):
            if position := _position(table, part):
                return position[0] + 1
        return None

    def text(self, path: KeyPath) -> str:
        """The value as it is written there; empty for a table, a list, or a key that is missing."""
        steps = self._steps(path)
        if len(steps) < len(path) or not steps:
            return ""
        table, part = steps[-1]
        position = _position(table, part)
        if position is None or table[part] is None or isinstance(table[part], (CommentedMap, CommentedSeq)):
            return ""
        line, column = position if isinstance(part, int) else table.lc.value(part)
        end_of_value = r"[,\]}]| #" if table.fa.flow_style() else r" #"
        return re.split(end_of_value, self._source[line][column:])[0].strip()

    def _steps(self, path: KeyPath) -> list[tuple[Any, str | int]]:
        """The tables and lists on the way to the key, each with the part of the path that it holds."""
        node, steps = self._config, list[tuple[Any, str | int]]()
        for part in path:
            in_list = isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node)
            if not in_list and not (isinstance(node, CommentedMap) and part in node):
                break
            steps.append((node, part))
            node = node[part]
        return steps


def _position(table: Any, part: str | int) -> tuple[int, int] | None:
    """Line and column, from 0; None for a key that a YAML merge (`<<`) brought from elsewhere."""
    try:
        return table.lc.item(part) if isinstance(part, int) else table.lc.key(part)
    except KeyError:
        return None

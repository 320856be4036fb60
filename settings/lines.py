"""Where the keys of a stack file stand."""

from typing import NamedTuple

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

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


class _Entry(NamedTuple):
    key: Node
    value: Node


class Lines:
    """Where the keys of a stack file stand, by its text and the nodes that were made of it; without them, nowhere."""

    def __init__(self, text: str = "", document: Node | None = None) -> None:
        self._text = text
        self._document = document

    def beside_config(self, key: str) -> int | None:
        """The line, from 1, of a key that stands beside `config:`."""
        entry = _entry(self._document, key)
        return _line(entry) if entry else None

    def number(self, path: KeyPath) -> int | None:
        """The line of the key, from 1; of the table that should hold it, if it is missing."""
        entries = self._entries(path)
        return _line(entries[-1]) if entries else None

    def text(self, path: KeyPath) -> str:
        """The value as it is written there; empty for a table, a list, or a key that is missing."""
        entries = self._entries(path)
        value = entries[-1].value if entries and len(entries) == len(path) else None
        if not isinstance(value, ScalarNode):
            return ""
        written = self._text[value.start_mark.index : value.end_mark.index]
        return written.partition("\n")[0].rstrip()

    def _entries(self, path: KeyPath) -> list[_Entry]:
        """What stands on the way to the key, as far as it is there."""
        config = _entry(self._document, "config")
        table, entries = config.value if config else None, list[_Entry]()
        for part in path:
            if not (entry := _entry(table, part)):
                break
            entries.append(entry)
            table = entry.value
        return entries


def _entry(table: Node | None, part: str | int) -> _Entry | None:
    """Of a table by its key, or of a list by its position."""
    match table, part:
        case SequenceNode(), int():
            items = table.value[part : part + 1]
            return _Entry(key=items[0], value=items[0]) if items else None
        case MappingNode(), str():
            # What YAML's `<<` brought from elsewhere is before the table's own by now, and stands where it is written.
            own = (_Entry(key=key, value=value) for key, value in reversed(table.value) if key.value == part)
            return next(own, None)
        case _:
            return None


def _line(entry: _Entry) -> int:
    return entry.key.start_mark.line + 1

"""An object of the old file, whose values have the types that ECS expects."""

import json
from dataclasses import dataclass
from typing import Any

from checks.template.document import Document
from checks.template.position import KeyPath, spelled
from finding import Finding
from masking import masked


@dataclass(frozen=True, kw_only=True)
class Table:
    """An object by ECS's own keys; `written` holds those that the file spells otherwise.

    A value that makes no sense is None here: it was told already, and is not missing.
    """

    document: Document
    path: KeyPath
    values: dict[str, Any]
    written: dict[str, str]

    def states(self, key: str) -> bool:
        """Whether the file says something about it; an empty text, list or object says nothing."""
        value = self.values.get(key, "")
        return bool(value.values) if isinstance(value, Table) else value not in ("", [])

    def text(self, key: str) -> str:
        return self.values.get(key) or ""

    def number(self, key: str) -> int | None:
        return self.values.get(key)

    def flag(self, key: str) -> bool | None:
        return self.values.get(key)

    def texts(self, key: str) -> list[str]:
        return self.values.get(key) or []

    def table(self, key: str) -> "Table":
        """The object under that key; an empty one if there is none."""
        found = self.values.get(key)
        return found or Table(document=self.document, path=(*self.path, key), values={}, written={})

    def tables(self, key: str) -> list["Table"]:
        """The objects in the list under that key."""
        return self.values.get(key) or []

    def fault(self, key: str, what: str, remedy: str, *, found: str | None = None) -> Finding:
        """What is wrong with the value of `key`; `found` is by default that value."""
        path = (*self.path, self.written.get(key, key))
        shown = _shown(self.values.get(key, "")) if found is None else found
        return fault(self.document, path, what, remedy, found=shown)


def fault(document: Document, path: KeyPath, what: str, remedy: str, *, found: str = "") -> Finding:
    """A Finding at that path of the file."""
    where = f"{document.file}:{document.positions.line(path)}: {masked(spelled(path))}"
    return Finding(where=where, what=what, found=masked(found), remedy=remedy)


def _shown(value: Any) -> str:
    if isinstance(value, Table) or (isinstance(value, list) and any(isinstance(each, Table) for each in value)):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

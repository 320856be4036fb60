"""A comment as its contents, before it is Markdown or plain text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from masking import masked

_MOST_CHARACTERS = 300


@dataclass(frozen=True)
class Code:
    """A value, shown as it stands."""

    text: str


@dataclass(frozen=True)
class Strong:
    text: str


Piece = str | Code | Strong
Text = Sequence[Piece]


@dataclass(frozen=True)
class Bullets:
    items: Sequence[Text]


@dataclass(frozen=True)
class Table:
    headings: Sequence[str]
    items: Sequence[Sequence[Text]]


@dataclass(frozen=True)
class Lines:
    """Shown line by line, as code; `language` is how GitHub colours them."""

    items: Sequence[str]
    language: str = ""


Block = Bullets | Table | Lines


@dataclass(frozen=True, kw_only=True)
class Section:
    """`folded`: only its heading shows until it is opened. `cut`: how many items did not fit."""

    heading: str
    block: Block
    folded: bool = False
    cut: int = 0

    def first(self, count: int) -> "Section":
        """With only so many of its items."""
        items = self.block.items
        return replace(self, block=replace(self.block, items=items[:count]), cut=self.cut + len(items) - count)


@dataclass(frozen=True, kw_only=True)
class Document:
    """The most important section comes first. `stack` is what the comment is found by."""

    stack: str
    title: str
    lead: Text
    sections: Sequence[Section]


def shown(value: str) -> str:
    """Text from elsewhere on one line, without credentials and control characters, and not too long."""
    return masked(value, _MOST_CHARACTERS)


def cell(value: str | None) -> Text:
    """A value from elsewhere, or none; what stands in brackets is said of it."""
    if value is None:
        return ["—"]
    text = shown(value)
    if value and not text.strip():
        return ["(only invisible characters)"]
    return [text] if value.startswith("(") and value.endswith(")") else [Code(text)]


def cells(old: str | None, new: str | None) -> tuple[Text, Text]:
    """A value and the next; that they differ is said, where only what is not shown tells them apart."""
    before, after = cell(old), cell(new)
    if None in (old, new) or old == new or shown(old or "").split() != shown(new or "").split():
        return before, after
    return before, [*after, " (changed)"]

"""A comment for a terminal: the same contents without Markdown."""

from collections.abc import Iterator, Sequence

from review.document import Bullets, Code, Document, Lines, Section, Strong, Table, Text


def text(document: Document) -> str:
    parts = [document.title, _inline(document.lead), *(_section(each) for each in document.sections)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(section: Section) -> str:
    body = "\n".join(_block(section.block))
    return f"{section.heading}\n{body}" if section.heading else body


def _block(block: Bullets | Table | Lines) -> Iterator[str]:
    match block:
        case Bullets():
            yield from (f"- {_inline(item)}" for item in block.items)
        case Table():
            yield from _table(block)
        case Lines():
            yield from (f"    {line}".rstrip() for line in block.items)


def _table(table: Table) -> Iterator[str]:
    """The last column is as long as it is."""
    rows = [[_inline(cell) for cell in row] for row in table.items]
    every = [[each.replace("`", "") for each in table.headings], *rows]
    widths = [max(len(row[column]) for row in every) for column in range(len(table.headings) - 1)]
    for row in every:
        yield f"    {_columns(row, widths)}".rstrip()


def _columns(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join([*(f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)), row[-1]])


def _inline(pieces: Text) -> str:
    return "".join(piece.text if isinstance(piece, (Code, Strong)) else piece for piece in pieces)

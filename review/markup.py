"""A comment as GitHub's Markdown. All of its text may come from elsewhere, and none of it formats anything."""

from collections.abc import Sequence

import markdown
from review.document import Bullets, Code, Document, Lines, Section, Strong, Table, Text

# GitHub takes 65,536 characters, and the workflow that posts it may add a line.
MOST_CHARACTERS = 65_000


def text(document: Document, most: int = MOST_CHARACTERS) -> str:
    """The comment, cut from its end to `most` characters: the last section first, whole items at a time."""
    sections = list(document.sections)
    for position in reversed(range(len(sections))):
        if len(_whole(document, sections)) <= most:
            break
        sections[position] = _cut(document, sections, position, most)
    return _whole(document, sections)


def marker(stack: str) -> str:
    """The first line, by which the comment of a stack is found again. No stack's name ends an HTML comment."""
    return f"<!-- pairva review {stack.replace('>', '')} -->"


def _cut(document: Document, sections: Sequence[Section], position: int, most: int) -> Section:
    """The section with as many items as fit."""
    section, fits = sections[position], 0
    too_many = len(section.block.items)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        tried = [*sections[:position], section.first(middle), *sections[position + 1 :]]
        fits, too_many = (middle, too_many) if len(_whole(document, tried)) <= most else (fits, middle)
    return section.first(fits)


def _whole(document: Document, sections: Sequence[Section]) -> str:
    head = [marker(document.stack), f"### {markdown.plain(document.title)}", _inline(document.lead)]
    return "\n\n".join(part for part in [*head, *(_section(each) for each in sections)] if part) + "\n"


def _section(section: Section) -> str:
    body = _block(section.block) if section.block.items else ""
    cut = f"_{section.cut} lines more did not fit into a comment of GitHub._" if section.cut else ""
    body = "\n\n".join(part for part in (body, cut) if part)
    if section.folded:
        return markdown.folded(markdown.plain(section.heading), body)
    return f"#### {markdown.plain(section.heading)}\n\n{body}" if section.heading else body


def _block(block: Bullets | Table | Lines) -> str:
    match block:
        case Bullets():
            return "\n".join(f"- {_inline(item)}" for item in block.items)
        case Table():
            return markdown.table(block.headings, [[_inline(cell) for cell in row] for row in block.items])
        case Lines():
            return markdown.block("\n".join(block.items), block.language)


def _inline(pieces: Text) -> str:
    return "".join(_piece(each) for each in pieces)


def _piece(piece: str | Code | Strong) -> str:
    match piece:
        case Code():
            return markdown.code(piece.text)
        case Strong():
            return f"**{markdown.plain(piece.text)}**"
        case str():
            before, after = piece[: len(piece) - len(piece.lstrip())], piece[len(piece.rstrip()) :]
            return f"{before}{markdown.plain(piece)}{after}" if piece.strip() else piece

"""Markdown as GitHub reads it, from text that nobody has vouched for: nothing in it formats, links or calls anybody.

https://github.github.com/gfm/
"""

import re
from collections.abc import Iterable, Sequence

# A reference that GitHub would follow is broken by a character of no width: a backslash does not stop `@` or `#`.
_CALLS = re.compile(r"(?<!\w)([@#])(?=\w)|\b(GH-)(?=\d)")
_NO_WIDTH = "\u200b"

_FORMATS = re.compile(r"([\\`*_{}\[\]<>|~$&])")
_LINKS = re.compile(r"\b(https?|ftp|mailto)(?=:)|\b(www)(?=\.)", re.IGNORECASE)


def plain(text: str) -> str:
    """Text on one line, shown as it stands."""
    formatted = _FORMATS.sub(r"\\\1", " ".join(text.split()))
    return _LINKS.sub(rf"\g<0>{_NO_WIDTH}", _CALLS.sub(rf"\g<0>{_NO_WIDTH}", formatted))


def code(text: str) -> str:
    """A value on one line, also within a table; nothing for nothing."""
    line = " ".join(text.split()).replace("|", "\\|")
    if not line:
        return ""
    fence = _fence(line, shortest=1)
    padding = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{padding}{line}{padding}{fence}"


def block(text: str, language: str = "") -> str:
    """Lines as they are, whatever they hold."""
    fence = _fence(text, shortest=3)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows of finished Markdown, each cell on one line."""
    return "\n".join(f"| {' | '.join(row)} |" for row in [headings, ["---"] * len(headings), *rows])


def folded(summary: str, body: str) -> str:
    """Finished Markdown that is shown when its summary is clicked."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _fence(text: str, *, shortest: int) -> str:
    """Longer than any run of backticks within, so that none ends it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(shortest, longest + 1)

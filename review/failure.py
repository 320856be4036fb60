"""What the engine and the program said of a preview: errors as they stand, warnings a line each."""

import re
from collections.abc import Iterator

from review.document import Bullets, Lines, Section, shown
from review.preview import Diagnostic, Preview

_PLACE = re.compile(r"Pulumi\.[\w.-]+\.yaml(:\d+)?: [\w:.\[\]-]{1,200}: (?=[a-z])")
_TRACEBACK = "Traceback (most recent call last)"


def errors(preview: Preview) -> Iterator[Section]:
    """What an exception says stands below its traceback: it comes first, and the rest is folded."""
    for error in preview.errors:
        lines = _lines(error, "error:") or ["an error without words"]
        if any(line.startswith(_TRACEBACK) for line in lines):
            yield Section(heading="Error", block=Lines(list(dict.fromkeys([lines[0], lines[-1]]))))
            yield Section(heading="Its traceback", block=Lines(lines), folded=True)
        else:
            yield Section(heading="Error", block=Lines(lines))


def warnings(preview: Preview) -> Iterator[Section]:
    """Each paragraph of each as a line."""
    found = [each for each in preview.diagnostics if each.severity == "warning"]
    paragraphs = [text for each in found for text in "\n".join(_lines(each, "warning:")).split("\n\n")]
    if paragraphs:
        yield Section(heading="Warnings", block=Bullets([[" ".join(each.split())] for each in paragraphs]))


def _lines(diagnostic: Diagnostic, prefix: str) -> list[str]:
    """Without blank ones around them."""
    text = diagnostic.message.removeprefix(prefix).strip()
    return [_line(each) for each in text.splitlines()]


def _line(line: str) -> str:
    """A finding's place may end with a secret's name, and what it says of that is no secret."""
    indent = " " * (len(line) - len(line.lstrip()))
    place = _PLACE.match(line)
    return f"{indent}{place[0]}{shown(line[place.end() :])}" if place else f"{indent}{shown(line)}"

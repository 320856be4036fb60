"""Old task definitions, as scripts registered them: what is wrong with one, and what replaces it here."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from checks.template import arn, container, document, health, log, replacement, role, size, unresolved, variable
from checks.template.document import Document, Unreadable, shown
from checks.template.shape import Reading
from checks.template.table import Table, fault
from finding import Finding

__all__ = ["Report", "Unreadable", "report", "shown"]


class Noun(Protocol):
    """A module of this folder: what it finds wrong with a task definition."""

    def findings(self, task: Table) -> Iterator[Finding]: ...


_NOUNS: tuple[Noun, ...] = (unresolved, role, size, container, log, health, variable, arn)


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that is wrong with a file or unwise, and its `replacement`: a table for a stack file, to copy."""

    findings: list[Finding]
    replacement: str


def report(file: Path) -> Report:
    """About one file. Raises Unreadable if it holds no task definition."""
    read = document.read(file)
    reading = Reading(read)
    nouns = [each for noun in _NOUNS for each in noun.findings(reading.task)]
    return Report(findings=[*_repeated(read), *reading.findings, *nouns], replacement=replacement.block(reading.task))


def _repeated(read: Document) -> Iterator[Finding]:
    """Keys that one object holds twice."""
    for path, first in read.positions.repeated.items():
        what, found = "stands there twice, and the first is ignored", f"the first is in line {first}"
        yield fault(read, path, what, "keep one of the two", found=found)

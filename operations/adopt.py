"""`pairva adopt`: what is wrong with an old task definition, and the table of a stack file that takes its place."""

from pathlib import Path
from typing import Annotated

import typer

import finding


def adopt(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="task definitions in JSON", show_default=False)],
) -> None:
    """Name every defect of old task definitions, each with what this program does instead, and print the table of a
    stack file that takes their place. Exit 1: there are defects.
    """
    good = [_is_good(file) for file in files]
    if not all(good):
        raise typer.Exit(1)


def _is_good(file: Path) -> bool:
    # Here, and not above: the other verbs do not wait for AWS's description of a task definition.
    from checks import template

    try:
        report = template.report(file)
    except template.Unreadable as error:
        print(f"{template.shown(file)}: {error}\n")
        return False
    if report.findings:
        print(f"{finding.text(report.findings)}\n")
    print(f"# {template.shown(file)} in a stack file, within pairva:deployment:\n{report.replacement}\n")
    return not report.findings

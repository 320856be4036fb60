"""The stacks that a command is about, by their names."""

from collections.abc import Sequence
from pathlib import Path

import typer

import finding
from finding import Finding
from settings import stack_file
from settings.stack import Stack

ROOT = Path(__file__).parent.parent


def named(name: str) -> Stack:
    """The stack of that name. Ends the command with every fault of its file, or with the names that there are."""
    result = loaded(name)
    if isinstance(result, Stack):
        return result
    typer.echo(finding.text(result), err=True)
    raise typer.Exit(1)


def loaded(name: str) -> Stack | Sequence[Finding]:
    """The stack of that name, or every fault of its file. Ends the command with the names that there are."""
    file = ROOT / f"Pulumi.{name}.yaml"
    if not file.is_file():
        typer.echo(f"There is no {file.name}; the stacks are {', '.join(names())}.", err=True)
        raise typer.Exit(2)
    return stack_file.load(file)


def names() -> list[str]:
    """Every stack that has a file."""
    return sorted(file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in ROOT.glob("Pulumi.*.yaml"))

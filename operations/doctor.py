"""`pairva doctor`: what would stop the next `up`, without the engine."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

import finding
from operations import stack_argument

if TYPE_CHECKING:
    from checks.preflight.result import Result


def doctor(
    stack: Annotated[str, typer.Argument(help="the stack's name, for example prod")],
    as_json: Annotated[bool, typer.Option("--json", help="a list of objects instead of a table")] = False,
) -> None:
    """Ask AWS and Docker, read-only, for all that the stack needs. Exit 1: something failed; 3: something got no
    answer.
    """
    # Here, and not above, as rich is below: the other verbs do not wait for boto3.
    from checks import preflight
    from checks.preflight.result import Outcome

    wanted = stack_argument.named(stack)
    # The stack file's own paths begin there, as they do for the engine.
    os.chdir(stack_argument.ROOT)
    found = preflight.results(wanted)
    print(json.dumps([asdict(each) for each in found], indent=2)) if as_json else _print(found)
    outcomes = {each.outcome for each in found}
    if Outcome.FAILED in outcomes:
        raise typer.Exit(1)
    if Outcome.UNCHECKED in outcomes:
        raise typer.Exit(3)


_COLOURS = {"failed": "red", "warning": "yellow", "unchecked": "yellow"}


def _print(results: "Sequence[Result]") -> None:
    """A line each, however long: what is copied from it is whole. Colours only on a terminal."""
    outcomes, subjects = max(len(each.outcome) for each in results), max(len(each.subject) for each in results)
    for each in results:
        outcome = typer.style(f"{each.outcome.upper():{outcomes}}", fg=_COLOURS.get(each.outcome))
        typer.echo(f"{outcome}  {each.subject:{subjects}}  {each.detail}")
    if findings := [each.finding for each in results if each.finding]:
        typer.echo(f"\n{finding.text(findings)}")

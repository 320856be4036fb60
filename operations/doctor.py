"""`pairva doctor`: what would stop the next `up`, without the engine."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

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
    # Here, and not above: the other verbs do not wait for boto3.
    from checks import preflight
    from checks.preflight.result import Outcome

    found = preflight.results(stack_argument.named(stack))
    print(json.dumps([asdict(each) for each in found], indent=2)) if as_json else _print(found)
    outcomes = {each.outcome for each in found}
    if Outcome.FAILED in outcomes:
        raise typer.Exit(1)
    if Outcome.UNCHECKED in outcomes:
        raise typer.Exit(3)


def _print(results: "Sequence[Result]") -> None:
    table = Table(box=None, pad_edge=False, header_style="")
    for heading in ("", "checked", "found"):
        table.add_column(heading, overflow="fold")
    for each in results:
        table.add_row(each.outcome.upper(), each.subject, each.detail)
    Console(soft_wrap=True).print(table)
    if findings := [each.finding for each in results if each.finding]:
        print(f"\n{finding.text(findings)}")

"""`pairva status`: what runs where, whether it is what the stack files want, and what to look at next."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from components import definition
from operations import overview, stack_argument


def status(
    stacks: Annotated[
        list[str] | None, typer.Argument(metavar="STACK", help="the stacks' names; without any, every stack")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="a list of objects instead of a table (README)")] = False,
) -> None:
    """Show every service of the stacks side by side: what is wanted, what runs, how well, and who proved it. Asks AWS,
    read-only. Exit 1: something is not as wanted; 3: nothing is wrong, but something got no answer.
    """
    # Here, and not above: the other verbs do not wait for boto3.
    from checks.condition import conditions
    from checks.condition.condition import State

    named = [stack_argument.named(name) for name in dict.fromkeys(stacks or stack_argument.names())]
    wanted = [
        (stack, {name: definition.request(each, each.repository_address) for name, each in stack.services.items()})
        for stack in named
    ]
    found = conditions(wanted)
    if as_json:
        print(json.dumps([asdict(each) for each in found], indent=2, default=_text))
    else:
        typer.echo(overview.text(found, datetime.now(UTC), in_full=stacks is not None))
    states = {each.state for each in found}
    if states - {State.AS_WANTED, State.UNKNOWN}:
        raise typer.Exit(1)
    if State.UNKNOWN in states:
        raise typer.Exit(3)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")

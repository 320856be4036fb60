"""`pairva recover`: what AWS has made of a deployment whose pulumi was killed."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from operations import stack_argument

if TYPE_CHECKING:
    from checks.interruption.recovery import Trace

_FLAGS = "--protect=false --generate-code=false"


def recover(
    stack: Annotated[str, typer.Argument(help="the stack's name, for example prod")],
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="the output of pulumi stack export; else standard input")
    ] = None,
) -> None:
    """Look, read-only, for what AWS has made of the creations that a killed pulumi left pending in the stack's state,
    and write the file for `pulumi import`. Standard error tells what was found, and how to go on. Exit 0: written, or
    nothing to import; 1: a person has to decide; 2: the input is no state of the stack; 3: AWS did not answer.
    """
    # Here, and not above: the other verbs do not wait for boto3.
    import pulumi
    from botocore.exceptions import BotoCoreError, ClientError

    from checks.interruption import pending, recovery
    from checks.session import Session, answer

    wanted = stack_argument.named(stack)
    try:
        content = file.read_bytes() if file else sys.stdin.buffer.read()
        interrupted = pending.read(content)
        if others := interrupted.stacks - {stack}:
            raise pending.NotAStateError(f"is the state of {', '.join(sorted(others))}, not of {stack}")
        found = recovery.traces(Session(wanted), wanted, interrupted)
    except (pending.NotAStateError, OSError) as error:
        reason = f"cannot be read: {error.strerror}" if isinstance(error, OSError) else str(error)
        raise _ended(f"{file or 'standard input'} {reason}", 2) from None
    except recovery.UnknownTypeError as error:
        raise _ended(f"nobody has said how {error} is found: a row for it in checks/interruption/trace.py", 1) from None
    except recovery.UnreadableError as error:
        name, missing = error.args
        raise _ended(f"{name} cannot be looked for: {missing} is not there; look for it in AWS by hand", 1) from None
    except (pulumi.RunError, BotoCoreError, ClientError) as error:
        raise _ended(f"AWS could not be asked: {answer(error)}", 3) from None
    _tell(stack, found)
    if any(len(each.ids) > 1 for each in found):
        raise _ended("more than one may be what was made: delete what nobody needs, then run this again", 1)
    _tell_next(stack, to_import=any(each.is_imported for each in found))
    if any(each.is_imported for each in found):
        typer.echo(json.dumps(recovery.document(found), indent=2))


def _ended(why: str, code: int) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(code)


def _tell(stack: str, found: Sequence["Trace"]) -> None:
    for each in found:
        made = "made again by up, without harm" if each.is_made_again else ", ".join(each.ids) or "was not made"
        if each.ids and each.is_replacement:
            made += "; the state still has what it was to replace: delete this one by hand before you go on"
        typer.echo(f"{each.creation.name} ({each.creation.type_.rpartition(':')[2]}): {made}", err=True)
    if not found:
        typer.echo(f"{stack}: nothing was being created", err=True)


def _tell_next(stack: str, *, to_import: bool) -> None:
    lines = [f"pulumi refresh --clear-pending-creates -s {stack}", f"pulumi up -s {stack}"]
    if to_import:
        lines.insert(0, f"pulumi import --file made.json {_FLAGS} -s {stack}")
    head = "next, with standard output in made.json:" if to_import else "next:"
    typer.echo("\n".join([head, *[f"    {line}" for line in lines]]), err=True)

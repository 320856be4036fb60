"""`pairva report`: what happened in a deployment, as the team's reports tell it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import finding
from finding import Finding
from operations import stack_argument
from settings.model import Deployment
from settings.stack import Stack

if TYPE_CHECKING:
    from report.history import History
    from report.run import Run

_EVENTS, _REPORTS = "deployment/events", "deployment/reports"


def report(
    stack: Annotated[str, typer.Argument(help="the stack's name, for example prod")],
    event_log: Annotated[
        Path | None, typer.Option(metavar="FILE", help=f"instead of {_EVENTS}/<stack>.jsonl", show_default=False)
    ] = None,
) -> None:
    """Write deployment/reports/<date>-<stack>-<versions>.md from the event log of the last pulumi up, ask ECS for its
    events and tasks of that time, and print the file's name. Where nothing was changed there is nothing to write, and
    only a line on standard error.
    """
    # Here, and not above: the other verbs do not wait for what reads an event log.
    from report import document
    from report.service import services

    settings = stack_argument.loaded(stack)
    run = _run(event_log or stack_argument.ROOT / _EVENTS / f"{stack}.jsonl", stack)
    found = services(run, Deployment.service_names())
    told = ", ".join(f"{each.name} {each.version}" for each in found)
    if run.status == "nothing changed":
        typer.echo(f"{stack}: nothing changed at {run.began:%Y-%m-%d %H:%M:%S} UTC ({told}); no report", err=True)
        return
    folder = stack_argument.ROOT / _REPORTS
    try:
        file = _file(folder, document.name(run, found), run)
        if file.exists() and (why := document.kept(file.read_text(errors="replace"), run)):
            typer.echo(f"{stack}: kept as it was written: {why}", err=True)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            file.write_text(document.text(run, found, _history(settings, run)))
    except OSError as error:
        obstacle, what = Path(error.filename or folder), error.strerror or str(error)
        raise _ended(obstacle, what, "see to its permissions, and to what is in its place") from None
    typer.echo(_from_here(file))


def _run(log: Path, stack: str) -> "Run":
    """Ends the command with what is wrong with the log."""
    from report import run as runs
    from report.event_log import Unreadable, events

    command = f"PULUMI_DEBUG_COMMANDS=true pulumi up --stack {stack} --event-log {_EVENTS}/{stack}.jsonl"
    try:
        run = runs.of(events(log))
    except FileNotFoundError:
        raise _ended(log, "there is no such event log", f"deploy with one: {command}") from None
    except OSError as error:
        raise _ended(log, error.strerror or str(error), f"name an event log, as this writes it: {command}") from None
    except Unreadable as error:
        raise _ended(log, f"is no event log: {error}", f"name one, as this writes it: {command}") from None
    if run.stack not in ("", stack):
        raise _ended(log, f"is of the stack {run.stack}, not of {stack}", f"./pairva report {run.stack}, or: {command}")
    if (run.preview and run.status != "refused") or run.destroys:
        kind = "destroy" if run.destroys else "preview"
        raise _ended(log, f"is of a {kind}: nothing was deployed", f"for a report, deploy with a log: {command}")
    # A log that was cut off may end before its first resource, which would name the stack.
    return replace(run, stack=stack)


def _history(settings: object, run: "Run") -> "History":
    """Nothing of AWS for a stack file with faults: they may be why the deployment failed."""
    from operations import history
    from report.history import History

    if isinstance(settings, Stack):
        return history.ask(settings, run.began, run.ended)
    return History(asked=datetime.now(UTC), unread=("AWS was not asked: the stack file has faults (pairva check)",))


def _file(folder: Path, name: str, run: "Run") -> Path:
    """The same for the same run; another run of the same day and versions has its time in the name."""
    from report import document

    plain, timed = folder / f"{name}.md", folder / f"{name}-{run.began:%H%M%S}.md"
    if timed.exists() or (plain.exists() and document.identity(run) not in plain.read_text(errors="replace")):
        return timed
    return plain


def _ended(where: Path, what: str, remedy: str) -> typer.Exit:
    typer.echo(finding.text([Finding(where=_from_here(where), what=what, remedy=remedy)]), err=True)
    return typer.Exit(1)


def _from_here(file: Path) -> str:
    place = file.absolute()
    return str(place.relative_to(Path.cwd())) if place.is_relative_to(Path.cwd()) else str(file)

"""`pairva render`: each service's task definition as a file, so that a pull request shows what changes in it."""

import difflib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

import finding
from components import definition
from finding import Finding
from operations import stack_argument
from settings.stack import ServiceSettings

_FOLDER = "infrastructure/task-definitions"

_LONGEST_DIFFERENCE = 30


@dataclass(frozen=True, kw_only=True)
class Change:
    """A file that is not as it should be; None where there is none, or should be none."""

    file: Path
    found: bytes | None
    wanted: bytes | None


def render(
    stacks: Annotated[
        list[str] | None, typer.Argument(metavar="STACK", help="the stacks' names; without any, every stack")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="every stack, as without a name")] = False,
    check: Annotated[bool, typer.Option("--check", help="write nothing; exit 1 if a file is not up to date")] = False,
) -> None:
    """Write infrastructure/task-definitions/<stack>/<service>.json, and remove what no stack or service has any more.
    Asks neither AWS nor Docker. The image is named without its version.
    """
    if stacks and every:
        typer.echo("Name stacks, or say --all: not both.", err=True)
        raise typer.Exit(2)
    try:
        changes = _changes(stacks)
        if not check:
            for change in changes:
                _mend(change)
                print("removed" if change.wanted is None else "wrote", _relative(change.file))
    except OSError as error:
        typer.echo(finding.text([_obstacle(error)]), err=True)
        raise typer.Exit(1) from None
    if check and changes:
        print(finding.text([_finding(change) for change in changes]))
        raise typer.Exit(1)


def _changes(stacks: list[str] | None) -> list[Change]:
    """What to do about the files of these stacks; without any, about every file, also those of stacks that are gone."""
    folder = stack_argument.ROOT / _FOLDER
    wanted = {
        folder / name / f"{service}.json": _text(settings)
        for name in stacks or stack_argument.names()
        for service, settings in stack_argument.named(name).services.items()
    }
    found = {file: file.read_bytes() for file in folder.glob("*/*.json") if not stacks or file.parent.name in stacks}
    return [
        Change(file=file, found=found.get(file), wanted=wanted.get(file))
        for file in sorted(found.keys() | wanted.keys())
        if found.get(file) != wanted.get(file)
    ]


def _text(service: ServiceSettings) -> bytes:
    request = definition.request(service, service.repository_address)
    return f"{json.dumps(request, indent=2, sort_keys=True)}\n".encode()


def _mend(change: Change) -> None:
    """Replaces the file as a whole: whoever reads it meanwhile sees the old text or the new one."""
    file, folder = change.file, change.file.parent
    if change.wanted is None:
        file.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()
        return
    folder.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        partial.write_bytes(change.wanted)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def _finding(change: Change) -> Finding:
    stack = change.file.parent.name
    if change.wanted is None:
        what = "belongs to no service of any stack"
    elif change.found is None:
        what = "is missing"
    else:
        what = "is not what the program would register"
    selection = stack if stack in stack_argument.names() else "--all"
    return Finding(
        where=_relative(change.file),
        what=what,
        found=_difference(change),
        remedy=f"run ./pairva render {selection}, look at git diff, commit it",
    )


def _difference(change: Change) -> str:
    """A short unified diff; nothing for a file that is missing, or should be."""
    if change.found is None or change.wanted is None:
        return ""
    committed, rendered = change.found.decode(errors="replace").splitlines(), change.wanted.decode().splitlines()
    lines = list(difflib.unified_diff(committed, rendered, n=2, lineterm=""))[2:]
    shown = lines[:_LONGEST_DIFFERENCE]
    if more := len(lines) - len(shown):
        shown.append(f"… {more} more lines")
    return "\n        ".join(["- in the file, + rendered now", *shown]) if lines else "other line ends"


def _obstacle(error: OSError) -> Finding:
    return Finding(
        where=_relative(Path(error.filename or stack_argument.ROOT / _FOLDER)),
        what="cannot be read or written",
        found=error.strerror or str(error),
        remedy="see to its permissions, and to what else is in its place; then run it again",
    )


def _relative(file: Path) -> str:
    return str(file.relative_to(stack_argument.ROOT))

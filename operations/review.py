"""`pairva review`: what a preview would do, as the comment of a pull request."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer


def review(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="the output of pulumi preview --json; else standard input")
    ] = None,
    form: Annotated[
        Literal["markdown", "text"], typer.Option("--format", help="for GitHub, or a terminal")
    ] = "markdown",
) -> None:
    """Write the comment of a pull request on `pulumi preview --json` (also of destroy and refresh, with
    --preview-only). Exit 0: a comment was written, also on a preview that failed, for the engine's own exit code says
    that; 2: the input is no preview.
    """
    # Here, and not above: the other verbs do not wait for it.
    from review import comment, markup, preview, terminal

    try:
        document = comment.of(preview.read(_content(file, preview.MOST_BYTES)))
    except (preview.NotAPreviewError, OSError) as error:
        reason = f"cannot be read: {error.strerror}" if isinstance(error, OSError) else str(error)
        typer.echo(f"{file or 'standard input'} {reason}", err=True)
        raise typer.Exit(2) from None
    typer.echo(markup.text(document) if form == "markdown" else terminal.text(document), nl=False)


def _content(file: Path | None, most: int) -> bytes:
    """One byte more than a preview may have tells that it is too large."""
    if file is None:
        return sys.stdin.buffer.read(most + 1)
    with file.open("rb") as opened:
        return opened.read(most + 1)

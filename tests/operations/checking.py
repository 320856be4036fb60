"""Runs `pairva check` in this process, as a shell would start it."""

from pathlib import Path

from typer.testing import CliRunner, Result

from operations.__main__ import app
from tests.samples import Edit, edited

NOTE = "note: plain HTTP, for it names no domain: passwords and cookies can be read on their way"


def check(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["check", *map(str, arguments)])


def stack_file(folder: Path, *edits: Edit, name: str = "test") -> Path:
    """The sample as a file, after these edits."""
    file = folder / f"Pulumi.{name}.yaml"
    file.write_text(edited(*edits))
    return file

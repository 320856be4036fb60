"""`pairva review`, as it is called."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from operations.__main__ import app
from tests.review.captured import PREVIEWS

VERSION = PREVIEWS / "version.json"


@pytest.mark.parametrize("where", ["file", "standard input"])
@pytest.mark.parametrize(
    ("options", "begins"),
    [
        ([], "<!-- pairva review reviews -->\n\n### reviews: "),
        (["--format", "text"], "reviews: backend 1.0.1 → 1.0.2; "),
    ],
)
def test_the_comment_is_on_standard_output(where: str, options: list[str], begins: str) -> None:
    arguments = [str(VERSION)] if where == "file" else []
    result = CliRunner().invoke(
        app, ["review", *options, *arguments], input=VERSION.read_bytes(), catch_exceptions=False
    )
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(begins)


def test_a_preview_that_failed_has_its_comment_too() -> None:
    result = CliRunner().invoke(app, ["review", str(PREVIEWS / "wrong-file.json")], catch_exceptions=False)
    assert result.exit_code == 0
    assert "the preview failed with 1 error" in result.stdout


@pytest.mark.parametrize(
    ("name", "said"), [("nowhere.json", "No such file or directory"), ("", "Is a directory")], ids=["absent", "folder"]
)
def test_a_file_that_cannot_be_read_is_one_line(name: str, said: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["review", str(tmp_path / name)], catch_exceptions=False)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{tmp_path / name} cannot be read: {said}\n"


def test_what_is_no_preview_is_one_line() -> None:
    result = CliRunner().invoke(app, ["review"], input="[1, 2]\n", catch_exceptions=False)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "standard input is not a preview: no line of it begins a JSON object; pipe `pulumi preview --json` into it, or "
        "name a file that holds its output\n"
    )


def test_it_waits_for_neither_boto3_nor_pulumi() -> None:
    program = (
        "import sys; from operations.__main__ import app\n"
        f"app(['review', {str(VERSION)!r}], standalone_mode=False)\n"
        "print(sorted({'boto3', 'botocore', 'pulumi', 'pulumi_aws', 'pulumi_docker'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"

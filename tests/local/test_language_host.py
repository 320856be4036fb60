"""The language host: what a program's end looks like to the engine."""

import os
import sys
from pathlib import Path

import pulumi
import pytest

from local import language_host


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program changes the working folder and the path of modules."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])


def program(folder: Path, text: str) -> str:
    (folder / "__main__.py").write_text(text)
    return str(folder)


def test_a_run_error_keeps_its_text_and_brings_no_traceback(tmp_path: Path) -> None:
    folder = program(tmp_path, "import pulumi\nraise pulumi.RunError('Pulumi.local.yaml:3: no such key')")
    with pytest.raises(pulumi.RunError) as caught:
        language_host.run(folder)
    assert str(caught.value) == "Pulumi.local.yaml:3: no such key"


def test_another_error_shows_the_programs_own_lines_only(tmp_path: Path) -> None:
    folder = program(tmp_path, "def divide():\n    return 1 / 0\ndivide()\n")
    with pytest.raises(pulumi.RunError) as caught:
        language_host.run(folder)
    lines = str(caught.value).splitlines()
    assert lines[:3] == [
        "the program failed:",
        "Traceback (most recent call last):",
        f'  File "{folder}/__main__.py", line 3, in <module>',
    ]
    assert lines[-1] == "ZeroDivisionError: division by zero"


def test_a_program_imports_from_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "neighbour_of_the_program.py").write_text("import pathlib\npathlib.Path('ran').touch()")
    language_host.run(program(tmp_path, "import neighbour_of_the_program"))
    assert os.path.exists("ran")

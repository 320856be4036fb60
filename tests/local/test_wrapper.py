"""Wrappers run modules of this checkout from anywhere."""

import subprocess
from pathlib import Path

import pytest

from local import wrapper


def test_a_wrapper_runs_from_a_folder_that_has_modules_of_the_same_names(tmp_path: Path) -> None:
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "__init__.py").write_text("raise SystemExit('the wrong one')")
    command = tmp_path / "wrapper"
    wrapper.write(command, "local.trouble")
    done = subprocess.run([command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_checkout_with_a_space_in_its_path_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrapper, "CHECKOUT", Path("/home/a/my work"))
    assert wrapper.script("local.plugins.aws") == (
        "#!/bin/sh\n"
        "export PYTHONPATH='/home/a/my work'\n"
        "exec '/home/a/my work/.venv/bin/python' -P -m local.plugins.aws \"$@\"\n"
    )


def test_a_wrapper_that_is_right_is_left_alone_and_another_is_replaced(tmp_path: Path) -> None:
    command = tmp_path / "bin" / "wrapper"
    wrapper.write(command, "local.plugins.aws")
    first = command.stat().st_ino
    wrapper.write(command, "local.plugins.aws")
    assert command.stat().st_ino == first
    command.write_text("of another checkout")
    wrapper.write(command, "local.plugins.aws")
    assert command.read_text() == wrapper.script("local.plugins.aws")
    assert command.stat().st_mode & 0o777 == 0o755

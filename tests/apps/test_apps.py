"""The sample apps' own tests, run as their images run them, and the local stack's smoke requests of them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from checks.smoke import Origin, ask
from settings.stack import Stack
from tests.samples import read

APPS = Path(__file__).parents[2] / "apps"
NAMES = ["backend", "frontend"]

# What takes seconds, and would with every build.
NOT_WHILE_BUILT = ["test_switches"]


def modules(name: str) -> list[str]:
    """The test modules that the Dockerfile names."""
    dockerfile = (APPS / f"{name}.Dockerfile").read_text("utf-8")
    (named,) = re.findall(r"^RUN python3 -m unittest (.+)$", dockerfile, re.MULTILINE)
    return named.split()


def own(name: str) -> list[str]:
    return sorted(path.stem for path in [*APPS.glob("test_*.py"), *(APPS / name).glob("test_*.py")])


def start(name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "unittest", *own(name)]
    pipe = subprocess.PIPE
    environment = {**os.environ, "PYTHONPATH": str(APPS)}
    return subprocess.Popen(command, cwd=APPS / name, env=environment, stdout=pipe, stderr=subprocess.STDOUT, text=True)


def test_both_apps_pass_their_tests() -> None:
    # Both at once: they mostly wait.
    checks = [start(name) for name in NAMES]
    outputs = [check.communicate(timeout=60)[0] for check in checks]
    assert [check.returncode for check in checks] == [0, 0], "\n".join(outputs)


@pytest.mark.parametrize("name", NAMES)
def test_the_image_runs_every_quick_test_of_its_app(name: str) -> None:
    assert modules(name) == [each for each in own(name) if each not in NOT_WHILE_BUILT]


@pytest.mark.parametrize(
    ("name", "said"),
    [("backend", "names version 1.0.2, not 1.0.1"), ("frontend", "does not name version 1.0.1")],
)
def test_the_smoke_request_of_the_local_stack_finds_the_version_of_the_running_app(name: str, said: str) -> None:
    local = read((APPS.parent / "Pulumi.local.yaml").read_text(), Path("nowhere"), "local")
    assert isinstance(local, Stack)
    smoke = local.services[name].own.smoke
    assert smoke is not None
    environment = {"PYTHONPATH": str(APPS), "PORT": "0", "VERSION": "1.0.2", "SESSION_KEY": "any"}
    command = [sys.executable, f"{name}.py"]
    with subprocess.Popen(command, cwd=APPS / name, env=environment, stdout=subprocess.PIPE, text=True) as app:
        assert app.stdout is not None
        try:
            origin = Origin(url=f"http://127.0.0.1:{json.loads(app.stdout.readline())['port']}", host="pairva.example")
            assert ask(origin, smoke, "1.0.2") == ""
            assert ask(origin, smoke, "1.0.1") == said
        finally:
            app.terminate()

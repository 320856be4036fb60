"""What the tests of the build, and those of the wait, share."""

import os
from pathlib import Path

import pytest
from botocore.stub import Stubber

from checks import rollout
from tests.checks.aws import stubbed


@pytest.fixture
def ecr(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stubber:
    """ECR, and an empty folder `app` beside the stack file to build from."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    (tmp_path / "app").mkdir()
    (tmp_path / "app/Dockerfile").write_text("FROM scratch\n")
    return stubbed(monkeypatch, "ecr")


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each pause was to be. None is made: only the clock goes on by so much."""
    made = list[float]()

    async def sleep(seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr(rollout, "sleep", sleep)
    monkeypatch.setattr(rollout, "monotonic", lambda: sum(made))
    return made

"""A context that has changed since its version was pushed is told, as git knows it."""

import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.stub import Stubber

from tests.checks.building import (
    free,
    made,
    taken,
)


def git(*arguments: str, committed: datetime | None = None) -> None:
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    date = {"GIT_COMMITTER_DATE": committed.isoformat()} if committed else {}
    subprocess.run(
        ["git", "-C", "app", *identity, *arguments], check=True, capture_output=True, env={**os.environ, **date}
    )


def committed(moment: datetime) -> Callable[[], None]:
    def prepare() -> None:
        git("init", "--quiet")
        git("add", ".")
        git("commit", "--quiet", "--message", "first", committed=moment)

    return prepare


def changed_since_its_commit() -> None:
    committed(datetime(2025, 1, 1, tzinfo=UTC))()
    Path("app/Dockerfile").write_text("FROM other\n")


def with_a_file_that_git_does_not_know() -> None:
    committed(datetime(2025, 1, 1, tzinfo=UTC))()
    Path("app/new").write_text("")


def changed_beside_the_context() -> None:
    """The repository holds the context and more, and the more moved on."""
    git("-C", "..", "init", "--quiet")
    git("-C", "..", "add", "app")
    git("-C", "..", "commit", "--quiet", "--message", "first", committed=datetime(2025, 1, 1, tzinfo=UTC))
    Path("beside").write_text("")
    git("-C", "..", "add", "beside")
    git("-C", "..", "commit", "--quiet", "--message", "later", committed=datetime(2025, 6, 1, tzinfo=UTC))
    Path("not yet known").write_text("")


NOTICE = (
    "backend: app has changed since 1.0.1 was pushed (2025-04-30 09:41 UTC); "
    "this run deploys 1.0.1 as it was pushed. To ship the change, raise backend.version."
)


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (committed(datetime(2025, 4, 30, 9, 40, tzinfo=UTC)), []),
        (committed(datetime(2025, 4, 30, 9, 41, tzinfo=UTC)), []),
        (committed(datetime(2025, 4, 30, 9, 42, tzinfo=UTC)), [NOTICE]),
        (changed_since_its_commit, [NOTICE]),
        (with_a_file_that_git_does_not_know, [NOTICE]),
        (changed_beside_the_context, []),
    ],
    ids=["before", "at the push", "after", "dirty", "new file", "elsewhere"],
)
def test_a_context_that_moved_on_since_the_push_is_told(
    prepare: Callable[[], None], said: list[str], ecr: Stubber
) -> None:
    prepare()
    taken(ecr)
    assert made(ecr).messages == said


def test_a_version_that_is_not_pushed_yet_is_no_news(ecr: Stubber) -> None:
    committed(datetime(2025, 5, 1, tzinfo=UTC))()
    free(ecr)
    assert made(ecr).messages == []


def empty_repository() -> None:
    git("init", "--quiet")
    Path("app/Dockerfile").unlink()


@pytest.mark.parametrize("prepare", [lambda: None, empty_repository], ids=["no repository", "no commit"])
def test_without_a_commit_nobody_knows_and_ecr_is_not_asked(prepare: Callable[[], None], ecr: Stubber) -> None:
    prepare()
    assert made(ecr).messages == []


def test_without_git_nobody_knows(ecr: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert made(ecr).messages == []

"""Before a version is built: a taken tag is refused, a free one gets its context staged."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pulumi
import pytest
from botocore.stub import Stubber

from tests.checks.aws import stubbed
from tests.checks.building import (
    DIGEST,
    MUTABLE,
    PLACEHOLDER,
    STAGED,
    free,
    made,
    run,
    staged,
    taken,
)
from tests.samples import BUILD, OWNED_BUILD, Edit


def test_the_hook_runs_at_preview_too_under_the_services_name(ecr: Stubber) -> None:
    assert made(ecr).preview_hooks == ["backend-built-once"]


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_a_taken_tag_is_refused_with_its_digest_its_time_and_both_ways_on(preview: bool, ecr: Stubber) -> None:
    taken(ecr)
    with pytest.raises(pulumi.RunError) as raised:
        run(ecr, preview=preview)
    assert str(raised.value) == (
        "Pulumi.test.yaml: pairva:deployment.backend.version: "
        "pairva-backend:1.0.1 exists already, and a pushed version is never built again\n"
        f"    found: {DIGEST}, pushed 2025-04-30 09:41 UTC\n"
        "    mend:  raise backend.version to build a new one, or remove backend.build to run the one that exists"
    )
    assert list(staged()) == ["Dockerfile"]
    assert staged()["Dockerfile"].startswith(PLACEHOLDER)


@pytest.mark.parametrize(
    ("code", "edit"),
    [
        ("ImageNotFoundException", BUILD),
        ("ImageNotFoundException", OWNED_BUILD),
        ("RepositoryNotFoundException", OWNED_BUILD),
    ],
)
def test_a_free_tag_gets_its_context_staged(code: str, edit: Edit, ecr: Stubber) -> None:
    free(ecr, code)
    Path("app/src").mkdir()
    Path("app/src/main.py").write_text("print()\n")
    run(ecr, edit)
    assert staged() == {"Dockerfile": "FROM scratch\n", "src/main.py": "print()\n"}


def test_nothing_is_staged_at_preview(ecr: Stubber) -> None:
    free(ecr)
    run(ecr, preview=True)
    assert list(staged()) == ["Dockerfile"]
    assert staged()["Dockerfile"].startswith(PLACEHOLDER)


def test_an_existing_repository_that_is_not_there_is_told(ecr: Stubber) -> None:
    free(ecr, "RepositoryNotFoundException")
    with pytest.raises(pulumi.RunError) as raised:
        run(ecr, preview=True)
    assert str(raised.value) == (
        "Pulumi.test.yaml: pairva:deployment.backend.repository: "
        "there is no repository pairva-backend in account 039612856036, us-east-1\n"
        "    found: existing\n"
        "    mend:  create it with immutable tags (README, first deployment), or write repository: owned in the stack "
        "that is to make it"
    )


ELSEWHERE = ("logRetentionDays: 30", "logRetentionDays: 30\n    registry: {account: '111111111111', region: eu-west-1}")


@pytest.fixture
def ecr_elsewhere(ecr: Stubber, monkeypatch: pytest.MonkeyPatch) -> Stubber:
    """ECR in the region of `ELSEWHERE`, and none in the stack's own."""
    return stubbed(monkeypatch, "ecr", "eu-west-1")


def test_a_tag_is_looked_for_where_it_would_be_pushed(ecr_elsewhere: Stubber) -> None:
    taken(ecr_elsewhere, account="111111111111")
    with pytest.raises(pulumi.RunError, match=r"pairva-backend:1\.0\.1 exists already"):
        run(ecr_elsewhere, BUILD, ELSEWHERE, preview=True)
    free(ecr_elsewhere, account="111111111111")
    run(ecr_elsewhere, BUILD, ELSEWHERE)
    assert staged() == {"Dockerfile": "FROM scratch\n"}


def test_a_repository_that_is_missing_elsewhere_is_told_with_its_place(ecr_elsewhere: Stubber) -> None:
    free(ecr_elsewhere, "RepositoryNotFoundException", account="111111111111")
    with pytest.raises(pulumi.RunError, match="no repository pairva-backend in account 111111111111, eu-west-1\n"):
        run(ecr_elsewhere, BUILD, ELSEWHERE, preview=True)


def test_trouble_with_ecr_is_no_free_tag(ecr: Stubber) -> None:
    free(ecr, "AccessDeniedException")
    with pytest.raises(pulumi.RunError) as raised:
        run(ecr)
    assert str(raised.value) == (
        "Pulumi.test.yaml: pairva:deployment.backend.version: ECR could not be asked for pairva-backend:1.0.1\n"
        "    found: An error occurred (AccessDeniedException) when calling the DescribeImages operation: "
        "no such image\n"
        "    mend:  mend the access to AWS (credentials, region, network; in another account, the policy of the "
        "repository), then run again"
    )
    assert staged()["Dockerfile"].startswith(PLACEHOLDER)


@contextmanager
def strict(umask: int) -> Generator[None]:
    before = os.umask(umask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_between_builds_the_folder_is_the_same_at_every_run(umask: int, ecr: Stubber) -> None:
    free(ecr)
    run(ecr)
    made(ecr)
    once = staged()
    with strict(umask):
        made(ecr)
    assert staged() == once
    assert once == {"Dockerfile": f"{PLACEHOLDER} (checks/build.py).\n"}
    assert (STAGED / "Dockerfile").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("edits", [(MUTABLE,), (("port: 3000", "port: 3001"),)], ids=["mutable tag", "promoted"])
def test_what_is_not_built_once_is_neither_staged_nor_asked_about(edits: tuple[Edit, ...], ecr: Stubber) -> None:
    recording = made(ecr, *edits)
    assert recording.messages == []
    assert not STAGED.exists()


IGNORE = "node_modules\n*.log\n!keep.log\n.git\n"
ALL = ["Dockerfile", "keep.log", "src/app.js"]


@pytest.mark.parametrize(
    ("files", "dockerfile", "kept"),
    [
        ({".dockerignore": IGNORE}, "Dockerfile", ALL),
        ({"Dockerfile.dockerignore": IGNORE, ".dockerignore": "src\n"}, "Dockerfile", ALL),
        ({".dockerignore": "*\n!src\n"}, "Dockerfile", ["Dockerfile", "src/app.js"]),
        ({"docker/web": "FROM scratch\n", "docker/web.dockerignore": IGNORE}, "docker/web", ALL),
        ({"docker/web": "FROM scratch\n", ".dockerignore": "*\n!src\n"}, "docker/web", ["src/app.js"]),
    ],
    ids=["ignore file", "the Dockerfile's own ignore file", "all but", "a Dockerfile in a folder", "ignored there"],
)
def test_the_ignore_file_of_docker_is_honoured(
    files: dict[str, str], dockerfile: str, kept: list[str], ecr: Stubber
) -> None:
    free(ecr)
    sources = {"src/app.js": "1", "node_modules/x/index.js": "1", "a.log": "1", "keep.log": "1", ".git/HEAD": "1"}
    for name, text in {**sources, **files}.items():
        file = Path("app") / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    run(ecr, (BUILD[0], BUILD[1].replace("app}", f"app, dockerfile: {dockerfile}}}")))
    assert [name for name in staged() if "dockerignore" not in name and not name.startswith("docker/")] == kept
    assert dockerfile in staged()


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_permissions_are_those_that_git_knows(umask: int, ecr: Stubber) -> None:
    free(ecr)
    Path("app/bin").mkdir()
    for name, mode in {"bin/run": 0o700, "bin/all": 0o777, "read": 0o600, "write": 0o666}.items():
        (Path("app") / name).write_text("x")
        (Path("app") / name).chmod(mode)
    Path("app/link").symlink_to("read")
    Path("app/dangling").symlink_to("gone")
    with strict(umask):
        run(ecr)
    modes = {str(file.relative_to(STAGED)): oct(file.lstat().st_mode & 0o777) for file in STAGED.rglob("*")}
    assert modes == {
        "Dockerfile": "0o644",
        "bin": "0o755",
        "bin/run": "0o755",
        "bin/all": "0o755",
        "read": "0o644",
        "write": "0o644",
        "link": "0o777",
        "dangling": "0o777",
    }
    assert (STAGED / "link").readlink() == Path("read")

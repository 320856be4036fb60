import errno
import os
import tarfile
from pathlib import Path

import pytest

from local.plugins.build_context import BuildContext


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "app"
    (folder / "src").mkdir(parents=True)
    for name, content in {"Dockerfile": "FROM scratch\n", "src/main.py": "print()\n", "debug.log": "1\n"}.items():
        (folder / name).write_text(content)
        (folder / name).chmod(0o644)
    return folder


CONTEXT = BuildContext("./app", "app/Dockerfile")


def test_the_digest_is_that_of_pulumi_docker(app: Path) -> None:
    # counted by the Go code of its provider.go over these three files
    assert CONTEXT.digest() == "8b102fa1f4019c5d884f9896257b9ffe420f34febc9b9ee103bf288061b542b6"


def test_the_digest_is_the_same_wherever_the_project_lies(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = CONTEXT.digest()
    moved = app.parent / "elsewhere"
    moved.mkdir()
    app.rename(moved / "app")
    monkeypatch.chdir(moved)
    os.utime("app/src/main.py", (0, 0))

    assert CONTEXT.digest() == before


@pytest.mark.parametrize("ignore_file", [".dockerignore", "Dockerfile.dockerignore"])
def test_what_is_ignored_changes_nothing(app: Path, ignore_file: str) -> None:
    (app / ignore_file).write_text("# comment\n\n*.log\n")
    before = CONTEXT.digest()
    (app / "debug.log").write_text("2\n")

    assert CONTEXT.digest() == before
    assert CONTEXT.files() == sorted([ignore_file, "Dockerfile", "src/main.py"])


def test_the_dockerfiles_own_ignore_file_comes_first(app: Path) -> None:
    (app / ".dockerignore").write_text("src\n")
    (app / "Dockerfile.dockerignore").write_text("*.log\n")

    assert CONTEXT.files() == [".dockerignore", "Dockerfile", "Dockerfile.dockerignore", "src/main.py"]


def test_an_exception_to_an_ignore_pattern_is_sent(app: Path) -> None:
    (app / ".dockerignore").write_text("*\n!src/main.py\n")

    assert CONTEXT.files() == [".dockerignore", "Dockerfile", "src/main.py"]


@pytest.mark.parametrize("change", ["content", "mode", "name", "dockerfile"])
def test_every_change_of_what_is_sent_changes_the_digest(app: Path, change: str) -> None:
    before = CONTEXT.digest()
    match change:
        case "content":
            (app / "src/main.py").write_text("print(1)\n")
        case "mode":
            (app / "src/main.py").chmod(0o755)
        case "name":
            (app / "src/main.py").rename(app / "src/other.py")
        case _:
            (app / "Dockerfile").write_text("FROM busybox\n")

    assert CONTEXT.digest() != before


def test_a_link_counts_with_where_it_leads(app: Path) -> None:
    (app / "link").symlink_to("src")
    before = CONTEXT.digest()
    (app / "link").unlink()
    (app / "link").symlink_to("debug.log")

    assert CONTEXT.digest() != before


def test_an_ignored_dockerfile_is_sent_all_the_same(app: Path) -> None:
    (app / ".dockerignore").write_text("*\n!src\n")

    with CONTEXT.archive() as archive, tarfile.open(fileobj=archive) as opened:
        assert CONTEXT.dockerfile_inside == "Dockerfile"
        assert opened.getnames() == [".dockerignore", "Dockerfile", "src", "src/main.py"]


def test_a_disk_that_is_full_is_named(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "addfile", full)
    with pytest.raises(
        OSError, match=r"^Can not read file in context: .*/Dockerfile: \[Errno 28\] No space left on device$"
    ):
        CONTEXT.archive()


@pytest.mark.parametrize(
    ("dockerfile", "reason"),
    [
        ("Nothing", r'^could not open dockerfile at relative path "Nothing": no such file$'),
        ("Other", r"^a Dockerfile outside of its context is not implemented: Other$"),
    ],
)
def test_a_dockerfile_that_cannot_be_used_is_named(app: Path, dockerfile: str, reason: str) -> None:
    (app.parent / "Other").write_text("FROM scratch\n")

    with pytest.raises(ValueError, match=reason):
        BuildContext("app", dockerfile).require_dockerfile()

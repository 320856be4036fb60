"""What a stack builds with: an engine that answers, a context without what must stay out, and a tag to push to."""

import os
import socket
from pathlib import Path
from typing import Any

import docker
import pytest
from docker.errors import DockerException

from checks.preflight import build
from checks.preflight.inspection import inspect
from checks.preflight.result import Result, failed, ok, unchecked
from checks.session import Session
from finding import Finding
from settings.stack import Stack
from tests.checks.building import MUTABLE
from tests.checks.preflight.asking import results
from tests.samples import BUILD, Edit, stack

FRONTEND_BUILDS = ("cpu: 256", "cpu: 256\n      build: {context: page}")
ASKED = {"registryId": "039612856036", "repositoryName": "pairva-backend", "imageIds": [{"imageTag": "1.0.1"}]}
PUSHED = "039612856036.dkr.ecr.us-east-1.amazonaws.com/pairva-backend"


def subjects(sample: Stack) -> list[str]:
    return [check.subject for check in build.checks(sample)]


def test_only_what_is_built_is_asked_about_and_docker_once() -> None:
    assert subjects(stack()) == []
    assert subjects(stack(BUILD)) == ["Docker", "context of backend", "tag of backend"]
    two = ["Docker", "context of backend", "context of frontend"]
    assert subjects(stack(MUTABLE, FRONTEND_BUILDS)) == [*two, "tag of frontend"]


class Engine:
    """A Docker that answers, and says where it was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: Exception | None = None, only: str | None = "") -> None:
        """With `only`, at that address and nowhere else."""
        self.addresses = list[str | None]()

        def client(base_url: str | None = None, **_: Any) -> Engine:
            self.addresses.append(base_url)
            if error or only not in ("", base_url):
                raise error or DockerException("nobody there")
            return self

        monkeypatch.setattr(docker, "DockerClient", client)
        monkeypatch.delenv("DOCKER_HOST", raising=False)

    def version(self) -> dict[str, str]:
        return {"Version": "27.1"}

    def close(self) -> None:
        pass


def test_an_engine_that_answers_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(monkeypatch)
    assert results(build.checks, stack(BUILD), "Docker") == [ok("Docker", "engine 27.1 answers")]
    assert engine.addresses == [None]


@pytest.mark.parametrize("error", [DockerException("Error while\n  fetching"), OSError("Error while fetching")])
def test_an_engine_that_does_not_answer_is_a_failure(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    Engine(monkeypatch, error)
    fault = Finding(
        where="Pulumi.test.yaml: pairva:deployment",
        what="services are built here, and Docker does not answer",
        found="Error while fetching",
        remedy="start Docker (docker version tells whether it answers), or set DOCKER_HOST",
    )
    assert results(build.checks, stack(BUILD), "Docker") == [failed("Docker", fault)]


def test_an_engine_that_hangs_is_unchecked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()  # a socket of this machine, which the tests may not reach otherwise
    address = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as silent, pytest.MonkeyPatch.context() as patch:
        silent.bind(str(address))
        silent.listen()
        patch.setenv("DOCKER_HOST", f"unix://{address}")
        sample = stack(BUILD)
        asked = [check for check in build.checks(sample) if check.subject == "Docker"]
        found = inspect(Session(sample), asked, 0.1)
        connection, _ = silent.accept()
        connection.close()
    assert found == [unchecked("Docker", "no answer within 0.1 s")]


DESKTOPS = ["unix://{home}/.docker/run/docker.sock", "unix://{home}/.docker/desktop/docker.sock"]


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        (None, [None]),
        (None, [None, DESKTOPS[0]]),
        (None, [None, *DESKTOPS]),
        ("tcp://there:2375", ["tcp://there:2375"]),
    ],
    ids=["where everybody looks", "Docker Desktop's own", "Docker Desktop's on Linux", "as the environment says"],
)
def test_the_engine_is_asked_where_pulumi_docker_finds_it(
    host: str | None, asked: list[str | None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One after the other, until one answers."""
    addresses = [each and each.format(home=tmp_path) for each in asked]
    engine = Engine(monkeypatch, only=addresses[-1])
    monkeypatch.setenv("HOME", str(tmp_path))
    if host:
        monkeypatch.setenv("DOCKER_HOST", host)
    assert results(build.checks, stack(BUILD), "Docker") == [ok("Docker", "engine 27.1 answers")]
    assert engine.addresses == addresses


def test_an_engine_behind_ssh_is_left_to_pulumi_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(monkeypatch)
    monkeypatch.setenv("DOCKER_HOST", "ssh://somebody@there")
    why = "ssh://somebody@there is asked by Docker's own program, and not from here"
    assert results(build.checks, stack(BUILD), "Docker") == [unchecked("Docker", why)]
    assert engine.addresses == []


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder to build from, beside the stack file."""
    monkeypatch.chdir(tmp_path)
    write("Dockerfile")
    return Path("app")


def write(*names: str, text: str = "x\n") -> None:
    for name in names:
        file = Path("app") / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def context(edit: Edit = BUILD) -> list[Result]:
    return results(build.checks, stack(edit), "context of backend")


def leak(name: str, found: str, line: str, file: str = "app/.dockerignore") -> Result:
    return failed(
        "context of backend",
        Finding(
            where=file,
            what=f"lets {name} into the build's context, and so into the image wherever all of it is copied",
            found=found,
            remedy=f"add the line {line} to {file}",
        ),
    )


WELL = [ok("context of backend", "app/Dockerfile, without .env, .git, node_modules")]


def test_a_context_without_any_of_them_needs_no_ignore_file(app: Path) -> None:
    write("src/main.py", "env", ".gitignore", "node_modules_of_old", ".environment")
    assert context() == WELL


@pytest.mark.parametrize("edit", [BUILD, MUTABLE], ids=["built once", "mutable tag"])
def test_each_that_gets_through_is_a_failure_with_the_line_to_add(edit: Edit, app: Path) -> None:
    write(".git/HEAD", ".env", "node_modules/a/index.js")
    names = (".env", ".git", "node_modules")
    assert context(edit) == [leak(name, f"app/{name}", name) for name in names]


def test_one_further_down_is_found_too_and_told_once(app: Path) -> None:
    write("web/node_modules/a/index.js", "api/.env", "api/v2/.env", text="")
    found = context()
    assert [each.finding and each.finding.remedy for each in found] == [
        "add the line **/.env to app/.dockerignore",
        "add the line **/node_modules to app/.dockerignore",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ".git\n.env\nnode_modules\n",
        "# history\n.git/\n\n/.env\n**/node_modules\n",
        ".git/**\n.e*\nnode_modules/*\n",
        "*\n!src\n",
    ],
    ids=["names", "slashes", "patterns", "all but"],
)
def test_what_the_ignore_file_keeps_out_is_well(lines: str, app: Path) -> None:
    write(".git/HEAD", ".env", "node_modules/a/index.js", "node_modules/b/index.js", "src/main.js")
    write(".dockerignore", text=lines)
    assert context() == WELL


def test_a_line_that_brings_something_back_lets_it_through(app: Path) -> None:
    write(".git/HEAD", ".git/config", "node_modules/a/index.js")
    write(".dockerignore", text=".git\nnode_modules\n!.git/HEAD\n")
    assert context() == [leak(".git", "app/.git", ".git")]


def test_the_ignore_file_of_the_dockerfile_goes_before_the_one_of_the_context(app: Path) -> None:
    write(".env")
    write(".dockerignore", text=".env\n")
    write("Dockerfile.dockerignore", text="*.log\n")
    assert context() == [leak(".env", "app/.env", ".env", "app/Dockerfile.dockerignore")]
    write(".dockerignore", text="*.log\n")
    write("Dockerfile.dockerignore", text=".env\n")
    assert context() == WELL


def test_a_git_worktree_has_a_file_of_that_name(app: Path) -> None:
    write(".git")
    assert context() == [leak(".git", "app/.git", ".git")]


def test_a_link_gets_in_as_it_is(app: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (app / "node_modules").symlink_to(tmp_path / "elsewhere")
    assert context() == [leak("node_modules", "app/node_modules", "node_modules")]


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders of the context that were looked into."""
    looked, scandir = list[str](), os.scandir

    def counted(path: Any) -> Any:
        if str(path).startswith("app"):
            looked.append(str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", counted)
    return looked


def test_what_is_kept_out_is_not_looked_into(app: Path, looked: list[str]) -> None:
    write("node_modules/a/deep/index.js", ".git/objects/1", "data/deep/.env")
    write(".dockerignore", text="node_modules\n.git\ndata\n")
    assert context() == WELL
    assert looked == ["app"]


def test_what_gets_in_is_looked_into_as_far_as_its_first_file(app: Path, looked: list[str]) -> None:
    write("node_modules/a/deep/index.js")
    write("node_modules/a/file.js")
    assert context() == [leak("node_modules", "app/node_modules", "node_modules")]
    assert len(looked) == len(set(looked))


@pytest.mark.parametrize("missing", ["Dockerfile", "app"])
def test_a_dockerfile_that_is_not_there_is_a_failure(missing: str, app: Path) -> None:
    (app / "Dockerfile").unlink()
    if missing == "app":
        app.rmdir()
    fault = Finding(
        where="Pulumi.test.yaml: pairva:deployment.backend.build",
        what="there is no Dockerfile to build from",
        found="app/Dockerfile",
        remedy="check the sources out there, or correct build.context and build.dockerfile",
    )
    assert context() == [failed("context of backend", fault)]

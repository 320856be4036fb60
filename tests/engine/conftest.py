"""An emulator for each file of engine tests, on a port of its own; engine, plugins and Docker are as in `make up`."""

import re
import socket
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import docker
import pytest

from local import emulator, preparation
from local.machine import Machine
from local.preparation import Toolchain
from local.progress import Progress
from tests.engine.incident import Caught, table
from tests.engine.project import Project
from tests.engine.proxy import Proxy

Create = Callable[[str], Project]
Incident = Callable[[Caught], None]


@pytest.fixture
def incident(record_property: Callable[[str, object], None]) -> Incident:
    """Tells that a row of the incident's report was replayed, and how that ended: `make incident` prints it."""
    return lambda caught: record_property("incident", caught.text())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.getoption("markexpr") == "incident":
        passed = terminalreporter.getreports("passed")
        told = [value for report in passed for name, value in report.user_properties if name == "incident"]
        terminalreporter.section("the incident, replayed")
        for line in table(told):
            terminalreporter.write_line(line)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def machines() -> Generator[list[Machine]]:
    """All that this process has used. What was built stays until the end: the next file builds much of the same."""
    machines = list[Machine]()
    yield machines
    for each in machines:
        remove_images(each)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, machines: list[Machine]) -> Generator[tuple[Machine, Toolchain]]:
    """An emulated AWS and what is needed to deploy to it; the emulator and its tasks are gone afterwards. Of each file,
    since nobody says which files share a process, and some ask for all that there is.
    """
    machine = Machine(folder=tmp_path_factory.mktemp("machine"), port=free_port())
    machines.append(machine)
    try:
        yield machine, preparation.prepare(machine, Progress())
    finally:
        emulator.stop(machine)


def remove_images(machine: Machine) -> None:
    """What the tests built is under the address of their emulator, and nobody will push there again.

    By the engine's own list: docker's `images.list` looks at each, and other tests remove theirs meanwhile.
    """
    client = docker.from_env()
    tags = [tag for image in client.api.images() for tag in image["RepoTags"] or []]
    for tag in tags:
        if tag.startswith(f"localhost:{machine.port}/"):
            client.images.remove(tag)
    client.close()


@pytest.fixture
def create(machine: tuple[Machine, Toolchain], tmp_path: Path) -> Generator[Create]:
    """Makes projects with a stack each; their stacks are destroyed afterwards, whatever became of the test."""
    made = list[Project]()

    def project(stack: str) -> Project:
        assert re.fullmatch(r"[a-z]+", stack), "a stack's name is part of what everything is called"
        folder = tmp_path / stack
        folder.mkdir()
        made.append(Project.create(folder, stack, *machine))
        return made[-1]

    yield project
    for each in reversed(made):
        each.pulumi("destroy", "--yes", "--skip-preview", "--refresh=false", "--non-interactive")


@dataclass
class Shared:
    """A stack that the tests of one module share, in their order; its ECS is behind the proxy."""

    project: Project
    proxy: Proxy
    good: bool = False


@pytest.fixture(scope="module")
def shared(
    machine: tuple[Machine, Toolchain], tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Generator[Shared]:
    name = request.path.stem.removeprefix("test_").replace("_", "")
    project = Project.create(tmp_path_factory.mktemp(name), name, *machine)
    with Proxy(machine[0].port) as proxy:
        project.ask_at(proxy.url, "ecs")
        yield Shared(project, proxy)
        proxy.mend()
        project.pulumi("destroy", "--yes", "--skip-preview", "--refresh=false", "--non-interactive")


@pytest.fixture
def proxy(shared: Shared) -> Generator[Proxy]:
    yield shared.proxy
    shared.proxy.mend()


@pytest.fixture
def unborn(shared: Shared, request: pytest.FixtureRequest) -> Generator[Project]:
    """The module's stack before its first `up`, which is for the first test."""
    assert not shared.good
    yield from _watched(shared, request)


@pytest.fixture
def running(shared: Shared, request: pytest.FixtureRequest) -> Generator[Project]:
    """The module's stack, up and well, whatever the test before left of it."""
    if not shared.good:
        shared.project.pulumi("cancel", "--yes")
        shared.project.mend()
        assert shared.project.up().code == 0
    yield from _watched(shared, request)


def _watched(shared: Shared, request: pytest.FixtureRequest) -> Generator[Project]:
    failed, shared.good = request.session.testsfailed, False
    yield shared.project
    shared.proxy.mend()
    shared.good = request.session.testsfailed == failed

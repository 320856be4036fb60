"""One emulator for all engine tests, on a port of its own; engine, plugins and Docker are those of `make up`."""

import re
import socket
from collections.abc import Callable, Generator
from pathlib import Path

import docker
import pytest

from local import emulator, preparation
from local.machine import Machine
from local.preparation import Toolchain
from local.progress import Progress
from tests.engine.project import Project

Create = Callable[[str], Project]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[Machine, Toolchain]]:
    """An emulated AWS and what is needed to deploy to it; the emulator and its tasks are gone afterwards."""
    machine = Machine(folder=tmp_path_factory.mktemp("machine"), port=_free_port())
    try:
        yield machine, preparation.prepare(machine, Progress())
    finally:
        emulator.stop(machine)
        _remove_images(machine)


def _remove_images(machine: Machine) -> None:
    """What the tests built is under the address of their emulator, and nobody will push there again."""
    client = docker.from_env()
    for image in client.images.list():
        for tag in image.tags:
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
        each.pulumi("destroy", "--yes", "--skip-preview", "--non-interactive")

"""A stack of the benches' own: deployed to an emulator of its own, and gone afterwards."""

import contextlib
import tempfile
from collections.abc import Generator
from pathlib import Path

from local import emulator, preparation
from local.machine import Machine
from local.progress import Progress
from tests.engine.conftest import free_port, remove_images
from tests.engine.project import Project


@contextlib.contextmanager
def deployed() -> Generator[Project]:
    """The first deployment was good; what pulumi says is not shown."""
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(folder=Path(folder) / "machine", port=free_port())
        try:
            tools = preparation.prepare(machine, Progress())
            (Path(folder) / "bench").mkdir()
            project = Project.create(Path(folder) / "bench", "bench", machine, tools)
            with contextlib.redirect_stdout(None):
                assert project.up().code == 0
            yield project
            with contextlib.redirect_stdout(None):
                project.pulumi("destroy", "--yes", "--skip-preview", "--non-interactive")
        finally:
            emulator.stop(machine)
            remove_images(machine)

"""What a preview, more services, two images at once and an idle `up` cost, each beside what it is measured by.

    .venv/bin/python -m bench.growth [RUNS]

Medians over RUNS (default 5) of pairs that run one after the other, on an emulator of its own; memory is the peak of
all processes that pulumi started, shared pages counted once.
"""

import ast
import json
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass, replace

import psutil

from bench.deployed import deployed
from tests.engine.project import UP, Project
from tests.engine.running import Running

_PREVIEW = ("preview", "--refresh=false", "--non-interactive")
# As `make up` has it.
_UP = ("up", "--yes", "--non-interactive")
_SERVICES = (2, 10, 50)
_BOTH = ["backend", "frontend"]
_WAIT_SECONDS = 5


@dataclass(frozen=True)
class Cost:
    seconds: float
    mebibytes: float


def command(project: Project, *arguments: str) -> Cost:
    began = time.perf_counter()
    with project.start(*arguments) as running, redirect_stdout(None):
        peak = _peak(running)
        assert running.ended().code == 0
    return Cost(time.perf_counter() - began, peak)


def _peak(running: Running) -> float:
    """Mebibytes of it and all that it started, looked at until it ends."""
    most = 0
    while running.process.poll() is None:
        held = 0
        for process in running.family():
            with suppress(psutil.Error):
                held += process.memory_full_info().pss
        most = max(most, held)
        time.sleep(0.1)
    return most / 2**20


def with_imports_alone(project: Project) -> Project:
    """The same program up to its last import, as a stack of its own."""
    folder = project.folder.parent / "imports"
    shutil.copytree(project.folder, folder)
    main = ast.parse((folder / "__main__.py").read_text())
    imports = [statement for statement in main.body if isinstance(statement, (ast.Import, ast.ImportFrom))]
    (folder / "__main__.py").write_text("\n".join(map(ast.unparse, imports)) + "\n")
    other = replace(project, folder=folder, stack="imports")
    shutil.copy(project.stack_file, other.stack_file)
    with redirect_stdout(None):
        assert other.pulumi("stack", "init", other.stack).code == 0
    return other


def images(project: Project, names: Sequence[str]) -> Cost:
    """From the start of the first build to the end of the last push, of a new version of these services."""
    with redirect_stdout(None):
        # Of a version that nobody has built here before: Docker remembers.
        for name in names:
            project.raise_version(name, f"1.0.{time.time_ns()}")
    with project.start(*UP, "--refresh=false") as running, redirect_stdout(None), ThreadPoolExecutor(1) as beside:
        peak = beside.submit(_peak, running)
        lines = list(_stamped(running))
        assert running.ended().code == 0
    at = [seconds for seconds, line in lines if re.search(rf"({'|'.join(names)})-image \w+ \(", line)]
    return Cost(at[-1] - at[0], peak.result())


def _stamped(running: Running) -> Iterator[tuple[float, str]]:
    """Each line that it says, with the seconds since now."""
    began = time.perf_counter()
    with running.output.open() as said:
        while (line := said.readline()) or running.process.poll() is None:
            if line:
                yield time.perf_counter() - began, line
            else:
                time.sleep(0.02)


def services(number: int) -> dict[str, float]:
    run = [sys.executable, "-m", "bench.services", str(number)]
    return json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(getattr(each, name) for each in costs) for name in ("seconds", "mebibytes")))


def _previews(project: Project, runs: int) -> None:
    imports = with_imports_alone(project)
    pairs = [(command(project, *_PREVIEW), command(imports, *_PREVIEW)) for _ in range(runs)]
    whole, alone = (_median(costs) for costs in zip(*pairs, strict=True))
    _say("preview without a change", whole)
    _say("the same imports, no resources", alone)
    seconds, memory = whole.seconds / alone.seconds, whole.mebibytes / alone.mebibytes
    print(f"{'ratio':<36} {seconds:6.2f}   {memory:6.2f}")
    _say("up without a change", _median([command(project, *_UP) for _ in range(runs)]))


def _say(what: str, cost: Cost) -> None:
    print(f"{what:<36} {cost.seconds:6.2f} s {cost.mebibytes:6.0f} MiB")


def wait_in_builds(project: Project) -> None:
    """Each image's build takes some seconds in which it works at nothing, as those do that download packages."""
    for name in _BOTH:
        with (project.folder / "apps" / f"{name}.Dockerfile").open("a") as dockerfile:
            dockerfile.write(f"RUN sleep {_WAIT_SECONDS}\n")


def _images(project: Project, runs: int) -> None:
    """Neither waits for the other: both at once take as long as the slower one, where there are processors enough."""
    rounds = [[images(project, names) for names in (["backend"], ["frontend"], _BOTH)] for _ in range(runs)]
    backend, frontend, both = (_median(costs) for costs in zip(*rounds, strict=True))
    for name, cost in (("image of backend", backend), ("image of frontend", frontend), ("both at once", both)):
        _say(name, cost)
    print(f"{'both : the slower':<36} {both.seconds / max(backend.seconds, frontend.seconds):6.2f}")


def _services(runs: int) -> None:
    for number in _SERVICES:
        found = [services(number) for _ in range(runs)]
        seconds, memory = (statistics.median(each[what] for each in found) for what in ("seconds", "mebibytes"))
        resources = int(found[0]["resources"])
        title = f"{number} services, {resources} resources"
        print(f"{title:<36} {seconds:6.2f} s {memory:6.0f} MiB {1000 * seconds / resources:6.1f} ms each")


def main(runs: int) -> None:
    _services(runs)
    with deployed() as project:
        _previews(project, runs)
        print("images of the sample apps, which keep the processors busy")
        _images(project, runs)
        print(f"the same, with {_WAIT_SECONDS} s in each build that it waits")
        wait_in_builds(project)
        _images(project, runs)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)

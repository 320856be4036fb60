"""One run of the program with so many services, without an engine: seconds, resources and memory.

    .venv/bin/python -m bench.services 50

`bench.growth` runs it in a process of its own for each number, for memory is a process's.
"""

import ast
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import replace
from typing import Any
from unittest import mock

from pydantic import create_model

from checks import preflight
from settings import configuration, stack_file
from settings.model import Deployment, Service
from settings.stack import Stack
from tests.cloud import DIGEST
from tests.recording import ROOT, record

_COPIED = "frontend"


def stack_of(names: list[str]) -> Stack:
    """The committed production stack with more services like its frontend, each with a path of its own."""
    stack = stack_file.load(ROOT / "Pulumi.prod.yaml")
    assert isinstance(stack, Stack)
    fields: dict[str, Any] = {
        name: (Service, stack.deployment.frontend.model_copy(update={"path": f"/{name}/*"})) for name in names
    }
    model: type[Deployment] = create_model("Deployment", __base__=Deployment, **fields)
    return replace(stack, deployment=model.model_construct(**vars(stack.deployment)))


def program(names: list[str]) -> str:
    """`__main__.py` with each statement that is the frontend's alone once more for each name."""
    main = ast.parse((ROOT / "__main__.py").read_text())
    return "\n".join(line for statement in main.body for line in _with_copies(ast.unparse(statement), names))


def _with_copies(statement: str, names: list[str]) -> Iterator[str]:
    yield statement
    is_the_frontends = statement.startswith(f"{_COPIED}_") or f"('{_COPIED}'" in statement
    for name in names:
        if is_the_frontends:
            yield statement.replace(_COPIED, name)
        elif statement.startswith("stack ="):
            yield f"{name} = stack.services['{name}']"


def run(services: int) -> tuple[float, int]:
    """Seconds and resources."""
    names = [f"service{number}" for number in range(3, services + 1)]
    stack, text = stack_of(names), compile(program(names), "__main__.py", "exec")
    held = {f"{each.names.repository}:{each.own.version}": DIGEST for each in stack.services.values()}
    with mock.patch.object(configuration, "current", return_value=stack), mock.patch.object(preflight, "require"):
        began = time.perf_counter()
        recording = record(lambda: exec(text, {}), stack=stack.name, account=stack.account.id, images=held)  # noqa: S102
        return time.perf_counter() - began, len(recording.resources)


def main(services: int) -> None:
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        run(2)  # what is imported is no cost of more services
        seconds, resources = run(services)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "resources": resources, "mebibytes": peak}))


if __name__ == "__main__":
    main(int(sys.argv[1]))

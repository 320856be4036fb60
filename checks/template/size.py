"""What a task asks of Fargate: its size, its network, and to be meant for Fargate at all."""

import re
from collections.abc import Iterator

from checks.template.table import Table
from finding import Finding
from settings import fargate
from settings.placeholder import unreplaced

_CHECKED = "this program checks the pair before anything changes"


def findings(task: Table) -> Iterator[Finding]:
    if task.values.get("requiresCompatibilities", "") is not None and "FARGATE" not in task.texts(
        "requiresCompatibilities"
    ):
        yield task.fault(
            "requiresCompatibilities",
            "does not name FARGATE: AWS registers the file unchecked, and Fargate then refuses to run it",
            "this program registers every task for FARGATE",
        )
    mode = task.values.get("networkMode", "bridge")
    if mode not in ("awsvpc", None) and not unreplaced(mode):
        what = "is" if task.states("networkMode") else "is missing, and so"
        yield task.fault(
            "networkMode",
            f"{what} {mode}; Fargate has awsvpc only",
            "this program gives each task its own address (awsvpc) in private subnets",
            found="",
        )
    yield from _sizes(task)


def cpu_units(task: Table) -> int | None:
    """CPU units of the task (1024 is one vCPU), which ECS takes as "512" and ".5 vCPU"; None if it says no number."""
    return _scaled(task.text("cpu"), "vcpu")


def memory_mib(task: Table) -> int | None:
    """MiB of memory of the task, which ECS takes as "1024" and "1 GB"; None if it says no number."""
    return _scaled(task.text("memory"), "gb")


def _scaled(text: str, unit: str) -> int | None:
    found = re.fullmatch(rf"\s*(\d{{1,9}}|\d{{0,9}}\.\d{{1,9}}(?=\s*{unit}))\s*({unit})?\s*", text, re.I | re.ASCII)
    return int(float(found[1]) * (1024 if found[2] else 1)) if found else None


def _sizes(task: Table) -> Iterator[Finding]:
    for key in ("cpu", "memory"):
        if not task.states(key):
            yield task.fault(key, "is missing, and Fargate needs it: AWS refuses the file", f"name one; {_CHECKED}")
    cpu, memory = cpu_units(task), memory_mib(task)
    if task.text("cpu") and not unreplaced(task.text("cpu")) and cpu not in fargate.cpu_sizes():
        yield task.fault("cpu", "is no CPU size of Fargate: AWS refuses the file", _one_of(fargate.cpu_sizes()))
    elif cpu and task.text("memory") and not unreplaced(task.text("memory")):
        sizes = fargate.memory_sizes(cpu)
        if memory not in sizes:
            what = f"is no memory size of Fargate with cpu {cpu}: AWS refuses the file"
            yield task.fault("memory", what, _one_of(sizes))


def _one_of(sizes: tuple[int, ...]) -> str:
    return f"use one of {', '.join(str(size) for size in sizes)}; {_CHECKED}"

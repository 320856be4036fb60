"""How ECS finds out whether a container is well: the checks of the incident were too strict for a slow start."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checks.template.table import Table
from finding import Finding
from settings.health import Health


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number of a health check: its key, what ECS takes and assumes, and the stack file's key for it.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
    """

    key: str
    least: int
    most: int
    default: int
    setting: str
    why: str = ""

    @property
    def fix(self) -> int:
        """The default of the stack file, which ended the incident."""
        return Health.model_fields[self.setting].default


START_PERIOD = Number(
    key="startPeriod", least=0, most=300, default=0, setting="grace_seconds", why="a slow start is taken for a failure"
)
INTERVAL = Number(key="interval", least=5, most=300, default=30, setting="interval_seconds")
TIMEOUT = Number(
    key="timeout", least=2, most=60, default=5, setting="timeout_seconds", why="a slow answer is taken for a failure"
)
RETRIES = Number(key="retries", least=1, most=10, default=3, setting="retries", why="a short trouble ends the task")
NUMBERS = (START_PERIOD, INTERVAL, TIMEOUT, RETRIES)


def findings(task: Table) -> Iterator[Finding]:
    for container in task.tables("containerDefinitions"):
        if container.states("healthCheck"):
            check = container.table("healthCheck")
            yield from _command(check)
            for number in NUMBERS:
                yield from _number(check, number)
        elif container.flag("essential") is not False:
            yield container.fault(
                "healthCheck",
                "is missing: ECS takes a container for well that only hangs",
                "write health: {path: …, command: […]}; this program asks both container and load balancer",
            )


def _command(check: Table) -> Iterator[Finding]:
    command = check.texts("command")
    if not command:
        return
    if command[0] not in ("CMD", "CMD-SHELL"):
        yield check.fault(
            "command",
            "begins with neither CMD nor CMD-SHELL: AWS refuses the file",
            'for example ["CMD", "python3", "/app/health.py"]',
        )
    if tool := re.search(r"\b(curl|wget)\b", " ".join(command[1:])):
        yield check.fault(
            "command",
            f"runs {tool[0]}, which many images lack: then every check fails, and ECS ends every task",
            f"see that the image has {tool[0]}, or name a program of the application in health.command",
        )


def _number(check: Table, number: Number) -> Iterator[Finding]:
    value = check.values.get(number.key, number.default)
    if value is None:
        return
    if not number.least <= value <= number.most:
        what = f"is not {number.least} to {number.most}: AWS refuses the file"
        yield check.fault(number.key, what, f"this program's default is {number.fix}")
    elif number.why and value < number.fix:
        stated = "is" if check.states(number.key) else f"is missing, and so {value}:"
        what = f"{stated} below the {number.fix} that ended the incident: {number.why}"
        yield check.fault(number.key, what, f"this program's default is {number.fix}")

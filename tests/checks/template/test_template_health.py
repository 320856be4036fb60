"""How ECS finds out whether an old container is well."""

from pathlib import Path
from typing import Any

import pytest

from tests.checks.template.definitions import CONTAINER, GONE, Place, Told, changed, findings

CHECK: Place = (*CONTAINER, "healthCheck")
FORM = "begins with neither CMD nor CMD-SHELL: AWS refuses the file"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            [(CHECK, GONE)],
            [
                (
                    "containerDefinitions[0].healthCheck",
                    "is missing: ECS takes a container for well that only hangs",
                    "",
                    "write health: {path: …, command: […]}; this program asks both container and load balancer",
                )
            ],
        ),
        (
            [(CHECK, GONE), ((*CONTAINER, "essential"), False)],
            [
                (
                    "containerDefinitions",
                    "no container is essential, and one must be: AWS refuses the file",
                    "",
                    "this program's one container is essential",
                )
            ],
        ),
        (
            [((*CHECK, "startPeriod"), 120)],
            [
                (
                    "containerDefinitions[0].healthCheck.startPeriod",
                    "is below the 180 that ended the incident: a slow start is taken for a failure",
                    "120",
                    "this program's default is 180",
                )
            ],
        ),
        (
            [((*CHECK, "startPeriod"), GONE)],
            [
                (
                    "containerDefinitions[0].healthCheck.startPeriod",
                    "is missing, and so 0: below the 180 that ended the incident: a slow start is taken for a failure",
                    "",
                    "this program's default is 180",
                )
            ],
        ),
        (
            [((*CHECK, "retries"), 5)],
            [
                (
                    "containerDefinitions[0].healthCheck.retries",
                    "is below the 7 that ended the incident: a short trouble ends the task",
                    "5",
                    "this program's default is 7",
                )
            ],
        ),
        (
            [((*CHECK, "retries"), GONE)],
            [
                (
                    "containerDefinitions[0].healthCheck.retries",
                    "is missing, and so 3: below the 7 that ended the incident: a short trouble ends the task",
                    "",
                    "this program's default is 7",
                )
            ],
        ),
        (
            [((*CHECK, "timeout"), 10)],
            [
                (
                    "containerDefinitions[0].healthCheck.timeout",
                    "is below the 15 that ended the incident: a slow answer is taken for a failure",
                    "10",
                    "this program's default is 15",
                )
            ],
        ),
        (
            [((*CHECK, "timeout"), GONE)],
            [
                (
                    "containerDefinitions[0].healthCheck.timeout",
                    "is missing, and so 5: below the 15 that ended the incident: a slow answer is taken for a failure",
                    "",
                    "this program's default is 15",
                )
            ],
        ),
        (
            [((*CHECK, "interval"), 3)],
            [
                (
                    "containerDefinitions[0].healthCheck.interval",
                    "is not 5 to 300: AWS refuses the file",
                    "3",
                    "this program's default is 30",
                )
            ],
        ),
        ([((*CHECK, "interval"), 20)], []),
        ([((*CHECK, "interval"), GONE)], []),
        (
            [((*CHECK, "retries"), 11)],
            [
                (
                    "containerDefinitions[0].healthCheck.retries",
                    "is not 1 to 10: AWS refuses the file",
                    "11",
                    "this program's default is 7",
                )
            ],
        ),
        (
            [((*CHECK, "startPeriod"), 301)],
            [
                (
                    "containerDefinitions[0].healthCheck.startPeriod",
                    "is not 0 to 300: AWS refuses the file",
                    "301",
                    "this program's default is 180",
                )
            ],
        ),
        (
            [((*CHECK, "command"), ["CMD-SHELL", "curl -f http://localhost:3000/api/health || exit 1"])],
            [
                (
                    "containerDefinitions[0].healthCheck.command",
                    "runs curl, which many images lack: then every check fails, and ECS ends every task",
                    '["CMD-SHELL", "curl -f http://localhost:3000/api/health || exit 1"]',
                    "see that the image has curl, or name a program of the application in health.command",
                )
            ],
        ),
        (
            [((*CHECK, "command"), ["CMD", "/usr/bin/wget", "-q", "http://localhost:3000/"])],
            [
                (
                    "containerDefinitions[0].healthCheck.command",
                    "runs wget, which many images lack: then every check fails, and ECS ends every task",
                    '["CMD", "/usr/bin/wget", "-q", "http://localhost:3000/"]',
                    "see that the image has wget, or name a program of the application in health.command",
                )
            ],
        ),
        (
            [((*CHECK, "command"), ["health", "http://localhost:3000/"])],
            [
                (
                    "containerDefinitions[0].healthCheck.command",
                    FORM,
                    '["health", "http://localhost:3000/"]',
                    'for example ["CMD", "python3", "/app/health.py"]',
                )
            ],
        ),
    ],
)
def test_a_check_that_is_weaker_than_the_incidents_fix_is_told(
    changes: list[tuple[Place, Any]], expected: list[Told], tmp_path: Path
) -> None:
    assert findings(tmp_path, changed(*changes)) == expected

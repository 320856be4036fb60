"""Where an old container writes its log."""

from pathlib import Path
from typing import Any

import pytest

from tests.checks.template.definitions import CONTAINER, GONE, Place, Told, changed, findings

LOG: Place = (*CONTAINER, "logConfiguration")
OPTIONS: Place = (*LOG, "options")
MADE_HERE = "this program makes a log group for each service before its first task, and names it in the task"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            [((*OPTIONS, "awslogs-create-group"), GONE)],
            [
                (
                    "containerDefinitions[0].logConfiguration.options.awslogs-group",
                    "nothing in this file creates the log group: if nobody else did, no task starts, and no "
                    "log says why",
                    "/ecs/pairva-backend",
                    MADE_HERE,
                )
            ],
        ),
        (
            [((*OPTIONS, "awslogs-create-group"), "false")],
            [
                (
                    "containerDefinitions[0].logConfiguration.options.awslogs-group",
                    "nothing in this file creates the log group: if nobody else did, no task starts, and no "
                    "log says why",
                    "/ecs/pairva-backend",
                    MADE_HERE,
                )
            ],
        ),
        (
            [(("executionRoleArn",), "arn:aws:iam::039612856036:role/ecsTaskExecutionRole")],
            [
                (
                    "containerDefinitions[0].logConfiguration.options.awslogs-create-group",
                    "needs logs:CreateLogGroup, which AWS's managed policy of ecsTaskExecutionRole lacks: then "
                    "no task starts",
                    "true",
                    MADE_HERE,
                )
            ],
        ),
        (
            [(LOG, GONE)],
            [
                (
                    "containerDefinitions[0].logConfiguration",
                    "is missing: nothing will tell why the application failed",
                    "",
                    MADE_HERE,
                )
            ],
        ),
        (
            [(LOG, {})],
            [
                (
                    "containerDefinitions[0].logConfiguration.logDriver",
                    "is missing: AWS refuses the file",
                    "",
                    "add it",
                ),
                (
                    "containerDefinitions[0].logConfiguration",
                    "is missing: nothing will tell why the application failed",
                    "",
                    MADE_HERE,
                ),
            ],
        ),
        (
            [((*OPTIONS, "awslogs-stream-prefix"), GONE)],
            [
                (
                    "containerDefinitions[0].logConfiguration.options.awslogs-stream-prefix",
                    "is missing, and Fargate needs it: AWS refuses the file",
                    "",
                    MADE_HERE,
                )
            ],
        ),
        (
            [((*OPTIONS, "awslogs-region"), GONE)],
            [
                (
                    "containerDefinitions[0].logConfiguration.options.awslogs-region",
                    "is missing, and Fargate needs it: AWS refuses the file",
                    "",
                    MADE_HERE,
                )
            ],
        ),
        (
            [((*OPTIONS, "awslogs-group"), GONE)],
            [
                (
                    "containerDefinitions[0].logConfiguration.options.awslogs-group",
                    "is missing, and Fargate needs it: AWS refuses the file",
                    "",
                    MADE_HERE,
                )
            ],
        ),
        (
            [(LOG, {"logDriver": "json-file"})],
            [
                (
                    "containerDefinitions[0].logConfiguration.logDriver",
                    "is not for Fargate, which has awslogs, splunk, awsfirelens",
                    "json-file",
                    MADE_HERE,
                )
            ],
        ),
        (
            [(LOG, {"options": {"awslogs-group": "/ecs/pairva-backend"}})],
            [("containerDefinitions[0].logConfiguration.logDriver", "is missing: AWS refuses the file", "", "add it")],
        ),
        (
            [(LOG, {"logDriver": "${DRIVER}"})],
            [
                (
                    "containerDefinitions[0].logConfiguration.logDriver",
                    "holds a placeholder that nothing replaced: AWS gets it as it stands",
                    "${DRIVER}",
                    "write its value in the stack file, which has no templates: one file for each stack",
                )
            ],
        ),
        (
            [((*OPTIONS, "awslogs-group"), GONE), ((*OPTIONS, "awslogs-create-group"), GONE)],
            [
                (
                    "containerDefinitions[0].logConfiguration.options.awslogs-group",
                    "is missing, and Fargate needs it: AWS refuses the file",
                    "",
                    MADE_HERE,
                )
            ],
        ),
    ],
)
def test_a_log_that_nobody_could_read_is_told(
    changes: list[tuple[Place, Any]], expected: list[Told], tmp_path: Path
) -> None:
    assert findings(tmp_path, changed(*changes)) == expected

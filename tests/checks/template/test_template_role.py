"""The two roles of an old task definition."""

from pathlib import Path
from typing import Any

import pytest

from tests.checks.template.definitions import CONTAINER, GONE, SECRETS, Place, Told, changed, findings

LOG: Place = (*CONTAINER, "logConfiguration")
SECRET: Place = (*CONTAINER, "secrets")
MADE_HERE = "nothing to name: this program makes an execution role for each service, with just the rights it needs"
EXECUTION_MADE_HERE = "nothing to name: this program makes the role and passes on its ARN"
TASK_ROLE = "write the role's ARN as taskRole in the stack file, or nothing: this program then makes a role"
INCOMPLETE = "is not the whole ARN of a role (arn:aws:iam::<12 digits>:role/<name>): AWS refuses the file"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            [(("executionRoleArn",), GONE)],
            [
                (
                    "containerDefinitions[0].image",
                    "AWS refuses the file: Fargate requires task definition to have execution role ARN to "
                    "support ECR images.",
                    "",
                    MADE_HERE,
                ),
                (
                    "containerDefinitions[0].logConfiguration",
                    "AWS refuses the file: Fargate requires task definition to have execution role ARN to "
                    "support log driver awslogs",
                    "",
                    MADE_HERE,
                ),
                (
                    "containerDefinitions[0].secrets",
                    "AWS refuses the file: When you are specifying container secrets, you must also specify a "
                    "value for 'executionRoleArn'",
                    "",
                    MADE_HERE,
                ),
            ],
        ),
        (
            [(("executionRoleArn",), ""), (SECRET, []), ((*CONTAINER, "image"), "nginx:1.27")],
            [
                (
                    "containerDefinitions[0].logConfiguration",
                    "AWS refuses the file: Fargate requires task definition to have execution role ARN to "
                    "support log driver awslogs",
                    "",
                    MADE_HERE,
                )
            ],
        ),
        (
            [
                (("executionRoleArn",), GONE),
                (
                    LOG,
                    {
                        "logDriver": "splunk",
                        "options": {},
                        "secretOptions": [{"name": "splunk-token", "valueFrom": f"{SECRETS}/splunk"}],
                    },
                ),
                (SECRET, []),
                ((*CONTAINER, "image"), "nginx:1.27"),
            ],
            [
                (
                    "containerDefinitions[0].logConfiguration.secretOptions",
                    "AWS refuses the file: When you are specifying container secrets, you must also specify a "
                    "value for 'executionRoleArn'",
                    "",
                    MADE_HERE,
                )
            ],
        ),
        (
            [(("taskRoleArn",), "arn:aws:iam::039612856036:role/pairva-backend-execution")],
            [
                (
                    "taskRoleArn",
                    "is the execution role, too: the application may read every secret and image that ECS may",
                    "arn:aws:iam::039612856036:role/pairva-backend-execution",
                    "write the ARN of another as taskRole in the stack file, or nothing: this program then makes one",
                )
            ],
        ),
        (
            [(("executionRoleArn",), "ecsTaskExecutionRole")],
            [
                (
                    "executionRoleArn",
                    "is a role's name: ECS takes it for one of whichever account the file is registered in",
                    "ecsTaskExecutionRole",
                    EXECUTION_MADE_HERE,
                )
            ],
        ),
        (
            [(("executionRoleArn",), "arn:aws:iam:::role/x")],
            [("executionRoleArn", INCOMPLETE, "arn:aws:iam:::role/x", EXECUTION_MADE_HERE)],
        ),
        (
            [(("taskRoleArn",), "arn:aws:iam::None:role/x")],
            [("taskRoleArn", INCOMPLETE, "arn:aws:iam::None:role/x", TASK_ROLE)],
        ),
        (
            [(("taskRoleArn",), "arn:aws:iam::39612856036:role/x")],
            [("taskRoleArn", INCOMPLETE, "arn:aws:iam::39612856036:role/x", TASK_ROLE)],
        ),
        (
            [(("taskRoleArn",), "arn:aws:iam::039612856036:user/x")],
            [("taskRoleArn", INCOMPLETE, "arn:aws:iam::039612856036:user/x", TASK_ROLE)],
        ),
    ],
)
def test_a_role_that_is_missing_incomplete_or_does_both_is_told(
    changes: list[tuple[Place, Any]], expected: list[Told], tmp_path: Path
) -> None:
    assert findings(tmp_path, changed(*changes)) == expected

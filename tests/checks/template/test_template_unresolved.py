"""Placeholders in an old task definition."""

from pathlib import Path
from typing import Any

import pytest

from tests.checks.template.definitions import CONTAINER, Place, Told, changed, findings

CHECK: Place = (*CONTAINER, "healthCheck")
LOG: Place = (*CONTAINER, "logConfiguration")
OPTIONS: Place = (*LOG, "options")
ENVIRONMENT: Place = (*CONTAINER, "environment")
SECRET: Place = (*CONTAINER, "secrets")
MAPPING: Place = (*CONTAINER, "portMappings", 0)
UNRESOLVED = "holds a placeholder that nothing replaced: AWS gets it as it stands"
NO_TEMPLATES = "write its value in the stack file, which has no templates: one file for each stack"
ROLE_HERE = "nothing to name: this program makes the role and passes on its ARN"
TASK_ROLE = "write the role's ARN as taskRole in the stack file, or nothing: this program then makes a role"
VERSION_HERE = "write the version in the stack file: this program knows registry and repository"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            [(("executionRoleArn",), "arn:aws:iam::${AWS_ACCOUNT_ID}:role/x")],
            [("executionRoleArn", UNRESOLVED, "${AWS_ACCOUNT_ID}", ROLE_HERE)],
        ),
        (
            [(("taskRoleArn",), "arn:aws:iam::${AWS_ACCOUNT_ID}:role/x")],
            [("taskRoleArn", UNRESOLVED, "${AWS_ACCOUNT_ID}", TASK_ROLE)],
        ),
        (
            [((*CONTAINER, "image"), "{{registry}}/pairva-backend:${VERSION}")],
            [("containerDefinitions[0].image", UNRESOLVED, "{{registry}}, ${VERSION}", VERSION_HERE)],
        ),
        (
            [((*CONTAINER, "image"), "${IMAGE}")],
            [("containerDefinitions[0].image", UNRESOLVED, "${IMAGE}", VERSION_HERE)],
        ),
        (
            [((*CONTAINER, "image"), "${REGISTRY}/pairva-backend:latest")],
            [
                ("containerDefinitions[0].image", UNRESOLVED, "${REGISTRY}", VERSION_HERE),
                (
                    "containerDefinitions[0].image",
                    "names no version: it is whatever was pushed last, so nobody knows what runs, nor what to "
                    "go back to",
                    "${REGISTRY}/pairva-backend:latest",
                    "name one release: this program takes a version, and pushes each just once",
                ),
            ],
        ),
        (
            [((*ENVIRONMENT, 0, "value"), "<NODE_ENV>")],
            [("containerDefinitions[0].environment[0].value", UNRESOLVED, "<NODE_ENV>", NO_TEMPLATES)],
        ),
        (
            [((*SECRET, 0, "valueFrom"), "%MONGODB_URI%")],
            [
                (
                    "containerDefinitions[0].secrets[0].valueFrom",
                    UNRESOLVED,
                    "%MONGODB_URI%",
                    "write the secret's ARN in the stack file",
                )
            ],
        ),
        ([(("family",), "REPLACE_ME")], [("family", UNRESOLVED, "REPLACE_ME", NO_TEMPLATES)]),
        ([(("cpu",), "${CPU}")], [("cpu", UNRESOLVED, "${CPU}", NO_TEMPLATES)]),
        (
            [((*MAPPING, "containerPort"), "${PORT}")],
            [("containerDefinitions[0].portMappings[0].containerPort", UNRESOLVED, "${PORT}", NO_TEMPLATES)],
        ),
        (
            [((*OPTIONS, "awslogs-region"), "${AWS_REGION}")],
            [
                (
                    "containerDefinitions[0].logConfiguration.options.awslogs-region",
                    UNRESOLVED,
                    "${AWS_REGION}",
                    "nothing to name: the stack file says aws:region once",
                )
            ],
        ),
        (
            [((*OPTIONS, "awslogs-group"), "/ecs/${NAME}")],
            [
                (
                    "containerDefinitions[0].logConfiguration.options.awslogs-group",
                    UNRESOLVED,
                    "${NAME}",
                    "nothing to name: this program makes the log group",
                )
            ],
        ),
        (
            [((*ENVIRONMENT, 0), {"name": "API_TOKEN", "value": "hunter2-${X}"})],
            [
                ("containerDefinitions[0].environment[0].value", UNRESOLVED, "${X}", NO_TEMPLATES),
                (
                    "containerDefinitions[0].environment[0].value",
                    "API_TOKEN looks like a secret, and is plain text for everyone who may read ECS",
                    "",
                    "store it in Secrets Manager and name its ARN in secrets: this program reads it with a "
                    "role for just that",
                ),
            ],
        ),
        (
            [((*CHECK, "command"), ["CMD", "health", "http://localhost:${PORT}/"])],
            [("containerDefinitions[0].healthCheck.command[2]", UNRESOLVED, "${PORT}", NO_TEMPLATES)],
        ),
        ([((*CHECK, "command"), ["CMD-SHELL", "health http://localhost:${PORT}/"])], []),
        ([((*CONTAINER, "entryPoint"), ["/bin/sh", "-c"]), ((*CONTAINER, "command"), ["exec app --port ${PORT}"])], []),
        (
            [((*CONTAINER, "command"), ["app", "--port", "${PORT}"])],
            [("containerDefinitions[0].command[2]", UNRESOLVED, "${PORT}", NO_TEMPLATES)],
        ),
        ([((*ENVIRONMENT, 0, "value"), "%H%M%S $HOME a<b>c 100%")], []),
    ],
)
def test_a_placeholder_is_told_unless_the_containers_shell_resolves_it(
    changes: list[tuple[Place, Any]], expected: list[Told], tmp_path: Path
) -> None:
    assert findings(tmp_path, changed(*changes)) == expected

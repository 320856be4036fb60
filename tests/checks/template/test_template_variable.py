"""What an old application is told."""

from pathlib import Path
from typing import Any

import pytest

from tests.checks.template.definitions import CONTAINER, SECRETS, Place, Told, changed, findings

ENVIRONMENT: Place = (*CONTAINER, "environment")
SECRET: Place = (*CONTAINER, "secrets")
STORE = "store it in Secrets Manager and name its ARN in secrets: this program reads it with a role for just that"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            [((*ENVIRONMENT, 0), {"name": "DB_PASSWORD", "value": "hunter2"})],
            [
                (
                    "containerDefinitions[0].environment[0].value",
                    "DB_PASSWORD looks like a secret, and is plain text for everyone who may read ECS",
                    "",
                    STORE,
                )
            ],
        ),
        ([((*ENVIRONMENT, 0), {"name": "DB_PASSWORD", "value": ""})], []),
        (
            [((*ENVIRONMENT, 0), {"name": "BACKEND", "value": "https://me:hunter2@example.com/"})],
            [
                (
                    "containerDefinitions[0].environment[0].value",
                    "BACKEND holds credentials, in plain text for everyone who may read ECS",
                    "https://me:***@example.com/",
                    STORE,
                )
            ],
        ),
        (
            [((*ENVIRONMENT, 0), {"name": "BACKEND", "value": "AKIAIOSFODNN7EXAMPLE"})],
            [
                (
                    "containerDefinitions[0].environment[0].value",
                    "BACKEND holds credentials, in plain text for everyone who may read ECS",
                    "***",
                    STORE,
                )
            ],
        ),
        (
            [((*ENVIRONMENT, 1, "name"), "NODE_ENV")],
            [
                (
                    "containerDefinitions[0].environment",
                    "names NODE_ENV 2 times: ECS does not say which value counts",
                    "",
                    "keep one; the stack file has each name once",
                )
            ],
        ),
        (
            [((*SECRET, 1, "name"), "MONGODB_URI")],
            [
                (
                    "containerDefinitions[0].secrets",
                    "names MONGODB_URI 2 times: AWS refuses the file",
                    "",
                    "keep one; the stack file has each name once",
                )
            ],
        ),
        (
            [((*SECRET, 1, "name"), "NODE_ENV")],
            [
                (
                    "containerDefinitions[0].secrets",
                    "names NODE_ENV, which is in environment, too: AWS refuses the file",
                    "",
                    "keep it in secrets; the stack file has each name in one of the two",
                )
            ],
        ),
        (
            [((*SECRET, 1, "valueFrom"), f"{SECRETS}/jwt-secret")],
            [
                (
                    "containerDefinitions[0].secrets[1].valueFrom",
                    "ends like a whole ARN (a hyphen and six letters), so Secrets Manager finds no secret of this name",
                    "pairva/jwt-secret",
                    "write the whole ARN: aws secretsmanager describe-secret --secret-id pairva/jwt-secret "
                    "--query ARN; if this is the whole one, end it with :::, in quotes",
                )
            ],
        ),
        (
            [((*SECRET, 0, "valueFrom"), "mongodb-uri")],
            [
                (
                    "containerDefinitions[0].secrets[0].valueFrom",
                    "is a name: ECS takes it for a parameter of SSM in the task's own account and region",
                    "mongodb-uri",
                    "write the ARN, in secrets of the stack file",
                )
            ],
        ),
        (
            [((*SECRET, 0, "valueFrom"), "arn:aws:s3:::bucket/x")],
            [
                (
                    "containerDefinitions[0].secrets[0].valueFrom",
                    "is not the ARN of a secret or parameter: no task starts",
                    "arn:aws:s3:::bucket/x",
                    "write the ARN, in secrets of the stack file",
                )
            ],
        ),
        ([((*SECRET, 0, "valueFrom"), "arn:aws:ssm:us-east-1:039612856036:parameter/pairva/mongodb-uri")], []),
    ],
)
def test_a_secret_in_plain_text_or_one_that_cannot_be_found_is_told(
    changes: list[tuple[Place, Any]], expected: list[Told], tmp_path: Path
) -> None:
    assert findings(tmp_path, changed(*changes)) == expected

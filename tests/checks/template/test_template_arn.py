"""Addresses in an old task definition."""

from pathlib import Path
from typing import Any

import pytest

from tests.checks.template.definitions import CONTAINER, Place, Told, changed, findings

LOG: Place = (*CONTAINER, "logConfiguration")
OPTIONS: Place = (*LOG, "options")
ENVIRONMENT: Place = (*CONTAINER, "environment")
SECRET: Place = (*CONTAINER, "secrets")
ONE_REGION = "a stack of this program has one region, aws:region: log, images and secrets belong there"
WHOLE = "write the whole of it; this program refuses an address with a gap"
NO_ACCOUNT = "has no account where one must be: it leads nowhere"
NO_REGION = "has no region where one must be: it leads nowhere"
ELSEWHERE = "is in eu-west-1, while the rest of this file is in us-east-1"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            [((*ENVIRONMENT, 0), {"name": "TOPIC", "value": "arn:aws:sns:us-east-1::orders"})],
            [
                (
                    "containerDefinitions[0].environment[0].value",
                    "is an ARN without its account",
                    "arn:aws:sns:us-east-1::orders",
                    WHOLE,
                )
            ],
        ),
        (
            [((*ENVIRONMENT, 0), {"name": "TOPIC", "value": "arn:aws:sns:us-east-1:039612856036:"})],
            [
                (
                    "containerDefinitions[0].environment[0].value",
                    "is no whole ARN",
                    "arn:aws:sns:us-east-1:039612856036:",
                    WHOLE,
                )
            ],
        ),
        (
            [((*ENVIRONMENT, 0), {"name": "QUEUE", "value": "arn:aws:sqs:None:039612856036:orders"})],
            [
                (
                    "containerDefinitions[0].environment[0].value",
                    "is an ARN in which a value is missing: it says None",
                    "arn:aws:sqs:None:039612856036:orders",
                    WHOLE,
                )
            ],
        ),
        ([((*ENVIRONMENT, 0), {"name": "BUCKET", "value": "arn:aws:s3:::pairva-uploads/images"})], []),
        ([((*ENVIRONMENT, 0), {"name": "POLICY", "value": "arn:aws:iam::aws:policy/ReadOnlyAccess"})], []),
        ([((*ENVIRONMENT, 0), {"name": "ROLE", "value": "arn:aws:iam::039612856036:role/x"})], []),
        ([((*ENVIRONMENT, 0), {"name": "NAME", "value": "urn:aws:sns:::orders"})], []),
        (
            [((*ENVIRONMENT, 0), {"name": "NAME", "value": "arn:aws:sns"})],
            [("containerDefinitions[0].environment[0].value", "is no whole ARN", "arn:aws:sns", WHOLE)],
        ),
        ([((*ENVIRONMENT, 0), {"name": "STEP", "value": "arn:aws:states:::lambda:invoke"})], []),
        ([((*ENVIRONMENT, 0), {"name": "QUEUE", "value": "arn:aws:sqs:eu-west-1:111122223333:orders"})], []),
        (
            [((*ENVIRONMENT, 0), {"name": "TOPIC", "value": "arn:aws:sns:us-east-1:${ACCOUNT}:orders"})],
            [
                (
                    "containerDefinitions[0].environment[0].value",
                    "holds a placeholder that nothing replaced: AWS gets it as it stands",
                    "${ACCOUNT}",
                    "write its value in the stack file, which has no templates: one file for each stack",
                )
            ],
        ),
        ([((*ENVIRONMENT, 0), {"name": "IMAGE", "value": "arn:aws:ec2:us-east-1::image/ami-1"})], []),
        (
            [((*SECRET, 0, "valueFrom"), "arn:aws:secretsmanager::039612856036:secret:pairva/mongodb-uri")],
            [
                (
                    "containerDefinitions[0].secrets[0].valueFrom",
                    "is an ARN without its region",
                    "arn:aws:secretsmanager::039612856036:secret:pairva/mongodb-uri",
                    WHOLE,
                )
            ],
        ),
        (
            [((*CONTAINER, "image"), ".dkr.ecr.us-east-1.amazonaws.com/pairva-backend:1.0.1")],
            [
                (
                    "containerDefinitions[0].image",
                    NO_ACCOUNT,
                    ".dkr.ecr.us-east-1.amazonaws.com/pairva-backend:1.0.1",
                    WHOLE,
                )
            ],
        ),
        (
            [((*CONTAINER, "image"), "039612856036.dkr.ecr..amazonaws.com/pairva-backend:1.0.1")],
            [
                (
                    "containerDefinitions[0].image",
                    NO_REGION,
                    "039612856036.dkr.ecr..amazonaws.com/pairva-backend:1.0.1",
                    WHOLE,
                )
            ],
        ),
        (
            [((*OPTIONS, "awslogs-region"), "eu-west-1")],
            [("containerDefinitions[0].logConfiguration.options.awslogs-region", ELSEWHERE, "eu-west-1", ONE_REGION)],
        ),
        (
            [((*CONTAINER, "image"), "039612856036.dkr.ecr.eu-west-1.amazonaws.com/pairva-backend:1.0.1")],
            [
                (
                    "containerDefinitions[0].image",
                    ELSEWHERE,
                    "039612856036.dkr.ecr.eu-west-1.amazonaws.com/pairva-backend:1.0.1",
                    ONE_REGION,
                )
            ],
        ),
        (
            [((*SECRET, 0, "valueFrom"), "arn:aws:secretsmanager:eu-west-1:039612856036:secret:pairva/mongodb-uri")],
            [
                (
                    "containerDefinitions[0].secrets[0].valueFrom",
                    ELSEWHERE,
                    "arn:aws:secretsmanager:eu-west-1:039612856036:secret:pairva/mongodb-uri",
                    ONE_REGION,
                )
            ],
        ),
    ],
)
def test_an_address_with_a_gap_or_in_another_region_is_told(
    changes: list[tuple[Place, Any]], expected: list[Told], tmp_path: Path
) -> None:
    assert findings(tmp_path, changed(*changes)) == expected

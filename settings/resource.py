"""What of AWS a stack file names by its ARN: roles, secrets and parameters, keys."""

import re
from typing import Annotated

from pydantic import AfterValidator

from settings.secret import reads_like_a_whole_arn
from settings.types import Matching, fault


def _no_partial_arn_that_reads_like_a_whole_one(value: str) -> str:
    if reads_like_a_whole_arn(value):
        name = value.rpartition(":")[2]
        raise fault(
            "ends like a whole ARN, so Secrets Manager would not find a secret of this name",
            f"write its whole ARN: aws secretsmanager describe-secret --secret-id {name} --query ARN; "
            "if this is the whole one, end it with :::, in quotes",
        )
    return value


def _no_alias(value: str) -> str:
    if re.fullmatch(r"(arn:[^:]*:kms:[^:]*:[^:]*:)?alias/.*", value):
        raise fault(
            "is the alias of a key, which no policy can grant: IAM knows keys by their own ARN",
            f"write what this shows: aws kms describe-key --key-id {value} --query KeyMetadata.Arn",
        )
    return value


RoleArn = Annotated[
    str,
    Matching(
        r"arn:aws[a-z-]*:iam::\d{12}:role/[A-Za-z0-9/+=,.@_-]+",
        "is not the ARN of a role",
        'for example "arn:aws:iam::039612856036:role/deploy"',
    ),
]
SecretArn = Annotated[
    str,
    Matching(
        r"arn:aws[a-z-]*:(secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+(:[^:]*:[^:]*:[^:]*)?"
        r"|ssm:[a-z0-9-]+:\d{12}:parameter/[A-Za-z0-9/_.-]+)",
        "is not the ARN of a secret or parameter",
        "store the value in Secrets Manager and write its ARN, "
        'for example "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/mongodb-uri"',
    ),
    AfterValidator(_no_partial_arn_that_reads_like_a_whole_one),
]
KeyArn = Annotated[
    str,
    AfterValidator(_no_alias),
    Matching(
        r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})",
        "is not the ARN of a key",
        'for example "arn:aws:kms:us-east-1:039612856036:key/1234abcd-12ab-34cd-56ef-1234567890ab"',
    ),
]

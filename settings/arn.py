"""What is wrong with the Amazon resource names in a text: parts that are missing, or that belong to somebody else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from settings.types import REGION

_ARN = re.compile(r"(?<![\w-])arn:[^\s\"'<>,;\\]*")
_PARTITIONS = ("aws", "aws-cn", "aws-us-gov")

# What a program writes for a value that it does not have.
_NO_VALUE = {"None", "null", "undefined"}

# In the place of the account: what is AWS's own (arn:aws:iam::aws:policy/…, …::cloudfront:user/…).
_OF_AWS = {"aws", "cloudfront"}

# Only services all of whose ARNs have them: others leave out one or both (S3, Route 53, API Gateway, …), as do what
# spans regions (the global tables of DynamoDB, the global clusters of RDS) and what AWS gives to everybody (the images
# of EC2, the public parameters of SSM, the runtimes of Lambda, the integrations of Step Functions):
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
_HAVE_REGION = {
    "acm", "application-autoscaling", "autoscaling", "ecr", "ecs", "elasticfilesystem", "elasticloadbalancing",
    "firehose", "kinesis", "kms", "lambda", "logs", "secretsmanager", "sns", "sqs", "ssm",
}  # fmt: skip
_HAVE_ACCOUNT = {"cloudfront", "dynamodb", "elasticache", "iam", "rds", "sts", *_HAVE_REGION} - {"lambda", "ssm"}


@dataclass(frozen=True, kw_only=True)
class Place:
    """The accounts and regions that a stack file lists; empty, if it lists none that are right: then any will do."""

    accounts: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()


def wrong(text: str, place: Place) -> Iterator[tuple[str, str]]:
    """Each ARN in `text` that cannot be right, and why not."""
    for found in _ARN.findall(text):
        if why := _why(found, place):
            yield found, why


def _why(arn: str, place: Place) -> str:
    _, partition, service, region, account, resource, *more = [*arn.split(":"), "", "", "", "", ""]
    if absent := _NO_VALUE.intersection(re.split("[:/]", arn)):
        return f"is an ARN in which a value is missing: it says {min(absent)}"
    if partition not in _PARTITIONS:
        return f"is an ARN of no partition: it begins with none of arn:{', arn:'.join(_PARTITIONS)}"
    if not service or not (resource or any(more)):
        return "is no whole ARN"
    return _wrong_region(service, region, place) or _wrong_account(service, account, place)


def _wrong_region(service: str, region: str, place: Place) -> str:
    if not region:
        return "is an ARN without its region" if service in _HAVE_REGION else ""
    if _is_pattern(region):
        return ""
    if not re.fullmatch(REGION, region):
        return "is an ARN with no region where its region belongs"
    foreign = place.regions and region not in place.regions
    return f"is an ARN of {region}, a region that this stack file does not list" if foreign else ""


def _wrong_account(service: str, account: str, place: Place) -> str:
    if not account:
        return "is an ARN without its account" if service in _HAVE_ACCOUNT else ""
    if _is_pattern(account) or account in _OF_AWS:
        return ""
    if not re.fullmatch(r"\d{12}", account):
        return "is an ARN with no account id where its account belongs"
    foreign = place.accounts and account not in place.accounts
    return f"is an ARN of {account}, an account that this stack file does not list" if foreign else ""


def _is_pattern(part: str) -> bool:
    """In a policy, an ARN may stand for many."""
    return "*" in part or "?" in part

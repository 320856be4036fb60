"""Addresses in AWS: that none has a gap, and that all are in one region."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from checks.template.position import KeyPath
from checks.template.table import Table, fault
from finding import Finding
from settings.placeholder import unreplaced

# What a script writes where it knew no value.
_NOTHING = ("", "None", "null", "undefined")

# Services whose ARNs name region and account always; others leave one or both out by design:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
_OF_A_PLACE = (
    *("dynamodb", "ecr", "ecs", "elasticfilesystem", "events", "firehose", "kinesis", "kms", "lambda", "logs"),
    *("secretsmanager", "sns", "sqs", "ssm", "states"),
)

_REGISTRY = re.compile(r"(?P<account>[^./]*)\.dkr\.ecr\.(?P<region>[^./]*)\.amazonaws\.com")


def findings(task: Table) -> Iterator[Finding]:
    yield from _with_gaps(task)
    yield from _of_other_regions(task)


def leaves(content: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    """Every text of a definition, with its path, in their order."""
    waiting: list[tuple[KeyPath, Any]] = [((), content)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, Mapping):
            waiting.extend(((*path, key), each) for key, each in reversed(list(value.items())))
        elif isinstance(value, list):
            waiting.extend(((*path, place), each) for place, each in reversed(list(enumerate(value))))


def _with_gaps(task: Table) -> Iterator[Finding]:
    """Roles have a rule of their own."""
    for path, text in leaves(task.document.definition):
        missing = gap(text)
        if missing and not str(path[-1]).lower().endswith("rolearn"):
            yield fault(
                task.document,
                (*task.path, *path),
                f"has no {missing} where one must be: it leads nowhere",
                "write the whole of it; this program refuses an address with a gap",
                found=text,
            )


def gap(text: str) -> str:
    """The part that an ARN, or an image's address in ECR, lacks; empty if it is whole, or neither."""
    if registry := _REGISTRY.match(text):
        parts = [registry["account"], registry["region"]]
        return next((name for name, part in zip(("account", "region"), parts, strict=True) if part in _NOTHING), "")
    scheme, *parts = text.split(":", maxsplit=5)
    if scheme != "arn" or len(parts) < 5:
        return ""
    _, service, region, account, resource = parts
    if service in _OF_A_PLACE and region in _NOTHING:
        return "region"
    if service in (*_OF_A_PLACE, "iam") and account in _NOTHING:
        return "account"
    return "name" if resource in _NOTHING else ""


def _of_other_regions(task: Table) -> Iterator[Finding]:
    """What is in another region than most."""
    places = list(_regions(task))
    counted = Counter(region for *_, region in places)
    if len(counted) < 2:
        return
    (usual, _), *_ = counted.most_common()
    for table, key, region in places:
        if region != usual:
            yield table.fault(
                key,
                f"is in {region}, while the rest of this file is in {usual}",
                "a stack of this program has one region, aws:region: log, images and secrets belong there",
            )


def _regions(task: Table) -> Iterator[tuple[Table, str, str]]:
    for container in task.tables("containerDefinitions"):
        options = container.table("logConfiguration").table("options")
        known = [(container, "image"), *((secret, "valueFrom") for secret in container.tables("secrets"))]
        for table, key in [*known, (options, "awslogs-region")]:
            text = table.text(key)
            region = text if key == "awslogs-region" else _region(text)
            if region and not unreplaced(region):
                yield table, key, region


def _region(text: str) -> str:
    if registry := _REGISTRY.match(text):
        return registry["region"]
    return "".join(text.split(":")[3:4])

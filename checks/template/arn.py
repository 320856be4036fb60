"""Addresses in AWS: that each can be right, and that all are in one region."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from checks.template.position import KeyPath
from checks.template.table import Table, fault
from finding import Finding
from settings.arn import Place, wrong
from settings.placeholder import unreplaced

# What a script writes where it knew no value.
_NOTHING = ("", "None", "null", "undefined")

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
        why = gap(text)
        if why and not str(path[-1]).lower().endswith("rolearn"):
            yield fault(
                task.document,
                (*task.path, *path),
                why,
                "write the whole of it; this program refuses an address with a gap",
                found=text,
            )


def gap(text: str) -> str:
    """What an image's address in ECR lacks, or why an ARN cannot be right; empty if nothing is wrong. Placeholders have
    a rule of their own.
    """
    if registry := _REGISTRY.match(text):
        missing = next((name for name, part in registry.groupdict().items() if part in _NOTHING), "")
        return f"has no {missing} where one must be: it leads nowhere" if missing else ""
    return "" if unreplaced(text) else next((why for _, why in wrong(text, Place())), "")


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

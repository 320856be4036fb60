"""The good verdicts on a service: every value that the gate's parameter ever had (components/service.py)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A good verdict: on which revision, version and image, by whom (an ARN), and when."""

    task_definition: str
    version: str
    digest: str
    by: str
    at: datetime


def history(ssm: Any, parameter: str) -> list[Proof]:
    """The last one last, of the hundred values that SSM keeps; nothing for a parameter that is not there.

    Raises botocore's other errors.
    """
    pages = ssm.get_paginator("get_parameter_history").paginate(Name=parameter)
    try:
        values = [each for page in pages for each in page["Parameters"]]
    except ssm.exceptions.ParameterNotFound:
        return []
    # In which order they come, the API does not promise.
    ordered = sorted(values, key=lambda each: each.get("Version", 0))
    return [_proof(each, written) for each in ordered if (written := read(each["Value"]))]


def read(value: str) -> Mapping[str, Any]:
    """What a verdict wrote there; empty if somebody else wrote it, which proves nothing."""
    try:
        written = json.loads(value)
    except ValueError:
        return {}
    return written if isinstance(written, dict) and {"taskDefinition", "version", "digest"} <= written.keys() else {}


def _proof(answer: Mapping[str, Any], written: Mapping[str, Any]) -> Proof:
    return Proof(
        task_definition=written["taskDefinition"],
        version=written["version"],
        digest=written["digest"],
        by=answer["LastModifiedUser"],
        at=answer["LastModifiedDate"],
    )

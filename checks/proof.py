"""The good verdicts on a service: every value that the gate's parameter ever had (components/service.py)."""

import json
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
    return [_proof(each) for each in sorted(values, key=lambda each: each.get("Version", 0))]


def _proof(answer: dict[str, Any]) -> Proof:
    value = json.loads(answer["Value"])
    return Proof(
        task_definition=value["taskDefinition"],
        version=value["version"],
        digest=value["digest"],
        by=answer["LastModifiedUser"],
        at=answer["LastModifiedDate"],
    )

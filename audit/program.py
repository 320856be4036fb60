"""What the program registers, as an audit looks at it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One registration: `type` is its token, names of `inputs` are those of the wire (camelCase), `kept` what `destroy`
    refuses to delete, or leaves; `identities` what others know it by (`id`, `arn`, `dnsName`), each with its value.
    """

    type: str
    name: str
    inputs: Mapping[str, Any]
    kept: bool
    identities: Mapping[str, str]

    @property
    def address(self) -> str:
        """As Terraform, and so every scanner, calls it: `aws_ecs_service.backend-service`."""
        return f"{terraform_type(self.type)}.{re.sub(r'[^A-Za-z0-9_-]', '-', self.name)}"

    @property
    def containers(self) -> list[dict[str, Any]]:
        """Those of a task definition."""
        return json.loads(self.inputs["containerDefinitions"])


@dataclass(frozen=True, kw_only=True)
class Program:
    """All resources of AWS that one stack registers, and the images that it builds (`repository:tag`)."""

    stack: str
    resources: Sequence[Resource]
    builds: frozenset[str] = frozenset()

    def all(self, *kinds: str) -> Iterator[Resource]:
        return (each for each in self.resources if each.type in kinds)

    def known_as(self, value: object) -> tuple[Resource, str] | None:
        """The resource that this value is the identity of, and which: `(…, "arn")`."""
        return self._known.get(value) if isinstance(value, str) else None

    @cached_property
    def _known(self) -> dict[str, tuple[Resource, str]]:
        known = dict[str, tuple[Resource, str]]()
        for resource in self.resources:
            for attribute, value in resource.identities.items():
                if value in known:
                    raise LookupError(f"{resource.name} and {known[value][0].name} are both known as {value}")
                known[value] = resource, attribute
        return known


# How Terraform's names begin, by Pulumi's module; it has none of its own for what once was EC2's.
_PREFIXES = {
    "acm": "aws_acm_",
    "appautoscaling": "aws_appautoscaling_",
    "cloudwatch": "aws_cloudwatch_",
    "ec2": "aws_",
    "ecr": "aws_ecr_",
    "ecs": "aws_ecs_",
    "iam": "aws_iam_",
    "kms": "aws_kms_",
    "lb": "aws_lb_",
    "route53": "aws_route53_",
    "s3": "aws_s3_",
    "sns": "aws_sns_",
    "ssm": "aws_ssm_",
    "vpc": "aws_vpc_",
    "wafv2": "aws_wafv2_",
}


def terraform_type(token: str) -> str:
    """`aws_ecs_task_definition` for `aws:ecs/taskDefinition:TaskDefinition`. Raises LookupError for another provider's,
    and for a module that the table above does not know.
    """
    module, _, noun = token.split(":")[1].partition("/")
    if not token.startswith("aws:") or module not in _PREFIXES:
        raise LookupError(f"audit/program.py does not know what Terraform calls {token}: add its module to the table")
    return "aws_lb" if noun == "loadBalancer" else f"{_PREFIXES[module]}{snake(noun)}"


def snake(name: str) -> str:
    """`task_definition` for `taskDefinition`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()

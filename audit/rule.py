"""What a rule is, and how most of them look at a program."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from audit.program import Program, Resource


@dataclass(frozen=True)
class Breach:
    """Where a rule does not hold: `found` is what stands at the property, or None."""

    resource: Resource
    property: str
    found: Any


Judgement = Callable[[Program], Iterator[Breach]]


@dataclass(frozen=True)
class Rule:
    """`id` is that of the security reference's first part; `requires` what must be, as a sentence."""

    id: str
    requires: str
    breaches: Judgement


def each(kind: str, path: str, good: Callable[[Any], bool]) -> Judgement:
    """What every resource of that type has at `path` (`networkConfiguration.subnets`) must be good; nothing is None."""

    def judged(program: Program) -> Iterator[Breach]:
        for resource in program.all(kind):
            found = at(resource.inputs, path)
            if not good(found):
                yield Breach(resource, path, found)

    return judged


def each_container(path: str, good: Callable[[Any], bool]) -> Judgement:
    """The same for every container of every task definition."""

    def judged(program: Program) -> Iterator[Breach]:
        for resource in program.all(TASK_DEFINITION):
            for container in resource.containers:
                found = at(container, path)
                if not good(found):
                    yield Breach(resource, f"{container['name']}.{path}", found)

    return judged


def all_of(*judgements: Judgement) -> Judgement:
    return lambda program: (breach for judged in judgements for breach in judged(program))


def at(value: Any, path: str) -> Any:
    """None where the path leads nowhere."""
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def statements(document: str) -> Iterator[dict[str, Any]]:
    """Those of a policy, with its actions and resources as lists."""
    for statement in listed(json.loads(document)["Statement"]):
        yield {**statement, **{key: listed(statement.get(key)) for key in ("Action", "Resource")}}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE = "aws:ecs/service:Service"
CLUSTER = "aws:ecs/cluster:Cluster"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"

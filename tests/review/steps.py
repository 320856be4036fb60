"""Small previews, a step at a time, as the engine writes them."""

import json
from collections.abc import Mapping
from typing import Any

from review import label, outage, plan, preview
from review.label import Label
from review.plan import Plan
from review.preview import Preview
from review.unknown import UNKNOWN

Step = dict[str, Any]

_PARTS = {
    "ec2": "Network",
    "lb": "FargateService",
    "ecs": "FargateService",
    "vpc": "FargateService",
    "iam": "TaskRoles",
    "ecr": "ServiceImage",
    "index": "ServiceImage",
    "cloudwatch": "FargateTask",
}
_STACK = "urn:pulumi:test::pairva"


def step(
    op: str,
    kind: str,
    name: str,
    *,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    component: str = "backend",
    because: tuple[str, ...] = (),
    **state: Any,
) -> Step:
    """A step of `lb/targetGroup` and the like; `state` is more of both states, for example `retainOnDelete`."""
    module, noun = kind.split("/")
    full = f"{'docker' if module == 'index' else 'aws'}:{kind}:{noun[0].upper()}{noun[1:]}"
    part = f"pairva:index:{_PARTS.get(module, 'FargateService')}"
    common = {"type": full, "parent": f"{_STACK}::{part}::{component}", **state}
    sides = {"oldState": old, "newState": new}
    return {
        "op": op,
        "urn": f"{_STACK}::{part}${full}::{name}",
        "diffReasons": [key for key in new if old.get(key) != new[key]] if old and new else [],
        "replaceReasons": list(because),
        **{side: {**common, "inputs": dict(inputs)} for side, inputs in sides.items() if inputs is not None},
    }


def create(kind: str, name: str, inputs: Mapping[str, Any], **more: Any) -> Step:
    return step("create", kind, name, new=inputs, **more)


def update(kind: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any], **more: Any) -> Step:
    return step("update", kind, name, old=old, new={**old, **new}, **more)


def swap(kind: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any], **more: Any) -> Step:
    """A replacement, because of every field that differs."""
    changed = tuple(key for key in new if old.get(key) != new[key])
    return step("replace", kind, name, old=old, new={**old, **new}, because=changed, **more)


def delete(kind: str, name: str, inputs: Mapping[str, Any], **more: Any) -> Step:
    return step("delete", kind, name, old=inputs, **more)


def refresh(kind: str, name: str, inputs: Mapping[str, Any], **more: Any) -> Step:
    return step("refresh", kind, name, old=inputs, new=inputs, **more)


def policy(*actions: str, resource: str = "*", **more: Any) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}]})


def container(**fields: Any) -> str:
    return json.dumps([{"name": "backend", "image": "r/pairva-backend:1.0.1", **fields}])


def deployed(**old_and_new: Any) -> list[Step]:
    """A new revision, and the service that follows it."""
    old = {"family": "f", "containerDefinitions": container(), "skipDestroy": True, **old_and_new}
    new = {"containerDefinitions": container(user="1")}
    arn = {"outputs": {"arn": "arn:aws:ecs:r:1:task-definition/f:1"}}
    return [
        swap("ecs/taskDefinition", "backend-definition", old, new, **arn),
        update(
            "ecs/service",
            "backend-service",
            {"name": "s", "desiredCount": 2, "taskDefinition": "f:1"},
            {"taskDefinition": UNKNOWN},
        ),
    ]


def read(*steps: Step, **more: Any) -> Preview:
    return preview.read(json.dumps({"steps": list(steps), **more}).encode())


def planned(*steps: Step) -> Plan:
    return plan.of(read(*steps))


_NAMES = ["backend", "frontend"]
RULE = {"securityGroupId": "sg-1", "ipProtocol": "tcp", "fromPort": 80, "toPort": 80, "description": "From the world"}
ROLE = {"name": "s", "role": "pairva-test-backend-task"}
SERVICE = {"name": "s", "desiredCount": 2, "deploymentMinimumHealthyPercent": 100, "cluster": "c"}
NAMED = {"name": "n", "vpcId": "vpc-1"}
AUTOMATIC = {"name": "t-1", "vpcId": "vpc-1", "__defaults": ["name"]}
TARGET = {**AUTOMATIC, "healthCheck": {"path": "/a"}}
MANY = {"containerDefinitions": container(), "skipDestroy": False}


def labels(kind: str, *steps: Step) -> list[tuple[str, str]]:
    """What is said about whom, under that label."""
    plan = planned(*steps)
    found = outage.of(plan, _NAMES)
    every: list[Label] = [
        *label.unproven(plan, _NAMES),
        *label.outages(plan, found),
        *label.replacements(plan, found),
        *label.refusals(plan),
        *label.unsafe_rollbacks(plan, _NAMES),
        *label.openings(plan),
        *label.deletions(plan),
        *label.unknowns(plan),
    ]
    return [(each.about, each.why) for each in every if each.kind == kind]


def rule(**fields: Any) -> dict[str, Any]:
    return {**RULE, **fields}

"""ECS task definitions: every change but one of their tags is a new revision."""

import json
from typing import Any, cast

from local.plugins.amazon import tagging
from local.plugins.amazon.account import Account, code
from local.plugins.resource import ResourceType, Target
from local.plugins.shape import SetOf, Text
from local.plugins.wire import Props

_NAMED_LISTS = ("environment", "secrets")
_HEALTH_CHECK = {"interval": 30, "timeout": 5, "retries": 3}


def _meaning(text: str) -> Any:
    """The containers without what ECS fills in or leaves out by itself, so that its answer equals what was sent."""
    return sorted((_container(item) for item in json.loads(text)), key=lambda item: item["name"])


def _container(given: Props) -> Props:
    container: Props = {"essential": True, "cpu": 0, **given}
    for name in _NAMED_LISTS:
        container[name] = sorted(container.get(name, []), key=lambda item: item["name"])
    container["portMappings"] = [_port(item) for item in container.get("portMappings", [])]
    if container.get("healthCheck"):
        container["healthCheck"] = {**_HEALTH_CHECK, **container["healthCheck"]}
    return _without_empty(container)


def _port(given: Props) -> Props:
    # awsvpc, which Fargate needs: the host port is the container's own
    return {"protocol": "tcp", **given, "hostPort": given.get("hostPort") or given["containerPort"]}


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _without_empty(item) for key, item in cast(Props, value).items()}
        return {key: item for key, item in kept.items() if item not in (None, [], {})}
    if isinstance(value, list):
        return [_without_empty(item) for item in cast(list[Any], value)]
    return value


_DIRECT = (
    "family",
    "cpu",
    "memory",
    "networkMode",
    "requiresCompatibilities",
    "executionRoleArn",
    "taskRoleArn",
    "runtimePlatform",
    "volumes",
)
"""Inputs that RegisterTaskDefinition knows under the same name and in the same form."""


def _create(account: Account, target: Target) -> str:
    made = account.ecs.register_task_definition(
        containerDefinitions=json.loads(target.inputs["containerDefinitions"]),
        **{name: target.inputs[name] for name in _DIRECT if name in target.inputs},
        **tagging.at_creation(target, "key", "value", "tags"),
    )
    target.state["arn"] = made["taskDefinition"]["taskDefinitionArn"]
    return target.inputs["family"]


def _described(account: Account, reference: str) -> Any:
    try:
        return account.ecs.describe_task_definition(taskDefinition=reference, include=["TAGS"])
    except Exception as error:
        # ECS has no code of its own for this
        if code(error) == "ClientException" and "Unable to describe task definition" in str(error):
            return None
        raise


def _read(account: Account, target: Target) -> Props | None:
    """The id is only the family, so the revision is read by the ARN that the state knows."""
    answer = _described(account, target.state.get("arn") or target.id)
    if answer is None or answer["taskDefinition"]["status"] == "INACTIVE":
        return None
    definition = answer["taskDefinition"]
    arn, revision = definition["taskDefinitionArn"], definition["revision"]
    return {
        **{name: definition.get(name) or None for name in _DIRECT},
        "volumes": [{"name": volume["name"]} for volume in definition.get("volumes", [])] or None,
        "containerDefinitions": json.dumps(definition["containerDefinitions"]),
        "arn": arn,
        "arnWithoutRevision": arn.removesuffix(f":{revision}"),
        "revision": revision,
        **tagging.outputs(answer.get("tags"), "key", "value"),
    }


def _delete(account: Account, target: Target) -> None:
    if not target.state.get("skipDestroy") and _described(account, target.state["arn"]) is not None:
        account.ecs.deregister_task_definition(taskDefinition=target.state["arn"])


TYPES = {
    "aws:ecs/taskDefinition:TaskDefinition": ResourceType(
        inputs={
            "family": str,
            "cpu": str,
            "memory": str,
            "networkMode": str,
            "requiresCompatibilities": SetOf(str),
            "executionRoleArn": str,
            "taskRoleArn": str,
            "runtimePlatform": {"cpuArchitecture": str, "operatingSystemFamily": str},
            "containerDefinitions": Text(_meaning),
            "volumes": SetOf({"name": str}),
            "skipDestroy": bool,
            "tags": dict,
        },
        required=frozenset({"family", "containerDefinitions"}),
        defaults={"skipDestroy": False},
        replace_on=frozenset({*_DIRECT, "containerDefinitions"}),
        computed=frozenset({"arn", "arnWithoutRevision", "revision", "networkMode"}),
        only_here=frozenset({"skipDestroy"}),
        create=_create,
        read=_read,
        update=(tagging.ecs,),
        delete=_delete,
    ),
}

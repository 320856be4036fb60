"""ECS services."""

from typing import Any

from local.plugins.amazon import tagging
from local.plugins.amazon.account import Account, gone, poll
from local.plugins.resource import ResourceType, Target
from local.plugins.shape import SetOf
from local.plugins.wire import Props

_DRAIN_SECONDS = 300
_ROLLING = ("deploymentMinimumHealthyPercent", "deploymentMaximumPercent", "deploymentCircuitBreaker")

_DIRECT = {
    "taskDefinition": "taskDefinition",
    "desiredCount": "desiredCount",
    "healthCheckGracePeriodSeconds": "healthCheckGracePeriodSeconds",
    "enableExecuteCommand": "enableExecuteCommand",
    "enableEcsManagedTags": "enableECSManagedTags",
    "propagateTags": "propagateTags",
    "availabilityZoneRebalancing": "availabilityZoneRebalancing",
    "loadBalancers": "loadBalancers",
}
"""Our input → the field of CreateService, UpdateService and the answer; the forms are the same."""

_WHEN_REMOVED: Props = {"healthCheckGracePeriodSeconds": 0, "propagateTags": "NONE", "loadBalancers": []}


def _deployment_configuration(inputs: Props) -> Props:
    names = {
        "deploymentMinimumHealthyPercent": "minimumHealthyPercent",
        "deploymentMaximumPercent": "maximumPercent",
        "deploymentCircuitBreaker": "deploymentCircuitBreaker",
    }
    wanted = {field: inputs[name] for name, field in names.items() if name in inputs}
    return {"deploymentCircuitBreaker": {"enable": False, "rollback": False}, **wanted}


def _network_configuration(inputs: Props) -> Props:
    network = inputs["networkConfiguration"]
    public = "ENABLED" if network.get("assignPublicIp") else "DISABLED"
    groups = network.get("securityGroups", [])
    return {"awsvpcConfiguration": {"subnets": network["subnets"], "securityGroups": groups, "assignPublicIp": public}}


def _request(inputs: Props, changed: Any) -> Props:
    """What to ask of AWS for those inputs that `changed` says yes to."""
    request = {field: inputs.get(name, _WHEN_REMOVED.get(name)) for name, field in _DIRECT.items() if changed(name)}
    if changed(*_ROLLING):
        request["deploymentConfiguration"] = _deployment_configuration(inputs)
    if changed("networkConfiguration") and "networkConfiguration" in inputs:
        request["networkConfiguration"] = _network_configuration(inputs)
    return {field: value for field, value in request.items() if value is not None}


def _create(account: Account, target: Target) -> str:
    inputs = target.inputs
    controller = {"deploymentController": inputs["deploymentController"]} if "deploymentController" in inputs else {}
    launch = {"launchType": inputs["launchType"]} if "launchType" in inputs else {}
    cluster = {"cluster": inputs["cluster"]} if "cluster" in inputs else {}
    made = account.ecs.create_service(
        serviceName=inputs["name"],
        **cluster,
        **launch,
        **controller,
        **_request(inputs, target.changed),
        **tagging.at_creation(target, "key", "value", "tags"),
    )
    return made["service"]["serviceArn"]


def _place(target: Target) -> Props:
    """Where a service is: it can only be asked for together with its cluster, which its ARN names."""
    known = (target.state or target.inputs).get("cluster")
    parts = target.id.split("/")
    cluster = known or (parts[1] if len(parts) == 3 else None)
    return {"cluster": cluster} if cluster else {}


def _described(account: Account, target: Target) -> Any:
    found = account.ecs.describe_services(services=[target.id], include=["TAGS"], **_place(target))["services"]
    return found[0] if found and found[0]["status"] == "ACTIVE" else None


def _in_the_words_of(given: str | None, arn: str) -> str:
    """An ARN, or the short form if the program uses that."""
    return given if given and not given.startswith("arn:") and arn.endswith(f"/{given}") else arn


def _read(account: Account, target: Target) -> Props | None:
    service = _described(account, target)
    if service is None:
        return None
    known = target.inputs or target.state
    deployment = service.get("deploymentConfiguration", {})
    vpc = service.get("networkConfiguration", {}).get("awsvpcConfiguration")
    network = vpc and {
        "subnets": vpc["subnets"],
        "securityGroups": vpc.get("securityGroups", []),
        "assignPublicIp": vpc.get("assignPublicIp") == "ENABLED",
    }
    balancers = [
        {key: item[key] for key in ("targetGroupArn", "containerName", "containerPort") if key in item}
        for item in service.get("loadBalancers", [])
    ]
    return {
        **{name: service.get(field) for name, field in _DIRECT.items()},
        "name": service["serviceName"],
        "cluster": _in_the_words_of(known.get("cluster"), service["clusterArn"]),
        "taskDefinition": _in_the_words_of(known.get("taskDefinition"), service["taskDefinition"]),
        "launchType": service.get("launchType"),
        "deploymentController": service.get("deploymentController"),
        "deploymentMinimumHealthyPercent": deployment.get("minimumHealthyPercent"),
        "deploymentMaximumPercent": deployment.get("maximumPercent"),
        "deploymentCircuitBreaker": deployment.get("deploymentCircuitBreaker"),
        "networkConfiguration": network,
        "loadBalancers": balancers or None,
        "arn": service["serviceArn"],
        **tagging.outputs(service.get("tags"), "key", "value"),
    }


def _update(account: Account, target: Target) -> None:
    """As in Terraform: any change but one of tags sends `forceNewDeployment` as it is set."""
    names = [*_DIRECT, *_ROLLING, "networkConfiguration", "triggers", "forceNewDeployment"]
    if target.changed(*names):
        force = target.inputs.get("forceNewDeployment", False)
        account.ecs.update_service(
            service=target.id, forceNewDeployment=force, **_place(target), **_request(target.inputs, target.changed)
        )


def _delete(account: Account, target: Target) -> None:
    """Gone only when its tasks are: the network and the log group that they use are deleted next."""
    service = _described(account, target)
    if service is None:
        return
    tasks = _tasks(account, target)
    if service["desiredCount"] > 0:
        account.ecs.update_service(service=target.id, desiredCount=0, **_place(target))
    tasks |= _tasks(account, target)
    account.ecs.delete_service(service=target.id, force=True, **_place(target))
    poll(lambda: _stopped(account, target, sorted(tasks)), f"draining {target.id}", _DRAIN_SECONDS)


def _tasks(account: Account, target: Target) -> set[str]:
    pages = account.ecs.get_paginator("list_tasks").paginate(serviceName=target.id, **_place(target))
    return {arn for page in pages for arn in page["taskArns"]}


def _stopped(account: Account, target: Target, tasks: list[str]) -> bool:
    try:
        found = account.ecs.describe_services(services=[target.id], **_place(target))["services"]
        batches = [tasks[start : start + 100] for start in range(0, len(tasks), 100)]
        answers = [account.ecs.describe_tasks(tasks=batch, **_place(target))["tasks"] for batch in batches]
    except Exception as error:
        if gone(error):
            return True
        raise
    left = [task for answer in answers for task in answer if task["lastStatus"] not in ("STOPPED", "DELETED")]
    return not left and not any(service["status"] == "DRAINING" for service in found)


TYPES = {
    "aws:ecs/service:Service": ResourceType(
        inputs={
            "name": str,
            "cluster": str,
            "taskDefinition": str,
            "desiredCount": int,
            "launchType": str,
            "deploymentController": {"type": str},
            "deploymentCircuitBreaker": {"enable": bool, "rollback": bool},
            "deploymentMinimumHealthyPercent": int,
            "deploymentMaximumPercent": int,
            "networkConfiguration": {"subnets": SetOf(str), "securityGroups": SetOf(str), "assignPublicIp": bool},
            "loadBalancers": SetOf({"targetGroupArn": str, "containerName": str, "containerPort": int}),
            "healthCheckGracePeriodSeconds": int,
            "enableExecuteCommand": bool,
            "enableEcsManagedTags": bool,
            "propagateTags": str,
            "availabilityZoneRebalancing": str,
            "waitForSteadyState": bool,
            "forceNewDeployment": bool,
            "triggers": dict,
            "tags": dict,
        },
        required=frozenset({"taskDefinition"}),
        defaults={"waitForSteadyState": False, "enableEcsManagedTags": False, "enableExecuteCommand": False},
        name_limit=255,
        replace_on=frozenset({"name", "cluster", "launchType", "deploymentController"}),
        computed=frozenset({"arn", "cluster", "launchType", "availabilityZoneRebalancing"}),
        only_here=frozenset({"waitForSteadyState", "forceNewDeployment", "triggers"}),
        not_reported={"availabilityZoneRebalancing": "MiniStack 1.5 leaves it out of DescribeServices"},
        create=_create,
        read=_read,
        update=(_update, tagging.ecs),
        delete=_delete,
    ),
}

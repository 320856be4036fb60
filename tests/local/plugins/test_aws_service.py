"""ECS services and task definitions, against recorded answers of AWS."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.stub import Stubber

from local.plugins.wire import Props, from_struct
from tests.local.plugins.engine_calls import Calls, RefusedError

Stub = Callable[[str], Stubber]

SERVICE = "aws:ecs/service:Service"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
ARN = "arn:aws:ecs:us-east-1:000000000000:service/pairva/backend"
CLUSTER = "arn:aws:ecs:us-east-1:000000000000:cluster/pairva"
REVISION = "arn:aws:ecs:us-east-1:000000000000:task-definition/backend:7"


@pytest.mark.parametrize("services", [[], [{"status": "INACTIVE"}], [{"status": "DRAINING"}]])
def test_a_service_that_is_no_longer_active_is_gone(engine: Calls, stub: Stub, services: list[Props]) -> None:
    stub("ecs").add_response("describe_services", {"services": services})

    assert engine.read(SERVICE, ARN, {"name": "backend", "cluster": CLUSTER}).id == ""


def test_a_task_definition_that_ecs_cannot_describe_is_gone(engine: Calls, stub: Stub) -> None:
    stub("ecs").add_client_error("describe_task_definition", "ClientException", "Unable to describe task definition.")

    assert engine.read(TASK, REVISION, {}).id == ""


def test_inputs_that_aws_does_not_know_are_refused_by_botocore(engine: Calls) -> None:
    containers = json.dumps([{"name": "app", "imagee": "i"}])

    with pytest.raises(RefusedError, match=r'Unknown parameter in containerDefinitions\[0\]: "imagee"'):
        engine.create(TASK, {"family": "f", "containerDefinitions": containers})


def _service(**changes: Any) -> Props:
    return {
        "serviceName": "backend",
        "serviceArn": ARN,
        "clusterArn": CLUSTER,
        "status": "ACTIVE",
        "taskDefinition": REVISION,
        "desiredCount": 2,
        "launchType": "FARGATE",
        "deploymentConfiguration": {"maximumPercent": 200, "minimumHealthyPercent": 100},
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["b", "a"], "assignPublicIp": "DISABLED"}},
        **changes,
    }


def test_a_refresh_of_a_service_shows_drift_and_keeps_what_aws_never_hears_of(engine: Calls, stub: Stub) -> None:
    stub("ecs").add_response("describe_services", {"services": [_service(desiredCount=5)]})
    inputs = {
        "name": "backend",
        "cluster": CLUSTER,
        "taskDefinition": REVISION,
        "desiredCount": 2,
        "deploymentMaximumPercent": 200,
        "networkConfiguration": {"subnets": ["a", "b"], "assignPublicIp": False},
        "triggers": {"a": "1"},
    }

    response = engine.read(SERVICE, ARN, inputs)

    assert from_struct(response.inputs) == {**inputs, "desiredCount": 5}


def test_a_refresh_of_a_cluster_shows_where_ecs_exec_is_logged(engine: Calls, stub: Stub) -> None:
    def logged(group: str) -> Props:
        command = {"logging": "OVERRIDE", "logConfiguration": {"cloudWatchLogGroupName": group}}
        return {"executeCommandConfiguration": command}

    cluster = {"clusterName": "pairva", "clusterArn": CLUSTER, "status": "ACTIVE", "configuration": logged("/other")}
    asked = {"clusters": [CLUSTER], "include": ["SETTINGS", "TAGS", "CONFIGURATIONS"]}
    stub("ecs").add_response("describe_clusters", {"clusters": [cluster]}, asked)
    inputs: Props = {"name": "pairva", "configuration": logged("/pairva/exec")}

    response = engine.read("aws:ecs/cluster:Cluster", CLUSTER, inputs)

    assert from_struct(response.inputs) == {**inputs, "configuration": logged("/other")}


def test_who_may_be_let_in_is_told_to_ecs_only_when_it_changes(engine: Calls, stub: Stub) -> None:
    ecs = stub("ecs")
    ecs.add_response(
        "update_service",
        {"service": _service()},
        {"service": ARN, "cluster": "pairva", "forceNewDeployment": False, "enableExecuteCommand": True},
    )
    ecs.add_response("describe_services", {"services": [_service(enableExecuteCommand=True)]})
    old: Props = {"name": "backend", "cluster": "pairva"}

    response = engine.update(SERVICE, ARN, (old, {**old, "enableExecuteCommand": True}), {})

    assert from_struct(response.properties)["enableExecuteCommand"] is True


def test_a_changed_trigger_forces_a_deployment(engine: Calls, stub: Stub) -> None:
    ecs = stub("ecs")
    asked = {"service": ARN, "cluster": "pairva", "forceNewDeployment": True}
    ecs.add_response("update_service", {"service": _service()}, asked)
    ecs.add_response("describe_services", {"services": [_service()]})
    old: Props = {"name": "backend", "cluster": "pairva", "forceNewDeployment": True, "triggers": {"a": "1"}}

    engine.update(SERVICE, ARN, (old, {**old, "triggers": {"a": "2"}}), old)


def test_an_update_of_a_service_sends_only_what_changed(engine: Calls, stub: Stub) -> None:
    ecs = stub("ecs")
    asked: Props = {
        "service": ARN,
        "cluster": "pairva",
        "forceNewDeployment": False,
        "taskDefinition": REVISION,
        "loadBalancers": [],
    }
    ecs.add_response("update_service", {"service": _service()}, asked)
    ecs.add_response("describe_services", {"services": [_service()]})
    balancer = {"targetGroupArn": "t", "containerName": "c", "containerPort": 80}
    old: Props = {
        "name": "b",
        "cluster": "pairva",
        "desiredCount": 2,
        "taskDefinition": "x",
        "loadBalancers": [balancer],
    }
    new = {"name": "b", "cluster": "pairva", "desiredCount": 2, "taskDefinition": REVISION}

    engine.update(SERVICE, ARN, (old, new), old)


def test_a_deleted_service_is_awaited_until_its_tasks_are_stopped(
    engine: Calls, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.waiter.time.sleep", lambda _: None)  # pyright: ignore
    ecs = stub("ecs")
    place = {"cluster": "pairva"}
    ecs.add_response("list_tasks", {"taskArns": ["task-1"]}, {"serviceName": ARN, **place})
    ecs.add_response("delete_service", {}, {"service": ARN, "force": True, **place})
    for status in ("DRAINING", "INACTIVE"):
        ecs.add_response("describe_services", {"services": [_service(status=status)]}, {"services": [ARN], **place})
    for status in ("DEPROVISIONING", "STOPPED"):
        ecs.add_response("describe_tasks", {"tasks": [{"lastStatus": status}]}, {"tasks": ["task-1"], **place})

    engine.delete(SERVICE, ARN, {"cluster": "pairva"})


CAPACITY = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
PROVIDERS = ["FARGATE", "FARGATE_SPOT"]


def test_what_a_cluster_offers_is_made_changed_and_let_go_of_by_one_call(engine: Calls, stub: Stub) -> None:
    ecs = stub("ecs")
    for offered in (PROVIDERS, PROVIDERS[:1], []):
        asked: Props = {"cluster": "pairva", "capacityProviders": offered, "defaultCapacityProviderStrategy": []}
        answer = {"clusterName": "pairva", "status": "ACTIVE", "capacityProviders": offered}
        ecs.add_response("put_cluster_capacity_providers", {"cluster": answer}, asked)
        if offered:
            ecs.add_response("describe_clusters", {"clusters": [answer]}, {"clusters": ["pairva"]})
    old: Props = {"clusterName": "pairva", "capacityProviders": PROVIDERS}
    new: Props = {"clusterName": "pairva", "capacityProviders": PROVIDERS[:1]}

    assert engine.create(CAPACITY, old).id == "pairva"
    assert from_struct(engine.update(CAPACITY, "pairva", (old, new), old).properties) == new
    engine.delete(CAPACITY, "pairva", new)
    ecs.assert_no_pending_responses()


@pytest.mark.parametrize("clusters", [[], [{"status": "INACTIVE"}]])
def test_without_its_cluster_what_it_offers_is_gone(engine: Calls, stub: Stub, clusters: list[Props]) -> None:
    stub("ecs").add_response("describe_clusters", {"clusters": clusters})

    assert engine.read(CAPACITY, "pairva", {"clusterName": "pairva", "capacityProviders": PROVIDERS}).id == ""


def test_a_service_moves_to_spot_by_a_forced_deployment_and_a_refresh_shows_it(engine: Calls, stub: Stub) -> None:
    ecs = stub("ecs")
    strategy = [
        {"capacityProvider": "FARGATE", "base": 1, "weight": 30},
        {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 70},
    ]
    asked: Props = {
        "service": ARN,
        "cluster": "pairva",
        "forceNewDeployment": True,
        "capacityProviderStrategy": strategy,
    }
    described = _service(capacityProviderStrategy=strategy)
    del described["launchType"]
    ecs.add_response("update_service", {"service": described}, asked)
    for _ in range(2):
        ecs.add_response("describe_services", {"services": [described]})
    old: Props = {"name": "backend", "cluster": "pairva", "launchType": "FARGATE"}
    new: Props = {
        "name": "backend",
        "cluster": "pairva",
        "forceNewDeployment": True,
        "capacityProviderStrategies": strategy,
    }

    engine.update(SERVICE, ARN, (old, new), old)
    response = engine.read(SERVICE, ARN, {**new, "cluster": CLUSTER})

    assert from_struct(response.inputs) == {**new, "cluster": CLUSTER}

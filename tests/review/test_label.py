"""Each label: a plan that earns it, with its reason, and next to it one that does not."""

import json

import pytest

from review.unknown import UNKNOWN
from tests.review.steps import (
    AUTOMATIC,
    MANY,
    NAMED,
    RULE,
    SERVICE,
    TARGET,
    Step,
    create,
    delete,
    deployed,
    labels,
    refresh,
    swap,
    update,
)

EARNED: dict[str, tuple[str, list[Step], list[tuple[str, str]]]] = {
    "a service with a name of its own": (
        "replacement",
        [swap("ecs/service", "s", SERVICE, {"launchType": "EC2"})],
        [
            (
                "Service s",
                "it is deleted before its successor is made: no task runs until new tasks are healthy "
                "(because of launchType)",
            )
        ],
    ),
    "a target group, although its successor comes first": (
        "replacement",
        [swap("lb/targetGroup", "t", AUTOMATIC, {"name": "t-2", "vpcId": "vpc-2"})],
        [
            (
                "TargetGroup t",
                "the balancer leads requests to the new one at once, which is empty until new tasks are healthy: 503 "
                "meanwhile (because of name, vpcId)",
            )
        ],
    ),
    "a security group, without the rules that go with it": (
        "replacement",
        [
            swap("ec2/securityGroup", "g", NAMED, {"vpcId": "vpc-2"}, component="frontend"),
            swap("vpc/securityGroupIngressRule", "r", RULE, {"securityGroupId": UNKNOWN}, component="frontend"),
        ],
        [
            (
                "SecurityGroup g",
                "the rules are deleted first, and AWS keeps the group while tasks or the balancer use it: up may end "
                "there, with requests shut out (because of vpcId)",
            )
        ],
    ),
    "what takes nothing down says only its order": (
        "replacement",
        [swap("cloudwatch/metricAlarm", "a", {"name": "a", "period": 1}, {"period": 2})],
        [("MetricAlarm a", "it is deleted before its successor is made (because of period)")],
    ),
    "another name": (
        "replacement",
        [
            swap(
                "route53/record",
                "a",
                {"name": "a.com", "aliases": [{"name": "x"}]},
                {"name": "b.com"},
                component="pairva",
            )
        ],
        [("Record a", "its old name leads nowhere any more (because of name)")],
    ),
    "a health path together with a new revision": (
        "rollback-unsafe",
        [*deployed(), update("lb/targetGroup", "t", TARGET, {"healthCheck": {"path": "/b"}})],
        [("backend", "ECS's rollback brings the revision back, and not: health check's path /a → /b")],
    ),
    "a target group that is replaced together with a new revision": (
        "rollback-unsafe",
        [*deployed(), swap("lb/targetGroup", "t", TARGET, {"name": "t-2", "vpcId": "vpc-2"})],
        [("backend", "ECS's rollback brings the revision back, and not: the target group (replaced)")],
    ),
    "a path of the listener rule": (
        "rollback-unsafe",
        [
            *deployed(),
            update(
                "lb/listenerRule",
                "r",
                {"conditions": [{"pathPattern": {"values": ["/a"]}}]},
                {"conditions": [{"pathPattern": {"values": ["/b"]}}]},
            ),
        ],
        [("backend", "ECS's rollback brings the revision back, and not: path /a → /b")],
    ),
    "an image that is pushed over": (
        "rollback-unsafe",
        [
            update(
                "index/image",
                "i",
                {"imageName": "r:1", "build": {"contextDigest": "a"}},
                {"build": {"contextDigest": "b"}},
            )
        ],
        [("backend", "r:1 is pushed over: a rollback starts the new image under the old version")],
    ),
    "a revision that is deregistered": (
        "rollback-unsafe",
        [swap("ecs/taskDefinition", "d", MANY, {"cpu": "1"})],
        [("backend", "its previous revision is deregistered, and there is nothing to roll back to")],
    ),
    "a repository that is deleted": (
        "rollback-unsafe",
        [delete("ecr/repository", "r", {"name": "pairva-backend", "forceDelete": True})],
        [("backend", "the repository pairva-backend is deleted, and with it the image to roll back to")],
    ),
    "a deployment that was never proven": (
        "not proven",
        [
            refresh("ecs/taskDefinition", "d", MANY, outputs={"arn": "a/f:2"}),
            refresh(
                "ssm/parameter",
                "backend-proven",
                {"insecureValue": json.dumps({"taskDefinition": "a/f:1", "version": "1.0.1"})},
            ),
        ],
        [
            (
                "backend",
                "f:2 never got a good verdict; the last one was about f:1 (1.0.1), and how the two differ is not in "
                "the preview",
            )
        ],
    ),
}

EARNED["a first deployment that was never proven"] = (
    "not proven",
    [
        refresh("ecs/taskDefinition", "d", MANY, outputs={"arn": "a/f:1"}),
        refresh("ecs/service", "s", SERVICE),
        create("ssm/parameter", "backend-proven", {}),
    ],
    [("backend", "f:1 never got a good verdict; nor did any before it")],
)

NOT_EARNED: dict[str, tuple[str, list[Step]]] = {
    "a new revision": ("replacement", deployed()),
    "a port": (
        "rollback-unsafe",
        [
            update(
                "ecs/service",
                "s",
                {**SERVICE, "loadBalancers": [{"containerPort": 1}]},
                {"loadBalancers": [{"containerPort": 2}]},
            )
        ],
    ),
    "what goes after the verdict": (
        "rollback-unsafe",
        [*deployed(), delete("lb/targetGroup", "t", TARGET), delete("lb/listenerRule", "r", {"priority": 1})],
    ),
    "a health path without a deployment": (
        "rollback-unsafe",
        [update("lb/targetGroup", "t", TARGET, {"healthCheck": {"path": "/b"}})],
    ),
    "a health path of the other service": (
        "rollback-unsafe",
        [*deployed(), update("lb/targetGroup", "t", TARGET, {"healthCheck": {"path": "/b"}}, component="frontend")],
    ),
    "a target group's tags": (
        "rollback-unsafe",
        [*deployed(), update("lb/targetGroup", "t", TARGET, {"tags": {"a": "b"}})],
    ),
    "a first deployment": (
        "rollback-unsafe",
        [create("ecs/service", "s", SERVICE), create("lb/targetGroup", "t", TARGET)],
    ),
    "an image of another version": (
        "rollback-unsafe",
        [update("index/image", "i", {"imageName": "r:1"}, {"imageName": "r:2"})],
    ),
    "a revision that stays": ("rollback-unsafe", deployed(skipDestroy=True)),
    "a repository that stays": (
        "rollback-unsafe",
        [delete("ecr/repository", "r", {"name": "r"}, retainOnDelete=True)],
    ),
    "a deployment whose revision the preview does not show": (
        "not proven",
        [refresh("ssm/parameter", "backend-proven", {"insecureValue": json.dumps({"taskDefinition": "a/f:1"})})],
    ),
    "a deployment that was proven": (
        "not proven",
        [
            refresh("ecs/taskDefinition", "d", MANY, outputs={"arn": "a/f:1"}),
            refresh("ssm/parameter", "backend-proven", {"insecureValue": json.dumps({"taskDefinition": "a/f:1"})}),
        ],
    ),
}


@pytest.mark.parametrize(("kind", "steps", "said"), EARNED.values(), ids=EARNED)
def test_a_plan_that_earns_a_label_gets_it_with_its_reason(
    kind: str, steps: list[Step], said: list[tuple[str, str]]
) -> None:
    assert labels(kind, *steps) == said


@pytest.mark.parametrize(("kind", "steps"), NOT_EARNED.values(), ids=NOT_EARNED)
def test_a_plan_beside_it_does_not(kind: str, steps: list[Step]) -> None:
    assert labels(kind, *steps) == []

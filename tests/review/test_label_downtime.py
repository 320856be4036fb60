"""What takes a service down, and what AWS refuses; each beside a plan that does not."""

import pytest

from review import headline, outage
from tests.review.steps import (
    NAMED,
    RULE,
    SERVICE,
    TARGET,
    Step,
    create,
    delete,
    labels,
    planned,
    rule,
    swap,
    update,
)


def _moved(component: str) -> Step:
    old, new = ({"networkConfiguration": {"subnets": [subnet]}} for subnet in "ab")
    return update("ecs/service", f"{component}-service", {**SERVICE, **old}, new, component=component)


def _path(*patterns: str) -> dict[str, object]:
    return {"conditions": [{"pathPattern": {"values": list(patterns)}}]}


EARNED: dict[str, tuple[str, list[Step], list[tuple[str, str]]]] = {
    "a service that is deleted": (
        "downtime",
        [delete("ecs/service", "s", SERVICE)],
        [("backend", "Service s: it is deleted, with its tasks")],
    ),
    "a count of none": (
        "downtime",
        [update("ecs/service", "s", SERVICE, {"desiredCount": 0})],
        [("backend", "Service s: its count is lowered to 0")],
    ),
    "a deployment that may stop every task": (
        "downtime",
        [update("ecs/service", "s", SERVICE, {"desiredCount": 1, "deploymentMinimumHealthyPercent": 50})],
        [
            (
                "backend",
                "Service s: a deployment may stop all of its tasks before new ones run: 50 percent of 1 is none",
            )
        ],
    ),
    "a way in that is closed": (
        "downtime",
        [delete("vpc/securityGroupIngressRule", "r", RULE, component="pairva")],
        [("backend and frontend", "SecurityGroupIngressRule r: what it let in is shut out")],
    ),
    "a way out that goes while the tasks stay": (
        "downtime",
        [delete("ec2/natGateway", "n", {}, component="pairva")],
        [("backend and frontend", "NatGateway n: no requests get through, or tasks have no way out")],
    ),
    "a way out that goes while one of the services stays": (
        "downtime",
        [delete("ec2/routeTable", "t", {}, component="pairva"), _moved("backend")],
        [("backend and frontend", "RouteTable t: no requests get through, or tasks have no way out")],
    ),
    "a way in that is closed, while another port is opened": (
        "downtime",
        [
            delete("vpc/securityGroupIngressRule", "backend-to-10.0.0.0-8-80", rule(cidrIpv4="10.0.0.0/8")),
            create(
                "vpc/securityGroupIngressRule",
                "backend-to-10.0.0.0-8-81",
                rule(cidrIpv4="10.0.0.0/8", fromPort=81, toPort=81),
            ),
        ],
        [("backend", "SecurityGroupIngressRule backend-to-10.0.0.0-8-80: what it let in is shut out")],
    ),
    "another port of the address": (
        "downtime",
        [update("lb/listener", "l", {"port": 80, "protocol": "HTTP"}, {"port": 8080}, component="pairva")],
        [("backend and frontend", "Listener l: port 80 answers nobody any more")],
    ),
    "another path": (
        "downtime",
        [update("lb/listenerRule", "r", _path("/api/*", "/v2/*"), _path("/other/*", "/v2/*"))],
        [("backend", "ListenerRule r: requests for /api/* get to another service, or 404")],
    ),
    "a name that goes": (
        "downtime",
        [delete("route53/record", "a", {"name": "a.com", "aliases": [{"name": "x"}]}, component="pairva")],
        [("backend and frontend", "Record a: its name leads nowhere any more")],
    ),
    "a balancer in another network": (
        "refused",
        [
            swap("ec2/securityGroup", "g", NAMED, {"vpcId": "vpc-2"}),
            update("lb/loadBalancer", "b", {"subnets": ["a"]}, {"subnets": ["b"]}, component="pairva"),
        ],
        [
            (
                "LoadBalancer b",
                "AWS moves no load balancer to subnets of another VPC: up ends there with an error",
            )
        ],
    ),
}

NOT_EARNED: dict[str, tuple[str, list[Step]]] = {
    "a service that is updated": ("downtime", [update("ecs/service", "s", SERVICE, {"desiredCount": 1})]),
    "a service that is new": ("downtime", [create("ecs/service", "s", {**SERVICE, "desiredCount": 0})]),
    "a rule of a service that nobody asked before": (
        "downtime",
        [create("ecs/service", "s", SERVICE), delete("lb/listenerRule", "r", {})],
    ),
    "a rule that another takes the place of": (
        "downtime",
        [
            delete("vpc/securityGroupIngressRule", "r", rule(cidrIpv4="10.0.0.0/8")),
            create("vpc/securityGroupIngressRule", "s", rule(cidrIpv4="10.0.0.0/8", description="again")),
        ],
    ),
    "the rules of a port that moves": (
        "downtime",
        [
            delete("vpc/securityGroupIngressRule", "backend-from-balancer-80", RULE),
            create("vpc/securityGroupIngressRule", "backend-from-balancer-81", rule(fromPort=81, toPort=81)),
            delete("vpc/securityGroupEgressRule", "backend-balancer-to-tasks-80", RULE),
            create("vpc/securityGroupEgressRule", "backend-balancer-to-tasks-81", rule(fromPort=81, toPort=81)),
        ],
    ),
    "subnets that the tasks of both services leave first": (
        "downtime",
        [
            delete("ec2/subnet", "n", {}, component="pairva"),
            delete("ec2/routeTable", "t", {}, component="pairva"),
            _moved("backend"),
            _moved("frontend"),
        ],
    ),
    "a listener's tags": (
        "downtime",
        [update("lb/listener", "l", {"port": 80, "protocol": "HTTP"}, {"tags": {"a": "b"}}, component="pairva")],
    ),
    "a path more": ("downtime", [update("lb/listenerRule", "r", _path("/api/*"), _path("/api/*", "/v2/*"))]),
    "a path that holds the one before": ("downtime", [update("lb/listenerRule", "r", _path("/api/*"), _path("/*"))]),
    "another priority": ("downtime", [update("lb/listenerRule", "r", {"priority": 1}, {"priority": 2})]),
    "the record of a certificate": (
        "downtime",
        [delete("route53/record", "v", {"name": "_1.a.com", "records": ["x"]}, component="pairva")],
    ),
    "subnets of the same network": (
        "refused",
        [update("lb/loadBalancer", "b", {"subnets": ["a"]}, {"subnets": ["b"]}, component="pairva")],
    ),
    "a balancer that stays, while a group moves": (
        "refused",
        [
            swap("ec2/securityGroup", "g", NAMED, {"vpcId": "vpc-2"}),
            update("lb/loadBalancer", "b", {"subnets": ["a"]}, {"tags": {"a": "b"}}, component="pairva"),
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


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ({"path": "/b"}, {"backend": "answers /b"}),
        ({"path": "/a", "matcher": "204"}, {"backend": "answers /a with 204"}),
        ({"path": "/a", "interval": 10}, {}),
    ],
    ids=["path", "codes", "pace"],
)
def test_tasks_that_run_are_judged_by_another_check(check: dict[str, object], said: dict[str, str]) -> None:
    plan = planned(update("lb/targetGroup", "t", TARGET, {"healthCheck": check}))
    assert outage.conditions(plan, ["backend"]) == said


def test_no_downtime_is_promised_on_that_condition_alone() -> None:
    service = update("ecs/service", "s", SERVICE, {"desiredCount": 3})
    target = update("lb/targetGroup", "t", TARGET, {"healthCheck": {"path": "/b"}})
    lines = [
        headline.with_consequences("x", plan, outage.of(plan, ["backend"]), None)
        for plan in (planned(service, target), planned(service))
    ]
    assert lines == ["x; no downtime if the running backend answers /b", "x; no downtime"]

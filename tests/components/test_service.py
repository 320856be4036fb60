"""The service: the ways in and out, what it waits for, and the gate that its verdict guards."""

import json
from typing import Any

import pytest

from settings.routing import rule_priority
from tests.cloud import DIGEST
from tests.components.parts import recorded_service
from tests.recording import Recording
from tests.samples import DOMAIN, OWNED_BUILD, Edit

INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
SERVICE, GATE, TARGET = "aws:ecs/service:Service", "aws:ssm/parameter:Parameter", "aws:lb/targetGroup:TargetGroup"
WORKER = ("      path: /api/*\n", "")
MUTABLE = (OWNED_BUILD[0], OWNED_BUILD[1].replace("app}", "app, mutableTag: true}"))
MONGODB = (
    "writable: [/tmp]",
    "writable: [/tmp]\n      egress:\n        - {cidr: 192.0.2.0/24, port: 27017, description: MongoDB}",
)


def spot(on_demand: int, percent: int) -> Edit:
    return ("count: 1", f"count: 3\n      spot: {{onDemand: {on_demand}, percent: {percent}}}")


def way(group: str, description: str, port: int, **other: str) -> dict[str, Any]:
    return {
        "securityGroupId": f"{group}-id",
        "description": description,
        "ipProtocol": "tcp",
        "fromPort": port,
        "toPort": port,
        **other,
    }


def rules(recording: Recording, kind: str) -> dict[str, Any]:
    return {each.name: each.inputs for each in recording.all(kind) if each.name != "pairva-from-world"}


HTTPS = way("backend-group", "To AWS and other HTTPS services", 443, cidrIpv4="0.0.0.0/0")
TO_TASKS = way(
    "pairva-group", "To the tasks of pairva-test-backend", 3000, referencedSecurityGroupId="backend-group-id"
)
FROM_BALANCER = way("backend-group", "From the load balancer", 3000, referencedSecurityGroupId="pairva-group-id")


def test_tasks_hear_the_balancer_on_their_port_and_speak_https() -> None:
    recording = recorded_service()
    assert rules(recording, INGRESS) == {"backend-from-balancer-3000": FROM_BALANCER}
    assert rules(recording, EGRESS) == {"backend-balancer-to-tasks-3000": TO_TASKS, "backend-to-0.0.0.0-0-443": HTTPS}
    assert recording.one("aws:ec2/securityGroup:SecurityGroup", "backend-group").inputs == {
        "name": "pairva-test-backend",
        "description": "Tasks of pairva-test-backend",
        "vpcId": "pairva-vpc-id",
    }


def test_what_egress_lists_is_reached_too_and_nothing_else() -> None:
    assert rules(recorded_service(MONGODB), EGRESS) == {
        "backend-balancer-to-tasks-3000": TO_TASKS,
        "backend-to-0.0.0.0-0-443": HTTPS,
        "backend-to-192.0.2.0-24-27017": way("backend-group", "MongoDB", 27017, cidrIpv4="192.0.2.0/24"),
    }


def test_a_worker_has_no_way_in_and_no_place_at_the_balancer() -> None:
    recording = recorded_service(WORKER)
    service = recording.one(SERVICE, "backend-service").inputs
    assert rules(recording, INGRESS) == {}
    assert rules(recording, EGRESS) == {"backend-to-0.0.0.0-0-443": HTTPS}
    assert recording.all(TARGET) == recording.all("aws:lb/listenerRule:ListenerRule") == []
    assert service["loadBalancers"] == []
    assert "healthCheckGracePeriodSeconds" not in service


def test_the_target_group_checks_fast_what_the_stack_file_names() -> None:
    codes = ("path: /api/health\n", 'path: /api/health\n        codes: "200-204"\n')
    assert recorded_service(codes).one(TARGET, "backend-target").inputs == {
        "vpcId": "pairva-vpc-id",
        "targetType": "ip",
        "protocol": "HTTP",
        "port": 80,
        "deregistrationDelay": 30,
        "healthCheck": {
            "path": "/api/health",
            "matcher": "200-204",
            "interval": 10,
            "timeout": 5,
            "healthyThreshold": 2,
            "unhealthyThreshold": 3,
        },
    }


def test_the_rule_leads_the_path_to_the_target_group_under_its_own_priority() -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:039612856036"
    assert recorded_service().one("aws:lb/listenerRule:ListenerRule", "backend-rule").inputs == {
        "listenerArn": f"{arn}:listener/app/pairva-http/1/2",
        "priority": rule_priority("/api/*"),
        "conditions": [{"pathPattern": {"values": ["/api/*"]}}],
        "actions": [{"type": "forward", "targetGroupArn": f"{arn}:targetgroup/backend-target/1"}],
    }


def test_with_a_domain_the_rule_hangs_on_the_listener_that_speaks_https() -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:039612856036:listener/app/pairva-https/1/2"
    before, after = (
        recorded_service(*edits).one("aws:lb/listenerRule:ListenerRule", "backend-rule").inputs
        for edits in ((), (DOMAIN,))
    )
    assert after == {**before, "listenerArn": arn}


def test_with_a_domain_the_verdict_is_about_its_url_and_waits_until_the_name_is_known() -> None:
    gate = recorded_service(DOMAIN).one(GATE, "backend-proven")
    assert proven(DOMAIN) == {**proven(), "url": "https://pairva.example.com"}
    assert "aws:route53/record:Record/pairva-alias" in gate.depends_on


def test_the_grace_period_is_the_health_checks() -> None:
    grace = ("path: /api/health\n", "path: /api/health\n        graceSeconds: 17\n")
    assert recorded_service(grace).one(SERVICE, "backend-service").inputs["healthCheckGracePeriodSeconds"] == 17


@pytest.mark.parametrize("edits", [(), (WORKER,), (MONGODB,)], ids=["routed", "worker", "egress"])
def test_the_service_waits_for_every_way_and_for_its_permissions(edits: tuple[Edit, ...]) -> None:
    recording = recorded_service(*edits)
    waits = set(recording.one(SERVICE, "backend-service").depends_on)
    of_the_service = [each.key for each in recording.resources if each.parent == "pairva:index:FargateService/backend"]
    ways = {key for key in of_the_service if not key.startswith((SERVICE, GATE))}
    network = {each.key for each in recording.resources if each.parent == "pairva:index:Network/pairva"}
    assert ways | network | {"aws:iam/rolePolicy:RolePolicy/backend-execution-start-tasks"} <= waits


def test_only_the_service_itself_waits_for_what_must_be_proven_before() -> None:
    recording = recorded_service(after=("earlier",))
    earlier = "aws:ecs/cluster:Cluster/earlier-cluster"
    assert [each.key for each in recording.resources if earlier in each.depends_on] == [f"{SERVICE}/backend-service"]


@pytest.mark.parametrize("edit", [None, OWNED_BUILD], ids=["promoted", "built once"])
def test_without_a_mutable_tag_only_a_new_definition_starts_a_deployment(edit: Edit | None) -> None:
    inputs = recorded_service(*([edit] if edit else [])).one(SERVICE, "backend-service").inputs
    assert inputs.keys().isdisjoint({"triggers", "forceNewDeployment"})


def test_with_a_mutable_tag_a_new_digest_starts_one_too() -> None:
    inputs = recorded_service(MUTABLE).one(SERVICE, "backend-service").inputs
    assert (inputs["forceNewDeployment"], inputs["triggers"]) == (True, {"image": DIGEST})


def proven(*edits: Edit) -> dict[str, Any]:
    return json.loads(recorded_service(*edits).one(GATE, "backend-proven").inputs["insecureValue"])


def test_the_gate_holds_what_starts_a_deployment_in_a_fixed_order() -> None:
    gate = recorded_service().one(GATE, "backend-proven")
    value = json.loads(gate.inputs["insecureValue"])
    assert {**gate.inputs, "insecureValue": ""} == {
        "name": "/pairva/test/backend/proven",
        "type": "String",
        "description": "What the last good verdict was about",
        "insecureValue": "",
    }
    assert list(value) == ["deployment", "digest", "taskDefinition", "url", "version"]
    assert len(value["deployment"]) == 12
    assert gate.hooks == {"before_create": ("verdict",), "before_update": ("verdict",)}


RELEASE = ("port: 3000\n", "port: 3000\n      release: [node, migrate.js]\n")


def test_the_gate_of_a_release_holds_what_is_released_and_where() -> None:
    gate = recorded_service(RELEASE).one(GATE, "backend-released")
    assert gate.parent == "pairva:index:FargateService/backend"
    assert gate.inputs == {
        "name": "/pairva/test/backend/released",
        "type": "String",
        "description": "What the last release that succeeded was about",
        "insecureValue": json.dumps(
            {
                "command": ["node", "migrate.js"],
                "digest": DIGEST,
                "securityGroups": ["backend-group-id"],
                "subnets": ["pairva-private-a-id", "pairva-private-b-id"],
                "taskDefinition": "arn:aws:ecs:us-east-1:039612856036:task-definition/pairva-test-backend:7",
                "version": "1.0.1",
            }
        ),
    }
    assert gate.hooks == {"before_create": ("release",), "before_update": ("release",)}


def test_a_release_waits_for_all_that_its_task_needs_and_the_service_for_it() -> None:
    recording = recorded_service(RELEASE, after=("earlier",))
    gate = recording.one(GATE, "backend-released")
    network = {each.key for each in recording.resources if each.parent == "pairva:index:Network/pairva"}
    assert {
        *network,
        f"{EGRESS}/backend-to-0.0.0.0-0-443",
        f"{EGRESS}/backend-balancer-to-tasks-3000",
        f"{INGRESS}/backend-from-balancer-3000",
        "aws:ecs/cluster:Cluster/pairva-cluster",
        "aws:ecs/cluster:Cluster/earlier-cluster",
        "aws:ecs/taskDefinition:TaskDefinition/backend-definition",
        "aws:iam/rolePolicy:RolePolicy/backend-execution-start-tasks",
    } <= set(gate.depends_on)
    assert not [each for each in gate.depends_on if each.startswith((SERVICE, "aws:lb/"))]
    without = recorded_service(after=("earlier",)).one(SERVICE, "backend-service")
    waits = recording.one(SERVICE, "backend-service").depends_on
    assert set(waits) == {*without.depends_on, gate.key}
    assert recording.one(SERVICE, "backend-service").inputs == without.inputs


def test_without_a_release_there_is_no_gate_before_the_service() -> None:
    assert [each.name for each in recorded_service().all(GATE)] == ["backend-proven"]


def test_a_release_changes_nothing_that_starts_a_deployment() -> None:
    assert proven(RELEASE) == proven()


def test_the_same_settings_are_proven_once() -> None:
    assert proven() == proven()


@pytest.mark.parametrize(
    ("edit", "changed"),
    [
        (("port: 3000", "port: 3001"), {"deployment"}),
        (WORKER, {"deployment"}),
        (("count: 1", "count: 4"), set[str]()),
        (("count: 1", "scaling: {min: 1, max: 4, cpuPercent: 60}"), set[str]()),
        (("logRetentionDays: 30", "logRetentionDays: 60"), set[str]()),
        (MONGODB, set[str]()),
        (spot(1, 70), {"deployment"}),
    ],
    ids=["port", "worker", "count", "scaling", "retention", "egress", "spot"],
)
def test_the_gate_changes_with_what_starts_a_deployment_and_nothing_else(edit: Edit, changed: set[str]) -> None:
    one, other = proven(), proven(edit)
    assert {key for key in one if one[key] != other[key]} == changed


def test_people_are_let_in_only_where_the_stack_file_says_so() -> None:
    entered = ("writable: [/tmp]", "readOnlyRoot: false\n      exec: true")
    assert recorded_service(entered).one(SERVICE, "backend-service").inputs["enableExecuteCommand"] is True
    assert "enableExecuteCommand" not in recorded_service().one(SERVICE, "backend-service").inputs


def placed(*edits: Edit) -> dict[str, Any]:
    """What of the service's inputs is about its place."""
    keys = ("launchType", "capacityProviderStrategies", "forceNewDeployment", "triggers")
    inputs = recorded_service(*edits).one(SERVICE, "backend-service").inputs
    return {key: inputs[key] for key in keys if key in inputs}


ON_DEMAND = {"capacityProvider": "FARGATE", "base": 1, "weight": 30}
ON_SPOT = {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 70}


def test_a_service_on_spot_has_a_base_on_demand_and_is_changed_in_place() -> None:
    assert placed() == {"launchType": "FARGATE"}
    assert placed(spot(1, 70)) == {"capacityProviderStrategies": [ON_DEMAND, ON_SPOT], "forceNewDeployment": True}


def test_a_service_that_leaves_spot_keeps_the_provider_for_a_launch_type_would_replace_it() -> None:
    assert placed(spot(1, 0)) == {
        "capacityProviderStrategies": [{**ON_DEMAND, "weight": 100}],
        "forceNewDeployment": True,
    }


def test_an_image_that_is_built_again_starts_a_deployment_on_spot_too() -> None:
    assert placed(spot(1, 70), MUTABLE)["triggers"] == {"image": DIGEST}


@pytest.mark.parametrize("edits", [(), (RELEASE,)], ids=["the service", "its release, too"])
def test_what_runs_in_the_cluster_goes_before_what_the_cluster_offers(edits: tuple[Edit, ...]) -> None:
    capacity = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders/pairva-capacity"
    recording = recorded_service(spot(1, 70), *edits)
    names = ["backend-service", *(["backend-released"] if edits else [])]
    assert {each.name for each in recording.resources if capacity in each.depends_on} >= {*names}


def test_every_share_of_spot_is_another_deployment() -> None:
    shares = [(), (spot(1, 70),), (spot(2, 70),), (spot(1, 71),), (spot(1, 0),)]
    assert len({proven(*edits)["deployment"] for edits in shares}) == len(shares)


def test_the_summary_is_what_people_look_for() -> None:
    assert recorded_service().component_outputs["pairva:index:FargateService/backend"] == {
        "summary": {
            "image": f"039612856036.dkr.ecr.us-east-1.amazonaws.com/pairva-backend@{DIGEST}",
            "task_definition": "arn:aws:ecs:us-east-1:039612856036:task-definition/pairva-test-backend:7",
            "log_group": "/pairva/test/backend",
            "service": "pairva-test-backend",
        }
    }

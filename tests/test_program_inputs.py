"""The inputs of `__main__.py`'s resources that decide what runs, as whom, and who may reach it; for every stack."""

import json
from typing import Any

import pytest

from tests.cloud import DIGEST
from tests.program import STACKS, committed
from tests.recording import Recording, Registered, recorded

each_stack = pytest.mark.parametrize("stack", STACKS)
each_service = pytest.mark.parametrize(("stack", "name"), [(s, n) for s in STACKS for n in committed(s).services])
each_built = pytest.mark.parametrize(
    ("stack", "name"), [(s, n) for s in STACKS for n, service in committed(s).services.items() if "build" in service]
)

DEFINITION, SERVICE = "aws:ecs/taskDefinition:TaskDefinition", "aws:ecs/service:Service"
NETWORK = ("pairva:index:Network/pairva", "pairva:index:Endpoints/pairva")
KEPT = ("aws:cloudwatch/logGroup:LogGroup", "aws:lb/loadBalancer:LoadBalancer", "aws:ecr/repository:Repository")
LOGS, GATE, IMAGE = "aws:cloudwatch/logGroup:LogGroup", "aws:ssm/parameter:Parameter", "docker:index/image:Image"


def the_container(recording: Recording, name: str) -> dict[str, Any]:
    (container,) = json.loads(recording.one(DEFINITION, f"{name}-definition").inputs["containerDefinitions"])
    return container


@each_service
def test_a_task_runs_the_version_it_builds_or_the_digest_it_promotes(stack: str, name: str) -> None:
    file = committed(stack)
    own = file.services[name]
    wanted = f":{own['version']}" if "build" in own else f"@{DIGEST}"
    assert the_container(recorded(stack), name)["image"] == f"{file.registry}/pairva-{name}{wanted}"


@each_service
def test_a_task_definition_has_its_own_two_roles_and_its_size(stack: str, name: str) -> None:
    file, own = committed(stack), committed(stack).services[name]
    made = f"arn:aws:iam::{file.account}:role/pairva-{stack}-{name}"
    inputs = dict(recorded(stack).one(DEFINITION, f"{name}-definition").inputs)
    del inputs["containerDefinitions"]
    assert inputs == {
        "family": f"pairva-{stack}-{name}",
        "executionRoleArn": own.get("executionRole", f"{made}-execution"),
        "taskRoleArn": own.get("taskRole", f"{made}-task"),
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "runtimePlatform": {
            "cpuArchitecture": file.deployment["architecture"],
            "operatingSystemFamily": "LINUX",
        },
        "cpu": str(own["cpu"]),
        "memory": str(own["memory"]),
        "volumes": [{"name": path[1:].replace("/", "-")} for path in sorted(own.get("writable", []))],
        "skipDestroy": True,
    }


@each_service
def test_the_container_gets_what_the_stack_file_says(stack: str, name: str) -> None:
    own, container = committed(stack).services[name], the_container(recorded(stack), name)
    assert {each["name"]: each["value"] for each in container["environment"]} == own.get("environment", {})
    assert {each["name"]: each["valueFrom"] for each in container["secrets"]} == own.get("secrets", {})
    assert container["portMappings"] == [{"containerPort": own["port"], "hostPort": own["port"], "protocol": "tcp"}]
    assert container["healthCheck"]["command"] == own["health"]["command"]
    assert "dockerLabels" not in container


@each_service
def test_the_log_group_that_exists_is_the_one_the_container_writes_to(stack: str, name: str) -> None:
    file, group = committed(stack), recorded(stack).one(LOGS, f"{name}-logs")
    options = the_container(recorded(stack), name)["logConfiguration"]["options"]
    assert group.inputs["name"] == options["awslogs-group"] == f"/pairva/{stack}/{name}"
    assert options["awslogs-region"] == file.region
    assert group.inputs["retentionInDays"] == file.deployment["logRetentionDays"]
    assert (group.protect, group.retain_on_delete) == (file.protect, file.protect)
    assert group.key in recorded(stack).one(DEFINITION, f"{name}-definition").depends_on


@each_stack
def test_no_two_log_groups_have_one_name(stack: str) -> None:
    names = [each.inputs["name"] for each in recorded(stack).all(LOGS)]
    assert names == [f"/pairva/{stack}/{name}" for name in sorted(committed(stack).services)]


@each_service
def test_a_service_is_exactly_this(stack: str, name: str) -> None:
    file, own = committed(stack), committed(stack).services[name]
    inputs = dict(recorded(stack).one(SERVICE, f"{name}-service").inputs)
    target = f"arn:aws:elasticloadbalancing:us-east-1:{file.account}:targetgroup/{name}-target/1"
    reached = {
        "healthCheckGracePeriodSeconds": own["health"].get("graceSeconds", 180),
        "loadBalancers": [{"containerName": name, "containerPort": own["port"], "targetGroupArn": target}],
    }
    redeployed = {"forceNewDeployment": True, "triggers": {"image": DIGEST}}
    assert inputs == {
        "name": f"pairva-{stack}-{name}",
        "cluster": f"arn:aws:ecs:us-east-1:{file.account}:cluster/pairva-{stack}",
        "taskDefinition": f"arn:aws:ecs:us-east-1:{file.account}:task-definition/pairva-{stack}-{name}:7",
        "desiredCount": own["count"],
        "launchType": "FARGATE",
        "deploymentController": {"type": "ECS"},
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "deploymentMinimumHealthyPercent": 100,
        "deploymentMaximumPercent": 200,
        "availabilityZoneRebalancing": "ENABLED",
        "propagateTags": "SERVICE",
        "enableEcsManagedTags": True,
        "networkConfiguration": {
            "assignPublicIp": False,
            "securityGroups": [f"{name}-group-id"],
            "subnets": file.deployment["network"].get("privateSubnets", ["pairva-private-a-id", "pairva-private-b-id"]),
        },
        "waitForSteadyState": False,
        **(reached if "path" in own else {"loadBalancers": []}),
        **(redeployed if own.get("build", {}).get("mutableTag") else {}),
    }


@each_service
def test_a_service_waits_for_permissions_the_way_in_and_the_way_out(stack: str, name: str) -> None:
    recording = recorded(stack)
    waits = set(recording.one(SERVICE, f"{name}-service").depends_on)
    parents = {f"pairva:index:FargateService/{name}", *NETWORK}
    ways = ("aws:vpc/", "aws:ec2/", "aws:lb/listenerRule")
    needed = {each.key for each in recording.resources if each.parent in parents and each.type.startswith(ways)}
    if "executionRole" not in committed(stack).services[name]:
        needed.add(f"aws:iam/rolePolicy:RolePolicy/{name}-execution-start-tasks")
    assert needed <= waits


@each_stack
def test_the_frontend_waits_for_the_proven_backend_and_nothing_but_services_for_a_verdict(stack: str) -> None:
    resources = recorded(stack).resources
    waiting = {
        name: [each.key for each in resources if f"{GATE}/{name}-proven" in each.depends_on]
        for name in ("backend", "frontend")
    }
    assert f"{SERVICE}/frontend-service" in waiting["backend"]
    assert f"{SERVICE}/backend-service" not in waiting["frontend"]
    assert [key for keys in waiting.values() for key in keys if not key.startswith(f"{SERVICE}/")] == []
    assert not any("frontend" in key for key in recorded(stack).one(SERVICE, "backend-service").depends_on)


@each_service
def test_the_verdict_runs_before_the_gate_is_written_and_nowhere_else(stack: str, name: str) -> None:
    gate = recorded(stack).one(GATE, f"{name}-proven")
    assert gate.hooks == {"before_create": (f"{name}-verdict",), "before_update": (f"{name}-verdict",)}
    assert f"{SERVICE}/{name}-service" in gate.depends_on
    hooked = [each.key for each in recorded(stack).resources if f"{name}-verdict" in str(each.hooks)]
    assert hooked == [gate.key]


@each_stack
def test_no_hook_runs_after_anything_or_before_a_deletion(stack: str) -> None:
    events = {event for each in recorded(stack).resources for event in each.hooks}
    assert events <= {"before_create", "before_update"}


@each_stack
def test_no_verdict_is_asked_at_preview(stack: str) -> None:
    built = [f"{name}-built-once" for name in committed(stack).services]
    assert recorded(stack, True).preview_hooks == ["name-is-free", *built]


@each_service
def test_the_gate_records_what_was_proven(stack: str, name: str) -> None:
    file, gate = committed(stack), recorded(stack).one(GATE, f"{name}-proven").inputs
    value = json.loads(gate["insecureValue"])
    assert set(value) == {"deployment", "digest", "taskDefinition", "url", "version"}
    assert {key: value[key] for key in ("digest", "taskDefinition", "version")} == {
        "digest": DIGEST,
        "taskDefinition": f"arn:aws:ecs:us-east-1:{file.account}:task-definition/pairva-{stack}-{name}:7",
        "version": file.services[name]["version"],
    }
    assert gate["name"] == f"/pairva/{stack}/{name}/proven"
    assert gate["type"] == "String"


@each_built
def test_no_image_waits_for_the_other_services(stack: str, name: str) -> None:
    awaited = recorded(stack).one(IMAGE, f"{name}-image").depends_on
    assert [key for key in awaited if not key.rpartition("/")[2].startswith(f"{name}-")] == []


@each_built
def test_an_image_is_built_for_the_platform_its_task_runs_on(stack: str, name: str) -> None:
    platforms = {"X86_64": "linux/amd64", "ARM64": "linux/arm64"}
    image = recorded(stack).one(IMAGE, f"{name}-image")
    definition = recorded(stack).one(DEFINITION, f"{name}-definition")
    assert image.inputs["build"]["platform"] == platforms[definition.inputs["runtimePlatform"]["cpuArchitecture"]]
    assert image.inputs["imageName"] == the_container(recorded(stack), name)["image"]
    assert image.key in definition.depends_on


def protected(recording: Recording) -> set[str]:
    return {each.key for each in recording.resources if each.protect}


@each_stack
def test_what_cannot_be_made_again_is_protected_unless_the_stack_says_otherwise(stack: str) -> None:
    def kept(each: Registered) -> bool:
        network = each.parent in NETWORK and not each.type.startswith("pairva:")
        return network or each.type.startswith("aws:s3/") or each.type in KEPT

    recording, protect = recorded(stack), committed(stack).protect
    assert protected(recording) == {each.key for each in recording.resources if protect and kept(each)}
    retained = {each.key for each in recording.resources if each.retain_on_delete}
    assert retained == {
        each.key
        for each in recording.resources
        if protect and (each.type in (LOGS, "aws:ecr/repository:Repository") or each.type.startswith("aws:s3/"))
    }
    balancer = recording.one("aws:lb/loadBalancer:LoadBalancer", "pairva-balancer").inputs
    assert balancer["enableDeletionProtection"] is protect


@each_stack
def test_nothing_ignores_changes_or_has_a_wildcard_where_it_needs_none(stack: str) -> None:
    ignored = {(each.type, each.ignore_changes) for each in recorded(stack).resources if each.ignore_changes}
    assert ignored <= {("aws:ecr/repository:Repository", ("encryptionConfigurations",))}
    for policy in recorded(stack).all("aws:iam/rolePolicy:RolePolicy"):
        token = [{"Effect": "Allow", "Action": ["ecr:GetAuthorizationToken"], "Resource": "*"}]
        everything = [s for s in json.loads(policy.inputs["policy"])["Statement"] if s["Resource"] == "*"]
        assert everything == (token if policy.inputs["name"] == "start-tasks" else [])


@each_stack
def test_applications_may_do_nothing_until_they_are_granted_it(stack: str) -> None:
    granted = {each.inputs["role"] for each in recorded(stack).all("aws:iam/rolePolicy:RolePolicy")}
    made = [name for name, service in committed(stack).services.items() if "executionRole" not in service]
    assert granted == {f"pairva-{stack}-{name}-execution" for name in made}


@each_stack
def test_only_the_load_balancer_hears_the_world(stack: str) -> None:
    rules = recorded(stack).all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    endpoints = "pairva:index:Endpoints/pairva"
    named = {each.inputs["securityGroupId"] for each in rules if "cidrIpv4" in each.inputs and each.parent != endpoints}
    assert named == {"pairva-group-id"}
    assert [each.name for each in rules if "cidrIpv6" in each.inputs or "prefixListId" in each.inputs] == []


@each_stack
def test_the_only_secret_that_pulumi_keeps_is_the_registrys_password(stack: str) -> None:
    secrets = {each.name: each.secrets for each in recorded(stack).resources if each.secrets}
    built = [name for name, service in committed(stack).services.items() if "build" in service]
    assert secrets == {f"{name}-image": ("registry",) for name in built}

"""Resources of Pulumi as scanners read them: in the words of Terraform."""

import json
from dataclasses import replace
from typing import Any

import pytest

from audit.plan import place, plan
from audit.program import Program, Resource, terraform_type
from tests.audit.programs import possible


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("aws:ecs/taskDefinition:TaskDefinition", "aws_ecs_task_definition"),
        ("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "aws_ecs_cluster_capacity_providers"),
        ("aws:cloudwatch/dashboard:Dashboard", "aws_cloudwatch_dashboard"),
        ("aws:ec2/vpc:Vpc", "aws_vpc"),
        ("aws:ec2/securityGroup:SecurityGroup", "aws_security_group"),
        ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws_vpc_security_group_ingress_rule"),
        ("aws:lb/loadBalancer:LoadBalancer", "aws_lb"),
        ("aws:lb/targetGroup:TargetGroup", "aws_lb_target_group"),
        ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "aws_s3_bucket_public_access_block"),
        ("aws:route53/record:Record", "aws_route53_record"),
    ],
)
def test_terraforms_name_follows_from_pulumis(token: str, kind: str) -> None:
    assert terraform_type(token) == kind


@pytest.mark.parametrize("token", ["aws:sqs/queue:Queue", "docker:index/image:Image"])
def test_a_type_that_has_no_known_name_is_named(token: str) -> None:
    with pytest.raises(LookupError, match=token):
        terraform_type(token)


def resource(kind: str, name: str, **inputs: Any) -> Resource:
    return Resource(type=kind, name=name, inputs=inputs, kept=False, identities={"id": f"{name}-id"})


def planned(*resources: Resource) -> tuple[dict[str, Any], dict[str, Any]]:
    """Values and expressions of the first."""
    document = plan([Program(stack="test", resources=resources)])
    (first, *_), (configured, *_) = (
        document[part]["root_module"]["resources"] for part in ("planned_values", "configuration")
    )
    assert document["resource_changes"][0]["change"]["after"] == first["values"]
    return first["values"], configured["expressions"]


def test_blocks_are_lists_and_whole_numbers_whole() -> None:
    values, _ = planned(
        resource(
            "aws:ecs/service:Service",
            "web",
            desiredCount=2.0,
            deploymentCircuitBreaker={"enable": True},
            loadBalancers=[{"containerPort": 80.0}],
            capacityProviderStrategies=[{"base": 1.0}],
            triggers={"image": "1"},
        )
    )
    assert values == {
        "desired_count": 2,
        "deployment_circuit_breaker": [{"enable": True}],
        "load_balancer": [{"container_port": 80}],
        "capacity_provider_strategy": [{"base": 1}],
        "triggers": {"image": "1"},
    }
    assert isinstance(values["desired_count"], int)


@pytest.mark.parametrize(
    ("plural", "singular"),
    [("aliases", "alias"), ("rules", "rule"), ("ingress", "ingress"), ("egress", "egress"), ("volumes", "volume")],
)
def test_a_repeated_block_is_named_in_the_singular(plural: str, singular: str) -> None:
    values, _ = planned(resource("aws:ec2/subnet:Subnet", "one", **{plural: [{"name": "a"}]}))
    assert values == {singular: [{"name": "a"}]}


def test_what_another_resource_computes_is_unknown_and_referred_to() -> None:
    values, expressions = planned(
        resource("aws:ec2/subnet:Subnet", "one", vpcId="net-id", cidrBlock="10.0.0.0/16"),
        resource("aws:ec2/vpc:Vpc", "net"),
    )
    assert values == {"cidr_block": "10.0.0.0/16"}
    assert expressions["vpc_id"] == {"references": ["aws_vpc.test__net.id", "aws_vpc.test__net"]}


def test_resources_of_two_stacks_are_told_apart() -> None:
    stacks = [Program(stack=stack, resources=[resource("aws:ec2/vpc:Vpc", "net.0")]) for stack in ("a", "b")]
    addresses = [each["address"] for each in plan(stacks)["planned_values"]["root_module"]["resources"]]
    assert addresses == ["aws_vpc.a__net-0", "aws_vpc.b__net-0"]
    assert [place(each) for each in addresses] == ["a/aws_vpc.net-0", "b/aws_vpc.net-0"]


def test_a_container_has_no_cpu_that_trivy_stumbles_over() -> None:
    definitions = json.dumps([{"name": "web", "cpu": 0, "image": "web:1"}])
    task = resource("aws:ecs/taskDefinition:TaskDefinition", "task", containerDefinitions=definitions)
    assert planned(task)[0] == {"container_definitions": json.dumps([{"name": "web", "image": "web:1"}])}


def test_what_two_resources_are_known_as_is_refused() -> None:
    twin = replace(resource("aws:ec2/vpc:Vpc", "two"), identities={"id": "one-id"})
    with pytest.raises(LookupError, match="two and one are both known as one-id"):
        planned(resource("aws:ec2/vpc:Vpc", "one", cidrBlock="10.0.0.0/16"), twin)


def test_everything_that_a_stack_registers_is_in_the_plan() -> None:
    document = plan(possible().values())
    assert len(document["planned_values"]["root_module"]["resources"]) == sum(
        len(each.resources) for each in possible().values()
    )

"""Endpoints: which there are, where they stand, and whom they let in."""

import pytest

from tests.components.parts import recorded_network, recorded_service
from tests.samples import Edit, in_region

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
WITHOUT_NAT = ("nat: one", "nat: none\n      endpoints: true")
BESIDE_NAT = ("nat: one", "nat: one\n      endpoints: true")
TASKS = ["ecr-api", "ecr-dkr", "logs", "secretsmanager"]


def interface(service: str, region: str = "us-east-1") -> dict[str, object]:
    return {
        "vpcId": "pairva-vpc-id",
        "serviceName": f"com.amazonaws.{region}.{service}",
        "vpcEndpointType": "Interface",
        "subnetIds": ["pairva-private-a-id", "pairva-private-b-id"],
        "securityGroupIds": ["pairva-endpoints-group-id"],
        "privateDnsEnabled": True,
        "tags": {"Name": f"pairva-test-{service}"},
    }


def gateway(region: str = "us-east-1") -> dict[str, object]:
    return {
        "vpcId": "pairva-vpc-id",
        "serviceName": f"com.amazonaws.{region}.s3",
        "vpcEndpointType": "Gateway",
        "routeTableIds": ["pairva-private-a-routes-id", "pairva-private-b-routes-id"],
        "tags": {"Name": "pairva-test-s3"},
    }


@pytest.mark.parametrize("edit", [WITHOUT_NAT, BESIDE_NAT], ids=["without NAT", "beside NAT"])
def test_tasks_reach_what_they_need_from_both_private_subnets_and_s3_through_their_routes(edit: Edit) -> None:
    assert {each.name: each.inputs for each in recorded_network(edit).all(ENDPOINT)} == {
        "pairva-endpoint-ecr-api": interface("ecr.api"),
        "pairva-endpoint-ecr-dkr": interface("ecr.dkr"),
        "pairva-endpoint-logs": interface("logs"),
        "pairva-endpoint-secretsmanager": interface("secretsmanager"),
        "pairva-endpoint-s3": gateway(),
    }


def test_they_are_of_the_stacks_own_region() -> None:
    made = recorded_network(WITHOUT_NAT, *in_region("eu-central-1")).all(ENDPOINT)
    assert {each.inputs["serviceName"].rpartition(".")[0] for each in made} == {
        "com.amazonaws.eu-central-1",
        "com.amazonaws.eu-central-1.ecr",
    }


def test_without_the_word_for_it_there_are_none() -> None:
    of_endpoints = (ENDPOINT, "pairva:index:Endpoints", "aws:ec2/securityGroup:", "aws:vpc/")
    assert [each.key for each in recorded_network().resources if each.type.startswith(of_endpoints)] == []


def test_the_private_subnets_are_let_in_by_https_and_nobody_else() -> None:
    recording = recorded_network(WITHOUT_NAT)
    assert recording.one("aws:ec2/securityGroup:SecurityGroup", "pairva-endpoints-group").inputs == {
        "name": "pairva-test-endpoints",
        "description": "Endpoints: the private subnets in",
        "vpcId": "pairva-vpc-id",
    }
    rules = [each for each in recording.resources if each.type.startswith("aws:vpc/")]
    assert [(each.type, each.name, each.inputs) for each in rules] == [
        (
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            f"pairva-endpoints-from-{block.replace('/', '-')}",
            {
                "securityGroupId": "pairva-endpoints-group-id",
                "description": "HTTPS from a private subnet",
                "cidrIpv4": block,
                "ipProtocol": "tcp",
                "fromPort": 443,
                "toPort": 443,
            },
        )
        for block in ("10.20.128.0/18", "10.20.192.0/18")
    ]


def test_a_service_waits_for_its_ways_to_aws() -> None:
    recording = recorded_service(WITHOUT_NAT)
    ways = {each.key for each in recording.resources if each.parent == "pairva:index:Endpoints/pairva"}
    assert len(ways) == 8
    assert ways <= {*recording.one("aws:ecs/service:Service", "backend-service").depends_on}

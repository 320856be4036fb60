"""The network: what exists for each kind of NAT, and where each route leads."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.network import subnet_blocks
from tests.components.parts import logs_of, network_of, recorded_network, recorded_service
from tests.recording import Recording, record
from tests.samples import Edit

ROUTE, TABLE, GATEWAY = "aws:ec2/route:Route", "aws:ec2/routeTable:RouteTable", "aws:ec2/natGateway:NatGateway"
ENDPOINTS = ("aws:region: us-east-1", "aws:region: us-east-1\n  aws:endpoints: [{ecs: 'http://localhost:4566'}]")

NAT: dict[str, tuple[list[Edit], list[str], dict[str, str]]] = {
    "one": ([], ["a"], {"private-a": "a", "private-b": "a"}),
    "perZone": ([("nat: one", "nat: perZone")], ["a", "b"], {"private-a": "a", "private-b": "b"}),
    "none": ([ENDPOINTS, ("nat: one", "nat: none")], [], {}),
}

each_nat = pytest.mark.parametrize(("edits", "gateways", "ways"), NAT.values(), ids=NAT)


def ways_out(recording: Recording) -> dict[str, str]:
    """Where each subnet's default route leads: `private-a` -> the gateway's id."""
    return {
        each.name.removeprefix("pairva-").removesuffix("-way-out"): each.inputs.get("natGatewayId", "")
        or each.inputs["gatewayId"]
        for each in recording.all(ROUTE)
    }


@each_nat
def test_private_subnets_leave_through_nat_and_public_ones_directly(
    edits: list[Edit], gateways: list[str], ways: dict[str, str]
) -> None:
    recording = recorded_network(*edits)
    assert ways_out(recording) == {
        "public-a": "pairva-internet-id",
        "public-b": "pairva-internet-id",
        **{subnet: f"pairva-nat-{zone}-id" for subnet, zone in ways.items()},
    }
    assert {each.inputs["destinationCidrBlock"] for each in recording.all(ROUTE)} == {"0.0.0.0/0"}
    assert all(
        each.inputs["routeTableId"] == f"{each.name.removesuffix('-way-out')}-routes-id"
        for each in recording.all(ROUTE)
    )


@each_nat
def test_each_gateway_stands_in_its_zones_public_subnet_with_its_own_address(
    edits: list[Edit], gateways: list[str], ways: dict[str, str]
) -> None:
    recording = recorded_network(*edits)
    assert {each.name: each.inputs for each in recording.all(GATEWAY)} == {
        f"pairva-nat-{zone}": {
            "allocationId": f"pairva-nat-{zone}-address-id",
            "subnetId": f"pairva-public-{zone}-id",
            "tags": {"Name": f"pairva-test-nat-{zone}"},
        }
        for zone in gateways
    }
    assert [each.inputs["domain"] for each in recording.all("aws:ec2/eip:Eip")] == ["vpc"] * len(gateways)
    assert recording.component_outputs["pairva:index:Network/pairva"]["nat_addresses"] == [
        f"192.0.2.{ord(zone)}" for zone in gateways
    ]
    for gateway in recording.all(GATEWAY):
        assert "aws:ec2/internetGateway:InternetGateway/pairva-internet" in gateway.depends_on


def test_subnets_have_exactly_these_blocks_and_give_no_public_addresses() -> None:
    subnets = {each.name: each.inputs for each in recorded_network().all("aws:ec2/subnet:Subnet")}
    assert subnets == {
        f"pairva-{side}-{zone}": {
            "vpcId": "pairva-vpc-id",
            "availabilityZone": f"us-east-1{zone}",
            "cidrBlock": block,
            "mapPublicIpOnLaunch": False,
            "tags": {"Name": f"pairva-test-{side}-{zone}"},
        }
        for side, zone, block in [
            ("public", "a", "10.20.0.0/18"),
            ("public", "b", "10.20.64.0/18"),
            ("private", "a", "10.20.128.0/18"),
            ("private", "b", "10.20.192.0/18"),
        ]
    }


def test_each_subnet_has_a_route_table_of_its_own() -> None:
    recording = recorded_network()
    pairs = {
        each.inputs["subnetId"]: each.inputs["routeTableId"]
        for each in recording.all("aws:ec2/routeTableAssociation:RouteTableAssociation")
    }
    assert pairs == {
        f"pairva-{side}-{zone}-id": f"pairva-{side}-{zone}-routes-id" for side in ("public", "private") for zone in "ab"
    }
    assert {each.inputs["vpcId"] for each in recording.all(TABLE)} == {"pairva-vpc-id"}


def test_the_vpc_resolves_names_and_has_the_whole_block() -> None:
    assert recorded_network().one("aws:ec2/vpc:Vpc", "pairva-vpc").inputs == {
        "cidrBlock": "10.20.0.0/16",
        "enableDnsHostnames": True,
        "enableDnsSupport": True,
        "tags": {"Name": "pairva-test-vpc"},
    }


def test_other_components_are_given_the_right_subnets() -> None:
    assert recorded_network().component_outputs["pairva:index:Network/pairva"] == {
        "vpc_id": "pairva-vpc-id",
        "public_subnet_ids": ["pairva-public-a-id", "pairva-public-b-id"],
        "private_subnet_ids": ["pairva-private-a-id", "pairva-private-b-id"],
        "nat_addresses": ["192.0.2.97"],
    }


EXISTING = (
    "cidr: 10.20.0.0/16\n      zones: [us-east-1a, us-east-1b]\n      nat: one",
    "vpc: vpc-00000001\n      publicSubnets: [subnet-00000001, subnet-00000002]\n"
    "      privateSubnets: [subnet-00000003, subnet-00000004, subnet-00000005]",
)


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_of_a_network_that_exists_nothing_is_made_and_its_ids_are_passed_on(preview: bool) -> None:
    recording = record(lambda: network_of(logs_of(EXISTING), EXISTING), preview=preview)
    of_the_logs = ("pairva:index:LogBucket", "aws:s3/")
    made = [each.key for each in recording.resources if not each.type.startswith(of_the_logs)]
    assert made == ["pairva:index:Network/pairva"]
    assert recording.component_outputs["pairva:index:Network/pairva"] == {
        "vpc_id": "vpc-00000001",
        "public_subnet_ids": ["subnet-00000001", "subnet-00000002"],
        "private_subnet_ids": ["subnet-00000003", "subnet-00000004", "subnet-00000005"],
        "nat_addresses": [],
    }


def test_services_and_their_balancer_stand_in_a_network_that_exists() -> None:
    recording = recorded_service(EXISTING)
    assert recording.one("aws:lb/loadBalancer:LoadBalancer", "pairva-balancer").inputs["subnets"] == [
        "subnet-00000001",
        "subnet-00000002",
    ]
    service = recording.one("aws:ecs/service:Service", "backend-service")
    assert service.inputs["networkConfiguration"]["subnets"] == [
        "subnet-00000003",
        "subnet-00000004",
        "subnet-00000005",
    ]
    of_the_vpc = ("aws:ec2/securityGroup:SecurityGroup", "aws:lb/targetGroup:TargetGroup")
    assert [each.inputs["vpcId"] for kind in of_the_vpc for each in recording.all(kind)] == ["vpc-00000001"] * 3


def test_what_the_network_refuses_is_logged_and_its_default_group_lets_nothing_through() -> None:
    recording = recorded_network()
    assert recording.one("aws:ec2/flowLog:FlowLog", "pairva-refused").inputs == {
        "vpcId": "pairva-vpc-id",
        "trafficType": "REJECT",
        "logDestinationType": "s3",
        "logDestination": "arn:aws:s3:::pairva-test-logs-039612856036",
        "tags": {"Name": "pairva-test-refused"},
    }
    assert recording.one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "pairva-default-group").inputs == {
        "vpcId": "pairva-vpc-id",
        "ingress": [],
        "egress": [],
        "tags": {"Name": "pairva-test-default"},
    }


@pytest.mark.parametrize("protect", [True, False])
def test_the_whole_network_is_protected_or_nothing_of_it(protect: bool) -> None:
    unless = ("logRetentionDays: 30", f"logRetentionDays: 30\n    protect: {str(protect).lower()}")
    recording = recorded_network(unless, ("nat: one", "nat: one\n      endpoints: true"))
    of_network = ("pairva:index:Network/pairva", "pairva:index:Endpoints/pairva")
    children = [
        each for each in recording.resources if each.parent in of_network and not each.type.startswith("pairva:")
    ]
    assert {each.protect for each in children} == {protect}
    assert {each.retain_on_delete for each in children} == {False}


@given(st.integers(0, 2**32 - 1), st.integers(16, 24))
def test_the_four_blocks_are_equal_and_fill_the_vpc(address: int, length: int) -> None:
    network = ipaddress.IPv4Network((address, length), strict=False)
    blocks = [ipaddress.IPv4Network(block) for block in subnet_blocks(str(network))]
    assert [block.prefixlen for block in blocks] == [length + 2] * 4
    assert list(ipaddress.collapse_addresses(blocks)) == [network]

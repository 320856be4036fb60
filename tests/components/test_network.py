"""The network: what exists for each kind of NAT, and where each route leads."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.network import subnet_blocks
from tests.components.parts import recorded_network
from tests.recording import Recording
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


@pytest.mark.parametrize("protect", [True, False])
def test_the_whole_network_is_protected_or_nothing_of_it(protect: bool) -> None:
    recording = recorded_network(("logRetentionDays: 30", f"logRetentionDays: 30\n    protect: {str(protect).lower()}"))
    children = [each for each in recording.resources if each.parent]
    assert {each.protect for each in children} == {protect}
    assert {each.retain_on_delete for each in children} == {False}


@given(st.integers(0, 2**32 - 1), st.integers(16, 24))
def test_the_four_blocks_are_equal_and_fill_the_vpc(address: int, length: int) -> None:
    network = ipaddress.IPv4Network((address, length), strict=False)
    blocks = [ipaddress.IPv4Network(block) for block in subnet_blocks(str(network))]
    assert [block.prefixlen for block in blocks] == [length + 2] * 4
    assert list(ipaddress.collapse_addresses(blocks)) == [network]

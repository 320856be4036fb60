"""A network that exists: its VPC, its ways in, and what is asked; and the zones of one that is made."""

import threading
from threading import Event
from typing import Any

import pytest

from checks.preflight import network, vpc
from checks.preflight.result import Outcome, Result, failed, ok, unchecked, warning
from checks.session import Session
from settings.network import ExistingNetwork
from tests.checks.aws import stubbed
from tests.checks.preflight.ground import (
    BACKEND,
    EXISTING,
    FRONTEND,
    NAT,
    PRIVATE_A,
    PRIVATE_B,
    PUBLIC_A,
    PUBLIC_B,
    VPC,
    Ec2,
    about,
    changed,
    finding,
    ground,
    results,
    route,
)
from tests.checks.preflight.ways import Change, shown, tables
from tests.samples import stack


def public(*routes: dict[str, Any]) -> Change:
    return lambda facts: tables(facts)["rtb-public"]["Routes"].__setitem__(slice(1, None), routes)


def closed(why: str) -> list[Result]:
    remedy = "lead 0.0.0.0/0 to the VPC's internet gateway, or name a public subnet"
    what = f"the load balancer is not reached there: {why}"
    return [
        failed(f"{name} to the internet", finding(f"publicSubnets[{position}]", what, name, remedy))
        for position, name in enumerate([PUBLIC_A, PUBLIC_B])
    ]


def unseen(why: str) -> list[Result]:
    return [unchecked(f"{name} to the internet", why) for name in (PUBLIC_A, PUBLIC_B)]


CLIENTS = "and nobody can see from here whether all clients are behind"
NO_DEFAULT = "its route table rtb-public has no default route"
FIREWALL = "the default route of rtb-public leads to vpce-1, and nobody can see from here what is behind it"
SHARED = "account 111111111111 shares the subnet, and only it sees where its routes lead"

WAYS_IN: dict[str, tuple[Change, list[Result]]] = {
    "internet gateway": (
        public(route("GatewayId", "igw-1")),
        [ok(f"{name} to the internet", "through igw-1") for name in (PUBLIC_A, PUBLIC_B)],
    ),
    "NAT": (public(route("NatGatewayId", NAT)), closed("the default route of rtb-public leads to nat-1")),
    "nothing": (public(), closed(NO_DEFAULT)),
    "internet gateway that is gone": (
        public(route("GatewayId", "igw-1", state="blackhole")),
        closed("the default route of rtb-public leads to igw-1, which is gone (blackhole)"),
    ),
    "internet gateway by halves": (
        public(route("GatewayId", "igw-1", to="0.0.0.0/1"), route("GatewayId", "igw-1", to="128.0.0.0/1")),
        unseen(f"{NO_DEFAULT}, {CLIENTS} igw-1 (0.0.0.0/1), igw-1 (128.0.0.0/1)"),
    ),
    "internet gateway to a list of prefixes": (
        public({"DestinationPrefixListId": "pl-1", "GatewayId": "igw-1", "State": "active"}),
        unseen(f"{NO_DEFAULT}, {CLIENTS} igw-1 (pl-1)"),
    ),
    "internet gateway to clients, NAT to others": (
        public(route("GatewayId", "igw-1", to="203.0.113.0/24"), route("NatGatewayId", NAT)),
        unseen(f"the default route of rtb-public leads to nat-1, {CLIENTS} igw-1 (203.0.113.0/24)"),
    ),
    "internet gateway to clients that is gone": (
        public(route("GatewayId", "igw-1", to="203.0.113.0/24", state="blackhole")),
        closed(NO_DEFAULT),
    ),
    "internet gateway for IPv6 only": (
        public({"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1", "State": "active"}),
        closed(NO_DEFAULT),
    ),
    "transit gateway to some": (public(route("TransitGatewayId", "tgw-1", to="10.0.0.0/8")), closed(NO_DEFAULT)),
    "firewall": (public(route("GatewayId", "vpce-1")), unseen(FIREWALL)),
    "another account's": (
        shown(a={"OwnerId": "111111111111"}, b={"OwnerId": "111111111111"}),
        unseen(SHARED),
    ),
}


@pytest.mark.parametrize(("change", "expected"), WAYS_IN.values(), ids=WAYS_IN)
def test_public_subnets_lead_to_an_internet_gateway(
    change: Change, expected: list[Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert about("to the internet", results(monkeypatch, changed(change))) == expected


def test_of_a_vpc_that_is_not_there_nothing_more_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {
        **ground(),
        "DescribeVpcs": {"Vpcs": []},
        "DescribeSubnets": {"Subnets": []},
        "DescribeVpcAttribute": "InvalidVpcID.NotFound",
    }
    found = results(monkeypatch, facts)
    missing = "there is no such VPC for account 039612856036 in us-east-1"
    assert found[0] == failed(VPC, finding("vpc", missing, VPC, "name one that this lists: aws ec2 describe-vpcs"))
    assert [each.subject for each in found[1:]] == ["subnets"] * 4


def test_a_vpc_without_dns_support_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = ground()
    facts["DescribeVpcAttribute"]["EnableDnsSupport"] = {"Value": False}
    what = "has no DNS support: tasks resolve no name, unless its DHCP options name servers of yours"
    remedy = f"aws ec2 modify-vpc-attribute --vpc-id {VPC} --enable-dns-support"
    assert results(monkeypatch, facts)[0] == warning(VPC, finding("vpc", what, VPC, remedy))


def test_each_question_is_put_once_and_about_this_network(monkeypatch: pytest.MonkeyPatch) -> None:
    ec2, of = Ec2(monkeypatch, ground()), stack(EXISTING)
    (check,) = network.checks(of)
    assert check.subject == "network"
    assert {each.outcome for each in check.ask(Session(of))} == {Outcome.OK}
    of_the_vpc = {"Filters": [{"Name": "vpc-id", "Values": [VPC]}]}
    subnets = {"Name": "subnet-id", "Values": [PUBLIC_A, PUBLIC_B, PRIVATE_A, PRIVATE_B]}
    groups = {"Name": "group-name", "Values": [BACKEND, FRONTEND, "pairva-test-balancer"]}
    assert sorted(ec2.calls, key=str) == [
        ("DescribeNatGateways", {"Filter": of_the_vpc["Filters"]}),
        ("DescribeNetworkInterfaces", {"Filters": [subnets, groups]}),
        ("DescribeRouteTables", of_the_vpc),
        ("DescribeSecurityGroups", of_the_vpc),
        ("DescribeSubnets", {"Filters": [subnets]}),
        ("DescribeVpcAttribute", {"VpcId": VPC, "Attribute": "enableDnsHostnames"}),
        ("DescribeVpcAttribute", {"VpcId": VPC, "Attribute": "enableDnsSupport"}),
        ("DescribeVpcEndpoints", of_the_vpc),
        ("DescribeVpcs", of_the_vpc),
    ]


class Hanging(Ec2):
    """Answers when it is let go, or after five seconds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.let_go = Event()
        super().__init__(monkeypatch, ground())

    def _answer(self, operation: str, arguments: Any) -> Any:
        self.let_go.wait(5)
        return super()._answer(operation, arguments)


def test_no_question_that_hangs_keeps_the_program_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    ec2, of, before = Hanging(monkeypatch), stack(EXISTING), set(threading.enumerate())
    existing = of.deployment.network
    assert isinstance(existing, ExistingNetwork)
    asked = vpc.ask(Session(of), existing, [])
    assert [each.daemon for each in set(threading.enumerate()) - before] == [True] * 9
    ec2.let_go.set()
    assert asked.vpcs.result() == ground()["DescribeVpcs"]["Vpcs"]


@pytest.mark.parametrize("code", ["UnauthorizedOperation", "RequestLimitExceeded"])
@pytest.mark.parametrize(
    ("operation", "subjects"),
    [
        ("DescribeVpcs", [VPC]),
        ("DescribeVpcAttribute", [VPC, "ways to AWS"]),
        ("DescribeSubnets", ["subnets", "addresses", "ways in", "ways to AWS"]),
        ("DescribeRouteTables", ["ways in", "ways to AWS"]),
        ("DescribeSecurityGroups", ["ways to AWS"]),
        ("DescribeNetworkInterfaces", ["addresses"]),
    ],
)
def test_what_ec2_refuses_to_tell_leaves_open_only_what_follows_from_it(
    operation: str, subjects: list[str], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = results(monkeypatch, {**ground(), operation: code})
    assert [each for each in found if each.outcome is not Outcome.OK] == [
        unchecked(subject, f"{operation}: {code}: no") for subject in subjects
    ]


def zone(name: str, state: str = "available") -> dict[str, Any]:
    return {"ZoneName": name, "State": state}


NO_ZONE = failed(
    "zones",
    finding(
        "zones[1]",
        "account 039612856036 has no such zone",
        "us-east-1b",
        "name one that this lists: aws ec2 describe-availability-zones --query AvailabilityZones[].ZoneName",
    ),
)
TROUBLED = warning(
    "zones",
    finding(
        "zones[1]", "AWS calls the zone impaired, not available", "us-east-1b", "see https://health.aws.amazon.com"
    ),
)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ([zone("us-east-1b")], ok("zones", "us-east-1b")),
        ([], NO_ZONE),
        ([zone("us-east-1b", "impaired")], TROUBLED),
    ],
    ids=["there", "missing", "impaired"],
)
def test_the_zones_of_a_network_that_is_made_are_there(
    second: list[dict[str, Any]], expected: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = stack()
    (check,) = network.checks(of)
    asked = {"Filters": [{"Name": "zone-name", "Values": ["us-east-1a", "us-east-1b"]}]}
    with stubbed(monkeypatch, "ec2") as ec2:
        ec2.add_response("describe_availability_zones", {"AvailabilityZones": [zone("us-east-1a"), *second]}, asked)
        assert list(check.ask(Session(of))) == [ok("zones", "us-east-1a"), expected]

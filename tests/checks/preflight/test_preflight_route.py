"""From each private subnet to what ECS needs: where its routes lead."""

import pytest

from checks.preflight.result import Result, ok
from tests.checks.preflight.ground import NAT, PRIVATE_A, PRIVATE_B, PUBLIC_A, route, table
from tests.checks.preflight.ways import (
    ALL,
    NO_DEFAULT,
    Change,
    alone,
    cannot,
    default,
    main,
    nat,
    owner,
    reached,
    tables,
    unknown,
    unseen_tables,
    ways_out,
)

BEHIND = "and nobody can see from here what is behind"

ROUTES: dict[str, tuple[list[Change], list[Result]]] = {
    "NAT": ([], reached(f"{ALL} through {NAT}")),
    "NAT that failed": ([nat(State="failed")], cannot(ALL, "the NAT gateway nat-1 is failed")),
    "NAT that is being deleted": ([nat(State="deleting")], cannot(ALL, "the NAT gateway nat-1 is deleting")),
    "NAT in a subnet that leads to the internet by halves": (
        [
            lambda facts: tables(facts)["rtb-public"]["Routes"].__setitem__(
                slice(1, None),
                [route("GatewayId", "igw-1", to="0.0.0.0/1"), route("GatewayId", "igw-1", to="128.0.0.0/1")],
            )
        ],
        unknown(
            ALL,
            f"the NAT gateway nat-1 stands in {PUBLIC_A}, and its route table rtb-public has no default route, and "
            "nobody can see from here whether all clients are behind igw-1 (0.0.0.0/1), igw-1 (128.0.0.0/1)",
        ),
    ),
    "NAT that is still made": ([nat(State="pending")], unknown(ALL, "the NAT gateway nat-1 is pending")),
    "NAT in a private subnet": (
        [nat(SubnetId=PRIVATE_B)],
        cannot(
            ALL, f"the NAT gateway nat-1 stands in {PRIVATE_B}, and the default route of rtb-private leads to nat-1"
        ),
    ),
    "NAT in a dead subnet": (
        [nat(SubnetId="subnet-9")],
        cannot(ALL, "the NAT gateway nat-1 stands in subnet-9, and its route table rtb-main has no default route"),
    ),
    "NAT behind an internet gateway that is gone": (
        [lambda facts: tables(facts)["rtb-public"]["Routes"][1].update(State="blackhole")],
        cannot(
            ALL,
            f"the NAT gateway nat-1 stands in {PUBLIC_A}, and the default route of rtb-public leads to igw-1, which is "
            "gone (blackhole)",
        ),
    ),
    "private NAT": (
        [nat(ConnectivityType="private")],
        unknown(ALL, "nat-1 is a private NAT gateway, and nobody can see what is behind it"),
    ),
    "regional NAT": (
        [
            lambda facts: facts["DescribeNatGateways"].update(
                NatGateways=[{"NatGatewayId": NAT, "State": "available", "RouteTableId": "rtb-nat"}]
            ),
            lambda facts: facts["DescribeRouteTables"]["RouteTables"].append(
                table("rtb-nat", routes=[route("GatewayId", "igw-1")])
            ),
        ],
        reached(f"{ALL} through {NAT}"),
    ),
    "NAT that EC2 does not show": (
        [lambda facts: facts["DescribeNatGateways"]["NatGateways"].clear()],
        unknown(ALL, "EC2 does not show nat-1"),
    ),
    "internet gateway only": (
        [default(route("GatewayId", "igw-1"))],
        cannot(ALL, "the default route of rtb-private leads to igw-1, and tasks have no public address"),
    ),
    "blackhole": (
        [default(route("NatGatewayId", "nat-0", state="blackhole"))],
        cannot(ALL, "the default route of rtb-private leads to nat-0, which is gone (blackhole)"),
    ),
    "no default route": ([default()], cannot(ALL, NO_DEFAULT)),
    "main route table": (
        [alone, main(route("NatGatewayId", NAT))],
        reached(f"{ALL} through {NAT}"),
    ),
    "main route table without a way": (
        [alone],
        [
            *cannot(ALL, "its route table rtb-main has no default route", subnets=[PRIVATE_A]),
            ok(f"{PRIVATE_B} to AWS", f"{ALL} through {NAT}"),
        ],
    ),
    "transit gateway": (
        [default(route("TransitGatewayId", "tgw-1"))],
        unknown(ALL, f"the default route of rtb-private leads to tgw-1, {BEHIND} it"),
    ),
    "firewall": (
        [default(route("GatewayId", "vpce-1"))],
        unknown(ALL, f"the default route of rtb-private leads to vpce-1, {BEHIND} it"),
    ),
    "transit gateway to a network of endpoints": (
        [default(route("TransitGatewayId", "tgw-1", to="10.0.0.0/8"))],
        unknown(ALL, f"{NO_DEFAULT}, {BEHIND} tgw-1 (10.0.0.0/8)"),
    ),
    "transit gateway that is gone": (
        [default(route("TransitGatewayId", "tgw-1", to="10.0.0.0/8", state="blackhole"))],
        cannot(ALL, NO_DEFAULT),
    ),
    "internet gateway to some addresses, and S3's own endpoint": (
        [
            default(
                route("GatewayId", "igw-1", to="3.0.0.0/8"),
                {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-s3", "State": "active"},
            )
        ],
        cannot(ALL, NO_DEFAULT),
    ),
    "IPv6 only": (
        [default({"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1", "State": "active"})],
        cannot(ALL, NO_DEFAULT),
    ),
    "another account's subnets": (
        [owner("111111111111")],
        unknown(ALL, "account 111111111111 shares the subnet, and only it sees where its routes lead"),
    ),
    "no route table is shown": ([unseen_tables], unknown(ALL, "EC2 shows no route table of it")),
}


@pytest.mark.parametrize(("changes", "expected"), ROUTES.values(), ids=ROUTES)
def test_where_the_routes_of_a_private_subnet_lead(
    changes: list[Change], expected: list[Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ways_out(monkeypatch, changes) == expected

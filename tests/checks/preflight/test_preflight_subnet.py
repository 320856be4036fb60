"""The subnets of a network that exists: there, in the right zones, with room for what will stand in them."""

from typing import Any

import pytest

from checks.preflight.result import Result, failed, ok, warning
from finding import Finding
from tests.checks.preflight.ground import (
    BACKEND,
    EXISTING,
    FRONTEND,
    PRIVATE_A,
    PRIVATE_B,
    PUBLIC_A,
    PUBLIC_B,
    VPC,
    Facts,
    about,
    changed,
    finding,
    ground,
    results,
)
from tests.checks.preflight.ways import Change, shown
from tests.samples import stack

OTHER_SUBNETS = f"name one that this lists: aws ec2 describe-subnets --filters Name=vpc-id,Values={VPC}"


def hidden(facts: Facts) -> None:
    facts["DescribeSubnets"]["Subnets"].pop(3)


def held(*interfaces: tuple[str, str]) -> Change:
    """Interfaces in a subnet, with a security group of that name."""
    listed = [{"SubnetId": subnet, "Groups": [{"GroupName": group}]} for subnet, group in interfaces]
    return lambda facts: facts["DescribeNetworkInterfaces"].update(NetworkInterfaces=listed)


def free(addresses: int) -> dict[str, Any]:
    return {"AvailableIpAddressCount": addresses}


ZONES = "us-east-1a, us-east-1b"

SUBNETS: dict[str, tuple[list[Change], list[Result]]] = {
    "all there": ([], [ok("subnets", f"public in {ZONES}, private in {ZONES}")]),
    "missing, elsewhere and not ready, at once": (
        [
            shown(a={"VpcId": "vpc-2", "AvailabilityZone": "us-east-1c"}, b={"State": "pending"}),
            hidden,
        ],
        [
            failed(
                "subnets",
                finding("publicSubnets[0]", f"is a subnet of vpc-2, not of {VPC}", PUBLIC_A, OTHER_SUBNETS),
            ),
            failed(
                "subnets",
                finding("publicSubnets[1]", "is not available but pending", PUBLIC_B, OTHER_SUBNETS),
            ),
            failed(
                "subnets",
                finding(
                    "privateSubnets[1]",
                    "there is no such subnet for account 039612856036 in us-east-1",
                    PRIVATE_B,
                    OTHER_SUBNETS,
                ),
            ),
        ],
    ),
    "one zone on each side": (
        [shown(b={"AvailabilityZone": "us-east-1a"}, d={"AvailabilityZone": "us-east-1a"})],
        [
            failed(
                "subnets",
                finding(
                    key,
                    "are all in one zone",
                    "us-east-1a, us-east-1a",
                    "name subnets of two zones: what is in one alone is lost with it",
                ),
            )
            for key in ("publicSubnets", "privateSubnets")
        ],
    ),
    "tasks where the load balancer is not": (
        [shown(d={"AvailabilityZone": "us-east-1c"})],
        [
            failed(
                "subnets",
                finding(
                    "privateSubnets",
                    "are in us-east-1c, too, where the load balancer has no subnet: it would lead no request there",
                    "us-east-1a, us-east-1c",
                    "name a public subnet of each zone that has private ones, or leave those out",
                ),
            )
        ],
    ),
}


@pytest.mark.parametrize(("changes", "expected"), SUBNETS.values(), ids=SUBNETS)
def test_subnets_are_there_and_in_the_right_zones(
    changes: list[Change], expected: list[Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert about("subnets", results(monkeypatch, changed(*changes))) == expected


def test_two_public_subnets_of_one_zone_beside_another_are_one_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    third = "subnet-00000009"
    facts = ground()
    facts["DescribeSubnets"]["Subnets"].append({**facts["DescribeSubnets"]["Subnets"][0], "SubnetId": third})
    found = results(monkeypatch, facts, stack((EXISTING[0], EXISTING[1].replace(PUBLIC_B, f"{PUBLIC_B}, {third}"))))
    what, remedy = "are several of us-east-1a", "name one subnet a zone: a load balancer takes no second one there"
    zones = "us-east-1a, us-east-1b, us-east-1a"
    assert about("subnets", found) == [failed("subnets", finding("publicSubnets", what, zones, remedy))]


ROOM = "3 tasks need an address each, and as many again while a deployment runs both versions"
LARGER = "name larger subnets, or more, or lower the counts"
ENOUGH = [ok("addresses", "6 for 3 tasks of one version and 3 of the next")]
EIGHT = "a load balancer needs 8 free addresses in each of its subnets"


def cramped(free: int) -> Finding:
    return finding("publicSubnets[1]", EIGHT, f"{PUBLIC_B} has {free}", "free some, or name a larger subnet")


ADDRESSES: dict[str, tuple[list[Change], list[Result]]] = {
    "twice as many as tasks": ([shown(a=free(8), b=free(8), c=free(2), d=free(4))], ENOUGH),
    "one less": (
        [shown(c=free(2), d=free(3))],
        [warning("addresses", finding("privateSubnets", ROOM, "5 addresses", LARGER))],
    ),
    "less than tasks": (
        [shown(c=free(2), d=free(0))],
        [failed("addresses", finding("privateSubnets", ROOM, "2 addresses", LARGER))],
    ),
    "those that our tasks hold count": (
        [shown(c=free(2), d=free(1)), held((PRIVATE_A, BACKEND), (PRIVATE_A, FRONTEND), (PRIVATE_B, FRONTEND))],
        ENOUGH,
    ),
    "those that others hold, or hold elsewhere, do not": (
        [shown(c=free(2), d=free(3)), held((PRIVATE_A, "pairva-test-balancer"), (PUBLIC_A, BACKEND))],
        [warning("addresses", finding("privateSubnets", ROOM, "5 addresses", LARGER))],
    ),
    "no room for a load balancer": (
        [shown(b=free(7), c=free(6), d=free(0)), held((PUBLIC_A, "pairva-test-balancer"))],
        [failed("addresses", cramped(7)), *ENOUGH],
    ),
    "no room for a load balancer to grow": (
        [shown(b=free(7), c=free(6), d=free(0)), held((PUBLIC_B, "pairva-test-balancer"))],
        [warning("addresses", cramped(7)), *ENOUGH],
    ),
}


@pytest.mark.parametrize(("changes", "expected"), ADDRESSES.values(), ids=ADDRESSES)
def test_there_are_addresses_for_the_load_balancer_and_for_two_versions(
    changes: list[Change], expected: list[Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert about("addresses", results(monkeypatch, changed(*changes))) == expected


SCALED = ("count: 2", "scaling: {min: 2, max: 6, cpuPercent: 60}")


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        (14, ok("addresses", "14 for 7 tasks of one version and 7 of the next")),
        (13, warning("addresses", finding("privateSubnets", ROOM.replace("3", "7"), "13 addresses", LARGER))),
        (3, warning("addresses", finding("privateSubnets", ROOM.replace("3", "7"), "3 addresses", LARGER))),
        (2, failed("addresses", finding("privateSubnets", ROOM, "2 addresses", LARGER))),
    ],
)
def test_only_the_tasks_that_always_run_must_have_addresses(
    addresses: int, expected: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = changed(shown(c=free(addresses), d=free(0)))
    assert about("addresses", results(monkeypatch, facts, stack(EXISTING, SCALED))) == [expected]

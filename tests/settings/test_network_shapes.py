"""The two shapes of `network:`: each fault is about one of them, and no key path names a model."""

from pathlib import Path

import pytest

from finding import Finding
from settings.network import ExistingNetwork
from tests.samples import Edit, faults, stack

MADE = "cidr: 10.20.0.0/16\n      zones: [us-east-1a, us-east-1b]\n      nat: one"
VPC = "vpc: vpc-0a1b2c3d4e5f60718"
PUBLIC = "publicSubnets: [subnet-00000000000000001, subnet-00000000000000002]"
PRIVATE = "privateSubnets: [subnet-00000000000000003, subnet-00000000000000004]"
NETWORK = "pairva:deployment.network"


def existing(*lines: str) -> Edit:
    return MADE, "\n      ".join(lines)


def finding(where: str, what: str, remedy: str, found: str = "") -> Finding:
    return Finding(where=f"Pulumi.test.yaml:{where}", what=what, found=found, remedy=remedy)


def test_a_network_that_exists_is_named_by_its_ids() -> None:
    assert stack(existing(VPC, PUBLIC, PRIVATE)).deployment.network == ExistingNetwork.model_construct(
        vpc="vpc-0a1b2c3d4e5f60718",
        public_subnets=["subnet-00000000000000001", "subnet-00000000000000002"],
        private_subnets=["subnet-00000000000000003", "subnet-00000000000000004"],
    )


def test_ids_of_eight_digits_and_more_than_two_subnets_are_taken() -> None:
    edit = existing("vpc: vpc-0a1b2c3d", PUBLIC, "privateSubnets: [subnet-0000000a, subnet-0000000b, subnet-0000000c]")
    network = stack(edit).deployment.network
    assert isinstance(network, ExistingNetwork)
    assert network.private_subnets == ["subnet-0000000a", "subnet-0000000b", "subnet-0000000c"]


BOTH = "keep vpc, publicSubnets and privateSubnets, or cidr, zones and nat"
EXAMPLE = 'for example "subnet-0a1b2c3d4e5f60718"'

CASES: dict[str, tuple[Edit, list[Finding]]] = {
    "both shapes": (
        ("nat: one", f"nat: one\n      {VPC}"),
        [
            finding(
                f"8: {NETWORK}",
                "says both vpc (a network that exists) and cidr, nat, zones (one that is made)",
                BOTH,
            )
        ],
    ),
    "ids and a way out": (
        existing(VPC, PUBLIC, PRIVATE, "nat: one"),
        [
            finding(
                f"8: {NETWORK}",
                "says both privateSubnets, publicSubnets, vpc (a network that exists) and nat (one that is made)",
                BOTH,
            )
        ],
    ),
    "ids and endpoints": (
        existing(VPC, PUBLIC, PRIVATE, "endpoints: true"),
        [
            finding(
                f"8: {NETWORK}",
                "says both privateSubnets, publicSubnets, vpc (a network that exists) and endpoints (one that is made)",
                BOTH,
            )
        ],
    ),
    "subnets of no VPC": (
        existing(PUBLIC, PRIVATE),
        [finding(f"8: {NETWORK}.vpc", "the key is missing", f"add it to {NETWORK}")],
    ),
    "a VPC without subnets": (
        existing(VPC),
        [
            finding(f"8: {NETWORK}.publicSubnets", "the key is missing", f"add it to {NETWORK}"),
            finding(f"8: {NETWORK}.privateSubnets", "the key is missing", f"add it to {NETWORK}"),
        ],
    ),
    "an unknown key": (
        existing(VPC, PUBLIC, PRIVATE, "subnets: []"),
        [finding(f"12: {NETWORK}.subnets", "no such key", "did you mean publicSubnets?")],
    ),
    "bad ids, all at once": (
        existing(
            "vpc: vpc-0A1B2C3D", "publicSubnets: [subnet-1, subnet-00000000000000002]", "privateSubnets: [a, vpc-1]"
        ),
        [
            finding(
                f"9: {NETWORK}.vpc", "is not the id of a VPC", 'for example "vpc-0a1b2c3d4e5f60718"', "vpc-0A1B2C3D"
            ),
            finding(f"10: {NETWORK}.publicSubnets[0]", "is not the id of a subnet", EXAMPLE, "subnet-1"),
            finding(f"11: {NETWORK}.privateSubnets[0]", "is not the id of a subnet", EXAMPLE, "a"),
            finding(f"11: {NETWORK}.privateSubnets[1]", "is not the id of a subnet", EXAMPLE, "vpc-1"),
        ],
    ),
    "one subnet only": (
        existing(VPC, "publicSubnets: [subnet-00000001]", PRIVATE),
        [
            finding(
                f"10: {NETWORK}.publicSubnets",
                "has 1 item",
                "list at least 2 items",
            )
        ],
    ),
    "one subnet twice": (
        existing(VPC, PUBLIC, "privateSubnets: [subnet-00000003, subnet-00000003]"),
        [finding(f"11: {NETWORK}.privateSubnets", "names a subnet twice", "name each subnet once")],
    ),
    "one subnet on both sides": (
        existing(VPC, PUBLIC, "privateSubnets: [subnet-00000003, subnet-00000000000000002]"),
        [
            finding(
                f"11: {NETWORK}.privateSubnets",
                "names subnet-00000000000000002 of publicSubnets, too",
                "name each subnet on one side: the load balancer's (public) or the tasks' (private)",
            )
        ],
    ),
    "no table": (
        (f"\n      {MADE}", " vpc-0a1b2c3d"),
        [finding(f"8: {NETWORK}", "is not a table", "write a table of keys here", "vpc-0a1b2c3d")],
    ),
    "an empty table": (
        (f"\n      {MADE}", " {}"),
        [
            finding(f"8: {NETWORK}.{key}", "the key is missing", f"add it to {NETWORK}")
            for key in ("cidr", "zones", "nat")
        ],
    ),
}


@pytest.mark.parametrize(("edit", "expected"), CASES.values(), ids=CASES)
def test_a_fault_is_about_one_shape_and_stands_at_its_key(edit: Edit, expected: list[Finding], tmp_path: Path) -> None:
    assert faults(tmp_path, edit) == expected


def test_faults_of_other_tables_are_told_beside_it(tmp_path: Path) -> None:
    found = faults(tmp_path, existing(VPC, PUBLIC, "privateSubnets: [a, b]"), ("port: 3000", "port: 80"))
    assert [each.where.removeprefix("Pulumi.test.yaml:") for each in found] == [
        f"11: {NETWORK}.privateSubnets[0]",
        f"11: {NETWORK}.privateSubnets[1]",
        "15: pairva:deployment.backend.port",
    ]

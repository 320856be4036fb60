"""What is changed in the VPC of the sample stack, and what is told of the ways from its private subnets."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from checks.preflight.result import Result, failed, ok, unchecked
from finding import Finding
from settings.stack import Stack
from tests.checks.preflight.ground import PRIVATE_A, PRIVATE_B, WHERE, Facts, changed, group, results, rule

ALL = "ecr.api, ecr.dkr, s3, logs, secretsmanager"
OTHERS = "ecr.api, ecr.dkr, logs, secretsmanager"
NO_DEFAULT = "its route table rtb-private has no default route"
PLACE = {PRIVATE_A: "privateSubnets[0]", PRIVATE_B: "privateSubnets[1]"}

Change = Callable[[Facts], object]


def tables(facts: Facts) -> dict[str, Any]:
    return {each["RouteTableId"]: each for each in facts["DescribeRouteTables"]["RouteTables"]}


def default(*routes: dict[str, Any]) -> Change:
    """The private subnets' routes, beside the local one."""
    return lambda facts: tables(facts)["rtb-private"]["Routes"].__setitem__(slice(1, None), routes)


def nat(**changes: Any) -> Change:
    return lambda facts: facts["DescribeNatGateways"]["NatGateways"][0].update(changes)


def endpoints(*made: dict[str, Any], admits: Sequence[dict[str, Any]] = (rule("10.0.0.0/16"),)) -> Change:
    def change(facts: Facts) -> None:
        facts["DescribeVpcEndpoints"]["VpcEndpoints"] += made
        facts["DescribeSecurityGroups"]["SecurityGroups"] += [group(*admits)]

    return change


def alone(facts: Facts) -> None:
    """The first private subnet has no route table of its own."""
    tables(facts)["rtb-private"]["Associations"].pop(0)


def main(*routes: dict[str, Any]) -> Change:
    return lambda facts: tables(facts)["rtb-main"]["Routes"].extend(routes)


def owner(account: str) -> Change:
    return lambda facts: [each.update(OwnerId=account) for each in facts["DescribeSubnets"]["Subnets"]]


def unseen_tables(facts: Facts) -> None:
    facts["DescribeRouteTables"]["RouteTables"] = [tables(facts)["rtb-public"]]


def no_host_names(facts: Facts) -> None:
    facts["DescribeVpcAttribute"]["EnableDnsHostnames"] = {"Value": False}


def shown(**changes: dict[str, Any]) -> Change:
    """Changes to the four subnets: `a`, `b` are public, `c`, `d` private."""

    def change(facts: Facts) -> None:
        subnets = dict(zip("abcd", facts["DescribeSubnets"]["Subnets"], strict=True))
        for letter, values in changes.items():
            subnets[letter].update(values)

    return change


def cannot(services: str, why: str, remedy: str = "", subnets: Sequence[str] = (PRIVATE_A, PRIVATE_B)) -> list[Result]:
    return [
        failed(
            f"{subnet} to AWS",
            Finding(
                where=f"{WHERE}.{PLACE[subnet]}",
                what=f"tasks there cannot reach {services}: {why}",
                found=subnet,
                remedy=remedy or make(services),
            ),
        )
        for subnet in subnets
    ]


def make(services: str) -> str:
    kind = "endpoints (of S3 a gateway endpoint for its route table)" if "s3" in services else "interface endpoints"
    names = ", ".join(f"com.amazonaws.us-east-1.{service}" for service in services.split(", "))
    return f"lead its 0.0.0.0/0 to a NAT gateway in a public subnet, or make the {kind} {names}"


def unknown(services: str, why: str) -> list[Result]:
    return [unchecked(f"{subnet} to AWS", f"{services}: {why}") for subnet in (PRIVATE_A, PRIVATE_B)]


def reached(detail: str) -> list[Result]:
    return [ok(f"{subnet} to AWS", detail) for subnet in (PRIVATE_A, PRIVATE_B)]


def of_each(told: Callable[[str], list[Result]]) -> list[Result]:
    """What is told of one private subnet, then the same of the other."""
    return [*told(PRIVATE_A), *told(PRIVATE_B)]


def ways_out(monkeypatch: pytest.MonkeyPatch, changes: Sequence[Change], of: Stack | None = None) -> list[Result]:
    """What is told of the private subnets after these changes."""
    return [each for each in results(monkeypatch, changed(*changes), of) if each.subject.endswith("to AWS")]

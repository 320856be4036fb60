"""What EC2 says of a VPC that exists: read-only, each question once and all at the same time."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from typing import Any, TypeVar

from checks.session import Session
from settings.network import ExistingNetwork

# One of the things that EC2 describes, in its own words.
Fact = Mapping[str, Any]

Told = TypeVar("Told")


@dataclass(frozen=True, kw_only=True)
class Answers:
    """One answer each; `result()` of one that EC2 refused raises what botocore raises.

    `groups` are the VPC's security groups; `interfaces` those in the named subnets that tasks or the load balancer of
    this stack hold already; `dns` whether the VPC has DNS support, and DNS host names.
    """

    vpcs: Future[list[Fact]]
    dns: tuple[Future[bool], Future[bool]]
    subnets: Future[list[Fact]]
    route_tables: Future[list[Fact]]
    nat_gateways: Future[list[Fact]]
    endpoints: Future[list[Fact]]
    groups: Future[list[Fact]]
    interfaces: Future[list[Fact]]


def ask(session: Session, network: ExistingNetwork, group_names: Sequence[str]) -> Answers:
    """What there is of the network; `group_names` are the stack's own security groups.

    By filters and not by ids: EC2 refuses a list of ids of which one is unknown, and names no more than that one.
    """
    ec2 = session.client("ec2")
    of_the_vpc = _filters({"vpc-id": [network.vpc]})
    subnets = [*network.public_subnets, *network.private_subnets]

    def listed(operation: str, key: str, filters: Any, name: str = "Filters") -> Future[list[Fact]]:
        return _asked(lambda: ec2.get_paginator(operation).paginate(**{name: filters}).build_full_result()[key])

    return Answers(
        vpcs=listed("describe_vpcs", "Vpcs", of_the_vpc),
        dns=(
            _asked(_attribute(ec2, network.vpc, "enableDnsSupport", "EnableDnsSupport")),
            _asked(_attribute(ec2, network.vpc, "enableDnsHostnames", "EnableDnsHostnames")),
        ),
        subnets=listed("describe_subnets", "Subnets", _filters({"subnet-id": subnets})),
        route_tables=listed("describe_route_tables", "RouteTables", of_the_vpc),
        nat_gateways=listed("describe_nat_gateways", "NatGateways", of_the_vpc, "Filter"),
        endpoints=listed("describe_vpc_endpoints", "VpcEndpoints", of_the_vpc),
        groups=listed("describe_security_groups", "SecurityGroups", of_the_vpc),
        interfaces=listed(
            "describe_network_interfaces",
            "NetworkInterfaces",
            _filters({"subnet-id": subnets, "group-name": group_names}),
        ),
    )


def _asked(question: Callable[[], Told]) -> Future[Told]:
    """Its answer, once there is one. In a daemon: an executor's threads would be waited for when the program ends."""
    told = Future[Told]()

    def ask() -> None:
        try:
            told.set_result(question())
        except Exception as error:
            told.set_exception(error)

    Thread(target=ask, daemon=True).start()
    return told


def _attribute(ec2: Any, vpc: str, attribute: str, key: str) -> Callable[[], bool]:
    return lambda: ec2.describe_vpc_attribute(VpcId=vpc, Attribute=attribute)[key]["Value"]


def _filters(values: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    return [{"Name": name, "Values": list(wanted)} for name, wanted in values.items()]

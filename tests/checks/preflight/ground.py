"""A VPC that has all that the sample stack needs, as EC2 describes it, for each test to take something away."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.validate import validate_parameters

from checks.preflight import network
from checks.preflight.result import Result
from checks.session import Session
from finding import Finding
from settings.stack import Stack
from tests.checks.aws import client
from tests.samples import stack

ACCOUNT = "039612856036"
VPC, IGW, NAT = "vpc-00000001", "igw-1", "nat-1"
PUBLIC_A, PUBLIC_B, PRIVATE_A, PRIVATE_B = (f"subnet-0000000{number}" for number in range(1, 5))
BACKEND, FRONTEND = "pairva-test-backend", "pairva-test-frontend"
EXISTING = (
    "cidr: 10.20.0.0/16\n      zones: [us-east-1a, us-east-1b]\n      nat: one",
    f"vpc: {VPC}\n      publicSubnets: [{PUBLIC_A}, {PUBLIC_B}]\n      privateSubnets: [{PRIVATE_A}, {PRIVATE_B}]",
)
WHERE = "Pulumi.test.yaml: pairva:deployment.network"

Facts = dict[str, Any]


def subnet(name: str, zone: str, cidr: str, free: int = 250) -> dict[str, Any]:
    return {
        "SubnetId": name,
        "VpcId": VPC,
        "OwnerId": ACCOUNT,
        "State": "available",
        "AvailabilityZone": f"us-east-1{zone}",
        "CidrBlock": cidr,
        "AvailableIpAddressCount": free,
    }


def table(name: str, *associations: dict[str, Any], routes: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    local = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}
    return {"RouteTableId": name, "Associations": list(associations), "Routes": [local, *routes]}


def route(key: str, target: str, to: str = "0.0.0.0/0", state: str = "active") -> dict[str, Any]:
    return {"DestinationCidrBlock": to, key: target, "State": state}


def endpoint(service: str, kind: str = "Interface", **changes: Any) -> dict[str, Any]:
    name = f"vpce-{service.replace('.', '-')}"
    common = {
        "VpcEndpointId": name,
        "VpcId": VPC,
        "ServiceName": f"com.amazonaws.us-east-1.{service}",
        "State": "available",
    }
    own = (
        {"RouteTableIds": ["rtb-private"]}
        if kind == "Gateway"
        else {"PrivateDnsEnabled": True, "SubnetIds": [PRIVATE_A], "Groups": [{"GroupId": "sg-1"}]}
    )
    return {**common, "VpcEndpointType": kind, **own, **changes}


def group(*rules: dict[str, Any], name: str = "endpoints", number: str = "sg-1") -> dict[str, Any]:
    return {"GroupId": number, "GroupName": name, "IpPermissions": list(rules)}


def rule(*cidrs: str, low: int = 443, high: int = 443, protocol: str = "tcp", **others: Any) -> dict[str, Any]:
    ports = {} if protocol == "-1" else {"FromPort": low, "ToPort": high}
    return {"IpProtocol": protocol, **ports, "IpRanges": [{"CidrIp": each} for each in cidrs], **others}


def ground() -> Facts:
    """By operation, what EC2 answers of it."""
    nat = {"NatGatewayId": NAT, "SubnetId": PUBLIC_A, "VpcId": VPC, "State": "available", "ConnectivityType": "public"}
    return {
        "DescribeVpcs": {"Vpcs": [{"VpcId": VPC, "CidrBlock": "10.0.0.0/16"}]},
        "DescribeVpcAttribute": {"EnableDnsSupport": {"Value": True}, "EnableDnsHostnames": {"Value": True}},
        "DescribeSubnets": {
            "Subnets": [
                subnet(PUBLIC_A, "a", "10.0.0.0/24"),
                subnet(PUBLIC_B, "b", "10.0.1.0/24"),
                subnet(PRIVATE_A, "a", "10.0.2.0/24"),
                subnet(PRIVATE_B, "b", "10.0.3.0/24"),
            ]
        },
        "DescribeRouteTables": {
            "RouteTables": [
                table("rtb-main", {"Main": True}),
                table(
                    "rtb-public",
                    {"SubnetId": PUBLIC_A},
                    {"SubnetId": PUBLIC_B},
                    routes=[route("GatewayId", IGW)],
                ),
                table(
                    "rtb-private",
                    {"SubnetId": PRIVATE_A},
                    {"SubnetId": PRIVATE_B},
                    routes=[route("NatGatewayId", NAT)],
                ),
            ]
        },
        "DescribeNatGateways": {"NatGateways": [nat]},
        "DescribeVpcEndpoints": {"VpcEndpoints": []},
        "DescribeSecurityGroups": {"SecurityGroups": []},
        "DescribeNetworkInterfaces": {"NetworkInterfaces": []},
    }


def finding(key: str, what: str, found: str, remedy: str) -> Finding:
    return Finding(where=f"{WHERE}.{key}", what=what, found=found, remedy=remedy)


class Ec2:
    """Answers in any order, as several threads ask; in the shapes that botocore knows.

    A fact that is a text is an error's code; one that is a list holds pages.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, facts: Facts) -> None:
        self.calls: list[tuple[str, Any]] = []
        self._facts, self._lock = facts, Lock()
        # A client of its own, as a question that nobody waits for may come after the test.
        shared = client("ec2")
        self._client: Any = object.__new__(type(shared))
        vars(self._client).update(vars(shared), _make_api_call=self._answer)
        monkeypatch.setattr(Session, "client", self._give)

    def _give(self, service: str) -> Any:
        assert service == "ec2"
        return self._client

    def _answer(self, operation: str, arguments: Any) -> Any:
        model = self._client.meta.service_model.operation_model(operation)
        validate_parameters(arguments, model.input_shape)
        with self._lock:
            self.calls.append((operation, arguments))
        fact = self._facts[operation]
        if isinstance(fact, list):
            fact = fact[int(arguments.get("NextToken", 0))]
        if isinstance(fact, str):
            raise ClientError({"Error": {"Code": fact, "Message": "no"}}, operation)
        validate_parameters(fact, model.output_shape)
        return fact


def results(monkeypatch: pytest.MonkeyPatch, facts: Facts, of: Stack | None = None) -> list[Result]:
    """What the check of the sample stack's network finds, in that VPC."""
    Ec2(monkeypatch, facts)
    of = of or stack(EXISTING)
    (check,) = network.checks(of)
    return list(check.ask(Session(of)))


def about(subject: str, found: list[Result]) -> list[Result]:
    return [each for each in found if each.subject.endswith(subject)]


def changed(*changes: Callable[[Facts], object]) -> Facts:
    """The ground after these changes."""
    facts = ground()
    for change in changes:
        change(facts)
    return facts

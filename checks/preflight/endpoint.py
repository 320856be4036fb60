"""Which services of AWS are reached from a subnet through VPC endpoints: decided from what EC2 says, without asking.

What an endpoint's policy allows is not looked at.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, collapse_addresses
from typing import Any

from checks.preflight.route import Way
from checks.preflight.vpc import Fact

_HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """The VPC's endpoints and security groups. `task_groups` are those of our tasks, by name: None for one that is
    not made yet. `names` is whether the VPC's own names, and so an endpoint's, can resolve.
    """

    endpoints: Sequence[Fact]
    groups: Sequence[Fact]
    task_groups: Collection[str | None]
    names: bool

    def way(self, service: str, *, region: str, subnet: Fact, table: str, default: Way) -> Way:
        """How a task in the subnet reaches that region's service; `default` is where its default route leads.

        An interface endpoint with private DNS takes the service's name over in the whole VPC: then it decides, also
        beside a NAT gateway.
        """
        of_service = [each for each in self.endpoints if each["ServiceName"].endswith(f".{region}.{service}")]
        if service == "s3":
            return _to_s3(of_service, table, default)
        flawed = [(each, self._flaw(each)) for each in of_service]
        for endpoint, flaw in flawed:
            if not flaw:
                return self._let_in(endpoint, subnet)
        if default.leads or not flawed:
            return default
        why = "; ".join([default.why, *(f"{endpoint['VpcEndpointId']} {flaw}" for endpoint, flaw in flawed)])
        if any(_may_be_named(each) for each in of_service):
            zone = "nobody can see from here whether a private hosted zone of the VPC leads its name there"
            return Way(leads=None, why=f"{why}, and {zone}")
        return Way(leads=default.leads, why=why, remedy=self._remedy(flawed[0][0]))

    def _flaw(self, endpoint: Fact) -> str:
        """Why the service's name does not lead to the endpoint; empty if it does."""
        if endpoint["VpcEndpointType"] != "Interface":
            return "is no interface endpoint"
        if endpoint["State"].lower() != "available":
            return f"is {endpoint['State']}"
        if not endpoint.get("PrivateDnsEnabled"):
            return "has no private DNS"
        return "" if self.names else "has private DNS, for which the VPC lacks DNS support or DNS host names"

    def _remedy(self, endpoint: Fact) -> str:
        """What is to be done about an endpoint that has a flaw; empty where a new one is needed."""
        if not _is_ready(endpoint):
            return ""
        return f"aws ec2 modify-vpc-attribute --vpc-id {endpoint['VpcId']} --enable-dns-hostnames"

    def _let_in(self, endpoint: Fact, subnet: Fact) -> Way:
        """A rule that lets another group in does not help: our tasks have the group that this program makes for them.

        That group can be named in a rule only once it exists; a CIDR can be at any time.
        """
        name, cidr = endpoint["VpcEndpointId"], subnet["CidrBlock"]
        groups = [each["GroupId"] for each in endpoint.get("Groups", [])]
        shown = [each for each in self.groups if each["GroupId"] in groups]
        rules = [rule for group in shown for rule in group.get("IpPermissions", []) if _is_https(rule)]
        if _admits(rules, cidr, self.task_groups):
            return Way(leads=True, why=f"through {name}")
        if len(shown) < len(groups) or any(rule.get("PrefixListIds") for rule in rules):
            return Way(leads=None, why=f"nobody can see from here whom {name} lets in ({', '.join(groups)})")
        what = (
            f"their names lead to {name}, whose security group {', '.join(groups)} does not let {cidr} in on port 443"
        )
        return Way(leads=False, why=what, remedy=f"let TCP 443 from {cidr} into {', '.join(groups)}")


def _is_ready(endpoint: Fact) -> bool:
    return endpoint["VpcEndpointType"] == "Interface" and endpoint["State"].lower() == "available"


def _may_be_named(endpoint: Fact) -> bool:
    """True if the service's name may lead to the endpoint by a zone that others made, as central endpoints have it:
    https://docs.aws.amazon.com/whitepapers/latest/building-scalable-secure-multi-vpc-network-infrastructure/centralized-access-to-vpc-private-endpoints.html
    """
    return _is_ready(endpoint) and not endpoint.get("PrivateDnsEnabled")


def _to_s3(endpoints: Sequence[Fact], table: str, default: Way) -> Way:
    """ECR keeps the layers of images there. For them AWS documents the gateway endpoint alone:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
    """
    available = [each for each in endpoints if each["State"].lower() == "available"]
    for endpoint in available:
        if endpoint["VpcEndpointType"] == "Gateway" and table in endpoint.get("RouteTableIds", []):
            return Way(leads=True, why=f"through {endpoint['VpcEndpointId']}")
    if default.leads:
        return default
    if interface := [each["VpcEndpointId"] for each in available if each["VpcEndpointType"] == "Interface"]:
        return Way(
            leads=None, why=f"{', '.join(interface)} is no gateway endpoint, which ECR's images need by AWS's word"
        )
    others = [f"{each['VpcEndpointId']} is not for {table}" for each in endpoints]
    return Way(leads=default.leads, why="; ".join([default.why, *others]))


def _is_https(rule: Fact) -> bool:
    if rule["IpProtocol"] in ("tcp", "6"):
        return rule["FromPort"] <= _HTTPS <= rule["ToPort"]
    return rule["IpProtocol"] == "-1"


def _admits(rules: Sequence[Fact], cidr: str, task_groups: Collection[str | None]) -> bool:
    """True if the whole of `cidr`, or all of our tasks' groups, are let in."""
    sources: list[Any] = [source for rule in rules for source in rule.get("IpRanges", [])]
    networks = collapse_addresses(IPv4Network(source["CidrIp"]) for source in sources)
    named = {pair.get("GroupId") for rule in rules for pair in rule.get("UserIdGroupPairs", [])}
    return any(IPv4Network(cidr).subnet_of(each) for each in networks) or (
        bool(task_groups) and {*task_groups} <= named
    )

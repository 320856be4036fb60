"""Where the routes of a subnet lead: decided from what EC2 says, without asking."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from checks.preflight.vpc import Fact

_ANYWHERE = "0.0.0.0/0"

# Of a route one of these is set; a route to an instance names its interface, too.
_TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "InstanceId",
    "NetworkInterfaceId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
    "OdbNetworkArn",
)


@dataclass(frozen=True, kw_only=True)
class Way:
    """Whether something is reached: no, yes, or None where nobody can know from here. `why` is a clause about it.

    `remedy` is what to do where there is more to say than to make another way.
    """

    leads: bool | None
    why: str
    remedy: str = ""


class Routes:
    """The VPC's route tables and NAT gateways. Network ACLs are not looked at: they are open unless somebody closed
    them.

    Only IPv4 counts: the names that tasks ask for (ECR, Logs, …) resolve to nothing else.
    """

    def __init__(self, tables: Sequence[Fact], nat_gateways: Sequence[Fact]) -> None:
        self._tables = tables
        self._nat_gateways = {each["NatGatewayId"]: each for each in nat_gateways}

    def table(self, subnet: str) -> Fact | None:
        """The subnet's own route table, else the VPC's main one; None if EC2 shows neither."""
        associated = [(each, table) for table in self._tables for each in table.get("Associations", [])]
        own = [table for each, table in associated if each.get("SubnetId") == subnet]
        main = [table for each, table in associated if each.get("Main")]
        return next(iter([*own, *main]), None)

    def to_internet(self, table: Fact | None) -> Way:
        """Directly, through an internet gateway, as the load balancer needs it."""
        way, target = self._default(table)
        if target.startswith("igw-"):
            return Way(leads=True, why=f"through {target}")
        if target.startswith("nat-"):
            way = replace(way, leads=False)
        others = [each for each in table["Routes"] if _enters(each)] if table else []
        if way.leads is False and others:
            why = f"{way.why}, and nobody can see from here whether all clients are behind {_listed(others)}"
            return Way(leads=None, why=why)
        return way

    def out(self, table: Fact | None) -> Way:
        """From a private subnet, whose tasks have no public address, to AWS and whatever else is outside."""
        way, target = self._default(table)
        if target.startswith("igw-"):
            return Way(leads=False, why=f"{way.why}, and tasks have no public address")
        if target.startswith("nat-"):
            return self._through(target)
        if target or table is None:
            return way
        others = [each for each in table["Routes"] if _leaves(each)]
        if way.leads is False and others:
            why = f"{way.why}, and nobody can see from here what is behind {_listed(others)}"
            return Way(leads=None, why=why)
        return way

    def _default(self, table: Fact | None) -> tuple[Way, str]:
        """What is to be said of the default route, and its target if it leads to one that is there."""
        if table is None:
            return Way(leads=None, why="EC2 shows no route table of it"), ""
        name = table["RouteTableId"]
        route = next((each for each in table["Routes"] if each.get("DestinationCidrBlock") == _ANYWHERE), None)
        if route is None:
            return Way(leads=False, why=f"its route table {name} has no default route"), ""
        target = _target(route)
        leads_to = f"the default route of {name} leads to {target}"
        if route.get("State") == "blackhole":
            return Way(leads=False, why=f"{leads_to}, which is gone (blackhole)"), ""
        if target.startswith(("igw-", "nat-")):
            return Way(leads=None, why=leads_to), target
        return Way(leads=None, why=f"{leads_to}, and nobody can see from here what is behind it"), target

    def _through(self, name: str) -> Way:
        gateway = self._nat_gateways.get(name)
        if gateway is None:
            return Way(leads=None, why=f"EC2 does not show {name}")
        if gateway["State"] != "available":
            over = gateway["State"] in ("failed", "deleting", "deleted")
            return Way(leads=False if over else None, why=f"the NAT gateway {name} is {gateway['State']}")
        if gateway.get("ConnectivityType") == "private":
            return Way(leads=None, why=f"{name} is a private NAT gateway, and nobody can see what is behind it")
        # A regional gateway stands in no subnet and has a route table of its own.
        own = [table for table in self._tables if table["RouteTableId"] == gateway.get("RouteTableId")]
        beyond = self.to_internet(own[0] if own else self.table(gateway.get("SubnetId", "")))
        if beyond.leads:
            return Way(leads=True, why=f"through {name}")
        place = f"stands in {gateway['SubnetId']}" if gateway.get("SubnetId") else "is regional"
        return Way(leads=beyond.leads, why=f"the NAT gateway {name} {place}, and {beyond.why}")


def _target(route: Fact) -> str:
    return next((route[key] for key in _TARGETS if route.get(key)), "")


def _destination(route: Fact) -> str:
    return route.get("DestinationCidrBlock") or route.get("DestinationPrefixListId", "")


def _listed(routes: Sequence[Fact]) -> str:
    return ", ".join(f"{_target(each)} ({_destination(each)})" for each in routes)


def _enters(route: Fact) -> bool:
    """True if some addresses, as those of known clients, are reached through an internet gateway."""
    return _target(route).startswith("igw-") and bool(_destination(route)) and route.get("State") != "blackhole"


def _leaves(route: Fact) -> bool:
    """True if the route leads some addresses out of the VPC, to where endpoints of others may be.

    Not through an internet gateway, nor a gateway endpoint, whose service alone is behind it.
    """
    target = _target(route)
    away = bool(target) and target != "local" and not target.startswith(("igw-", "vpce-"))
    return away and bool(_destination(route)) and route.get("State") != "blackhole"

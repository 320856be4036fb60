"""Whether the subnets that the stack file names can hold the load balancer and the tasks: decided without asking."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from checks.preflight.result import Result, failed, ok, warning
from checks.preflight.vpc import Fact
from finding import Finding
from settings.network import ExistingNetwork
from settings.stack import Stack

# "Each subnet … at least 8 free IP addresses"; its error says the same:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
_OF_A_BALANCER = 8


@dataclass(frozen=True, kw_only=True)
class Subnets:
    """What the stack file names, and what EC2 shows of it, by id."""

    stack: Stack
    network: ExistingNetwork
    shown: Mapping[str, Fact]

    def results(self) -> Iterator[Result]:
        """Each subnet that is not there or elsewhere, then whether the zones are right."""
        faults = [
            *self._faults("publicSubnets", self.network.public_subnets),
            *self._faults("privateSubnets", self.network.private_subnets),
            *self._zones(),
        ]
        if faults:
            yield from (failed("subnets", fault) for fault in faults)
        else:
            yield ok(
                "subnets", f"public in {_listed(self._public_zones())}, private in {_listed(self._private_zones())}"
            )

    def there(self, names: Sequence[str]) -> list[Fact]:
        """Those of the named subnets that are in the VPC."""
        shown = [self.shown[name] for name in names if name in self.shown]
        return [each for each in shown if each["VpcId"] == self.network.vpc]

    def place(self, key: str, name: str) -> str:
        """Where the stack file names that subnet."""
        names = self.network.public_subnets if key == "publicSubnets" else self.network.private_subnets
        return f"{key}[{names.index(name)}]"

    def finding(self, place: str, what: str, found: str, remedy: str) -> Finding:
        where = f"Pulumi.{self.stack.name}.yaml: pairva:deployment.network.{place}"
        return Finding(where=where, what=what, found=found, remedy=remedy)

    def _faults(self, key: str, names: Sequence[str]) -> Iterator[Finding]:
        vpc, account = self.network.vpc, self.stack.account
        remedy = f"name one that this lists: aws ec2 describe-subnets --filters Name=vpc-id,Values={vpc}"
        for position, name in enumerate(names):
            subnet = self.shown.get(name)
            if subnet is None:
                what = f"there is no such subnet for account {account.id} in {account.region}"
            elif subnet["VpcId"] != vpc:
                what = f"is a subnet of {subnet['VpcId']}, not of {vpc}"
            elif subnet["State"] != "available":
                what = f"is not available but {subnet['State']}"
            else:
                continue
            yield self.finding(f"{key}[{position}]", what, name, remedy)

    def _zones(self) -> Iterator[Finding]:
        """The load balancer takes one subnet a zone, and leads no request to a task in a zone where it has none:
        https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
        """
        public, private = self._public_zones(), self._private_zones()
        sides = {"publicSubnets": (self.network.public_subnets, public)}
        sides["privateSubnets"] = (self.network.private_subnets, private)
        for key, (names, zones) in sides.items():
            if len({*zones}) < 2 and len(zones) == len(names):
                remedy = "name subnets of two zones: what is in one alone is lost with it"
                yield self.finding(key, "are all in one zone", _listed(zones), remedy)
        if twice := [zone for zone, times in Counter(public).items() if times > 1 and len({*public}) > 1]:
            remedy = "name one subnet a zone: a load balancer takes no second one there"
            yield self.finding("publicSubnets", f"are several of {_listed(twice)}", _listed(public), remedy)
        complete = len(public) == len(self.network.public_subnets)
        if complete and (alone := sorted({*private} - {*public})):
            remedy = "name a public subnet of each zone that has private ones, or leave those out"
            what = (
                f"are in {_listed(alone)}, too, where the load balancer has no subnet: it would lead no request there"
            )
            yield self.finding("privateSubnets", what, _listed(private), remedy)

    def _public_zones(self) -> list[str]:
        return [each["AvailabilityZone"] for each in self.there(self.network.public_subnets)]

    def _private_zones(self) -> list[str]:
        return [each["AvailabilityZone"] for each in self.there(self.network.private_subnets)]


def addresses(subnets: Subnets, interfaces: Sequence[Fact], balancer: str) -> Iterator[Result]:
    """Whether there is room for the load balancer and for the tasks, beside what this stack holds already.

    `interfaces` are those that it holds; `balancer` is the load balancer's security group.
    """
    held = Counter((each["SubnetId"], group["GroupName"]) for each in interfaces for group in each.get("Groups", []))
    for subnet in subnets.there(subnets.network.public_subnets):
        name, free = subnet["SubnetId"], subnet["AvailableIpAddressCount"]
        if free < _OF_A_BALANCER:
            what = f"a load balancer needs {_OF_A_BALANCER} free addresses in each of its subnets"
            place = subnets.place("publicSubnets", name)
            fault = subnets.finding(place, what, f"{name} has {free}", "free some, or name a larger subnet")
            # Where it stands already, it only cannot grow.
            yield warning("addresses", fault) if held[name, balancer] else failed("addresses", fault)
    private = subnets.there(subnets.network.private_subnets)
    families = {service.names.family for service in subnets.stack.services.values()}
    ours = sum(held[each["SubnetId"], family] for each in private for family in families)
    yield _room(subnets, sum(each["AvailableIpAddressCount"] for each in private) + ours)


def _room(subnets: Subnets, addresses: int) -> Result:
    """For all tasks, and once more: a deployment runs the old version beside the new one.

    What scaling may add lacks nothing until the load asks for it: only the tasks that always run must have room.
    """
    services = subnets.stack.services.values()
    least, most = sum(each.least_tasks for each in services), sum(each.most_tasks for each in services)
    if addresses >= 2 * most:
        return ok("addresses", f"{addresses} for {most} tasks of one version and {most} of the next")
    too_few = addresses < least
    wanted = least if too_few else most
    what = f"{wanted} tasks need an address each, and as many again while a deployment runs both versions"
    remedy = "name larger subnets, or more, or lower the counts"
    fault = subnets.finding("privateSubnets", what, f"{addresses} addresses", remedy)
    return failed("addresses", fault) if too_few else warning("addresses", fault)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)

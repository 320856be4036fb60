"""Whether the network holds what will stand in it: zones for one that is made; ways, too, for one that exists."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from botocore.exceptions import BotoCoreError, ClientError

from checks.preflight import vpc
from checks.preflight.endpoint import Endpoints
from checks.preflight.result import Check, Outcome, Result, failed, ok, unchecked, warning
from checks.preflight.route import Routes, Way
from checks.preflight.subnet import Subnets, addresses
from checks.preflight.vpc import Answers, Fact
from checks.session import Session, answer
from finding import Finding
from settings.network import ExistingNetwork, MadeNetwork
from settings.stack import Stack


def checks(stack: Stack) -> list[Check]:
    match stack.deployment.network:
        case MadeNetwork() as made:
            return [Check(subject="zones", ask=lambda session: _zones(session, stack, made))]
        case ExistingNetwork() as existing:
            return [Check(subject="network", ask=lambda session: _existing(session, stack, existing))]


def _zones(session: Session, stack: Stack, network: MadeNetwork) -> Iterator[Result]:
    """A zone that is in trouble holds nothing up: who deploys then may do it because of that."""
    filters = [{"Name": "zone-name", "Values": network.zones}]
    shown = session.client("ec2").describe_availability_zones(Filters=filters)["AvailabilityZones"]
    states = {each["ZoneName"]: each["State"] for each in shown}
    for position, zone in enumerate(network.zones):
        where = f"Pulumi.{stack.name}.yaml: pairva:deployment.network.zones[{position}]"
        if zone not in states:
            remedy = (
                "name one that this lists: aws ec2 describe-availability-zones --query AvailabilityZones[].ZoneName"
            )
            what = f"account {stack.account.id} has no such zone"
            yield failed("zones", Finding(where=where, what=what, found=zone, remedy=remedy))
        elif states[zone] != "available":
            what = f"AWS calls the zone {states[zone]}, not available"
            yield warning(
                "zones", Finding(where=where, what=what, found=zone, remedy="see https://health.aws.amazon.com")
            )
        else:
            yield ok("zones", zone)


def _existing(session: Session, stack: Stack, network: ExistingNetwork) -> Iterator[Result]:
    """What EC2 refuses to tell leaves open only what follows from it."""
    families = [service.names.family for service in stack.services.values()]
    balancer = f"{stack.prefix}-balancer"
    asked = vpc.ask(session, network, [*families, balancer])

    def subnets() -> Subnets:
        return Subnets(stack=stack, network=network, shown={each["SubnetId"]: each for each in asked.subnets.result()})

    there = _answered(network.vpc, lambda: _found(stack, network, asked))
    yield from [*there, *_answered("subnets", lambda: subnets().results())]
    if any(each.outcome is Outcome.FAILED for each in there):
        return
    yield from _answered("addresses", lambda: addresses(subnets(), asked.interfaces.result(), balancer))
    yield from _answered("ways in", lambda: _ways_in(subnets(), asked))
    yield from _answered("ways to AWS", lambda: _ways_out(subnets(), asked))


def _answered(subject: str, decide: Callable[[], Iterable[Result]]) -> list[Result]:
    try:
        return list(decide())
    except (BotoCoreError, ClientError) as error:
        return [unchecked(subject, answer(error))]


def _found(stack: Stack, network: ExistingNetwork, asked: Answers) -> Iterator[Result]:
    where, account = f"Pulumi.{stack.name}.yaml: pairva:deployment.network.vpc", stack.account
    if not asked.vpcs.result():
        what = f"there is no such VPC for account {account.id} in {account.region}"
        remedy = "name one that this lists: aws ec2 describe-vpcs"
        yield failed(network.vpc, Finding(where=where, what=what, found=network.vpc, remedy=remedy))
    elif not asked.dns[0].result():
        what = "has no DNS support: tasks resolve no name, unless its DHCP options name servers of yours"
        remedy = f"aws ec2 modify-vpc-attribute --vpc-id {network.vpc} --enable-dns-support"
        yield warning(network.vpc, Finding(where=where, what=what, found=network.vpc, remedy=remedy))
    else:
        yield ok(network.vpc, "there, with DNS support")


def _ways_in(subnets: Subnets, asked: Answers) -> Iterator[Result]:
    routes = Routes(asked.route_tables.result(), asked.nat_gateways.result())
    for subnet in subnets.there(subnets.network.public_subnets):
        name = subnet["SubnetId"]
        way = _of_others(subnets.stack, subnet) or routes.to_internet(routes.table(name))
        if way.leads is None:
            yield unchecked(f"{name} to the internet", way.why)
        elif way.leads:
            yield ok(f"{name} to the internet", way.why)
        else:
            what = f"the load balancer is not reached there: {way.why}"
            remedy = "lead 0.0.0.0/0 to the VPC's internet gateway, or name a public subnet"
            fault = subnets.finding(subnets.place("publicSubnets", name), what, name, remedy)
            yield failed(f"{name} to the internet", fault)


def _ways_out(subnets: Subnets, asked: Answers) -> Iterator[Result]:
    stack, groups = subnets.stack, asked.groups.result()
    routes = Routes(asked.route_tables.result(), asked.nat_gateways.result())
    made = {each["GroupName"]: each["GroupId"] for each in groups}
    endpoints = Endpoints(
        endpoints=asked.endpoints.result(),
        groups=groups,
        task_groups={made.get(service.names.family) for service in stack.services.values()},
        names=all(each.result() for each in asked.dns),
    )
    for subnet in subnets.there(subnets.network.private_subnets):
        table = routes.table(subnet["SubnetId"])
        default = _of_others(stack, subnet) or routes.out(table)
        ways = dict[Way, list[str]]()
        for service, region in stack.needed_endpoints.items():
            name = table["RouteTableId"] if table else ""
            way = endpoints.way(service, region=region, subnet=subnet, table=name, default=default)
            ways.setdefault(_from_afar(stack, region, way), []).append(service)
        if there := [f"{', '.join(services)} {way.why}" for way, services in ways.items() if way.leads]:
            yield ok(f"{subnet['SubnetId']} to AWS", "; ".join(there))
        yield from (_no_way(subnets, subnet, way, services) for way, services in ways.items() if not way.leads)


def _no_way(subnets: Subnets, subnet: Fact, way: Way, services: list[str]) -> Result:
    name, listed = subnet["SubnetId"], ", ".join(services)
    if way.leads is None:
        return unchecked(f"{name} to AWS", f"{listed}: {way.why}")
    wanted = ", ".join(f"com.amazonaws.{subnets.stack.account.region}.{service}" for service in services)
    kind = "endpoints (of S3 a gateway endpoint for its route table)" if "s3" in services else "interface endpoints"
    return failed(
        f"{name} to AWS",
        subnets.finding(
            subnets.place("privateSubnets", name),
            f"tasks there cannot reach {listed}: {way.why}",
            name,
            way.remedy or f"lead its 0.0.0.0/0 to a NAT gateway in a public subnet, or make the {kind} {wanted}",
        ),
    )


def _of_others(stack: Stack, subnet: Fact) -> Way | None:
    """Of a subnet that another account shares, only that account sees routes and endpoints:
    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html
    """
    owner = subnet.get("OwnerId", stack.account.id)
    if owner == stack.account.id:
        return None
    return Way(leads=None, why=f"account {owner} shares the subnet, and only it sees where its routes lead")


def _from_afar(stack: Stack, region: str, way: Way) -> Way:
    """Where the images are in another region, endpoints of the stack's own do not help."""
    if region == stack.account.region or way.leads is not False:
        return way
    nat = f"lead its 0.0.0.0/0 to a NAT gateway in a public subnet: the images are in {region}"
    return replace(way, remedy=way.remedy or nat)

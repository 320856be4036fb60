"""The network: a VPC with a public and a private subnet in each of two availability zones, or one that exists."""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.endpoint import Endpoints, EndpointsArgs
from components.log_bucket import LogBucket
from settings.network import ExistingNetwork, MadeNetwork

_ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """`endpoints` are the services of AWS that tasks need, each with its region, for a network that has endpoints."""

    prefix: str
    settings: MadeNetwork | ExistingNetwork
    endpoints: Mapping[str, str]
    logs: LogBucket
    protect: bool


class Network(pulumi.ComponentResource):
    """The load balancer stands in the public subnets, tasks in the private ones.

    Tasks reach AWS and what lies outside through NAT: one gateway, or one in each zone, so that the loss of a zone is
    not the loss of the way out. Endpoints lead to AWS alone, and past NAT. `nat_addresses` is what others must admit
    (MongoDB's access list). Of a network that exists nothing is made or changed: its ids are passed on, and its
    addresses are its owner's to tell.
    """

    vpc_id: pulumi.Output[str]
    public_subnet_ids: list[pulumi.Output[str]]
    private_subnet_ids: list[pulumi.Output[str]]
    nat_addresses: list[pulumi.Output[str]]

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pairva:index:Network", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self, protect=args.protect)
        match args.settings:
            case ExistingNetwork() as existing:
                self.vpc_id = pulumi.Output.from_input(existing.vpc)
                self.public_subnet_ids = [pulumi.Output.from_input(each) for each in existing.public_subnets]
                self.private_subnet_ids = [pulumi.Output.from_input(each) for each in existing.private_subnets]
                self.nat_addresses = []
            case MadeNetwork() as made:
                self._make(made)
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "public_subnet_ids": self.public_subnet_ids,
                "private_subnet_ids": self.private_subnet_ids,
                "nat_addresses": self.nat_addresses,
            }
        )

    def _make(self, settings: MadeNetwork) -> None:
        vpc = aws.ec2.Vpc(
            f"{self._name}-vpc",
            cidr_block=settings.cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags=self._tags("vpc"),
            opts=self._child,
        )
        blocks, letters = subnet_blocks(settings.cidr), [zone[-1] for zone in settings.zones]
        self._guarded(vpc.id)
        public = self._subnets("public", vpc.id, dict(zip(settings.zones, blocks[:2], strict=True)))
        private = self._subnets("private", vpc.id, dict(zip(settings.zones, blocks[2:], strict=True)))
        internet = aws.ec2.InternetGateway(
            f"{self._name}-internet", vpc_id=vpc.id, tags=self._tags("internet"), opts=self._child
        )
        for zone, subnet in zip(letters, public, strict=True):
            self._routes(f"public-{zone}", vpc.id, subnet.id, gateway_id=internet.id)
        with_gateway = {"one": letters[:1], "perZone": letters, "none": []}[settings.nat]
        gateways = [
            self._nat_gateway(zone, subnet, internet) for zone, subnet in zip(with_gateway, public, strict=False)
        ]
        tables = list[pulumi.Output[str]]()
        for position, (zone, subnet) in enumerate(zip(letters, private, strict=True)):
            gateway = gateways[position % len(gateways)].id if gateways else None
            tables.append(self._routes(f"private-{zone}", vpc.id, subnet.id, nat_gateway_id=gateway))
        self.vpc_id = vpc.id
        self.public_subnet_ids = [subnet.id for subnet in public]
        self.private_subnet_ids = [subnet.id for subnet in private]
        self.nat_addresses = [gateway.public_ip for gateway in gateways]
        if settings.endpoints:
            self._endpoints(blocks[2:], tables)

    def _guarded(self, vpc_id: pulumi.Input[str]) -> None:
        """The group of whatever names none lets nothing through (Security Hub EC2.2), and what the network refuses is
        logged: EC2.6 asks for no more, and what it lets in is in the load balancer's logs.
        """
        aws.ec2.DefaultSecurityGroup(
            f"{self._name}-default-group",
            vpc_id=vpc_id,
            ingress=[],
            egress=[],
            tags=self._tags("default"),
            opts=self._child,
        )
        logs = self._args.logs
        aws.ec2.FlowLog(
            f"{self._name}-refused",
            vpc_id=vpc_id,
            traffic_type="REJECT",
            log_destination_type="s3",
            log_destination=logs.arn,
            tags=self._tags("refused"),
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect, depends_on=[logs.policy]),
        )

    def _endpoints(self, blocks: Sequence[str], route_table_ids: Sequence[pulumi.Input[str]]) -> None:
        args = EndpointsArgs(
            prefix=self._args.prefix,
            services=self._args.endpoints,
            vpc_id=self.vpc_id,
            subnet_ids=self.private_subnet_ids,
            blocks=blocks,
            route_table_ids=route_table_ids,
            protect=self._args.protect,
        )
        Endpoints(self._name, args, pulumi.ResourceOptions(parent=self))

    def _subnets(self, side: str, vpc_id: pulumi.Input[str], blocks: Mapping[str, str]) -> list[aws.ec2.Subnet]:
        """One in each zone; `blocks` holds each zone's."""
        return [
            aws.ec2.Subnet(
                f"{self._name}-{side}-{zone[-1]}",
                vpc_id=vpc_id,
                availability_zone=zone,
                cidr_block=block,
                map_public_ip_on_launch=False,
                tags=self._tags(f"{side}-{zone[-1]}"),
                opts=self._child,
            )
            for zone, block in blocks.items()
        ]

    def _nat_gateway(self, zone: str, subnet: aws.ec2.Subnet, internet: aws.ec2.InternetGateway) -> aws.ec2.NatGateway:
        address = aws.ec2.Eip(
            f"{self._name}-nat-{zone}-address", domain="vpc", tags=self._tags(f"nat-{zone}"), opts=self._child
        )
        return aws.ec2.NatGateway(
            f"{self._name}-nat-{zone}",
            allocation_id=address.id,
            subnet_id=subnet.id,
            tags=self._tags(f"nat-{zone}"),
            # AWS refuses a public NAT gateway in a VPC that has no internet gateway yet.
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect, depends_on=[internet]),
        )

    def _routes(
        self,
        part: str,
        vpc_id: pulumi.Input[str],
        subnet_id: pulumi.Input[str],
        gateway_id: pulumi.Input[str] | None = None,
        nat_gateway_id: pulumi.Input[str] | None = None,
    ) -> pulumi.Output[str]:
        """The id of a route table for the subnet, with a way out if there is one."""
        table = aws.ec2.RouteTable(
            f"{self._name}-{part}-routes", vpc_id=vpc_id, tags=self._tags(part), opts=self._child
        )
        aws.ec2.RouteTableAssociation(
            f"{self._name}-{part}-routes-subnet", route_table_id=table.id, subnet_id=subnet_id, opts=self._child
        )
        if gateway_id or nat_gateway_id:
            aws.ec2.Route(
                f"{self._name}-{part}-way-out",
                route_table_id=table.id,
                destination_cidr_block=_ANYWHERE,
                gateway_id=gateway_id,
                nat_gateway_id=nat_gateway_id,
                opts=self._child,
            )
        return table.id

    def _tags(self, part: str) -> dict[str, str]:
        return {"Name": f"{self._args.prefix}-{part}"}


def subnet_blocks(cidr: str) -> list[str]:
    """Four equal parts of the VPC's block: public, public, private, private."""
    return [str(block) for block in ipaddress.IPv4Network(cidr).subnets(prefixlen_diff=2)]

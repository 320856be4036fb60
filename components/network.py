"""The network: a VPC with a public and a private subnet in each of two availability zones."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from settings.model import Network as NetworkSettings

_ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    prefix: str
    settings: NetworkSettings
    protect: bool


class Network(pulumi.ComponentResource):
    """The load balancer stands in the public subnets, tasks in the private ones.

    Tasks reach AWS and what lies outside through NAT: one gateway, or one in each zone, so that the loss of a zone is
    not the loss of the way out. `nat_addresses` is what others must admit (MongoDB's access list).
    """

    vpc_id: pulumi.Output[str]
    public_subnet_ids: list[pulumi.Output[str]]
    private_subnet_ids: list[pulumi.Output[str]]
    nat_addresses: list[pulumi.Output[str]]

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pairva:index:Network", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self, protect=args.protect)
        vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.settings.cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags=self._tags("vpc"),
            opts=self._child,
        )
        blocks = subnet_blocks(args.settings.cidr)
        public = self._subnets("public", vpc.id, blocks[:2])
        private = self._subnets("private", vpc.id, blocks[2:])
        internet = aws.ec2.InternetGateway(
            f"{name}-internet", vpc_id=vpc.id, tags=self._tags("internet"), opts=self._child
        )
        for zone, subnet in zip(_letters(args.settings.zones), public, strict=True):
            self._routes(f"public-{zone}", vpc.id, subnet.id, gateway_id=internet.id)
        gateways = self._nat_gateways(public, internet)
        for position, (zone, subnet) in enumerate(zip(_letters(args.settings.zones), private, strict=True)):
            gateway = gateways[position % len(gateways)].id if gateways else None
            self._routes(f"private-{zone}", vpc.id, subnet.id, nat_gateway_id=gateway)
        self.vpc_id = vpc.id
        self.public_subnet_ids = [subnet.id for subnet in public]
        self.private_subnet_ids = [subnet.id for subnet in private]
        self.nat_addresses = [gateway.public_ip for gateway in gateways]
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "public_subnet_ids": self.public_subnet_ids,
                "private_subnet_ids": self.private_subnet_ids,
                "nat_addresses": self.nat_addresses,
            }
        )

    def _subnets(self, side: str, vpc_id: pulumi.Input[str], blocks: Sequence[str]) -> list[aws.ec2.Subnet]:
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
            for zone, block in zip(self._args.settings.zones, blocks, strict=True)
        ]

    def _nat_gateways(
        self, public: Sequence[aws.ec2.Subnet], internet: aws.ec2.InternetGateway
    ) -> list[aws.ec2.NatGateway]:
        wanted = {"one": public[:1], "perZone": public, "none": []}[self._args.settings.nat]
        gateways = list[aws.ec2.NatGateway]()
        for zone, subnet in zip(_letters(self._args.settings.zones), wanted, strict=False):
            address = aws.ec2.Eip(
                f"{self._name}-nat-{zone}-address", domain="vpc", tags=self._tags(f"nat-{zone}"), opts=self._child
            )
            gateways.append(
                aws.ec2.NatGateway(
                    f"{self._name}-nat-{zone}",
                    allocation_id=address.id,
                    subnet_id=subnet.id,
                    tags=self._tags(f"nat-{zone}"),
                    # AWS refuses a public NAT gateway in a VPC that has no internet gateway yet.
                    opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect, depends_on=[internet]),
                )
            )
        return gateways

    def _routes(
        self,
        part: str,
        vpc_id: pulumi.Input[str],
        subnet_id: pulumi.Input[str],
        gateway_id: pulumi.Input[str] | None = None,
        nat_gateway_id: pulumi.Input[str] | None = None,
    ) -> None:
        """A route table for the subnet, with a way out if there is one."""
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

    def _tags(self, part: str) -> dict[str, str]:
        return {"Name": f"{self._args.prefix}-{part}"}


def subnet_blocks(cidr: str) -> list[str]:
    """Four equal parts of the VPC's block: public, public, private, private."""
    return [str(block) for block in ipaddress.IPv4Network(cidr).subnets(prefixlen_diff=2)]


def _letters(zones: Sequence[str]) -> list[str]:
    return [zone[-1] for zone in zones]

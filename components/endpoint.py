"""The ways from the private subnets to AWS that need no way out of the network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class EndpointsArgs:
    """`services` are what is reached, as endpoints call it, each with its region; `blocks` the CIDR of each subnet."""

    prefix: str
    services: Mapping[str, str]
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    blocks: Sequence[str]
    route_table_ids: Sequence[pulumi.Input[str]]
    protect: bool


class Endpoints(pulumi.ComponentResource):
    """An interface endpoint for each service, under the service's own name, in every subnet; for S3 a gateway.

    ECR keeps the layers of images in S3, and its documentation knows the gateway alone for them:
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    """

    def __init__(self, name: str, args: EndpointsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pairva:index:Endpoints", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self, protect=args.protect)
        group = self._security_group()
        for service, region in args.services.items():
            gateway = service == "s3"
            aws.ec2.VpcEndpoint(
                f"{name}-endpoint-{service.replace('.', '-')}",
                vpc_id=args.vpc_id,
                service_name=f"com.amazonaws.{region}.{service}",
                vpc_endpoint_type="Gateway" if gateway else "Interface",
                route_table_ids=args.route_table_ids if gateway else None,
                subnet_ids=None if gateway else args.subnet_ids,
                security_group_ids=None if gateway else [group.id],
                private_dns_enabled=None if gateway else True,
                tags={"Name": f"{args.prefix}-{service}"},
                opts=self._child,
            )
        self.register_outputs({})

    def _security_group(self) -> aws.ec2.SecurityGroup:
        group = aws.ec2.SecurityGroup(
            f"{self._name}-endpoints-group",
            name=f"{self._args.prefix}-endpoints",
            description="Endpoints: the private subnets in",
            vpc_id=self._args.vpc_id,
            opts=self._child,
        )
        for block in self._args.blocks:
            aws.vpc.SecurityGroupIngressRule(
                f"{self._name}-endpoints-from-{block.replace('/', '-')}",
                security_group_id=group.id,
                description="HTTPS from a private subnet",
                cidr_ipv4=block,
                ip_protocol="tcp",
                from_port=443,
                to_port=443,
                opts=self._child,
            )
        return group

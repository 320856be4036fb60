"""The one public load balancer of a stack."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.network import Network


@dataclass(frozen=True, kw_only=True)
class LoadBalancerArgs:
    prefix: str
    network: Network
    protect: bool


class LoadBalancer(pulumi.ComponentResource):
    """An application load balancer that answers 404 until services add their rules to its listener.

    Its security group lets the world in on port 80 and nothing out: each service adds the way to its own port.
    """

    url: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    listener_arn: pulumi.Output[str]
    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pairva:index:LoadBalancer", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        group = self._security_group(name, args, child)
        # Not named by us: a name of 32 characters at most, and a replacement must be able to exist beside the old one.
        balancer = aws.lb.LoadBalancer(
            f"{name}-balancer",
            load_balancer_type="application",
            internal=False,
            security_groups=[group.id],
            subnets=args.network.public_subnet_ids,
            drop_invalid_header_fields=True,
            enable_deletion_protection=args.protect,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        listener = aws.lb.Listener(
            f"{name}-http",
            load_balancer_arn=balancer.arn,
            port=80,
            protocol="HTTP",
            default_actions=[
                {
                    "type": "fixed-response",
                    "fixed_response": {"content_type": "text/plain", "message_body": "Not found", "status_code": "404"},
                }
            ],
            opts=child,
        )
        self.url = pulumi.Output.concat("http://", balancer.dns_name)
        self.arn_suffix = balancer.arn_suffix
        self.listener_arn = listener.arn
        self.security_group_id = group.id
        self.register_outputs(
            {
                "url": self.url,
                "arn_suffix": self.arn_suffix,
                "listener_arn": self.listener_arn,
                "security_group_id": self.security_group_id,
            }
        )

    def _security_group(
        self, name: str, args: LoadBalancerArgs, child: pulumi.ResourceOptions
    ) -> aws.ec2.SecurityGroup:
        group = aws.ec2.SecurityGroup(
            f"{name}-group",
            name=f"{args.prefix}-balancer",
            description="Load balancer: the world in, the services out",
            vpc_id=args.network.vpc_id,
            opts=child,
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-from-world",
            security_group_id=group.id,
            description="HTTP from everywhere",
            cidr_ipv4="0.0.0.0/0",
            ip_protocol="tcp",
            from_port=80,
            to_port=80,
            opts=child,
        )
        return group

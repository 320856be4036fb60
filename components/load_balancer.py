"""The one public load balancer of a stack."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.domain import Domain, DomainArgs
from components.log_bucket import ACCESS_PREFIX, CONNECTION_PREFIX, LogBucket
from components.network import Network
from settings.model import Domain as DomainSettings

# TLS 1.2 and 1.3 with forward secrecy, FIPS modules and post-quantum key exchange where the client knows it:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
_TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09"

_NOT_FOUND: aws.lb.ListenerDefaultActionArgsDict = {
    "type": "fixed-response",
    "fixed_response": {"content_type": "text/plain", "message_body": "Not found", "status_code": "404"},
}


@dataclass(frozen=True, kw_only=True)
class LoadBalancerArgs:
    prefix: str
    network: Network
    logs: LogBucket
    domain: DomainSettings | None
    protect: bool


class LoadBalancer(pulumi.ComponentResource):
    """An application load balancer that answers 404 until services add their rules to its listener.

    With a domain that listener speaks HTTPS, and port 80 sends everyone there; without one it is port 80 itself.
    The security group lets the world in on these ports and nothing out: each service adds the way to its own port.
    Who asked for what, and who connected, is in the log bucket. Requests that break RFC 7230 are refused: where the
    balancer and an application read one differently, another can be smuggled in (Security Hub ELB.12).
    """

    url: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    listener_arn: pulumi.Output[str]
    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pairva:index:LoadBalancer", name, None, opts)
        self._name, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        group = self._security_group()
        # Not named by us: a name of 32 characters at most, and a replacement must be able to exist beside the old one.
        balancer = aws.lb.LoadBalancer(
            f"{name}-balancer",
            load_balancer_type="application",
            internal=False,
            security_groups=[group.id],
            subnets=args.network.public_subnet_ids,
            drop_invalid_header_fields=True,
            desync_mitigation_mode="strictest",
            access_logs={"bucket": args.logs.bucket_name, "enabled": True, "prefix": ACCESS_PREFIX},
            connection_logs={"bucket": args.logs.bucket_name, "enabled": True, "prefix": CONNECTION_PREFIX},
            enable_deletion_protection=args.protect,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect, depends_on=[args.logs.policy]),
        )
        if args.domain:
            self.listener_arn, self.url = self._https(balancer, args.domain)
        else:
            self.listener_arn = self._http(balancer, _NOT_FOUND, self._child).arn
            self.url = pulumi.Output.concat("http://", balancer.dns_name)
        self.arn_suffix = balancer.arn_suffix
        self.security_group_id = group.id
        self.register_outputs(
            {
                "url": self.url,
                "arn_suffix": self.arn_suffix,
                "listener_arn": self.listener_arn,
                "security_group_id": self.security_group_id,
            }
        )

    def _https(
        self, balancer: aws.lb.LoadBalancer, settings: DomainSettings
    ) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        """The listener's ARN, and the URL. Nobody is sent there before there is a certificate and the name is known."""
        domain = Domain(self._name, DomainArgs(settings=settings, balancer=balancer), self._child)
        https = aws.lb.Listener(
            f"{self._name}-https",
            load_balancer_arn=balancer.arn,
            port=443,
            protocol="HTTPS",
            ssl_policy=_TLS_POLICY,
            certificate_arn=domain.certificate_arn,
            default_actions=[_NOT_FOUND],
            opts=self._child,
        )
        # By name: the certificate is not for the balancer's own, which people may have kept from before.
        redirect: aws.lb.ListenerDefaultActionArgsDict = {
            "type": "redirect",
            "redirect": {"protocol": "HTTPS", "port": "443", "host": settings.name, "status_code": "HTTP_301"},
        }
        self._http(balancer, redirect, pulumi.ResourceOptions(parent=self, depends_on=[domain, https]))
        return https.arn, domain.url

    def _http(
        self,
        balancer: aws.lb.LoadBalancer,
        action: aws.lb.ListenerDefaultActionArgsDict,
        opts: pulumi.ResourceOptions,
    ) -> aws.lb.Listener:
        return aws.lb.Listener(
            f"{self._name}-http",
            load_balancer_arn=balancer.arn,
            port=80,
            protocol="HTTP",
            default_actions=[action],
            opts=opts,
        )

    def _security_group(self) -> aws.ec2.SecurityGroup:
        group = aws.ec2.SecurityGroup(
            f"{self._name}-group",
            name=f"{self._args.prefix}-balancer",
            description="Load balancer: the world in, the services out",
            vpc_id=self._args.network.vpc_id,
            opts=self._child,
        )
        self._from_world("from-world", "HTTP", 80, group)
        if self._args.domain:
            self._from_world("https-from-world", "HTTPS", 443, group)
        return group

    def _from_world(self, part: str, protocol: str, port: int, group: aws.ec2.SecurityGroup) -> None:
        aws.vpc.SecurityGroupIngressRule(
            f"{self._name}-{part}",
            security_group_id=group.id,
            description=f"{protocol} from everywhere",
            cidr_ipv4="0.0.0.0/0",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            opts=self._child,
        )

"""The name that the world reaches a stack by, and the certificate for it."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

import finding
from finding import Finding
from settings.model import Domain as DomainSettings


@dataclass(frozen=True, kw_only=True)
class DomainArgs:
    settings: DomainSettings
    balancer: aws.lb.LoadBalancer


class Domain(pulumi.ComponentResource):
    """A certificate, which ACM issues once it finds its record in the zone, and the record that leads to the balancer.

    `certificate_arn` is known when the certificate is valid, which takes minutes: a listener takes no other. `url` is
    text that a preview shows, and whoever uses it waits until every name server of Route 53 knows the name.
    """

    url: pulumi.Output[str]
    certificate_arn: pulumi.Output[str]

    def __init__(self, name: str, args: DomainArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pairva:index:Domain", name, None, opts)
        self._name, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        zone_id = self._zone_id()
        alias = aws.route53.Record(
            f"{name}-alias",
            zone_id=zone_id,
            name=args.settings.name,
            type="A",
            aliases=[
                {"name": args.balancer.dns_name, "zone_id": args.balancer.zone_id, "evaluate_target_health": False}
            ],
            opts=self._child,
        )
        self.url = pulumi.Output.concat("https://", alias.name)
        self.certificate_arn = self._valid_certificate(zone_id)
        self.register_outputs({"url": self.url, "certificate_arn": self.certificate_arn})

    def _valid_certificate(self, zone_id: str) -> pulumi.Output[str]:
        certificate = aws.acm.Certificate(
            f"{self._name}-certificate",
            domain_name=self._args.settings.name,
            validation_method="DNS",
            opts=self._child,
        )
        # One name, so one option.
        wanted = certificate.domain_validation_options[0]
        record = aws.route53.Record(
            f"{self._name}-validation",
            zone_id=zone_id,
            name=wanted.resource_record_name,
            type=wanted.resource_record_type,
            records=[wanted.resource_record_value],
            ttl=300,
            # ACM wants the same record for every certificate of a name in an account: an older one may have left it.
            allow_overwrite=True,
            opts=self._child,
        )
        return aws.acm.CertificateValidation(
            f"{self._name}-validated",
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.fqdn],
            opts=self._child,
        ).certificate_arn

    def _zone_id(self) -> str:
        zone = self._args.settings.zone
        try:
            found = aws.route53.get_zone(name=zone, private_zone=False, opts=pulumi.InvokeOptions(parent=self))
        except Exception as error:
            fault = Finding(
                where="pairva:deployment.domain.zone",
                what=f"Route 53 did not find a public zone {zone}",
                found=str(error),
                remedy="name a zone of this account (aws route53 list-hosted-zones), or mend the access to AWS",
            )
            raise pulumi.RunError(finding.text([fault])) from None
        return found.zone_id

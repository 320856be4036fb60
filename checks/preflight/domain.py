"""Whether the zone of a domain is there to hold its records, and how far its certificate is."""

from collections.abc import Iterator
from typing import Any

from checks.preflight.result import Check, Result, failed, ok, to_come, warning
from checks.session import Session
from finding import Finding
from settings.model import Domain
from settings.stack import Stack


def checks(stack: Stack) -> list[Check]:
    domain = stack.deployment.domain
    if domain is None:
        return []
    return [
        Check(subject=f"zone {domain.zone}", ask=lambda session: _zone(session, stack, domain)),
        Check(subject=f"certificate {domain.name}", ask=lambda session: _certificate(session, stack, domain)),
    ]


def _zone(session: Session, stack: Stack, domain: Domain) -> Iterator[Result]:
    """Exactly one public zone of that name, as the program's own lookup wants it. Whether the world asks this zone's
    name servers is not known here: Route 53 cannot tell.
    """
    subject = f"zone {domain.zone}"
    answer = session.client("route53").list_hosted_zones_by_name(DNSName=domain.zone)
    named = [zone for zone in answer["HostedZones"] if zone["Name"] == f"{domain.zone}."]
    public = [zone["Id"].removeprefix("/hostedzone/") for zone in named if not zone["Config"]["PrivateZone"]]
    if len(public) == 1:
        yield ok(subject, f"{public[0]}, public")
        return
    found = f"{len(public)} of them: {', '.join(public)}" if public else "only a private one" if named else "none"
    yield failed(
        subject,
        Finding(
            where=f"Pulumi.{stack.name}.yaml: pairva:deployment.domain.zone",
            what=f"Route 53 does not have one public zone {domain.zone}",
            found=found,
            remedy="keep one and delete the others"
            if public
            else "name a zone of this account (aws route53 list-hosted-zones), or make it and let the domain's "
            "registrar name its servers",
        ),
    )


def _certificate(session: Session, stack: Stack, domain: Domain) -> Iterator[Result]:
    subject = f"certificate {domain.name}"
    acm = session.client("acm")
    pages = acm.get_paginator("list_certificates").paginate(CertificateStatuses=["ISSUED", "PENDING_VALIDATION"])
    named = [each for page in pages for each in page["CertificateSummaryList"] if each["DomainName"] == domain.name]
    states = {each["Status"] for each in named}
    if "ISSUED" in states:
        yield ok(subject, "issued")
    elif states:
        yield warning(subject, _waiting(stack, domain, named))
    else:
        yield to_come(subject, "ACM issues it once it finds its record in the zone")


def _waiting(stack: Stack, domain: Domain, named: list[dict[str, Any]]) -> Finding:
    return Finding(
        where=f"Pulumi.{stack.name}.yaml: pairva:deployment.domain.name",
        what=f"ACM has not issued the certificate of {domain.name} yet, and up waits for it",
        found=", ".join(each["CertificateArn"] for each in named),
        remedy=f"see that the registrar of {domain.zone} names the zone's servers (dig NS {domain.zone}), and that its "
        "CAA records admit amazon.com",
    )

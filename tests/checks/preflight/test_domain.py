"""The zone and the certificate of a domain."""

from typing import Any

import pytest

from checks.preflight import domain
from checks.preflight.result import Outcome, Result, ok, to_come
from checks.session import Session
from finding import Finding
from tests.checks.aws import stubs
from tests.samples import DOMAIN, stack

ZONE, CERTIFICATE = "zone example.com", "certificate pairva.example.com"
ARN = "arn:aws:acm:us-east-1:039612856036:certificate/11111111-1111-1111-1111-111111111111"


def zone(name: str = "example.com.", *, private: bool = False, number: int = 1) -> dict[str, Any]:
    return {
        "Id": f"/hostedzone/Z{number}",
        "Name": name,
        "CallerReference": "test",
        "Config": {"PrivateZone": private},
    }


def asked(monkeypatch: pytest.MonkeyPatch, subject: str, zones: list[Any], certificates: list[Any]) -> list[Result]:
    """What the check of that subject finds where AWS has these zones and certificates."""
    answers = stubs(monkeypatch, "route53", "acm")
    pages = {"HostedZones": zones, "IsTruncated": False, "MaxItems": "100"}
    answers["route53"].add_response("list_hosted_zones_by_name", pages, {"DNSName": "example.com"})
    states = {"CertificateStatuses": ["ISSUED", "PENDING_VALIDATION"]}
    answers["acm"].add_response("list_certificates", {"CertificateSummaryList": certificates}, states)
    sample = stack(DOMAIN)
    (check,) = (each for each in domain.checks(sample) if each.subject == subject)
    with answers["route53"], answers["acm"]:
        return list(check.ask(Session(sample)))


def test_without_a_domain_nothing_is_asked() -> None:
    assert domain.checks(stack()) == []


def test_one_public_zone_of_that_very_name_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    zones = [zone(), zone(private=True, number=2), zone("other.example.net.", number=3)]
    assert asked(monkeypatch, ZONE, zones, []) == [ok(ZONE, "Z1, public")]


MAKE = (
    "name a zone of this account (aws route53 list-hosted-zones), or make it and let the domain's registrar name its "
    "servers"
)
ZONES: dict[str, tuple[list[Any], str, str]] = {
    "none": ([], "none", MAKE),
    "one that only sorts after it": ([zone("www.example.org.")], "none", MAKE),
    "a private one": ([zone(private=True)], "only a private one", MAKE),
    "two": ([zone(), zone(number=2)], "2 of them: Z1, Z2", "keep one and delete the others"),
}


@pytest.mark.parametrize(("zones", "found", "remedy"), ZONES.values(), ids=ZONES)
def test_no_single_public_zone_is_a_failure(
    zones: list[Any], found: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (result,) = asked(monkeypatch, ZONE, zones, [])
    assert result.outcome is Outcome.FAILED
    assert result.finding == Finding(
        where="Pulumi.test.yaml: pairva:deployment.domain.zone",
        what="Route 53 does not have one public zone example.com",
        found=found,
        remedy=remedy,
    )


def certificate(status: str, name: str = "pairva.example.com") -> dict[str, Any]:
    return {"CertificateArn": ARN, "DomainName": name, "Status": status}


def test_a_certificate_is_issued_or_will_be(monkeypatch: pytest.MonkeyPatch) -> None:
    of_another = certificate("ISSUED", "www.example.com")
    both = [certificate("PENDING_VALIDATION"), certificate("ISSUED")]
    assert asked(monkeypatch, CERTIFICATE, [], both) == [ok(CERTIFICATE, "issued")]
    assert asked(monkeypatch, CERTIFICATE, [], [of_another]) == [
        to_come(CERTIFICATE, "ACM issues it once it finds its record in the zone")
    ]


def test_a_certificate_that_waits_is_a_warning_that_says_for_what(monkeypatch: pytest.MonkeyPatch) -> None:
    (result,) = asked(monkeypatch, CERTIFICATE, [], [certificate("PENDING_VALIDATION")])
    assert result.outcome is Outcome.WARNING
    assert result.finding == Finding(
        where="Pulumi.test.yaml: pairva:deployment.domain.name",
        what="ACM has not issued the certificate of pairva.example.com yet, and up waits for it",
        found=ARN,
        remedy="see that the registrar of example.com names the zone's servers (dig NS example.com), and that its CAA "
        "records admit amazon.com",
    )

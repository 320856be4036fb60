"""The domain: its certificate, the two records in its zone, and how a zone that is not there is told."""

from functools import cache

import pulumi
import pytest

from tests.components.parts import ground_of
from tests.recording import Recording, record
from tests.samples import DOMAIN, Edit

RECORD, CERTIFICATE = "aws:route53/record:Record", "aws:acm/certificate:Certificate"
VALIDATION = "aws:acm/certificateValidation:CertificateValidation"
ARN = "arn:aws:acm:us-east-1:039612856036:certificate/pairva-certificate"
NO_ZONE = "no matching Route 53 Hosted Zone found"
WHOLE_ZONE = (DOMAIN[0], DOMAIN[1].replace("pairva.example.com", "example.com"))


@cache
def recorded(*edits: Edit, preview: bool = False) -> Recording:
    return record(lambda: ground_of(*edits), preview=preview)


def test_a_domain_is_a_certificate_its_proof_and_an_alias_and_without_one_there_is_none_of_it() -> None:
    def domain(recording: Recording) -> list[tuple[str, str]]:
        kinds = ("pairva:index:Domain", "aws:acm/", "aws:route53/")
        return sorted((each.parent, each.key) for each in recording.resources if each.type.startswith(kinds))

    of_the_domain = [(CERTIFICATE, "certificate"), (VALIDATION, "validated"), (RECORD, "alias"), (RECORD, "validation")]
    assert domain(recorded()) == []
    assert domain(recorded(DOMAIN)) == [
        *(("pairva:index:Domain/pairva", f"{kind}/pairva-{name}") for kind, name in of_the_domain),
        ("pairva:index:LoadBalancer/pairva", "pairva:index:Domain/pairva"),
    ]


def test_the_certificate_is_for_the_name_and_proven_by_dns() -> None:
    assert recorded(DOMAIN).one(CERTIFICATE, "pairva-certificate").inputs == {
        "domainName": "pairva.example.com",
        "validationMethod": "DNS",
    }


def test_the_zone_holds_the_record_that_acm_asks_for_even_if_it_is_there_already() -> None:
    assert recorded(DOMAIN).one(RECORD, "pairva-validation").inputs == {
        "zoneId": "ZEXAMPLE",
        "name": "_asked.pairva.example.com.",
        "type": "CNAME",
        "records": ["_answer.acm-validations.aws."],
        "ttl": 300,
        "allowOverwrite": True,
    }


def test_the_certificate_is_waited_for_after_its_record() -> None:
    validation = recorded(DOMAIN).one(VALIDATION, "pairva-validated")
    assert validation.inputs == {
        "certificateArn": ARN,
        "validationRecordFqdns": ["_asked.pairva.example.com"],
    }
    assert f"{RECORD}/pairva-validation" in validation.depends_on


@pytest.mark.parametrize(
    ("edit", "name"), [(DOMAIN, "pairva.example.com"), (WHOLE_ZONE, "example.com")], ids=["within", "the zone itself"]
)
def test_the_name_leads_to_the_balancer_and_takes_no_record_that_is_there(edit: Edit, name: str) -> None:
    assert recorded(edit).one(RECORD, "pairva-alias").inputs == {
        "zoneId": "ZEXAMPLE",
        "name": name,
        "type": "A",
        "aliases": [
            {
                "name": "pairva-balancer.us-east-1.elb.amazonaws.com",
                "zoneId": "ZBALANCERS",
                "evaluateTargetHealth": False,
            }
        ],
    }


def test_others_are_given_the_url_and_the_certificate_that_is_valid() -> None:
    assert recorded(DOMAIN).component_outputs["pairva:index:Domain/pairva"] == {
        "url": "https://pairva.example.com",
        "certificate_arn": ARN,
    }


def test_a_preview_shows_the_url_and_no_record_that_is_not_known_yet() -> None:
    preview = recorded(DOMAIN, preview=True)
    assert preview.component_outputs["pairva:index:LoadBalancer/pairva"]["url"] == "https://pairva.example.com"
    validation = preview.one(RECORD, "pairva-validation").inputs
    assert (validation["name"], validation["records"]) == ("<unknown>", ["<unknown>"])


@pytest.mark.parametrize("edit", [DOMAIN, WHOLE_ZONE], ids=["within", "the zone itself"])
def test_the_zone_is_looked_up_among_the_public_ones(edit: Edit) -> None:
    wanted = {"name": "example.com", "privateZone": False}
    assert recorded(edit).invokes == [("aws:route53/getZone:getZone", wanted)]


def test_a_zone_that_is_not_there_ends_the_program_before_anything_of_the_domain_is_made() -> None:
    recording = Recording()
    with pytest.raises(pulumi.RunError) as raised:
        record(lambda: ground_of(DOMAIN), refusal=NO_ZONE, into=recording)
    assert str(raised.value).splitlines() == [
        "pairva:deployment.domain.zone: Route 53 did not find a public zone example.com",
        f"    found: invoke of aws:route53/getZone:getZone failed: {NO_ZONE}",
        "    mend:  name a zone of this account (aws route53 list-hosted-zones), or mend the access to AWS",
    ]
    assert recording.all(RECORD) == recording.all(CERTIFICATE) == []

"""The domain: which names it takes, and what is said of the others."""

from pathlib import Path

import pytest

from finding import Finding
from settings.model import Domain
from tests.samples import DOMAIN, Edit, faults, stack

TABLE = "pairva:deployment.domain"
NO_NAME = 'write it in lower case, without port, path or wildcard, for example "pairva.example.com"'
LONGEST_LABEL = "a" * 63
LONGEST_ZONE = f"{'.'.join([LONGEST_LABEL] * 3)}.{'a' * 57}.com"
LONGEST_NAME = f"{'a' * 52}.example.com"


def domain(name: str = "pairva.example.com", zone: str = "example.com") -> Edit:
    return DOMAIN[0], f"alarmEmails: []\n    domain: {{name: '{name}', zone: '{zone}'}}"


def fault(folder: Path, name: str = "pairva.example.com", zone: str = "example.com") -> Finding:
    (found,) = faults(folder, domain(name, zone))
    return found


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("pairva.example.com", "example.com"),
        ("example.com", "example.com"),
        ("a.b.example.com", "example.com"),
        ("pairva.staging-2.example.com", "staging-2.example.com"),
        ("1.xn--4ca.com", "xn--4ca.com"),
        (LONGEST_NAME, "example.com"),
        (f"{'a' * 61}.co", f"{'a' * 61}.co"),
        (f"{LONGEST_LABEL[:-4]}.a.co", "a.co"),
    ],
)
def test_a_name_in_its_zone_is_taken(name: str, zone: str) -> None:
    assert stack(domain(name, zone)).deployment.domain == Domain.model_validate({"name": name, "zone": zone})


def test_without_a_domain_there_is_none() -> None:
    assert stack().deployment.domain is None


def test_a_zone_may_be_as_long_as_dns_allows(tmp_path: Path) -> None:
    longer = LONGEST_ZONE.replace(".com", "a.com")
    assert (len(LONGEST_ZONE), len(longer)) == (253, 254)
    assert fault(tmp_path, zone=LONGEST_ZONE).what == f"does not lie in the zone {LONGEST_ZONE}"
    assert fault(tmp_path, zone=longer).what == "is not a host name"


@pytest.mark.parametrize("key", ["name", "zone"])
@pytest.mark.parametrize("value", ["https://pairva.example.com", "http://example.com.", "https://"])
def test_a_url_is_told_from_a_name(key: str, value: str, tmp_path: Path) -> None:
    assert fault(tmp_path, **{key: value}) == Finding(
        where=f"Pulumi.test.yaml:38: {TABLE}.{key}",
        what="begins with a scheme",
        found=f"'{value}'",
        remedy='write the name alone, for example "pairva.example.com"',
    )


@pytest.mark.parametrize("key", ["name", "zone"])
def test_the_dot_that_dns_ends_names_with_is_left_out(key: str, tmp_path: Path) -> None:
    assert fault(tmp_path, **{key: "example.com."}) == Finding(
        where=f"Pulumi.test.yaml:38: {TABLE}.{key}",
        what="ends with a dot",
        found="'example.com.'",
        remedy='leave the dot out, for example "pairva.example.com"',
    )


@pytest.mark.parametrize("key", ["name", "zone"])
@pytest.mark.parametrize(
    "value",
    [
        "",
        "localhost",
        "Pairva.example.com",
        "*.example.com",
        "pairva.example.com:443",
        "pairva.example.com/api",
        "pairva_1.example.com",
        "-pairva.example.com",
        "pairva-.example.com",
        "pairva..example.com",
        ".example.com",
        "pairva.example.com\n",
        " example.com",
        "ä.example.com",
        "10.0.0.1",
        "pairva.1com",
        f"a{LONGEST_LABEL}.example.com",
    ],
)
def test_what_is_no_host_name_is_refused(key: str, value: str, tmp_path: Path) -> None:
    found = fault(tmp_path, **{key: value})
    assert (found.where.partition(": ")[2], found.what, found.remedy) == (
        f"{TABLE}.{key}",
        "is not a host name",
        NO_NAME,
    )


def test_a_name_that_no_certificate_can_bear_is_refused(tmp_path: Path) -> None:
    assert len(LONGEST_NAME) == 64
    assert fault(tmp_path, name=f"a{LONGEST_NAME}") == Finding(
        where=f"Pulumi.test.yaml:38: {TABLE}.name",
        what="is longer than the 64 characters that ACM makes certificates for",
        found=f"'a{LONGEST_NAME}'",
        remedy="choose a shorter name",
    )


@pytest.mark.parametrize("name", ["pairva.example.org", "pairvaexample.com", "com.example", "example.com.pairva.io"])
def test_a_name_outside_its_zone_is_told_which_zone_that_is(name: str, tmp_path: Path) -> None:
    assert fault(tmp_path, name=name) == Finding(
        where=f"Pulumi.test.yaml:38: {TABLE}.name",
        what="does not lie in the zone example.com",
        found=f"'{name}'",
        remedy='end it with the zone, for example "pairva.example.com"',
    )


def test_half_a_domain_is_told_what_is_missing_and_what_is_too_much(tmp_path: Path) -> None:
    half = (DOMAIN[0], "alarmEmails: []\n    domain: {name: pairva.example.com, host: www}")
    assert [(each.where, each.what) for each in faults(tmp_path, half)] == [
        (f"Pulumi.test.yaml:38: {TABLE}.zone", "the key is missing"),
        (f"Pulumi.test.yaml:38: {TABLE}.host", "no such key"),
    ]

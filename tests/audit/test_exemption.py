"""Exceptions: what they cover, and what is wrong with them."""

from datetime import date

import pytest

from audit import exemption
from audit.exemption import Exemption
from audit.fault import Fault
from finding import Finding
from tests.recording import ROOT

GOOD = """\
- ids: [L1, CKV_AWS_2]
  resources: ["prod/aws_lb.*", staging/aws_lb.web]
  reason: no domain
  closingCondition: a domain
  expires: 2027-05-31
"""
TODAY = date(2026, 11, 24)


def fault(rule: str, resource: str) -> Fault:
    return Fault(rule=rule, resource=resource, requires="", found="")


def exemptions(text: str = GOOD) -> list[Exemption]:
    read = exemption.read(text)
    assert all(isinstance(each, Exemption) for each in read), read
    return [each for each in read if isinstance(each, Exemption)]


def test_the_committed_exceptions_are_well_formed() -> None:
    assert exemptions((ROOT / exemption.FILE).read_text())


def test_only_what_an_exception_names_is_covered() -> None:
    covered = [fault("L1", "prod/aws_lb.any"), fault("CKV_AWS_2", "staging/aws_lb.web")]
    others = [fault("L1", "local/aws_lb.any"), fault("L1", "staging/aws_lb.other"), fault("L2", "prod/aws_lb.any")]
    assert exemption.remaining([*covered, *others], exemptions()) == sorted(others)


USED = [fault("L1", "prod/aws_lb.any"), fault("CKV_AWS_2", "staging/aws_lb.web")]


def test_an_exception_that_is_used_is_good_until_its_day() -> None:
    assert exemption.stale(USED, exemptions(), date(2027, 5, 31)) == []


def test_an_exception_that_has_expired_is_named() -> None:
    assert exemption.stale(USED, exemptions(), date(2027, 6, 1)) == [
        Finding(
            where="audit/exceptions.yaml",
            what="has expired",
            found="L1, CKV_AWS_2: 2027-05-31",
            remedy="meet the closing condition (a domain) and remove it, or give it another day",
        )
    ]


def test_an_exception_for_more_than_about_a_year_is_named() -> None:
    assert exemption.stale(USED, exemptions(), date(2026, 4, 26)) == []
    (found,) = exemption.stale(USED, exemptions(), date(2026, 4, 25))
    assert (found.what, found.found) == ("is for more than 400 days", "L1, CKV_AWS_2: 2027-05-31")


@pytest.mark.parametrize(
    ("faults", "unused"),
    [
        ([], "L1, CKV_AWS_2, prod/aws_lb.*, staging/aws_lb.web"),
        (USED[:1], "CKV_AWS_2, staging/aws_lb.web"),
        ([fault("L1", "prod/aws_lb.any"), fault("L1", "staging/aws_lb.web")], "CKV_AWS_2"),
        ([fault("L1", "prod/aws_lb.any"), fault("CKV_AWS_2", "prod/aws_lb.any")], "staging/aws_lb.web"),
    ],
)
def test_an_id_or_a_resource_that_covers_nothing_is_named(faults: list[Fault], unused: str) -> None:
    (stale,) = exemption.stale(faults, exemptions(), TODAY)
    assert (stale.what, stale.found) == ("covers nothing", unused)


@pytest.mark.parametrize(
    ("old", "new", "what", "found"),
    [
        ("  reason: no domain\n", "", "Field required", "0.reason"),
        ("reason: no domain", "reason: ''", "String should have at least 1 character", "0.reason"),
        ("staging/aws_lb.web", "'*'", "String should match pattern '[^*?/]'", "0.resources.1"),
        ("2027-05-31", "2027-02-30", "holds a day that there is not", "day is out of range for month"),
        ("2027-05-31", "soon", "Input should be a valid date or datetime, input is too short", "0.expires"),
        ("[L1, CKV_AWS_2]", "[]", "List should have at least 1 item after validation, not 0", "0.ids"),
        ("closingCondition", "until", "Field required", "0.closingCondition"),
        (GOOD, "", "Input should be a valid list", "the whole file"),
    ],
)
def test_a_malformed_exception_is_named(old: str, new: str, what: str, found: str) -> None:
    assert old in GOOD
    first, *_ = exemption.read(GOOD.replace(old, new))
    assert isinstance(first, Finding)
    assert (first.where, first.what, first.found) == ("audit/exceptions.yaml", what, found)


def test_what_is_no_yaml_is_named() -> None:
    (found,) = exemption.read("- ids: [")
    assert isinstance(found, Finding)
    assert found.what == "is no YAML"

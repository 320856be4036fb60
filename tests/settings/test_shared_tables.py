"""Every rule about a value that the services share: where the finding points, what it says and shows, what to do."""

from pathlib import Path

import pytest

from finding import Finding
from tests.samples import Edit, faults

DEPLOYMENT = "pairva:deployment"
QUOTE = "write it in quotes: without them YAML makes the number 1.1 of 1.10"
ACCOUNT = 'write its 12 digits in quotes, for example "039612856036"'
NETWORK = 'write a network address and its length, for example "10.20.0.0/16"'

# An edit of the sample; then line and key, what, found, remedy.
CASES: dict[str, tuple[Edit, str, str, str, str]] = {
    "no account": (
        ('"039612856036"', '"39612856036"'),
        "4: aws:allowedAccountIds[0]",
        "is not an AWS account id",
        '"39612856036"',
        ACCOUNT,
    ),
    "account as a number": (
        ('"039612856036"', "39612856036"),
        "4: aws:allowedAccountIds[0]",
        "is not text",
        "39612856036",
        "write it in quotes",
    ),
    "zone without its letter": (
        ("us-east-1b", "us-east-1"),
        f"10: {DEPLOYMENT}.network.zones[1]",
        "is not an availability zone",
        "us-east-1",
        'write its name, for example "us-east-1a"',
    ),
    "zone of another region": (
        ("us-east-1a,", "eu-west-1a,"),
        f"10: {DEPLOYMENT}.network.zones[0]",
        "is no zone of aws:region us-east-1",
        "eu-west-1a",
        'for example "us-east-1a"',
    ),
    "one zone twice": (
        ("us-east-1b", "us-east-1a"),
        f"10: {DEPLOYMENT}.network.zones",
        "names one zone twice",
        "",
        'name two, for example ["us-east-1a", "us-east-1b"]',
    ),
    "network with host bits": (
        ("10.20.0.0/16", "10.20.0.1/16"),
        f"9: {DEPLOYMENT}.network.cidr",
        "is not an IPv4 network",
        "10.20.0.1/16",
        NETWORK,
    ),
    "network of IPv6": (
        ("10.20.0.0/16", '"fd00::/16"'),
        f"9: {DEPLOYMENT}.network.cidr",
        "is not an IPv4 network",
        '"fd00::/16"',
        NETWORK,
    ),
    "network too small": (
        ("10.20.0.0/16", "10.20.0.0/25"),
        f"9: {DEPLOYMENT}.network.cidr",
        "is not a size that can be cut into four subnets",
        "10.20.0.0/25",
        'use /16 to /24, for example "10.20.0.0/16"',
    ),
    "network too large": (
        ("10.20.0.0/16", "10.0.0.0/15"),
        f"9: {DEPLOYMENT}.network.cidr",
        "is not a size that can be cut into four subnets",
        "10.0.0.0/15",
        'use /16 to /24, for example "10.20.0.0/16"',
    ),
    "public network": (
        ("10.20.0.0/16", "172.32.0.0/16"),
        f"9: {DEPLOYMENT}.network.cidr",
        "is a public network, whose addresses belong to others",
        "172.32.0.0/16",
        "use one within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10",
    ),
    "no way out": (
        ("nat: one", "nat: none"),
        f"11: {DEPLOYMENT}.network.nat",
        "leaves tasks in private subnets no way to pull an image or write a log",
        "none",
        "add endpoints: true, or use one or perZone; none alone is for an emulator that aws:endpoints names",
    ),
    "no way out, and no endpoints": (
        ("nat: one", "nat: none\n      endpoints: false"),
        f"11: {DEPLOYMENT}.network.nat",
        "leaves tasks in private subnets no way to pull an image or write a log",
        "none",
        "add endpoints: true, or use one or perZone; none alone is for an emulator that aws:endpoints names",
    ),
    "an address that is none": (
        ("alarmEmails: []", "alarmEmails: [oncall@example]"),
        f"37: {DEPLOYMENT}.alarmEmails[0]",
        "is not an e-mail address",
        "oncall@example",
        'for example "oncall@example.com"',
    ),
    "one address twice": (
        ("alarmEmails: []", "alarmEmails: [a@example.com, a@example.com]"),
        f"37: {DEPLOYMENT}.alarmEmails",
        "names an address twice",
        "",
        "name each address once",
    ),
    "one address twice, in capitals": (
        ("alarmEmails: []", "alarmEmails: [a@example.com, A@Example.com]"),
        f"37: {DEPLOYMENT}.alarmEmails",
        "names an address twice",
        "",
        "name each address once",
    ),
    "nobody's name": (
        ("    alarmEmails: []\n", ""),
        f"5: {DEPLOYMENT}.alarmEmails",
        "the key is missing",
        "",
        f"add it to {DEPLOYMENT}",
    ),
    "registry with a scheme": (
        ("logRetentionDays: 30", "logRetentionDays: 30\n    registry: {address: 'https://x'}"),
        f"8: {DEPLOYMENT}.registry.address",
        "is not a registry's address",
        "'https://x'",
        'write host and port, for example "localhost:4566"',
    ),
}


@pytest.mark.parametrize(("edit", "where", "what", "found", "remedy"), CASES.values(), ids=CASES)
def test_a_bad_value_is_named_with_its_place_and_remedy(
    edit: Edit, where: str, what: str, found: str, remedy: str, tmp_path: Path
) -> None:
    assert faults(tmp_path, edit) == [Finding(where=f"Pulumi.test.yaml:{where}", what=what, found=found, remedy=remedy)]

"""Values at their bounds: just outside, with the bounds in the remedy; just inside, taken."""

from pathlib import Path

import pytest

from finding import Finding
from tests.samples import BUILD, OWNED_BUILD, REPOSITORY, Edit, faults

VERSION, HEALTH = 'version: "1.0.1"', "path: /api/health"
DEPLOYMENT, BACKEND = "pairva:deployment", "pairva:deployment.backend"

# An edit of the sample; then line and key, what, found, remedy.
BOUNDS: dict[str, tuple[Edit, str, str, str, str]] = {
    "count 0": (("count: 1", "count: 0"), f"19: {BACKEND}.count", "is below 1", "0", "write 1 to 1000"),
    "count 1001": (("count: 1", "count: 1001"), f"19: {BACKEND}.count", "is above 1000", "1001", "write 1 to 1000"),
    "one zone": (
        ("[us-east-1a, us-east-1b]", "[us-east-1a]"),
        f"10: {DEPLOYMENT}.network.zones",
        "has 1 item",
        "",
        "list 2 items",
    ),
    "three zones": (
        ("[us-east-1a, us-east-1b]", "[us-east-1a, us-east-1b, us-east-1c]"),
        f"10: {DEPLOYMENT}.network.zones",
        "has 3 items",
        "",
        "list 2 items",
    ),
    "two accounts": (
        ('    - "039612856036"', '    - "039612856036"\n    - "039612856037"'),
        "3: aws:allowedAccountIds",
        "has 2 items",
        "",
        "list 1 item",
    ),
    "no account at all": (
        ('\n    - "039612856036"', " []"),
        "3: aws:allowedAccountIds",
        "has 0 items",
        "",
        "list 1 item",
    ),
    "retries of the provider": (
        ("aws:region: us-east-1", "aws:region: us-east-1\n  aws:maxRetries: 26"),
        "3: aws:maxRetries",
        "is above 25",
        "26",
        "write 1 to 25",
    ),
    "empty context": (
        (REPOSITORY, 'repository: existing\n      build: {context: ""}'),
        f"15: {BACKEND}.build.context",
        "is empty",
        '""',
        "write a value",
    ),
    "health command of one word": (
        ("[CMD, python3, /app/health.py]", "[CMD]"),
        f"22: {BACKEND}.health.command",
        "has 1 item",
        "",
        "list at least 2 items",
    ),
    **{
        f"{key}: {value}": (
            (HEALTH, f"{HEALTH}\n        {key}: {value}"),
            f"22: {BACKEND}.health.{key}",
            f"is {'below' if value < least else 'above'} {least if value < least else most}",
            str(value),
            f"write {least} to {most}",
        )
        for key, value, least, most in [
            ("graceSeconds", -1, 0, 300),
            ("graceSeconds", 301, 0, 300),
            ("intervalSeconds", 4, 5, 300),
            ("intervalSeconds", 301, 5, 300),
            ("timeoutSeconds", 1, 2, 60),
            ("timeoutSeconds", 61, 2, 60),
            ("retries", 0, 1, 10),
            ("retries", 11, 1, 10),
        ]
    },
}


@pytest.mark.parametrize(("edit", "where", "what", "found", "remedy"), BOUNDS.values(), ids=BOUNDS)
def test_a_value_out_of_bounds_is_named_with_its_bounds(
    edit: Edit, where: str, what: str, found: str, remedy: str, tmp_path: Path
) -> None:
    assert faults(tmp_path, edit) == [Finding(where=f"Pulumi.test.yaml:{where}", what=what, found=found, remedy=remedy)]


SWITCHES = {
    "a word": ("protect: perhaps", "perhaps"),
    "a number": ("protect: 1", "1"),
    "yes, which is a text to the engine": ("protect: yes", "yes"),
    "true in quotes": ('protect: "true"', '"true"'),
}


@pytest.mark.parametrize(("line", "found"), SWITCHES.values(), ids=SWITCHES)
def test_a_switch_is_true_or_false(line: str, found: str, tmp_path: Path) -> None:
    assert faults(tmp_path, ("logRetentionDays: 30", f"logRetentionDays: 30\n    {line}")) == [
        Finding(
            where=f"Pulumi.test.yaml:8: {DEPLOYMENT}.protect",
            what="is neither true nor false",
            found=found,
            remedy="write true or false, without quotes",
        )
    ]


@pytest.mark.parametrize("value", ["yes", "1", '"True"', "[true]"])
def test_a_switch_of_the_provider_is_true_or_false_too(value: str, tmp_path: Path) -> None:
    line = f"aws:region: us-east-1\n  aws:skipMetadataApiCheck: {value}"
    (fault,) = faults(tmp_path, ("aws:region: us-east-1", line))
    assert (fault.where, fault.what) == ("Pulumi.test.yaml:3: aws:skipMetadataApiCheck", "is neither true nor false")


@pytest.mark.parametrize("value", ["true", '"false"'])
def test_a_switch_of_the_provider_may_be_in_quotes(value: str, tmp_path: Path) -> None:
    line = f"aws:region: us-east-1\n  aws:skipRegionValidation: {value}"
    assert faults(tmp_path, ("aws:region: us-east-1", line)) == []


CHOICES = {
    "architecture": (
        ("X86_64", "amd64"),
        f"6: {DEPLOYMENT}.architecture",
        "amd64",
        "write 'X86_64' or 'ARM64'",
    ),
    "nat": (
        ("nat: one", "nat: two"),
        f"11: {DEPLOYMENT}.network.nat",
        "two",
        "write 'one', 'perZone' or 'none'",
    ),
    "repository": (
        (REPOSITORY, "repository: shared"),
        f"14: {BACKEND}.repository",
        "shared",
        "write 'owned' or 'existing'",
    ),
    "retention": (
        ("logRetentionDays: 30", "logRetentionDays: 31"),
        f"7: {DEPLOYMENT}.logRetentionDays",
        "31",
        "write 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, "
        "3288 or 3653",
    ),
}


@pytest.mark.parametrize(("edit", "where", "found", "remedy"), CHOICES.values(), ids=CHOICES)
def test_a_value_that_is_no_choice_is_told_the_choices(
    edit: Edit, where: str, found: str, remedy: str, tmp_path: Path
) -> None:
    what = "is not a value that means something here"
    assert faults(tmp_path, edit) == [Finding(where=f"Pulumi.test.yaml:{where}", what=what, found=found, remedy=remedy)]


GOOD = {
    "a date and a word as version": (VERSION, 'version: "20250430-fix2"'),
    "a version of 128 characters": (VERSION, f'version: "{"1" * 128}"'),
    "port 1024": ("port: 3000", "port: 1024"),
    "port 65535": ("port: 3000", "port: 65535"),
    "count 1000": ("count: 1", "count: 1000"),
    "a health path with a query": (HEALTH, "path: /api/health?deep=1&x=%20"),
    "no path: a worker": ("      path: /api/*\n", ""),
    "a path of 128 characters": ("path: /api/*", f"path: /{'a' * 127}"),
    "a path with one letter open": ("path: /api/*", "path: /api/v?/*"),
    "a network of /24": ("10.20.0.0/16", "10.20.0.0/24"),
    "a network of the last private addresses": ("10.20.0.0/16", "172.31.0.0/16"),
    "a network of 192.168": ("10.20.0.0/16", "192.168.0.0/16"),
    "a network of what providers share": ("10.20.0.0/16", "100.127.0.0/16"),
    "a timeout just below the interval": (HEALTH, f"{HEALTH}\n        intervalSeconds: 16"),
    "the widest health check": (
        HEALTH,
        f"{HEALTH}\n        graceSeconds: 300\n        intervalSeconds: 300\n        timeoutSeconds: 60\n        "
        "retries: 10",
    ),
    "the narrowest health check": (
        HEALTH,
        f"{HEALTH}\n        graceSeconds: 0\n        intervalSeconds: 5\n        timeoutSeconds: 2\n        retries: 1",
    ),
    "several codes": (HEALTH, f'{HEALTH}\n        codes: "200-299,404"'),
    "a pinned digest": (REPOSITORY, f"repository: existing\n      digest: sha256:{'0' * 64}"),
    "a build": BUILD,
    "a build in a repository of its own": OWNED_BUILD,
    "a description of 255 characters": (
        "writable: [/tmp]",
        f"egress:\n        - {{cidr: 10.0.0.0/8, port: 27017, description: {'a' * 255}}}",
    ),
    "nat for each zone": ("nat: one", "nat: perZone"),
    "endpoints in place of nat": ("nat: one", "nat: none\n      endpoints: true"),
    "endpoints beside nat": ("nat: one", "nat: one\n      endpoints: true"),
    "ARM": ("X86_64", "ARM64"),
    "a retention of ten years": ("logRetentionDays: 30", "logRetentionDays: 3653"),
    "a registry on this machine": (
        "logRetentionDays: 30",
        "logRetentionDays: 30\n    registry: {address: 'localhost:4566'}",
    ),
    "the provider's own switches": (
        "aws:region: us-east-1",
        "aws:region: us-east-1\n  aws:maxRetries: 25\n  aws:profile: pairva\n  aws:skipMetadataApiCheck: true\n"
        "  aws:s3UsePathStyle: true\n"
        "  aws:assumeRoles:\n    - roleArn: arn:aws:iam::039612856036:role/deploy",
    ),
}


@pytest.mark.parametrize("edit", GOOD.values(), ids=GOOD)
def test_a_good_value_is_taken(edit: Edit, tmp_path: Path) -> None:
    assert faults(tmp_path, edit) == []


def test_an_emulator_needs_no_nat(tmp_path: Path) -> None:
    endpoints = ("aws:region: us-east-1", "aws:region: us-east-1\n  aws:endpoints:\n    - ecs: http://localhost:4566")
    assert faults(tmp_path, endpoints, ("nat: one", "nat: none")) == []

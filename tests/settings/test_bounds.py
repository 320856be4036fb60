"""Values at their bounds: just outside, with pydantic's own sentence; just inside, taken."""

from pathlib import Path

import pytest

from finding import Finding
from tests.samples import BUILD, OWNED_BUILD, REPOSITORY, Edit, faults

VERSION, HEALTH = 'version: "1.0.1"', "path: /api/health"
DEPLOYMENT, BACKEND = "pairva:deployment", "pairva:deployment.backend"

# An edit of the sample; then line and key; found; its sentence.
BOUNDS: dict[str, tuple[Edit, str, str, str]] = {
    "count 0": (("count: 1", "count: 0"), f"19: {BACKEND}.count", "0", "input should be greater than or equal to 1"),
    "count 1001": (
        ("count: 1", "count: 1001"),
        f"19: {BACKEND}.count",
        "1001",
        "input should be less than or equal to 1000",
    ),
    "protect": (
        ("logRetentionDays: 30", "logRetentionDays: 30\n    protect: perhaps"),
        f"8: {DEPLOYMENT}.protect",
        "perhaps",
        "input should be a valid boolean, unable to interpret input",
    ),
    "one zone": (
        ("[us-east-1a, us-east-1b]", "[us-east-1a]"),
        f"10: {DEPLOYMENT}.network.zones",
        "",
        "list should have at least 2 items after validation, not 1",
    ),
    "three zones": (
        ("[us-east-1a, us-east-1b]", "[us-east-1a, us-east-1b, us-east-1c]"),
        f"10: {DEPLOYMENT}.network.zones",
        "",
        "list should have at most 2 items after validation, not 3",
    ),
    "two accounts": (
        ('    - "039612856036"', '    - "039612856036"\n    - "039612856037"'),
        "3: aws:allowedAccountIds",
        "",
        "list should have at most 1 item after validation, not 2",
    ),
    "no account at all": (
        ('\n    - "039612856036"', " []"),
        "3: aws:allowedAccountIds",
        "",
        "list should have at least 1 item after validation, not 0",
    ),
    "retries of the provider": (
        ("aws:region: us-east-1", "aws:region: us-east-1\n  aws:maxRetries: 26"),
        "3: aws:maxRetries",
        "26",
        "input should be less than or equal to 25",
    ),
    "empty context": (
        (REPOSITORY, 'repository: existing\n      build: {context: ""}'),
        f"15: {BACKEND}.build.context",
        '""',
        "string should have at least 1 character",
    ),
    "health command of one word": (
        ("[CMD, python3, /app/health.py]", "[CMD]"),
        f"22: {BACKEND}.health.command",
        "",
        "list should have at least 2 items after validation, not 1",
    ),
    **{
        f"{key}: {value}": (
            (HEALTH, f"{HEALTH}\n        {key}: {value}"),
            f"22: {BACKEND}.health.{key}",
            str(value),
            f"input should be {bound}",
        )
        for key, value, bound in [
            ("graceSeconds", -1, "greater than or equal to 0"),
            ("graceSeconds", 301, "less than or equal to 300"),
            ("intervalSeconds", 4, "greater than or equal to 5"),
            ("intervalSeconds", 301, "less than or equal to 300"),
            ("timeoutSeconds", 1, "greater than or equal to 2"),
            ("timeoutSeconds", 61, "less than or equal to 60"),
            ("retries", 0, "greater than or equal to 1"),
            ("retries", 11, "less than or equal to 10"),
        ]
    },
}


@pytest.mark.parametrize(("edit", "where", "found", "sentence"), BOUNDS.values(), ids=BOUNDS)
def test_a_value_out_of_bounds_is_named_with_its_bounds(
    edit: Edit, where: str, found: str, sentence: str, tmp_path: Path
) -> None:
    assert faults(tmp_path, edit) == [
        Finding(where=f"Pulumi.test.yaml:{where}", what=sentence, found=found, remedy=f"{sentence}: correct it")
    ]


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
    "no path: a worker": ("      path: /api/*\n", ""),
    "a path of 128 characters": ("path: /api/*", f"path: /{'a' * 127}"),
    "a network of /24": ("10.20.0.0/16", "10.20.0.0/24"),
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
    "ARM": ("X86_64", "ARM64"),
    "a retention of ten years": ("logRetentionDays: 30", "logRetentionDays: 3653"),
    "a registry on this machine": (
        "logRetentionDays: 30",
        "logRetentionDays: 30\n    registry: {address: 'localhost:4566'}",
    ),
    "the provider's own switches": (
        "aws:region: us-east-1",
        "aws:region: us-east-1\n  aws:maxRetries: 25\n  aws:profile: pairva\n  aws:skipMetadataApiCheck: true\n"
        "  aws:assumeRoles:\n    - roleArn: arn:aws:iam::039612856036:role/deploy",
    ),
}


@pytest.mark.parametrize("edit", GOOD.values(), ids=GOOD)
def test_a_good_value_is_taken(edit: Edit, tmp_path: Path) -> None:
    assert faults(tmp_path, edit) == []


def test_an_emulator_needs_no_nat(tmp_path: Path) -> None:
    endpoints = ("aws:region: us-east-1", "aws:region: us-east-1\n  aws:endpoints:\n    - ecs: http://localhost:4566")
    assert faults(tmp_path, endpoints, ("nat: one", "nat: none")) == []

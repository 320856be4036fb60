"""Unknown keys: which one was meant, at every level; keys left empty."""

from pathlib import Path

import pytest

from finding import Finding
from settings import stack_file
from tests.samples import SAMPLE, Edit, edited, faults

HEALTH, REGION = "path: /api/health", "aws:region: us-east-1"
BACKEND = "pairva:deployment.backend"

# An edit of the sample; then line and key, and what was meant.
MEANT: dict[str, tuple[Edit, str, str]] = {
    "two letters changed places": (("port: 3000", "prot: 3000"), f"15: {BACKEND}.prot", "port"),
    "one letter too few": (("memory: 1024", "memry: 1024"), f"18: {BACKEND}.memry", "memory"),
    "capitals": (("cpu: 512", "CPU: 512"), f"17: {BACKEND}.CPU", "cpu"),
    "another case": (
        ("logRetentionDays: 30", "logretentiondays: 30"),
        "7: pairva:deployment.logretentiondays",
        "logRetentionDays",
    ),
    "snake case": (
        ("logRetentionDays", "log_retention_days"),
        "7: pairva:deployment.log_retention_days",
        "logRetentionDays",
    ),
    "kebab case": (("alarmEmails", "alarm-emails"), "37: pairva:deployment.alarm-emails", "alarmEmails"),
    "only its beginning": (("environment:", "env:"), f"23: {BACKEND}.env", "environment"),
    "of a health check": (
        (HEALTH, f"{HEALTH}\n        interval: 9"),
        f"22: {BACKEND}.health.interval",
        "intervalSeconds",
    ),
    "of the service": (("health:", "healthCheck:"), f"20: {BACKEND}.healthCheck", "health"),
    "of a build": (
        ("repository: existing", "repository: existing\n      build: {context: a, mutable_tag: true}"),
        f"15: {BACKEND}.build.mutable_tag",
        "mutableTag",
    ),
    "of an item": (
        ("writable: [/tmp]", "egress: [{cdir: 10.0.0.0/8, port: 27017, description: a}]"),
        f"27: {BACKEND}.egress[0].cdir",
        "cidr",
    ),
    "of the network": (("zones:", "zone:"), "10: pairva:deployment.network.zone", "zones"),
    "of the provider": ((REGION, "aws:Region: us-east-1"), "2: aws:Region", "aws:region"),
    "of the provider, more of it": (
        (REGION, f"{REGION}\n  aws:max_retries: 3"),
        "3: aws:max_retries",
        "aws:maxRetries",
    ),
    "of a role to assume": (
        (REGION, f"{REGION}\n  aws:assumeRoles: [{{role_arn: arn:aws:iam::039612856036:role/x}}]"),
        "3: aws:assumeRoles[0].role_arn",
        "roleArn",
    ),
    "of the deployment": (("pairva:deployment:", "pairva:deploymnet:"), "5: pairva:deploymnet", "pairva:deployment"),
}


@pytest.mark.parametrize(("edit", "where", "meant"), MEANT.values(), ids=MEANT)
def test_a_misspelled_key_is_told_the_one_that_was_meant_and_not_called_missing(
    edit: Edit, where: str, meant: str, tmp_path: Path
) -> None:
    expected = Finding(where=f"Pulumi.test.yaml:{where}", what="no such key", remedy=f"did you mean {meant}?")
    # Without its region or zones nothing can be compared with them, and nothing is.
    assert faults(tmp_path, edit) == [expected]


@pytest.mark.parametrize("key", ["image", "replicas", "worker", "x", "tag"])
def test_nothing_is_suggested_for_a_key_like_no_other(key: str, tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, ("port: 3000", f"port: 3000\n      {key}: 1"))
    assert fault.remedy == f"correct its name, or remove it from {BACKEND}"


@pytest.mark.parametrize(
    ("key", "remedy"),
    [("confg", "did you mean config?"), ("services", "move it below config:, or remove it")],
)
def test_a_key_beside_config_is_named_together_with_all_else(key: str, remedy: str, tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.test.yaml"
    file.write_text(f"# a comment\n{key}: {{}}\n" + edited(("port: 3000", "port: 80")))
    result = stack_file.load(file)
    assert isinstance(result, list)
    assert result[0] == Finding(where=f"Pulumi.test.yaml:2: {key}", what="no such key beside config:", remedy=remedy)
    assert [each.where for each in result[1:]] == [f"Pulumi.test.yaml:17: {BACKEND}.port"]
    file.write_text(f"{key}: {{}}\n{SAMPLE}")
    assert isinstance(stack_file.load(file), list)


EMPTY = {
    "smoke": (("port: 3000", "port: 3000\n      smoke:"), f"16: {BACKEND}.smoke"),
    "build": (("port: 3000", "port: 3000\n      build:"), f"16: {BACKEND}.build"),
    "digest": (("port: 3000", "port: 3000\n      digest: ~"), f"16: {BACKEND}.digest"),
    "registry": (("logRetentionDays: 30", "logRetentionDays: 30\n    registry:"), "8: pairva:deployment.registry"),
    "path": (("path: /api/*", "path:"), f"16: {BACKEND}.path"),
    "a required key": (("count: 1", "count:"), f"19: {BACKEND}.count"),
    "a variable": (("NODE_ENV: production", "NODE_ENV:"), f"24: {BACKEND}.environment.NODE_ENV"),
    "an item": (("[/tmp]", "[/tmp, ]\n      egress: [~]"), f"28: {BACKEND}.egress[0]"),
    "profile": ((REGION, f"{REGION}\n  aws:profile:"), "3: aws:profile"),
}


@pytest.mark.parametrize(("edit", "where"), EMPTY.values(), ids=EMPTY)
def test_a_key_with_nothing_behind_it_is_named_and_not_taken_for_left_out(
    edit: Edit, where: str, tmp_path: Path
) -> None:
    assert faults(tmp_path, edit) == [
        Finding(where=f"Pulumi.test.yaml:{where}", what="is left empty", remedy="write its value, or remove the key")
    ]


def test_an_empty_text_may_be_a_variables_value(tmp_path: Path) -> None:
    assert faults(tmp_path, ("NODE_ENV: production", 'NODE_ENV: ""')) == []

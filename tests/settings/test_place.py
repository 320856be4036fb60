"""What is of another account or region: where the finding points, what it says and shows, what to do."""

from pathlib import Path

import pytest

from finding import Finding
from tests.samples import REPOSITORY, Edit, faults, in_region

BACKEND = "pairva:deployment.backend"
OWN, OTHER = "account 039612856036, region us-east-1", "account 111111111111, region us-east-1"
PORT, RETENTION = "port: 3000", "logRetentionDays: 30"
OWNED = (REPOSITORY, "repository: owned")
ROLE = "arn:aws:iam::039612856036:role"
SECRET = "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/jwt-AbCdEf"
PARAMETER = "arn:aws:ssm:us-east-1:039612856036:parameter/pairva/jwt"


def registry(written: str) -> Edit:
    return (RETENTION, f"{RETENTION}\n    registry: {written}")


def pulled_by(accounts: str, repository: str = "owned") -> Edit:
    return (REPOSITORY, f"repository: {repository}\n      pullAccounts: {accounts}")


def roles(**arns: str) -> Edit:
    return (PORT, "\n      ".join([PORT, *(f"{key}: {arn}" for key, arn in arns.items())]))


def secret(arn: str) -> Edit:
    return (SECRET, arn)


# Edits of the sample; then line and key, what, found, remedy.
CASES: dict[str, tuple[list[Edit], str, str, str, str]] = {
    "registry without a name": (
        [registry("{}")],
        "8: pairva:deployment.registry",
        "names nothing",
        "",
        "name the account or region whose ECR holds the images, or remove it",
    ),
    "registry with an empty name": (
        [registry("{account: }")],
        "8: pairva:deployment.registry.account",
        "is left empty",
        "",
        "write its value, or remove the key",
    ),
    "registry at an address and in an account": (
        [registry("{account: '111111111111', address: 'localhost:4566'}")],
        "8: pairva:deployment.registry.address",
        "is for a registry that is not ECR, and account and region are for ECR",
        "'localhost:4566'",
        "keep address (of an emulator), or account and region",
    ),
    "registry at an address and in the own region": (
        [registry("{region: us-east-1, address: 'localhost:4566'}")],
        "8: pairva:deployment.registry.address",
        "is for a registry that is not ECR, and account and region are for ECR",
        "'localhost:4566'",
        "keep address (of an emulator), or account and region",
    ),
    "registry that is the own": (
        [registry("{account: '039612856036', region: us-east-1}")],
        "8: pairva:deployment.registry",
        f"is the stack's own ({OWN})",
        "",
        "remove it",
    ),
    "registry of the own account": (
        [registry("{account: '039612856036'}")],
        "8: pairva:deployment.registry",
        f"is the stack's own ({OWN})",
        "",
        "remove it",
    ),
    "registry of the own region": (
        [registry("{region: us-east-1}")],
        "8: pairva:deployment.registry",
        f"is the stack's own ({OWN})",
        "",
        "remove it",
    ),
    "registry of another partition": (
        [registry("{account: '111111111111', region: cn-north-1}")],
        "8: pairva:deployment.registry.region",
        "is in the partition aws-cn, and aws:region us-east-1 in aws: nothing is pulled across",
        "cn-north-1",
        "name a region of aws, and push the images there",
    ),
    "endpoints, and images of another region": (
        [("nat: one", "nat: none\n      endpoints: true"), registry("{region: us-west-2}")],
        "13: pairva:deployment.network.endpoints",
        "lead to us-east-1 alone, and the images are in us-west-2",
        "true",
        "use nat: one, or perZone, without endpoints; or push the images to us-east-1",
    ),
    "registry of a malformed account": (
        [OWNED, registry("{account: '1111'}")],
        "8: pairva:deployment.registry.account",
        "is not an AWS account id",
        "'1111'",
        'write its 12 digits in quotes, for example "039612856036"',
    ),
    "registry that is no table": (
        [registry("'111111111111'")],
        "8: pairva:deployment.registry",
        "is not a table",
        "'111111111111'",
        "write a table of keys here",
    ),
    "owned in another account": (
        [OWNED, registry("{account: '111111111111'}")],
        f"15: {BACKEND}.repository",
        f"is made in {OWN}, and registry says {OTHER}",
        "owned",
        f"write existing, and let a stack of {OTHER} own it; or remove registry",
    ),
    "owned in another region": (
        [OWNED, registry("{region: eu-west-1}")],
        f"15: {BACKEND}.repository",
        f"is made in {OWN}, and registry says account 039612856036, region eu-west-1",
        "owned",
        "write existing, and let a stack of account 039612856036, region eu-west-1 own it; or remove registry",
    ),
    "pulled by the own account": (
        [pulled_by("['111111111111', '039612856036']")],
        f"15: {BACKEND}.pullAccounts[1]",
        "is the stack's own account, which may pull anyway",
        "'039612856036'",
        "remove it",
    ),
    "pulled by an account twice": (
        [pulled_by("['111111111111', '111111111111']")],
        f"15: {BACKEND}.pullAccounts",
        "names an account twice",
        "",
        "name each account once",
    ),
    "pulled from a repository of others": (
        [pulled_by("['111111111111']", "existing")],
        f"15: {BACKEND}.pullAccounts",
        "is of a repository that this stack makes, and this one exists",
        "",
        "write it beside repository: owned, in the stack that makes it",
    ),
    "execution role of another account": (
        [roles(executionRole="arn:aws:iam::111111111111:role/team/x")],
        f"16: {BACKEND}.executionRole",
        "is a role of account 111111111111, and the stack's is 039612856036: ECS takes no role of another",
        "arn:aws:iam::111111111111:role/team/x",
        "name a role of account 039612856036, or remove executionRole: the stack then makes one",
    ),
    "task role of another account": (
        [roles(executionRole=f"{ROLE}/x", taskRole="arn:aws:iam::111111111111:role/x")],
        f"17: {BACKEND}.taskRole",
        "is a role of account 111111111111, and the stack's is 039612856036: ECS takes no role of another",
        "arn:aws:iam::111111111111:role/x",
        "name a role of account 039612856036, or remove taskRole: the stack then makes one",
    ),
    "a role that is a name": (
        [roles(executionRole="ecsTaskExecutionRole")],
        f"16: {BACKEND}.executionRole",
        "is not the ARN of a role",
        "ecsTaskExecutionRole",
        'for example "arn:aws:iam::039612856036:role/deploy"',
    ),
    "one role for both purposes": (
        [roles(executionRole=f"{ROLE}/x", taskRole=f"{ROLE}/x")],
        f"17: {BACKEND}.taskRole",
        "is the executionRole of backend, too: one role for both purposes lets the application read the secrets as "
        "ECS does",
        f"{ROLE}/x",
        "name another role, or remove taskRole: the stack then makes one that may do nothing",
    ),
    "the execution role of another service": (
        [roles(taskRole=f"{ROLE}/x"), ("port: 8080", f"port: 8080\n      executionRole: {ROLE}/x")],
        f"16: {BACKEND}.taskRole",
        "is the executionRole of frontend, too: one role for both purposes lets the application read the secrets as "
        "ECS does",
        f"{ROLE}/x",
        "name another role, or remove taskRole: the stack then makes one that may do nothing",
    ),
    "secret of another account": (
        [secret(SECRET.replace("039612856036", "111111111111"))],
        f"26: {BACKEND}.secrets.JWT_SECRET",
        f"is of {OTHER}, and the stack is in {OWN}",
        SECRET.replace("039612856036", "111111111111"),
        f"copy the secret into {OWN}, and write the ARN that it has there",
    ),
    "secret of the registry's account": (
        [registry("{account: '111111111111'}"), secret(SECRET.replace("039612856036", "111111111111"))],
        f"27: {BACKEND}.secrets.JWT_SECRET",
        f"is of {OTHER}, and the stack is in {OWN}",
        SECRET.replace("039612856036", "111111111111"),
        f"copy the secret into {OWN}, and write the ARN that it has there",
    ),
    "key of a secret in another region": (
        [secret(f"'{SECRET.replace('us-east-1', 'eu-west-1')}:key::'")],
        f"26: {BACKEND}.secrets.JWT_SECRET",
        f"is of region eu-west-1, and the stack is in {OWN}",
        f"'{SECRET.replace('us-east-1', 'eu-west-1')}:key::'",
        "replicate the secret to us-east-1, and write the ARN that it has there",
    ),
    "parameter of another account and region": (
        [secret(PARAMETER.replace("us-east-1:039612856036", "eu-west-1:111111111111"))],
        f"26: {BACKEND}.secrets.JWT_SECRET",
        f"is of account 111111111111, region eu-west-1, and the stack is in {OWN}",
        PARAMETER.replace("us-east-1:039612856036", "eu-west-1:111111111111"),
        f"copy the parameter into {OWN}, and write the ARN that it has there",
    ),
    "parameter of another region": (
        [secret(PARAMETER.replace("us-east-1", "eu-west-1"))],
        f"26: {BACKEND}.secrets.JWT_SECRET",
        f"is of region eu-west-1, and the stack is in {OWN}",
        PARAMETER.replace("us-east-1", "eu-west-1"),
        "copy the parameter to us-east-1, and write the ARN that it has there",
    ),
}


@pytest.mark.parametrize(("edits", "where", "what", "found", "remedy"), CASES.values(), ids=CASES)
def test_what_is_elsewhere_is_named_with_its_place_and_remedy(
    edits: list[Edit], where: str, what: str, found: str, remedy: str, tmp_path: Path
) -> None:
    assert faults(tmp_path, *edits) == [
        Finding(where=f"Pulumi.test.yaml:{where}", what=what, found=found, remedy=remedy)
    ]


GOOD: dict[str, list[Edit]] = {
    "registry of another account": [registry("{account: '111111111111'}")],
    "registry of another region": [registry("{region: eu-west-1}")],
    "registry of the own account in another region": [registry("{account: '039612856036', region: eu-west-1}")],
    "build in the registry of another account": [
        registry("{account: '111111111111'}"),
        (REPOSITORY, f"{REPOSITORY}\n      build: {{context: app}}"),
    ],
    "owned at an address": [registry("{address: 'localhost:4566'}"), OWNED],
    "registry in China of a stack in China": [*in_region("cn-north-1"), registry("{region: cn-northwest-1}")],
    "two accounts that pull": [pulled_by("['111111111111', '222222222222']")],
    "nobody who pulls": [pulled_by("[]", "existing")],
    "two roles, one under a path": [roles(executionRole=f"{ROLE}/team/x", taskRole=f"{ROLE}/y")],
    "one execution role for two services": [
        roles(executionRole=f"{ROLE}/x"),
        ("port: 8080", f"port: 8080\n      executionRole: {ROLE}/x"),
    ],
    "parameter of the own account and region": [secret(PARAMETER)],
}


@pytest.mark.parametrize("edits", GOOD.values(), ids=GOOD)
def test_what_is_where_it_may_be_is_taken(edits: list[Edit], tmp_path: Path) -> None:
    assert faults(tmp_path, *edits) == []


def test_every_secret_that_is_elsewhere_is_named_on_its_own_line(tmp_path: Path) -> None:
    foreign = SECRET.replace("us-east-1", "eu-west-1")
    found = faults(tmp_path, secret(f"{foreign}\n        A: {foreign}\n        B: {SECRET}\n        C: {foreign}"))
    assert [fault.where for fault in found] == [
        f"Pulumi.test.yaml:26: {BACKEND}.secrets.JWT_SECRET",
        f"Pulumi.test.yaml:27: {BACKEND}.secrets.A",
        f"Pulumi.test.yaml:29: {BACKEND}.secrets.C",
    ]


@pytest.mark.parametrize(
    "edits",
    [
        [("aws:region: us-east-1", "aws:region: here"), registry("{region: eu-west-1}"), OWNED],
        [('- "039612856036"', "- 39612856036"), registry("{account: '111111111111'}"), OWNED],
        [roles(executionRole="[a]", taskRole="{a: b}")],
        [pulled_by("7"), secret("[a]"), registry("[a]")],
    ],
    ids=["no region", "no account", "roles of another shape", "others of another shape"],
)
def test_what_cannot_be_compared_is_left_to_the_models(edits: list[Edit], tmp_path: Path) -> None:
    said = [fault.what for fault in faults(tmp_path, *edits)]
    assert said
    assert {*said} <= {
        "is not an AWS region",
        "is not text",
        "is not a list",
        "is not a table",
    }

"""Customer keys: what the stack file may name, and where a fault of it points."""

from pathlib import Path

import pytest

from finding import Finding
from settings import rules
from settings.model import Keys
from tests.samples import KEY, OWNED_BUILD, Edit, faults, in_region, keys, stack

PLACE = "8: pairva:deployment.keys"
OWN = "account 039612856036, region us-east-1"
REPLICA = "arn:aws:kms:us-east-1:039612856036:key/mrk-1234abcd12ab34cd56ef1234567890ab"
GOOD = 'for example "arn:aws:kms:us-east-1:039612856036:key/1234abcd-12ab-34cd-56ef-1234567890ab"'
ALIAS = "arn:aws:kms:us-east-1:039612856036:alias/pairva"
BY_ALIAS = "is the alias of a key, which no policy can grant: IAM knows keys by their own ARN"
ELSEWHERE, ABROAD = KEY.replace("039612856036", "111111111111"), KEY.replace("us-east-1", "eu-west-1")
THERE = "name a key of that account and region"
EXECUTION_ROLE = ("port: 3000", "port: 3000\n      executionRole: arn:aws:iam::039612856036:role/start")
NO_SECRETS = (
    "      secrets:\n        JWT_SECRET: arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/jwt-AbCdEf\n",
    "",
)
OF_MADE_ROLES = "is for execution roles that this stack makes, and none of them reads a secret"

# Edits of the sample; then line and key, what, found, remedy.
CASES: dict[str, tuple[list[Edit], str, str, str, str]] = {
    "nothing": (
        [keys("{}")],
        PLACE,
        "names nothing",
        "",
        "name a key for logs, repositories or secrets, or remove it",
    ),
    "an empty key": ([keys("{logs: }")], f"{PLACE}.logs", "is left empty", "", "write its value, or remove the key"),
    "an alias": (
        [keys("{logs: alias/pairva}")],
        f"{PLACE}.logs",
        BY_ALIAS,
        "alias/pairva",
        "write what this shows: aws kms describe-key --key-id alias/pairva --query KeyMetadata.Arn",
    ),
    "an alias by its ARN": (
        [keys(f"{{logs: {ALIAS}}}")],
        f"{PLACE}.logs",
        BY_ALIAS,
        ALIAS,
        f"write what this shows: aws kms describe-key --key-id {ALIAS} --query KeyMetadata.Arn",
    ),
    "an id": (
        [keys("{logs: 1234abcd-12ab-34cd-56ef-1234567890ab}")],
        f"{PLACE}.logs",
        "is not the ARN of a key",
        "1234abcd-12ab-34cd-56ef-1234567890ab",
        GOOD,
    ),
    "an ARN that was cut off": (
        [keys(f"{{logs: {KEY[:-1]}}}")],
        f"{PLACE}.logs",
        "is not the ARN of a key",
        KEY[:-1],
        GOOD,
    ),
    "another account": (
        [keys(f"{{logs: {ELSEWHERE}}}")],
        f"{PLACE}.logs",
        f"is of account 111111111111, region us-east-1, and the stack is in {OWN}",
        ELSEWHERE,
        THERE,
    ),
    "another region, for repositories": (
        [OWNED_BUILD, keys(f"{{repositories: {ABROAD}}}")],
        f"{PLACE}.repositories",
        f"is of account 039612856036, region eu-west-1, and the stack is in {OWN}",
        ABROAD,
        THERE,
    ),
    "another account, the second of the secrets'": (
        [keys(f"{{secrets: [{KEY}, {ELSEWHERE}]}}")],
        f"{PLACE}.secrets[1]",
        f"is of account 111111111111, region us-east-1, and the stack is in {OWN}",
        ELSEWHERE,
        THERE,
    ),
    "no repository to encrypt": (
        [keys(f"{{repositories: {KEY}}}")],
        f"{PLACE}.repositories",
        "is for repositories that this stack makes, and it makes none",
        KEY,
        "remove it: a repository that exists keeps the encryption that it was made with",
    ),
    "no secret to decrypt": (
        [NO_SECRETS, keys(f"{{secrets: [{KEY}]}}")],
        f"{PLACE}.secrets",
        OF_MADE_ROLES,
        "",
        "remove it; whoever owns an executionRole lets it kms:Decrypt",
    ),
    "no role of its own that decrypts": (
        [EXECUTION_ROLE, keys(f"{{secrets: [{KEY}]}}")],
        f"{PLACE}.secrets",
        OF_MADE_ROLES,
        "",
        "remove it; whoever owns an executionRole lets it kms:Decrypt",
    ),
    "no keys in the list": (
        [keys("{secrets: []}")],
        f"{PLACE}.secrets",
        "has 0 items",
        "",
        "list at least 1 item",
    ),
    "a key twice": (
        [keys(f"{{secrets: [{KEY}, {KEY}]}}")],
        f"{PLACE}.secrets",
        "names a key twice",
        "",
        "name each key once",
    ),
    "one key where a list belongs": (
        [keys(f"{{secrets: {KEY}}}")],
        f"{PLACE}.secrets",
        "is not a list",
        "",
        "write a list, for example [one, two], or [] for none",
    ),
    "a use that there is not": (
        [keys(f"{{log: {KEY}}}")],
        f"{PLACE}.log",
        "no such key",
        "",
        "did you mean logs?",
    ),
}


@pytest.mark.parametrize(("edits", "where", "what", "found", "remedy"), CASES.values(), ids=CASES)
def test_a_fault_of_a_key_is_named_with_its_place_and_remedy(
    edits: list[Edit], where: str, what: str, found: str, remedy: str, tmp_path: Path
) -> None:
    assert faults(tmp_path, *edits) == [
        Finding(where=f"Pulumi.test.yaml:{where}", what=what, found=found, remedy=remedy)
    ]


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        (f"{{logs: {KEY}}}", {"logs": KEY}),
        (f"{{logs: {REPLICA}}}", {"logs": REPLICA}),
        (f"{{secrets: [{KEY}, {REPLICA}]}}", {"secrets": [KEY, REPLICA]}),
    ],
    ids=["one", "of several regions", "secrets"],
)
def test_keys_of_the_stacks_own_place_are_taken(written: str, taken: dict[str, object]) -> None:
    assert stack(keys(written)).deployment.keys == Keys.model_validate(taken)


def test_every_service_knows_all_keys() -> None:
    of = stack(OWNED_BUILD, keys(f"{{logs: {KEY}, repositories: {REPLICA}, secrets: [{REPLICA}]}}"))
    assert [each.keys for each in of.services.values()] == [of.deployment.keys] * 2
    assert of.deployment.keys == Keys(logs=KEY, repositories=REPLICA, secrets=[REPLICA])


def test_a_service_that_a_stack_does_not_run_makes_no_repository() -> None:
    tables = {"deployment": {"keys": {"repositories": KEY}, "backend": {"repository": "existing", "count": 1}}}
    (found,) = rules.broken(tables, ("backend", "not_run"), "test")
    assert found.what == "is for repositories that this stack makes, and it makes none"


def test_a_stack_that_names_none_has_none() -> None:
    assert stack().deployment.keys == Keys()


def test_keys_of_another_partition_are_taken() -> None:
    key = "arn:aws-us-gov:kms:us-gov-west-1:039612856036:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    of = stack(*in_region("us-gov-west-1", "aws-us-gov"), keys(f"{{logs: {key}}}"))
    assert of.deployment.keys.logs == key

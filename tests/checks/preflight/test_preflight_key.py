"""Each key that the stack file names: there, fit, and open to CloudWatch Logs where logs are encrypted with it."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from checks import preflight
from checks.preflight import inspection, key
from checks.preflight.result import Check, Result, failed, ok, to_come, unchecked
from checks.session import Session
from finding import Finding
from tests.checks.aws import stubs
from tests.samples import KEY, OWNED_BUILD, Edit, in_region, keys, stack

SUBJECT = "key 1234abcd-12ab-34cd-56ef-1234567890ab"
POLICY, REPOSITORY = f"policy of {SUBJECT}", "encryption of pairva-backend"
LOGS, OTHER_KEY = keys(f"{{logs: {KEY}}}"), KEY.replace("1234abcd", "0234abcd")
SECRETS, IMAGES = keys(f"{{secrets: [{KEY}]}}"), keys(f"{{repositories: {KEY}}}")
GROUPS = "arn:aws:logs:us-east-1:039612856036:log-group:/pairva/test"
FOR_LOGS: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
    "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
    "Resource": "*",
    "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"{GROUPS}/*"}},
}
ACCOUNT = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::039612856036:root"},
    "Action": "kms:*",
    "Resource": "*",
}
ADMITTED = ok(POLICY, "lets CloudWatch Logs encrypt /pairva/test/backend, /pairva/test/frontend")
EXEC = ("port: 3000", "port: 3000\n      readOnlyRoot: false\n      exec: true")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Stubber]]:
    made = stubs(monkeypatch, "kms", "ecr")
    with made["kms"], made["ecr"]:
        yield made
    for each in made.values():
        each.assert_no_pending_responses()


def results(*edits: Edit) -> list[Result]:
    of = stack(*edits)
    return [result for check in key.checks(of) for result in check.ask(Session(of))]


def described(aws: dict[str, Stubber], arn: str = KEY, **changes: str) -> None:
    metadata = {
        "KeyId": arn.rpartition("/")[2],
        "KeyState": "Enabled",
        "KeyManager": "CUSTOMER",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyUsage": "ENCRYPT_DECRYPT",
        **changes,
    }
    aws["kms"].add_response("describe_key", {"KeyMetadata": metadata}, {"KeyId": arn})


def policy(aws: dict[str, Stubber], *statements: dict[str, Any]) -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    aws["kms"].add_response("get_key_policy", {"Policy": text}, {"KeyId": KEY, "PolicyName": "default"})


def repository(aws: dict[str, Stubber], **encryption: str) -> None:
    shown = {"repositoryName": "pairva-backend", **({"encryptionConfiguration": encryption} if encryption else {})}
    aws["ecr"].add_response("describe_repositories", {"repositories": [shown]}, {"repositoryNames": ["pairva-backend"]})


def fault(what: str, remedy: str, places: str = "logs") -> Finding:
    where = ", ".join(f"pairva:deployment.keys.{place}" for place in places.split(", "))
    return Finding(where=f"Pulumi.test.yaml: {where}", what=what, found=KEY, remedy=remedy)


def test_a_stack_that_names_no_key_asks_nothing(aws: dict[str, Stubber]) -> None:
    assert results() == results(OWNED_BUILD) == []


def test_the_keys_are_among_all_that_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[str]()

    def inspect(_: Session, checks: Sequence[Check]) -> list[Result]:
        asked.extend(each.subject for each in checks)
        return []

    monkeypatch.setattr(preflight, "inspect", inspect)
    assert preflight.results(stack(OWNED_BUILD, keys(f"{{repositories: {KEY}}}"))) == []
    assert {SUBJECT, REPOSITORY} <= set(asked)


def test_a_key_for_secrets_is_looked_at_without_its_policy(aws: dict[str, Stubber]) -> None:
    described(aws)
    assert results(SECRETS) == [ok(SUBJECT, "Enabled, for secrets[0]")]


def test_a_key_whose_material_is_exchanged_is_fit(aws: dict[str, Stubber]) -> None:
    described(aws, KeyState="Updating")
    assert results(SECRETS) == [ok(SUBJECT, "Updating, for secrets[0]")]


def test_a_key_that_is_named_for_several_uses_is_asked_about_once(aws: dict[str, Stubber]) -> None:
    described(aws, KeyState="Disabled")
    described(aws, OTHER_KEY)
    aws["ecr"].add_client_error("describe_repositories", "RepositoryNotFoundException")
    found = results(OWNED_BUILD, keys(f"{{logs: {KEY}, repositories: {KEY}, secrets: [{OTHER_KEY}, {KEY}]}}"))
    remedy = f"aws kms enable-key --key-id {KEY} (after cancel-key-deletion, if that is pending)"
    assert found == [
        failed(SUBJECT, fault("it cannot be used: it is Disabled", remedy, "logs, repositories, secrets[1]")),
        ok(SUBJECT.replace("1234abcd", "0234abcd"), "Enabled, for secrets[0]"),
        to_come(REPOSITORY, f"the repository is made under {KEY}"),
    ]


def test_a_key_that_is_not_there_is_named(aws: dict[str, Stubber]) -> None:
    aws["kms"].add_client_error("describe_key", "NotFoundException")
    assert results(LOGS) == [failed(SUBJECT, fault("there is no such key", "name one that exists: aws kms list-keys"))]


ENABLE = f"aws kms enable-key --key-id {KEY} (after cancel-key-deletion, if that is pending)"
SYMMETRIC = "name a symmetric one for encryption: aws kms create-key makes such by default"


@pytest.mark.parametrize(
    ("changes", "what", "remedy"),
    [
        ({"KeyState": "PendingDeletion"}, "it cannot be used: it is PendingDeletion", ENABLE),
        ({"KeyState": "PendingImport"}, "it cannot be used: it is PendingImport", ENABLE),
        ({"KeySpec": "RSA_2048"}, "it is a key of kind RSA_2048 for ENCRYPT_DECRYPT", SYMMETRIC),
        (
            {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"},
            "it is a key of kind HMAC_256 for GENERATE_VERIFY_MAC",
            SYMMETRIC,
        ),
        (
            {"KeyManager": "AWS"},
            "it is a key of AWS's own, whose policy nobody can change",
            "name a key of yours, or remove it: where no key is named, AWS uses one of its own",
        ),
    ],
    ids=["pending deletion", "without material", "asymmetric", "HMAC", "AWS's"],
)
def test_a_key_that_is_not_fit_stops_the_deployment_and_its_policy_is_not_asked_for(
    changes: dict[str, str], what: str, remedy: str, aws: dict[str, Stubber]
) -> None:
    described(aws, **changes)
    assert results(LOGS) == [failed(SUBJECT, fault(what, remedy))]


@pytest.mark.parametrize(
    "statement",
    [
        FOR_LOGS,
        {**FOR_LOGS, "Principal": {"Service": ["s3.amazonaws.com", "logs.us-east-1.amazonaws.com"]}},
        {**FOR_LOGS, "Principal": {"Service": "logs.amazonaws.com"}},
        {**FOR_LOGS, "Principal": "*"},
        {**FOR_LOGS, "Principal": {"AWS": "*"}, "Condition": {"StringEquals": {"kms:CallerAccount": "039612856036"}}},
        {**FOR_LOGS, "Condition": {}},
        {**FOR_LOGS, "Condition": {"StringNotEquals": {"kms:EncryptionContext:aws:logs:arn": f"{GROUPS}/other"}}},
        {
            **FOR_LOGS,
            "Condition": {
                "ArnEquals": {"kms:encryptioncontext:AWS:logs:arn": [f"{GROUPS}/front*", f"{GROUPS}/backend"]},
                "StringEquals": {"aws:SourceAccount": "039612856036"},
            },
        },
        {
            **FOR_LOGS,
            "Condition": {
                "ForAnyValue:ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:039612856036:*"}
            },
        },
    ],
    ids=[
        *("the user guide's", "one of several", "of every region", "everybody", "every account", "no condition"),
        *("a condition that excludes another", "each log group", "every log group"),
    ],
)
def test_a_policy_that_lets_cloudwatch_logs_encrypt_is_well(statement: dict[str, Any], aws: dict[str, Stubber]) -> None:
    described(aws)
    policy(aws, ACCOUNT, statement)
    assert results(LOGS) == [ok(SUBJECT, "Enabled, for logs"), ADMITTED]


ALL = "/pairva/test/backend, /pairva/test/frontend"


@pytest.mark.parametrize(
    ("statements", "groups"),
    [
        ([ACCOUNT], ALL),
        ([{**FOR_LOGS, "Effect": "Deny"}], ALL),
        ([{**FOR_LOGS, "Principal": {"Service": "logs.eu-west-1.amazonaws.com"}}], ALL),
        ([{**FOR_LOGS, "Principal": {"Service": "s3.amazonaws.com"}}], ALL),
        (
            [{**FOR_LOGS, "Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": f"{GROUPS}/backend"}}}],
            "/pairva/test/frontend",
        ),
        (
            [{**FOR_LOGS, "Condition": {"stringlike": {"KMS:EncryptionContext:aws:logs:arn": [f"{GROUPS}ing/*"]}}}],
            ALL,
        ),
    ],
    ids=["the default", "denied", "another region's", "another service", "one log group", "another stack's"],
)
def test_a_policy_that_does_not_is_told_with_the_statement_to_add(
    statements: list[dict[str, Any]], groups: str, aws: dict[str, Stubber]
) -> None:
    described(aws)
    policy(aws, *statements)
    what = f"its policy does not let CloudWatch Logs encrypt {groups}"
    assert results(LOGS)[1:] == [failed(POLICY, fault(what, f"add to its policy: {json.dumps(FOR_LOGS)}"))]


def test_a_policy_that_does_not_is_the_fault_of_logs_alone(aws: dict[str, Stubber]) -> None:
    described(aws)
    policy(aws, ACCOUNT)
    (_, of_policy) = results(keys(f"{{logs: {KEY}, secrets: [{KEY}]}}"))
    assert of_policy.finding is not None
    assert of_policy.finding.where == "Pulumi.test.yaml: pairva:deployment.keys.logs"


def test_the_log_of_ecs_exec_must_be_admitted_too(aws: dict[str, Stubber]) -> None:
    described(aws)
    groups = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"{GROUPS}/*end"}}
    policy(aws, {**FOR_LOGS, "Condition": groups})
    (_, of_policy) = results(EXEC, LOGS)
    assert of_policy.detail == "its policy does not let CloudWatch Logs encrypt /pairva/test/exec"


def test_in_china_services_have_another_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    arn = "arn:aws-cn:kms:cn-north-1:039612856036:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    of = stack(*in_region("cn-north-1", "aws-cn"), keys(f"{{logs: {arn}}}"))
    kms = stubs(monkeypatch, "kms")
    described(kms, arn)
    text = json.dumps({"Statement": {**FOR_LOGS, "Principal": {"Service": "logs.cn-north-1.amazonaws.com"}}})
    kms["kms"].add_response("get_key_policy", {"Policy": text}, {"KeyId": arn, "PolicyName": "default"})
    with kms["kms"]:
        (check,) = key.checks(of)
        (_, found) = check.ask(Session(of))
    assert found.finding is not None
    assert '{"Service": "logs.cn-north-1.amazonaws.com.cn"}' in found.finding.remedy
    assert '"arn:aws-cn:logs:cn-north-1:039612856036:log-group:/pairva/test/*"' in found.finding.remedy


def test_a_policy_that_may_not_be_read_is_unchecked_and_the_key_is_not(aws: dict[str, Stubber]) -> None:
    described(aws)
    aws["kms"].add_client_error("get_key_policy", "AccessDeniedException", "no")
    of = stack(LOGS)
    assert inspection.inspect(Session(of), key.checks(of)) == [
        ok(SUBJECT, "Enabled, for logs"),
        unchecked(POLICY, "GetKeyPolicy: AccessDeniedException: no"),
    ]


def test_a_key_that_may_not_be_asked_about_is_no_failure(aws: dict[str, Stubber]) -> None:
    aws["kms"].add_client_error("describe_key", "AccessDeniedException", "no")
    with pytest.raises(ClientError, match="DescribeKey"):
        results(LOGS)


def test_a_repository_under_its_key_is_well(aws: dict[str, Stubber]) -> None:
    described(aws)
    repository(aws, encryptionType="KMS", kmsKey=KEY)
    assert results(OWNED_BUILD, IMAGES) == [
        ok(SUBJECT, "Enabled, for repositories"),
        ok(REPOSITORY, KEY),
    ]


@pytest.mark.parametrize(
    ("encryption", "found", "keep"),
    [
        ({"encryptionType": "AES256"}, "AES256", "remove it"),
        ({}, "AES256", "remove it"),
        (
            {"encryptionType": "KMS", "kmsKey": OTHER_KEY},
            OTHER_KEY,
            f"remove it (or name {OTHER_KEY} there, if that is a key of yours)",
        ),
    ],
    ids=["AWS's own", "untold", "another key"],
)
def test_a_repository_that_exists_under_another_encryption_is_not_replaced_but_refused(
    encryption: dict[str, str], found: str, keep: str, aws: dict[str, Stubber]
) -> None:
    described(aws)
    repository(aws, **encryption)
    what = f"the repository pairva-backend exists, is encrypted with {found}, and stays so for as long as it exists"
    remedy = f"{keep}; or delete the repository, with every image in it, so that up makes it under the key (README)"
    assert results(OWNED_BUILD, IMAGES)[1:] == [failed(REPOSITORY, fault(what, remedy, "repositories"))]

"""Each secret of the stack file: there, with a value, under a key that can be used. None is read."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from checks.preflight import secret
from checks.preflight.inspection import inspect
from checks.preflight.result import Outcome, Result, failed, ok, unchecked, warning
from checks.session import Session
from finding import Finding
from tests.checks.aws import stubs
from tests.samples import KEY, Edit, keys, stack

WHOLE = "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/jwt-AbCdEf"
PARTIAL = "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/mongodb-uri"
PARAMETER = "arn:aws:ssm:us-east-1:039612856036:parameter/pairva/jwt"
BACKEND, FRONTEND = "pairva-test-backend-execution", "pairva-test-frontend-execution"
WHERE = "Pulumi.test.yaml: pairva:deployment.backend.secrets.JWT_SECRET"
CURRENT = {"VersionIdsToStages": {"a" * 32: ["AWSCURRENT"]}}
SUBJECT = "secret pairva/jwt-AbCdEf"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Stubber]]:
    made = stubs(monkeypatch, "secretsmanager", "ssm", "kms")
    with made["secretsmanager"], made["ssm"], made["kms"]:
        yield made
    for each in made.values():
        each.assert_no_pending_responses()


def results(*edits: Edit) -> list[Result]:
    of = stack(*edits)
    return [result for check in secret.checks(of) for result in check.ask(Session(of))]


def described(aws: dict[str, Stubber], arn: str = WHOLE, **values: Any) -> None:
    aws["secretsmanager"].add_response("describe_secret", {"ARN": arn, **CURRENT, **values}, {"SecretId": arn})


def parameters(aws: dict[str, Stubber], pages: Sequence[list[dict[str, Any]]], names: Sequence[str]) -> None:
    """Each page but the last names the next one, as a filtered list does although it is empty."""
    asked = {"ParameterFilters": [{"Key": "Name", "Option": "Equals", "Values": list(names)}], "MaxResults": 50}
    for number, page in enumerate(pages):
        token = {"NextToken": str(number)} if number < len(pages) - 1 else {}
        aws["ssm"].add_response("describe_parameters", {"Parameters": page, **token}, asked)
        asked = {**asked, **token}


def key(aws: dict[str, Stubber], state: str = "Enabled", manager: str = "CUSTOMER", name: str = KEY) -> None:
    metadata = {"KeyId": "1234", "Arn": KEY, "KeyState": state, "KeyManager": manager}
    aws["kms"].add_response("describe_key", {"KeyMetadata": metadata}, {"KeyId": name})


def not_let(roles: str) -> str:
    return f"it is encrypted with a key of yours, {KEY}, and this program does not let {roles} decrypt with it"


def fault(what: str, remedy: str, found: str = WHOLE, where: str = WHERE) -> Finding:
    return Finding(where=where, what=what, found=found, remedy=remedy)


def test_a_secret_with_a_value_under_awss_own_key_is_well(aws: dict[str, Stubber]) -> None:
    described(aws)
    assert results() == [ok(SUBJECT, WHOLE)]


def test_a_partial_arn_is_asked_for_as_it_is_and_the_whole_one_told(aws: dict[str, Stubber]) -> None:
    answer = {"ARN": f"{PARTIAL}-a1B2c3", **CURRENT}
    aws["secretsmanager"].add_response("describe_secret", answer, {"SecretId": PARTIAL})
    assert results((WHOLE, PARTIAL)) == [ok("secret pairva/mongodb-uri", f"{PARTIAL}-a1B2c3")]


def test_a_secret_that_several_name_is_asked_for_once_without_key_and_stage(aws: dict[str, Stubber]) -> None:
    described(aws, VersionIdsToStages={"a" * 32: ["AWSPREVIOUS"]})
    front = (
        "    frontend:\n",
        f"    frontend:\n      secrets: {{USER: '{WHOLE}:user:AWSPREVIOUS:', OLD: '{WHOLE}:::x'}}\n",
    )
    where = f"{WHERE}, pairva:deployment.frontend.secrets.USER, pairva:deployment.frontend.secrets.OLD"
    remedy = f"aws secretsmanager put-secret-value --secret-id {WHOLE} --secret-string file://secret.txt"
    assert results((WHOLE, f"'{WHOLE}:jwt::'"), front) == [
        failed(SUBJECT, fault("the secret has no value of stage AWSCURRENT", remedy, where=where))
    ]


def test_another_stage_must_be_there(aws: dict[str, Stubber]) -> None:
    described(aws)
    remedy = (
        f"aws secretsmanager put-secret-value --secret-id {WHOLE} --secret-string file://secret.txt, or name one of "
        "its stages (AWSCURRENT)"
    )
    assert results((WHOLE, f"'{WHOLE}:jwt:BLUE:'")) == [
        failed(SUBJECT, fault("the secret has no value of stage BLUE", remedy))
    ]


def test_a_secret_that_has_no_version_yet_cannot_be_read(aws: dict[str, Stubber]) -> None:
    aws["secretsmanager"].add_response("describe_secret", {"ARN": WHOLE}, {"SecretId": WHOLE})
    remedy = f"aws secretsmanager put-secret-value --secret-id {WHOLE} --secret-string file://secret.txt"
    assert results() == [failed(SUBJECT, fault("the secret has no value of stage AWSCURRENT", remedy))]


def test_a_version_by_its_id_needs_no_stage(aws: dict[str, Stubber]) -> None:
    described(aws, VersionIdsToStages={})
    assert results((WHOLE, f"{WHOLE}:::{'b' * 32}")) == [ok(SUBJECT, WHOLE)]


def test_a_secret_that_is_to_be_deleted_cannot_be_read(aws: dict[str, Stubber]) -> None:
    described(aws, DeletedDate=datetime(2026, 11, 20, tzinfo=UTC))
    what = "the secret is marked for deletion (2026-11-20)"
    assert results() == [failed(SUBJECT, fault(what, f"aws secretsmanager restore-secret --secret-id {WHOLE}"))]


@pytest.mark.parametrize(
    ("arn", "what", "remedy"),
    [
        (
            PARTIAL,
            "there is no such secret",
            "aws secretsmanager create-secret --name pairva/mongodb-uri --secret-string file://secret.txt",
        ),
        (
            WHOLE,
            "there is no secret of this ARN",
            "aws secretsmanager create-secret --name pairva/jwt --secret-string file://secret.txt, and write the ARN "
            "that it answers",
        ),
    ],
    ids=["by name", "by whole ARN"],
)
def test_a_missing_secret_is_told_with_the_command_that_makes_it(
    arn: str, what: str, remedy: str, aws: dict[str, Stubber]
) -> None:
    aws["secretsmanager"].add_client_error("describe_secret", "ResourceNotFoundException")
    (found,) = results((WHOLE, arn))
    assert found.finding == fault(what, remedy, arn)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
@pytest.mark.parametrize(
    ("arn", "service", "method", "operation"),
    [
        (WHOLE, "secretsmanager", "describe_secret", "DescribeSecret"),
        (PARAMETER, "ssm", "describe_parameters", "DescribeParameters"),
    ],
)
def test_a_refusal_is_no_missing_secret(
    arn: str, service: str, method: str, operation: str, code: str, aws: dict[str, Stubber]
) -> None:
    """Whoever asks all the questions makes `unchecked` of it (inspection.py)."""
    aws[service].add_client_error(method, code, "no")
    with pytest.raises(ClientError, match=f"{code}.*{operation}"):
        results((WHOLE, arn))


@pytest.mark.parametrize(("arn", "kind"), [(WHOLE, "secret"), (PARAMETER, "parameter")])
def test_a_customers_key_is_warned_of(arn: str, kind: str, aws: dict[str, Stubber]) -> None:
    if kind == "secret":
        described(aws, KmsKeyId=KEY)
    else:
        found = {"Name": "/pairva/jwt", "ARN": PARAMETER, "Type": "SecureString", "KeyId": KEY}
        parameters(aws, [[], [found]], ["/pairva/jwt"])
    key(aws)
    remedy = f"add {KEY} to keys.secrets, or allow kms:Decrypt for {BACKEND} in the key's policy"
    name = SUBJECT if kind == "secret" else "parameter /pairva/jwt"
    assert results((WHOLE, arn)) == [ok(name, arn), warning(f"key of {name}", fault(not_let(BACKEND), remedy, arn))]


def test_each_role_that_needs_the_key_is_named(aws: dict[str, Stubber]) -> None:
    described(aws, KmsKeyId="1234")
    key(aws, name="1234")
    found = results(("    frontend:\n", f"    frontend:\n      secrets: {{A: '{WHOLE}', B: '{WHOLE}'}}\n"))
    assert found[1].finding is not None
    assert found[1].finding.remedy == (
        f"add {KEY} to keys.secrets, or allow kms:Decrypt for {BACKEND}, {FRONTEND} in the key's policy"
    )


@pytest.mark.parametrize("name", [KEY, "1234", "alias/pairva"], ids=["by ARN", "by id", "by alias"])
def test_a_customers_key_that_the_stack_file_names_is_well(name: str, aws: dict[str, Stubber]) -> None:
    described(aws, KmsKeyId=name)
    key(aws, name=name)
    assert results(keys(f"{{secrets: [{KEY}]}}"))[1:] == [ok(f"key of {SUBJECT}", f"{name}, which keys.secrets names")]


def test_a_key_that_is_named_for_logs_only_decrypts_no_secret(aws: dict[str, Stubber]) -> None:
    described(aws, KmsKeyId=KEY)
    key(aws)
    remedy = f"add {KEY} to keys.secrets, or allow kms:Decrypt for {BACKEND} in the key's policy"
    assert results(keys(f"{{logs: {KEY}}}"))[1:] == [warning(f"key of {SUBJECT}", fault(not_let(BACKEND), remedy))]


START = ("port: 3000", "port: 3000\n      executionRole: arn:aws:iam::039612856036:role/start")
OWNER = "whoever owns start must allow it kms:Decrypt, if that is not done"
BOTH = ("    frontend:\n", f"    frontend:\n      secrets: {{A: '{WHOLE}'}}\n")
WHERE_BOTH = f"{WHERE}, pairva:deployment.frontend.secrets.A"


def test_an_execution_role_that_exists_is_let_decrypt_by_its_owner(aws: dict[str, Stubber]) -> None:
    described(aws, KmsKeyId=KEY)
    key(aws)
    assert results(START)[1:] == [warning(f"key of {SUBJECT}", fault(not_let("start"), OWNER))]


@pytest.mark.parametrize("named", [False, True])
def test_a_secret_of_both_kinds_of_roles_tells_what_each_lacks(named: bool, aws: dict[str, Stubber]) -> None:
    described(aws, KmsKeyId=KEY)
    key(aws)
    add = f"add {KEY} to keys.secrets, or allow kms:Decrypt for {FRONTEND} in the key's policy; "
    (_, of_key) = results(BOTH, START, *([keys(f"{{secrets: [{KEY}]}}")] if named else []))
    roles, remedy = ("start", OWNER) if named else (f"{FRONTEND}, start", f"{add}{OWNER}")
    assert of_key == warning(f"key of {SUBJECT}", fault(not_let(roles), remedy, where=WHERE_BOTH))


def test_a_key_whose_material_is_exchanged_can_decrypt(aws: dict[str, Stubber]) -> None:
    described(aws, KmsKeyId=KEY)
    key(aws, "Updating", "AWS")
    assert results()[1:] == [ok(f"key of {SUBJECT}", f"{KEY}, of AWS")]


@pytest.mark.parametrize("state", ["Disabled", "PendingDeletion"])
def test_a_key_that_cannot_decrypt_stops_the_deployment(state: str, aws: dict[str, Stubber]) -> None:
    described(aws, KmsKeyId=KEY)
    key(aws, state)
    remedy = f"aws kms enable-key --key-id {KEY} (after cancel-key-deletion, if that is pending)"
    assert results()[1:] == [failed(f"key of {SUBJECT}", fault(f"its key {KEY} cannot decrypt: it is {state}", remedy))]


def test_a_key_of_aws_under_its_id_is_well(aws: dict[str, Stubber]) -> None:
    described(aws, KmsKeyId=KEY)
    key(aws, manager="AWS")
    assert results()[1:] == [ok(f"key of {SUBJECT}", f"{KEY}, of AWS")]


UNSEEN = "and nobody can see from here which key the value is encrypted with"
ALIASES = ["alias/pairva", "arn:aws:kms:us-east-1:039612856036:alias/pairva"]


@pytest.mark.parametrize("alias", ALIASES)
def test_an_alias_that_is_gone_says_nothing_of_the_key(alias: str, aws: dict[str, Stubber]) -> None:
    described(aws, KmsKeyId=alias)
    aws["kms"].add_client_error("describe_key", "NotFoundException")
    assert results()[1:] == [unchecked(f"key of {SUBJECT}", f"the alias {alias} is gone, {UNSEEN}")]


@pytest.mark.parametrize("alias", ALIASES)
def test_an_alias_may_lead_to_another_key_by_now(alias: str, aws: dict[str, Stubber]) -> None:
    described(aws, KmsKeyId=alias)
    key(aws, "Disabled", name=alias)
    assert results()[1:] == [unchecked(f"key of {SUBJECT}", f"the key of {alias} is Disabled, {UNSEEN}")]


@pytest.mark.parametrize("name", [KEY, "1234"], ids=["by ARN", "by id"])
def test_a_key_that_is_gone_stops_the_deployment(name: str, aws: dict[str, Stubber]) -> None:
    described(aws, KmsKeyId=name)
    aws["kms"].add_client_error("describe_key", "NotFoundException")
    gone = fault(f"its key {name} is gone", "store the value again, under another key")
    assert results()[1:] == [failed(f"key of {SUBJECT}", gone)]


def test_a_key_that_may_not_be_asked_about_leaves_the_secret_checked(aws: dict[str, Stubber]) -> None:
    described(aws, KmsKeyId=KEY)
    aws["kms"].add_client_error("describe_key", "AccessDeniedException", "no")
    assert results() == [
        ok(SUBJECT, WHOLE),
        unchecked(f"key of {SUBJECT}", "DescribeKey: AccessDeniedException: no"),
    ]


@pytest.mark.parametrize("values", [{"Type": "String"}, {"Type": "SecureString", "KeyId": "alias/aws/ssm"}])
def test_a_parameter_is_found_by_its_name(values: dict[str, str], aws: dict[str, Stubber]) -> None:
    parameters(aws, [[{"Name": "/pairva/jwt", "ARN": PARAMETER, **values}]], ["/pairva/jwt"])
    assert results((WHOLE, PARAMETER)) == [ok("parameter /pairva/jwt", PARAMETER)]


def test_a_parameter_of_one_word_is_found_with_its_slash_or_without(aws: dict[str, Stubber]) -> None:
    arn = PARAMETER.replace("pairva/jwt", "jwt")
    parameters(aws, [[{"Name": "jwt", "ARN": arn, "Type": "String"}]], ["/jwt", "jwt"])
    assert results((WHOLE, arn)) == [ok("parameter /jwt", arn)]


def test_a_missing_parameter_is_told_with_the_command_that_makes_it(aws: dict[str, Stubber]) -> None:
    parameters(aws, [[], []], ["/pairva/jwt"])
    remedy = "aws ssm put-parameter --type SecureString --name /pairva/jwt --value file://secret.txt"
    assert results((WHOLE, PARAMETER)) == [
        failed("parameter /pairva/jwt", fault("there is no such parameter", remedy, PARAMETER))
    ]


def several(names: Sequence[str]) -> Edit:
    """These parameters in place of the sample's secret, as variables V0, V1, …"""
    root = PARAMETER.removesuffix("/pairva/jwt")
    variables = (f"V{number}: {root}{name}" for number, name in enumerate(names))
    return f"JWT_SECRET: {WHOLE}", "\n        ".join(variables)


def stored(name: str) -> dict[str, str]:
    return {"Name": name, "ARN": f"{PARAMETER.removesuffix('/pairva/jwt')}{name}", "Type": "String"}


def test_all_parameters_are_asked_for_at_once_and_told_one_by_one(aws: dict[str, Stubber]) -> None:
    parameters(aws, [[stored("/pairva/b")], [stored("/pairva/a")]], ["/pairva/a", "/pairva/x", "/pairva/b"])
    found = results(several(["/pairva/a", "/pairva/x", "/pairva/b"]))
    assert [(each.outcome, each.subject) for each in found] == [
        (Outcome.OK, "parameter /pairva/a"),
        (Outcome.FAILED, "parameter /pairva/x"),
        (Outcome.OK, "parameter /pairva/b"),
    ]
    assert found[0].detail == stored("/pairva/a")["ARN"]


def test_more_parameters_than_one_question_takes_are_asked_for_by_another(aws: dict[str, Stubber]) -> None:
    names = [f"/pairva/{number}" for number in range(51)]
    parameters(aws, [[stored(name) for name in names[:50]]], names[:50])
    parameters(aws, [[stored(name) for name in names[50:]]], names[50:])
    assert results(several(names)) == [ok(f"parameter {name}", stored(name)["ARN"]) for name in names]


def test_one_refusal_is_the_answer_for_all_parameters(aws: dict[str, Stubber]) -> None:
    aws["ssm"].add_client_error("describe_parameters", "ThrottlingException", "no")
    of = stack(several(["/pairva/a", "/pairva/b"]))
    why = "DescribeParameters: ThrottlingException: no"
    assert inspect(Session(of), secret.checks(of)) == [
        unchecked("parameter /pairva/a", why),
        unchecked("parameter /pairva/b", why),
    ]

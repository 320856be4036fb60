"""The roles that AWS makes for itself, and which trust policies let ECS give a role to tasks."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError

from checks.preflight import role
from checks.preflight.result import Result, failed, ok, to_come
from checks.preflight.role import trusts_ecs
from checks.session import Session
from components.roles import trust_policy
from finding import Finding
from tests.checks.aws import stubbed
from tests.samples import Edit, stack

ACCOUNT, OTHER = "039612856036", "111111111111"
ECS, BALANCING = "AWSServiceRoleForECS", "AWSServiceRoleForElasticLoadBalancing"
SCALING = "AWSServiceRoleForApplicationAutoScaling_ECSService"
SCALED = ("count: 2", "scaling: {min: 2, max: 6, cpuPercent: 60}")


def answered(name: str) -> dict[str, Any]:
    arn = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/ecs.amazonaws.com/{name}"
    identity = {"RoleName": name, "RoleId": "A" * 16, "Path": "/", "CreateDate": "2026-11-22T10:00:00Z", "Arn": arn}
    return {"Role": identity}


def asked(monkeypatch: pytest.MonkeyPatch, *answers: str, edits: Sequence[Edit] = ()) -> list[Result]:
    """What is found where IAM knows the role, or answers with that error, one after the other."""
    of = stack(*edits)
    with stubbed(monkeypatch, "iam") as iam:
        for name, answer in zip((ECS, BALANCING, SCALING), answers, strict=False):
            if answer:
                iam.add_client_error("get_role", answer, "no", expected_params={"RoleName": name})
            else:
                iam.add_response("get_role", answered(name), {"RoleName": name})
        return [result for check in role.checks(of) for result in check.ask(Session(of))]


def test_the_roles_of_ecs_and_the_load_balancer_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/ecs.amazonaws.com"
    assert asked(monkeypatch, "", "") == [
        ok(f"role {ECS}", f"{arn}/{ECS}"),
        ok(f"role {BALANCING}", f"{arn}/{BALANCING}"),
    ]


def test_what_aws_makes_by_itself_is_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    may = "if the caller may iam:CreateServiceLinkedRole"
    assert asked(monkeypatch, "NoSuchEntity", "NoSuchEntity") == [
        to_come(f"role {ECS}", f"AWS makes it with the first cluster, {may}"),
        to_come(f"role {BALANCING}", f"AWS makes it with the first load balancer or target group, {may}"),
    ]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("", ok(f"role {SCALING}", f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/ecs.amazonaws.com/{SCALING}")),
        (
            "NoSuchEntity",
            to_come(
                f"role {SCALING}",
                "AWS makes it with the first scalable target, if the caller may iam:CreateServiceLinkedRole",
            ),
        ),
    ],
    ids=["there", "to come"],
)
def test_where_a_service_scales_the_role_of_its_scaling_is_looked_at(
    answer: str, expected: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked(monkeypatch, "", "", answer, edits=[SCALED])[2:] == [expected]


ARN = f"arn:aws:iam::{ACCOUNT}:role/team/start"
NAMED = ("port: 3000", f"port: 3000\n      executionRole: {ARN}")
KEY = "executionRole of backend"


def named(monkeypatch: pytest.MonkeyPatch, arn: str, trusted: str) -> list[Result]:
    """What is found of the backend's existing role where IAM has one of that ARN and trust; without ARN, none."""
    of = stack(NAMED)
    statement = {"Effect": "Allow", "Principal": {"Service": trusted}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    (check,) = (each for each in role.checks(of) if each.subject == KEY)
    with stubbed(monkeypatch, "iam") as iam:
        if arn:
            shown = {**answered("start")["Role"], "Arn": arn, "AssumeRolePolicyDocument": document}
            iam.add_response("get_role", {"Role": shown}, {"RoleName": "start"})
        else:
            iam.add_client_error("get_role", "NoSuchEntity", "no", expected_params={"RoleName": "start"})
        return list(check.ask(Session(of)))


def test_a_role_that_the_stack_file_names_is_there_and_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert named(monkeypatch, ARN, "ecs-tasks.amazonaws.com") == [ok(KEY, ARN)]


UNFIT = {
    "there is none": (
        "",
        "ecs-tasks.amazonaws.com",
        f"there is no role start in account {ACCOUNT}",
        "create it, or remove executionRole: the stack then makes one",
    ),
    "its path is another": (
        f"arn:aws:iam::{ACCOUNT}:role/start",
        "ecs-tasks.amazonaws.com",
        f"the role start has another path: its ARN is arn:aws:iam::{ACCOUNT}:role/start",
        "write that one",
    ),
    "it is for something else": (
        ARN,
        "ec2.amazonaws.com",
        "ECS could not start tasks with start: its trust policy does not let ecs-tasks.amazonaws.com assume it",
        f"allow sts:AssumeRole for ecs-tasks.amazonaws.com, of account {ACCOUNT}, in its trust policy",
    ),
}


@pytest.mark.parametrize(("arn", "trusted", "what", "remedy"), UNFIT.values(), ids=UNFIT)
def test_a_role_that_tasks_cannot_be_given_is_a_failure(
    arn: str, trusted: str, what: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = "Pulumi.test.yaml: pairva:deployment.backend.executionRole"
    assert named(monkeypatch, arn, trusted) == [failed(KEY, Finding(where=where, what=what, found=ARN, remedy=remedy))]


@pytest.mark.parametrize("code", ["AccessDenied", "Throttling"])
def test_a_refusal_is_no_missing_role(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ClientError, match=code):
        asked(monkeypatch, code)


ALLOW = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}


def only(operator: str, **keys: Any) -> dict[str, Any]:
    return {**ALLOW, "Condition": {operator: {key.replace("_", ":"): value for key, value in keys.items()}}}


TRUST: dict[str, tuple[Any, bool]] = {
    "one statement": (ALLOW, True),
    "a list of one": ([ALLOW], True),
    "a list, the second of which is meant": ([{**ALLOW, "Principal": {"AWS": "*"}}, ALLOW], True),
    "lists of services and actions": (
        {
            **ALLOW,
            "Principal": {"Service": ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]},
            "Action": ["sts:TagSession", "sts:AssumeRole"],
        },
        True,
    ),
    "everybody": ({**ALLOW, "Principal": "*"}, True),
    "every action of STS": ({**ALLOW, "Action": "STS:*"}, True),
    "no statement": ([], False),
    "denied": ({**ALLOW, "Effect": "Deny"}, False),
    "another action": ({**ALLOW, "Action": "sts:AssumeRoleWithSAML"}, False),
    "ECS itself, not its tasks": ({**ALLOW, "Principal": {"Service": "ecs.amazonaws.com"}}, False),
    "tasks of another partition's spelling": (
        {**ALLOW, "Principal": {"Service": ["ecs-tasks.amazonaws.com.x"]}},
        False,
    ),
    "accounts only": ({**ALLOW, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}, False),
    "our account": (only("StringEquals", aws_SourceAccount=ACCOUNT), True),
    "our account among others": (only("StringEquals", aws_SourceAccount=[OTHER, ACCOUNT]), True),
    "our account by a pattern": (only("StringLike", **{"AWS_sourceaccount": "0396*"}), True),
    "another account": (only("StringEquals", aws_SourceAccount=OTHER), False),
    "another account, in other letters": (only("stringequalsifexists", **{"AWS_sourceaccount": [OTHER]}), False),
    "all accounts but another": (only("StringNotEquals", aws_SourceAccount=OTHER), True),
    "another key of the same operator": (only("StringEquals", aws_PrincipalOrgID="o-1"), True),
    "everybody but somebody": (
        {"Effect": "Allow", "NotPrincipal": {"AWS": f"arn:aws:iam::{OTHER}:root"}, "Action": "sts:AssumeRole"},
        True,
    ),
    "everybody but somebody, denied": (
        {"Effect": "Deny", "NotPrincipal": {"AWS": f"arn:aws:iam::{OTHER}:root"}, "Action": "sts:AssumeRole"},
        False,
    ),
    "every action but one": (
        {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "NotAction": "sts:TagSession"},
        True,
    ),
    "another condition": (only("ArnLike", aws_SourceArn=f"arn:aws:ecs:us-east-1:{ACCOUNT}:*"), True),
}


@pytest.mark.parametrize(("statements", "expected"), TRUST.values(), ids=TRUST)
def test_a_trust_policy_lets_ecs_give_the_role_to_tasks_of_this_account(statements: Any, expected: bool) -> None:
    assert trusts_ecs({"Version": "2012-10-17", "Statement": statements}, ACCOUNT) is expected


def test_the_roles_that_the_program_makes_are_trusted_so_in_their_own_account_only() -> None:
    document = json.loads(json.dumps(trust_policy(stack().account)))
    assert trusts_ecs(document, ACCOUNT)
    assert not trusts_ecs(document, OTHER)

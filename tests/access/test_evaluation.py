"""Whether a call is allowed, as IAM decides it."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.access.evaluation import Call, allowed

GROUP = "arn:aws:logs:us-east-1:039612856036:log-group:/pairva/test/backend"


def statement(action: str, resource: str = "*", condition: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": [action], "Resource": [resource], "Condition": condition or {}}


def judged(call: Call, *statements: dict[str, Any]) -> bool:
    return allowed([{"Statement": [each]} for each in statements], call)


def test_nothing_is_allowed_that_nobody_allows() -> None:
    call = Call(action="ecs:CreateService")
    assert not judged(call)
    assert not judged(call, statement("ecs:DeleteService"), statement("ecs:CreateServiceAndMore"))
    assert judged(call, statement("ecs:DeleteService"), statement("ecs:createservice"))


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        (GROUP, True),
        ("*", True),
        (f"{GROUP[:-7]}*", True),
        (f"{GROUP[:-1]}?", True),
        (f"{GROUP}?", False),
        (f"{GROUP}:*", False),
        (GROUP[:-1], False),
        (GROUP.replace("test", "TEST"), False),
        (GROUP.replace("/pairva", ".pairva"), False),
    ],
)
def test_a_resource_is_the_whole_of_one_pattern(pattern: str, matches: bool) -> None:
    call = Call(action="logs:CreateLogGroup", resource=GROUP)
    assert judged(call, statement("logs:CreateLogGroup", pattern)) is matches


def test_a_request_that_names_no_resource_may_be_about_any() -> None:
    assert judged(Call(action="ec2:DeleteVpc"), statement("ec2:DeleteVpc", "arn:aws:ec2:us-east-1:1:vpc/*"))


@pytest.mark.parametrize(
    ("operator", "value", "found", "holds"),
    [
        ("StringEquals", "a", ["a"], True),
        ("StringEquals", ["a", "b"], ["b"], True),
        ("StringEquals", "a", ["b"], False),
        ("StringEquals", "a", [], False),
        ("StringEquals", "*", ["a"], False),
        ("ArnEquals", "a", ["a"], True),
        ("ArnEquals", "a", ["b"], False),
        ("StringEqualsIfExists", "a", [], True),
        ("StringEqualsIfExists", "a", ["b"], False),
        ("Null", "false", ["a"], True),
        ("Null", "false", [], False),
        ("Null", "true", [], True),
        ("ForAllValues:StringLike", ["a", "_*.a"], ["a", "_x.a"], True),
        ("ForAllValues:StringLike", ["a", "_*.a"], ["a", "b"], False),
    ],
)
def test_a_condition_holds_for_what_the_request_says(
    operator: str, value: str | list[str], found: list[str], holds: bool
) -> None:
    call = Call(action="ec2:CreateVpc", context={"key": found} if found else {})
    assert judged(call, statement("ec2:CreateVpc", condition={operator: {"key": value}})) is holds


def test_every_condition_of_a_statement_must_hold() -> None:
    call = Call(action="ec2:CreateVpc", context={"one": ["1"], "two": ["2"]})
    both = statement("ec2:CreateVpc", condition={"StringEquals": {"one": "1", "two": "2"}})
    assert judged(call, both)
    both["Condition"]["StringEquals"]["two"] = "3"
    assert not judged(call, both)


def test_what_only_aws_knows_is_taken_to_hold() -> None:
    own = statement("ec2:DeleteVpc", condition={"StringEquals": {"aws:ResourceTag/stack": "prod"}})
    assert judged(Call(action="ec2:DeleteVpc"), own)


def test_an_operator_that_nobody_taught_it_is_an_error() -> None:
    with pytest.raises(NotImplementedError, match="the condition operator IpAddress"):
        judged(
            Call(action="ec2:CreateVpc"),
            statement("ec2:CreateVpc", condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
        )

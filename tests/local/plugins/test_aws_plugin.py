"""The table of the AWS plugin: configuration, checks and differences."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi_aws
import pytest
from botocore.stub import Stubber

from local.plugins import aws
from local.plugins.resource import Plugin
from local.plugins.wire import UNKNOWN, Props, from_struct
from tests.local.plugins.engine_calls import REGION, Calls, RefusedError

Stub = Callable[[str], Stubber]

SDK = Path(pulumi_aws.__file__).parent
SERVICE = "aws:ecs/service:Service"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
VPC = "aws:ec2/vpc:Vpc"
LOG = "aws:cloudwatch/logGroup:LogGroup"
TARGETS = "aws:lb/targetGroup:TargetGroup"
PARAMETER = "aws:ssm/parameter:Parameter"


def _module_of(token: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", lambda match: "_" + match[1].lower(), token.split(":")[1]) + ".py"


def _sdk_properties(token: str) -> set[str]:
    text = (SDK / _module_of(token)).read_text()
    named = set(re.findall(r'@pulumi\.getter\(name="(\w+)"\)', text))
    return named | set(re.findall(r"@pulumi\.getter\s+def (\w+)\(", text))


@pytest.mark.parametrize("token", sorted(aws.PLUGIN.resources))
def test_every_property_in_the_table_is_one_of_pulumi_aws(token: str) -> None:
    kind = aws.PLUGIN.resources[token]

    assert kind.inputs.keys() | kind.computed <= _sdk_properties(token)


@pytest.mark.parametrize("token", sorted(aws.PLUGIN.resources))
def test_every_name_in_a_tables_entry_is_a_property_of_that_entry(token: str) -> None:
    kind = aws.PLUGIN.resources[token]
    about_inputs = kind.required | kind.replace_on | kind.only_here | kind.not_reported.keys() | kind.defaults.keys()

    assert about_inputs <= kind.inputs.keys()
    assert kind.volatile <= kind.computed


def test_configuration_that_is_not_implemented_is_named(calls_of: Callable[[Plugin[Any]], Calls]) -> None:
    reasons = calls_of(aws.PLUGIN).check_config(region="us-east-1", profile="prod", assumeRoles="[]")

    assert reasons == [
        "provider configuration aws:assumeRoles is not implemented by the stand-in for pulumi-aws 7.51.1",
        "provider configuration aws:profile is not implemented by the stand-in for pulumi-aws 7.51.1",
    ]


def test_an_endpoint_of_no_service_is_named(calls_of: Callable[[Plugin[Any]], Calls]) -> None:
    with pytest.raises(RefusedError, match="aws:endpoints names services that AWS does not have: ecss"):
        calls_of(aws.PLUGIN).configure(**REGION, endpoints='[{"ecss": "http://localhost", "sns": "http://localhost"}]')


def test_endpoints_and_retries_reach_the_client(calls_of: Callable[[Plugin[Any]], Calls]) -> None:
    calls = calls_of(aws.PLUGIN)
    calls.configure(**REGION, endpoints='[{"cloudwatchlogs": "http://localhost:1"}]', maxRetries="4")
    logs = calls.provider.session.logs

    assert logs.meta.endpoint_url == "http://localhost:1"
    assert logs.meta.config.retries == {"mode": "standard", "total_max_attempts": 5}
    assert calls.provider.session.ecs.meta.endpoint_url == "https://ecs.us-east-1.amazonaws.com"


def test_another_account_is_refused(calls_of: Callable[[Plugin[Any]], Calls], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.plugins.amazon.account.Account.id", "000000000000")

    with pytest.raises(
        RefusedError, match=r"^AWS account ID not allowed: 000000000000 \(aws:allowedAccountIds: 1, 2\)$"
    ):
        calls_of(aws.PLUGIN).configure(**REGION, allowedAccountIds='["1", "2"]')


def test_the_account_is_not_asked_for_where_the_configuration_forbids_it(
    calls_of: Callable[[Plugin[Any]], Calls],
) -> None:
    calls = calls_of(aws.PLUGIN)
    calls.configure(**REGION, allowedAccountIds='["1"]', skipRequestingAccountId="true")

    assert calls.provider.session.id == ""


def test_default_tags_are_merged_and_the_programs_own_win(engine: Calls) -> None:
    inputs = engine.checked(LOG, "log", {"name": "/pairva", "tags": {"owner": "platform", "project": "other"}})

    assert inputs["tags"] == {"owner": "platform", "project": "other"}
    assert engine.checked(LOG, "log", {"name": "/pairva"})["tags"] == {"project": "pairva"}
    previewed = from_struct(engine.create(LOG, inputs, preview=True).properties)
    assert previewed["tagsAll"] == {"owner": "platform", "project": "other"}


def test_another_region_than_the_providers_is_refused(engine: Calls) -> None:
    assert engine.refusals(VPC, "v", {"cidrBlock": "10.0.0.0/16", "region": "eu-west-1"}) == [
        "region eu-west-1 is not implemented by the stand-in for pulumi-aws: the provider's region is us-east-1"
    ]
    assert engine.checked(VPC, "v", {"cidrBlock": "10.0.0.0/16", "region": "us-east-1"})["region"] == "us-east-1"


def test_waiting_for_a_steady_state_is_refused(engine: Calls) -> None:
    assert engine.refusals(SERVICE, "s", {"taskDefinition": "t", "waitForSteadyState": True}) == [
        "waitForSteadyState true is not implemented by the stand-in for pulumi-aws"
    ]


def test_a_target_groups_name_has_32_characters_at_most(engine: Calls) -> None:
    assert len(engine.checked(TARGETS, "x" * 24, {})["name"]) == 32
    assert engine.refusals(TARGETS, "x" * 25, {}) == [
        f"name '{'x' * 25}-' plus 7 random chars is longer than maximum length 32"
    ]


@pytest.mark.parametrize(
    ("kind", "old", "new", "expected"),
    [
        (TARGETS, {"port": 80}, {"port": 8080}, {"port": "UPDATE_REPLACE"}),
        (TARGETS, {"healthCheck": {"path": "/"}}, {"healthCheck": {"path": "/h"}}, {"healthCheck.path": "UPDATE"}),
        (SERVICE, {"desiredCount": 1}, {"desiredCount": 2}, {"desiredCount": "UPDATE"}),
        (SERVICE, {"launchType": "EC2"}, {"launchType": "FARGATE"}, {"launchType": "UPDATE_REPLACE"}),
        (SERVICE, {"networkConfiguration": {"subnets": ["a", "b"]}},
         {"networkConfiguration": {"subnets": ["b", "a"]}}, {}),
        (TASK, {"cpu": "256"}, {"cpu": "512"}, {"cpu": "UPDATE_REPLACE"}),
        (TASK, {"tags": {"a": "1"}}, {"tags": {"a": "2"}}, {"tags.a": "UPDATE"}),
        (GROUP, {"description": "a"}, {"description": "b"}, {"description": "UPDATE_REPLACE"}),
        ("aws:ecr/lifecyclePolicy:LifecyclePolicy", {"policy": "{}"}, {"policy": '{"rules": []}'},
         {"policy": "UPDATE_REPLACE"}),
        ("aws:iam/role:Role", {"name": "a"}, {"name": "b"}, {"name": "UPDATE_REPLACE"}),
        (PARAMETER, {"value": "a"}, {"value": "b"}, {"value": "UPDATE"}),
    ],
)  # fmt: skip
def test_what_terraform_replaces_is_replaced(
    engine: Calls, kind: str, old: Props, new: Props, expected: dict[str, str]
) -> None:
    assert engine.differences(kind, old, new) == expected


def test_a_preview_does_not_know_what_aws_will_choose(engine: Calls) -> None:
    properties = from_struct(engine.create(VPC, {"cidrBlock": "10.0.0.0/16"}, preview=True).properties)

    assert {name for name, value in properties.items() if value == UNKNOWN} == {
        "arn",
        "ownerId",
        "instanceTenancy",
        "dhcpOptionsId",
        "mainRouteTableId",
        "defaultRouteTableId",
        "defaultSecurityGroupId",
        "defaultNetworkAclId",
        "enableDnsHostnames",
    }

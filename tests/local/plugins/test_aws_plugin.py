"""The table of the AWS plugin: configuration, checks and differences."""

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pulumi_aws
import pytest

from local.plugins import aws
from local.plugins.amazon.account import Account
from local.plugins.amazon.table import AwsType
from local.plugins.resource import Plugin
from local.plugins.wire import UNKNOWN, Props, from_struct
from tests.local.plugins.engine_calls import Calls, RefusedError

SDK = Path(pulumi_aws.__file__).parent
SERVICE = "aws:ecs/service:Service"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
VPC = "aws:ec2/vpc:Vpc"
LOG = "aws:cloudwatch/logGroup:LogGroup"
TARGETS = "aws:lb/targetGroup:TargetGroup"
PARAMETER = "aws:ssm/parameter:Parameter"


ON_SPOT = [
    {"capacityProvider": "FARGATE", "base": 1, "weight": 30},
    {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 70},
]


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
def test_every_name_in_a_tables_row_is_an_input_of_that_row(token: str) -> None:
    kind = aws.PLUGIN.resources[token]

    assert kind.required | kind.replace_on | kind.only_here | kind.only.keys() <= kind.inputs.keys()


@pytest.mark.parametrize("token", sorted(aws.PLUGIN.resources))
def test_every_input_is_read_unless_it_only_steers_and_can_be_changed_or_replaces(token: str) -> None:
    kind = aws.PLUGIN.resources[token]
    assert isinstance(kind, AwsType)
    calls = [*kind.settings, *kind.changes]
    changed = " ".join([expression for call in calls for expression in call.changing.values()])
    words = {*re.findall(r"\w+", changed), *(name for call in calls for name in call.triggers)}
    tags = {"tags"} if kind.tagging else set[str]()

    assert kind.inputs.keys() - kind.only_here == (kind.properties.keys() & kind.inputs.keys() - kind.only_here) | tags
    assert kind.inputs.keys() - kind.replace_on - kind.only.keys() - tags - kind.only_here <= words


@pytest.mark.parametrize("token", sorted(aws.PLUGIN.resources))
def test_every_call_of_a_row_is_one_that_botocore_knows(token: str, account: Account) -> None:
    kind = aws.PLUGIN.resources[token]
    assert isinstance(kind, AwsType)
    calls = [kind.creation, *kind.settings, *kind.changes, *kind.description, *kind.deletion]
    tagging = [kind.tagging.add, kind.tagging.remove, kind.tagging.listing] if kind.tagging else []
    client = account.client(kind.service)

    for operation in filter(None, [*(call.operation for call in calls), *tagging]):
        assert callable(getattr(client, operation))
    assert {kind.ready, kind.deleted} - {""} <= set(client.waiter_names)


def test_configuration_that_is_not_implemented_is_named(calls_of: Callable[[Plugin], Calls]) -> None:
    reasons = calls_of(aws.PLUGIN).check_config(region="us-east-1", profile="prod", assumeRoles="[]")

    assert reasons == [
        "assumeRoles of provider aws is not implemented by the stand-in for pulumi-aws 7.51.1",
        "profile of provider aws is not implemented by the stand-in for pulumi-aws 7.51.1",
    ]


def test_an_endpoint_of_no_service_is_named(calls_of: Callable[[Plugin], Calls]) -> None:
    with pytest.raises(RefusedError, match="aws:endpoints names what boto3 does not know as a service: ecss"):
        calls_of(aws.PLUGIN).configure(
            region="us-east-1", endpoints='[{"ecss": "http://localhost", "sns": "http://localhost"}]'
        )


def test_endpoints_reach_the_client(calls_of: Callable[[Plugin], Calls]) -> None:
    calls = calls_of(aws.PLUGIN)
    calls.configure(region="us-east-1", endpoints='[{"logs": "http://localhost:1"}]')

    assert calls.provider.session.client("logs").meta.endpoint_url == "http://localhost:1"
    assert calls.provider.session.client("ecs").meta.endpoint_url == "https://ecs.us-east-1.amazonaws.com"


@pytest.mark.parametrize(("written", "style"), [({}, "auto"), ({"s3UsePathStyle": "true"}, "path")])
def test_buckets_are_part_of_the_path_if_the_configuration_says_so(
    written: dict[str, str], style: str, calls_of: Callable[[Plugin], Calls]
) -> None:
    calls = calls_of(aws.PLUGIN)
    calls.configure(region="us-east-1", **written)

    assert calls.provider.session.client("s3").meta.config.s3["addressing_style"] == style


def test_another_account_is_refused(calls_of: Callable[[Plugin], Calls], monkeypatch: pytest.MonkeyPatch) -> None:
    security = SimpleNamespace(get_caller_identity=lambda: {"Account": "000000000000"})
    monkeypatch.setattr(Account, "client", lambda *_: security)  # pyright: ignore

    with pytest.raises(
        RefusedError, match=r"^AWS account ID not allowed: 000000000000 \(aws:allowedAccountIds: 1, 2\)$"
    ):
        calls_of(aws.PLUGIN).configure(region="us-east-1", allowedAccountIds='["1", "2"]')


def test_default_tags_are_merged_and_the_programs_own_win(engine: Calls) -> None:
    inputs = engine.checked(LOG, "log", {"name": "/pairva", "tags": {"owner": "platform", "project": "other"}})

    assert inputs["tags"] == {"owner": "platform", "project": "other"}
    assert engine.checked(LOG, "log", {"name": "/pairva"})["tags"] == {"project": "pairva"}


def test_waiting_for_a_steady_state_is_refused(engine: Calls) -> None:
    inputs = {"cluster": "c", "taskDefinition": "t", "waitForSteadyState": True}
    assert engine.refusals(SERVICE, "s", inputs) == [
        f"waitForSteadyState True of {SERVICE} is not implemented by the stand-in for pulumi-aws 7.51.1"
    ]


def test_a_target_groups_name_has_32_characters_at_most(engine: Calls) -> None:
    assert len(engine.checked(TARGETS, "x" * 24, {"deregistrationDelay": 30})["name"]) == 32
    assert engine.refusals(TARGETS, "x" * 25, {"deregistrationDelay": 30}) == [
        f"name '{'x' * 25}-' plus 7 random chars is longer than maximum length 32"
    ]


@pytest.mark.parametrize(
    ("kind", "old", "new", "expected"),
    [
        (TARGETS, {"port": 80}, {"port": 8080}, {"port": "replace"}),
        (TARGETS, {"healthCheck": {"path": "/"}}, {"healthCheck": {"path": "/h"}}, {"healthCheck": "update"}),
        (SERVICE, {"desiredCount": 1}, {"desiredCount": 2}, {"desiredCount": "update"}),
        (SERVICE, {"launchType": "EC2"}, {"launchType": "FARGATE"}, {"launchType": "replace"}),
        (SERVICE, {"launchType": "FARGATE"},
         {"capacityProviderStrategies": ON_SPOT, "forceNewDeployment": True},
         {"capacityProviderStrategies": "update", "forceNewDeployment": "update"}),
        (SERVICE, {"capacityProviderStrategies": ON_SPOT, "forceNewDeployment": True},
         {"capacityProviderStrategies": ON_SPOT[::-1], "forceNewDeployment": True}, {}),
        (SERVICE, {"forceNewDeployment": True}, {"launchType": "FARGATE", "forceNewDeployment": True},
         {"launchType": "replace"}),
        ("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", {"clusterName": "a", "capacityProviders": ["b"]},
         {"clusterName": "c", "capacityProviders": ["d"]}, {"clusterName": "replace", "capacityProviders": "update"}),
        (SERVICE, {"networkConfiguration": {"subnets": ["a", "b"]}},
         {"networkConfiguration": {"subnets": ["b", "a"]}}, {}),
        (TASK, {"cpu": "256"}, {"cpu": "512"}, {"cpu": "replace"}),
        (TASK, {"tags": {"a": "1"}}, {"tags": {"a": "2"}}, {"tags": "update"}),
        (GROUP, {"description": "a"}, {"description": "b"}, {"description": "replace"}),
        ("aws:ecr/lifecyclePolicy:LifecyclePolicy", {"policy": "{}"}, {"policy": '{"rules": []}'},
         {"policy": "replace"}),
        ("aws:ecr/repositoryPolicy:RepositoryPolicy", {"repository": "a", "policy": "{}"},
         {"repository": "b", "policy": '{"Statement": []}'}, {"repository": "replace", "policy": "update"}),
        ("aws:ecr/repositoryPolicy:RepositoryPolicy", {"policy": '{"a": 1, "b": 2}'}, {"policy": '{"b":2,"a":1}'}, {}),
        ("aws:iam/role:Role", {"name": "a"}, {"name": "b"}, {"name": "replace"}),
        (PARAMETER, {"insecureValue": "a"}, {"insecureValue": "b"}, {"insecureValue": "update"}),
    ],
)  # fmt: skip
def test_what_terraform_replaces_is_replaced(
    engine: Calls, kind: str, old: Props, new: Props, expected: dict[str, str]
) -> None:
    assert engine.differences(kind, old, new) == expected


@pytest.mark.parametrize("forced", [{}, {"forceNewDeployment": False}])
def test_where_tasks_are_placed_changes_only_with_a_forced_deployment(engine: Calls, forced: Props) -> None:
    with pytest.raises(
        RefusedError, match=r"^force_new_deployment should be true when capacity_provider_strategy is being updated$"
    ):
        engine.differences(SERVICE, {}, {"capacityProviderStrategies": ON_SPOT, **forced})


def test_a_preview_does_not_know_what_aws_will_choose(engine: Calls) -> None:
    properties = from_struct(engine.create(TARGETS, {"port": 80}, preview=True).properties)

    assert properties == {"port": 80, "arn": UNKNOWN, "arnSuffix": UNKNOWN}

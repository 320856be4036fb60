"""The policies of each stack: those that are committed, what they allow, and what they never do."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session
import pytest

from access.document import Document, Known
from access.document import documents as documents_of
from tests.access.evaluation import Call, allowed
from tests.policies import FOLDER, committed, documents, files
from tests.program import STACKS
from tests.program import committed as file_of
from tests.samples import KEY
from tests.samples import stack as sample
from tests.shapes import EVERY_SERVICE, EVERYTHING, EXISTING, configured_with

each_shape = pytest.mark.parametrize("shape", [*STACKS, "everything", "promoted"])

BOTOCORE = botocore.session.get_session()

# Where an action's name is not that of an operation, or IAM's name of an API not botocore's.
_APIS = {"elasticloadbalancing": "elbv2"}
_NO_OPERATIONS = {
    "iam:PassRole",
    # What a service does for whoever asks it to deliver logs.
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    # S3 has its own words (service authorization reference); each stands for operations of a bucket.
    *(f"s3:{verb}EncryptionConfiguration" for verb in ("Get", "Put")),
    *(f"s3:{verb}LifecycleConfiguration" for verb in ("Get", "Put")),
    *(f"s3:{verb}BucketPublicAccessBlock" for verb in ("Get", "Put")),
    "s3:DeleteObjectVersion",
    "s3:GetAccelerateConfiguration",
    "s3:GetBucketCORS",
    "s3:GetBucketObjectLockConfiguration",
    "s3:GetReplicationConfiguration",
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:ListTagsForResource",
    "s3:TagResource",
    "s3:UntagResource",
}

ON_SPOT = {"count": 3, "spot": {"onDemand": 1, "percent": 70}}
OTHER_KEY = KEY.replace("1234abcd", "0234abcd")
SECRET_KEY = KEY.replace("1234abcd", "2234abcd")
KEYS = {"logs": KEY, "repositories": OTHER_KEY, "secrets": [SECRET_KEY]}


def with_(stack: str, deployment: Mapping[str, Any], service: Mapping[str, Any] | None = None) -> dict[str, Document]:
    """The policies of a committed stack whose deployment, and each of its services, says so besides."""
    return documents(stack, configured_with(stack, deployment, service))


@cache
def shapes() -> dict[str, dict[str, Document]]:
    return {
        **{stack: committed(stack) for stack in STACKS},
        "everything": with_("staging", {**EVERYTHING, "keys": KEYS}, EVERY_SERVICE),
        "promoted": with_("prod", {**EVERYTHING, "network": EXISTING}),
    }


def statements(shape: str, role: str = "") -> list[Mapping[str, Any]]:
    """Those of the documents whose names begin so: `preview`, or `deploy`, which are the deploy role's besides."""
    named = [document for name, document in shapes()[shape].items() if name.startswith(role)]
    return [statement for document in named for statement in document["Statement"]]


def actions(shape: str, role: str = "") -> set[str]:
    return {action for statement in statements(shape, role) for action in statement["Action"]}


def resources(shape: str, action: str) -> set[str]:
    found = [each for each in statements(shape) if action in each["Action"]]
    return {resource.partition(":039612856036:")[2] or resource for each in found for resource in each["Resource"]}


@cache
def operations(api: str) -> frozenset[str]:
    return frozenset(BOTOCORE.get_service_model(api).operation_names)


def test_the_committed_policies_are_those_of_the_program() -> None:
    found, wanted = {file: file.read_text() for file in FOLDER.glob("*/*")}, files()
    stale = [str(file.relative_to(FOLDER)) for file in found.keys() | wanted if found.get(file) != wanted.get(file)]
    assert stale == [], "run make policies"


@each_shape
def test_iam_takes_each_of_them(shape: str) -> None:
    for name, document in shapes()[shape].items():
        assert len(json.dumps(document, separators=(",", ":"))) <= 6144, name
        assert document["Version"] == "2012-10-17"
        assert document["Statement"], name


@each_shape
def test_each_action_exists(shape: str) -> None:
    named = {action: action.partition(":") for action in actions(shape) - _NO_OPERATIONS}
    assert {action for action, (api, _, name) in named.items() if name not in operations(_APIS.get(api, api))} == set()


@each_shape
def test_the_preview_role_changes_nothing_and_reads_no_secret(shape: str) -> None:
    looking = ("Describe", "Get", "List", "BatchGet")
    others = {each for each in actions(shape, "preview") if not each.partition(":")[2].startswith(looking)}
    assert others == {"kms:Decrypt"}
    assert not actions(shape) & {"secretsmanager:GetSecretValue", "ssm:GetParameters"}
    (key,) = [each for each in statements(shape) if "kms:Decrypt" in each["Action"]]
    assert key["Condition"] == {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/pairva-pulumi"}}


# Those that IAM cannot scope (service authorization reference); ListTasks is scoped by its condition.
UNSCOPED = {
    "acm:ListCertificates",
    "acm:RequestCertificate",
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:DescribeScalingPolicies",
    "cloudwatch:DescribeAlarms",
    "ec2:GetSecurityGroupsForVpc",
    "ecr:GetAuthorizationToken",
    "ecs:DescribeTaskDefinition",
    "ecs:ListTasks",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "route53:ListHostedZones",
    "route53:ListHostedZonesByName",
    "sns:GetSubscriptionAttributes",
    "sns:SetSubscriptionAttributes",
    "sns:Unsubscribe",
    "ssm:DescribeParameters",
    "sts:GetCallerIdentity",
}


@each_shape
def test_only_what_cannot_be_scoped_is_on_everything(shape: str) -> None:
    everywhere = {
        action for statement in statements(shape) if statement["Resource"] == ["*"] for action in statement["Action"]
    }
    describing = ("ec2:Describe", "elasticloadbalancing:Describe")
    assert {action for action in everywhere if not action.startswith(describing)} <= UNSCOPED
    assert not [action for action in everywhere if "*" in action]


def test_a_role_is_passed_to_tasks_only_and_only_the_stacks_own() -> None:
    (passing,) = [each for each in statements("prod") if "iam:PassRole" in each["Action"]]
    roles = [f"pairva-prod-{service}-{kind}" for service in ("backend", "frontend") for kind in ("execution", "task")]
    assert passing == {
        "Effect": "Allow",
        "Action": ["iam:PassRole"],
        "Resource": [f"arn:aws:iam::039612856036:role/{role}" for role in roles],
        "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
    }


@pytest.mark.parametrize(
    ("action", "where"),
    [
        ("ecs:UpdateService", {f"service/pairva-prod/pairva-prod-{name}" for name in ("backend", "frontend")}),
        ("ecs:DeleteCluster", {"cluster/pairva-prod"}),
        ("ecs:RegisterTaskDefinition", {f"task-definition/pairva-prod-{name}:*" for name in ("backend", "frontend")}),
        ("ssm:PutParameter", {f"parameter/pairva/prod/{name}/proven" for name in ("backend", "frontend")}),
        ("sns:SetTopicAttributes", {"pairva-prod-alarms"}),
        ("cloudwatch:PutMetricAlarm", {"alarm:pairva-prod-*"}),
        *(
            (f"cloudwatch:{each}", {"dashboard/pairva-prod"})
            for each in ("GetDashboard", "PutDashboard", "DeleteDashboards")
        ),
        ("events:PutRule", {f"rule/pairva-prod-{name}-failed-tasks" for name in ("backend", "frontend")}),
        (
            "ssm:GetParameterHistory",
            {f"parameter/pairva/{s}/{n}/proven" for s in ("prod", "staging") for n in ("backend", "frontend")},
        ),
        ("ecr:BatchGetImage", {"repository/pairva-backend", "repository/pairva-frontend"}),
        ("logs:GetLogEvents", {f"log-group:/pairva/prod/{n}:log-stream:*" for n in ("backend", "frontend")}),
    ],
)
def test_what_has_a_name_is_named(action: str, where: set[str]) -> None:
    assert resources("prod", action) == where


def test_a_dashboard_is_of_no_region() -> None:
    (reading,) = [each for each in statements("prod", "preview") if "cloudwatch:GetDashboard" in each["Action"]]
    assert reading["Resource"] == ["arn:aws:cloudwatch::039612856036:dashboard/pairva-prod"]


@pytest.mark.parametrize(("stack", "pushes"), [("staging", True), ("prod", False)])
def test_only_a_stack_that_builds_pushes_and_never_at_preview(stack: str, pushes: bool) -> None:
    assert ("ecr:PutImage" in actions(stack, "deploy")) is pushes
    assert ("ecr:GetAuthorizationToken" in actions(stack, "preview")) is pushes


DELETIONS = {"ec2:DeleteVpc", "ec2:DeleteNatGateway", "elasticloadbalancing:DeleteLoadBalancer", "logs:DeleteLogGroup"}


def test_nobody_may_delete_what_the_stack_protects() -> None:
    assert not actions("prod") & DELETIONS
    assert actions("everything") >= DELETIONS | {"ecr:DeleteRepository"}


def test_a_stack_has_only_what_it_needs() -> None:
    apis = {shape: {each.partition(":")[0] for each in actions(shape, "deploy")} for shape in shapes()}
    assert apis["everything"] - apis["prod"] == {"acm", "application-autoscaling", "ecr", "kms", "route53"}
    assert "sns:Subscribe" not in actions("prod")
    assert "ec2:CreateVpc" not in actions("promoted")
    assert resources("promoted", "ec2:DescribeVpcAttribute") == {"vpc/vpc-0a1b2c3d4e5f60718"}
    assert "vpc/vpc-0a1b2c3d4e5f60718" in resources("promoted", "ec2:CreateSecurityGroup")


def test_only_a_stack_on_spot_decides_what_its_cluster_offers() -> None:
    assert "ecs:PutClusterCapacityProviders" not in actions("prod")
    on_spot = with_("prod", {}, ON_SPOT)
    offering = [
        (name, statement["Resource"])
        for name, each in on_spot.items()
        for statement in each["Statement"]
        if "ecs:PutClusterCapacityProviders" in statement["Action"]
    ]
    assert offering == [("deploy", ["arn:aws:ecs:us-east-1:039612856036:cluster/pairva-prod"])]


def test_the_keys_of_the_stack_file_are_looked_at_and_used_for_what_they_are_named() -> None:
    asked = {action: resources("everything", action) for action in actions("everything") if action.startswith("kms:")}
    logs, repositories, secrets = (each.partition(":039612856036:")[2] for each in (KEY, OTHER_KEY, SECRET_KEY))
    assert asked == {
        "kms:CreateGrant": {repositories},
        "kms:Decrypt": {"key/*"},
        "kms:DescribeKey": {"key/*", logs, repositories, secrets},
        "kms:GetKeyPolicy": {logs},
        "kms:RetireGrant": {repositories},
    }
    (granting,) = [each for each in statements("everything", "deploy") if "kms:CreateGrant" in each["Action"]]
    assert granting["Condition"] == {"StringEquals": {"kms:ViaService": "ecr.us-east-1.amazonaws.com"}}
    names = [*file_of("staging").services, "exec"]
    groups = {f"log-group:/pairva/staging/{name}{rest}" for name in names for rest in ("", ":*")}
    assert resources("everything", "logs:AssociateKmsKey") == groups
    assert resources("everything", "logs:DisassociateKmsKey") == groups


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_that_names_no_key_grants_nothing_with_one(stack: str) -> None:
    granted = {each for each in actions(stack) if "Kms" in each or each.startswith("kms:")}
    assert granted <= {"kms:Decrypt", "kms:DescribeKey"}


def test_records_are_those_of_the_domain() -> None:
    call = Call(action="route53:ChangeResourceRecordSets", resource="arn:aws:route53:::hostedzone/Z1")
    key = "route53:ChangeResourceRecordSetsNormalizedRecordNames"

    def may(*names: str) -> bool:
        asked = Call(action=call.action, resource=call.resource, context={key: names})
        return allowed(shapes()["everything"].values(), asked)

    assert may("pairva.example.com")
    assert may("_asked.pairva.example.com")
    assert not may("example.com")
    assert not may("pairva.example.com", "www.example.com")


@pytest.mark.parametrize(
    ("action", "kind"),
    [("ec2:CreateVpc", "vpc"), ("ec2:AllocateAddress", "elastic-ip"), ("ec2:CreateSubnet", "subnet")],
)
def test_what_aws_names_is_made_with_the_stacks_tag(action: str, kind: str) -> None:
    def may(tag: str) -> bool:
        resource = f"arn:aws:ec2:us-east-1:039612856036:{kind}/1"
        call = Call(action=action, resource=resource, context={"aws:RequestTag/stack": [tag]})
        return allowed(shapes()["prod"].values(), call)

    assert may("prod")
    assert not may("staging")


UNCLAIMED = {
    "Null": {"aws:ResourceTag/stack": "true"},
    "StringEquals": {"aws:RequestTag/stack": "prod"},
}


@pytest.mark.parametrize("api", ["ec2", "elasticloadbalancing"])
def test_whatever_else_changes_what_aws_names_is_about_the_stacks_own(api: str) -> None:
    own = {"StringEquals": {"aws:ResourceTag/stack": "prod"}}
    new = {"StringEquals": {"aws:RequestTag/stack": "prod"}}
    while_made = {"Null": {f"{api}:CreateAction": "false"}}
    for statement in statements("prod"):
        changing = [
            each
            for each in statement["Action"]
            if each.startswith(api) and ":Describe" not in each and ":Get" not in each
        ]
        if changing and changing != ["elasticloadbalancing:SetRulePriorities"]:
            assert statement["Condition"] in (own, new, while_made, UNCLAIMED), changing


def test_a_tag_is_never_put_on_what_is_somebody_elses() -> None:
    tagging = [
        each for each in statements("prod") if {"ec2:CreateTags", "elasticloadbalancing:AddTags"} & {*each["Action"]}
    ]
    own = {"StringEquals": {"aws:ResourceTag/stack": "prod"}}
    conditions = [each["Condition"] for each in tagging]
    assert [each for each in conditions if each not in (own, UNCLAIMED)] == [
        {"Null": {f"{api}:CreateAction": "false"}} for api in ("ec2", "elasticloadbalancing")
    ]
    # What a VPC brings along has no tag: its group.
    (unclaimed,) = [each for each in tagging if each["Condition"] == UNCLAIMED]
    assert (unclaimed["Action"], len(unclaimed["Resource"])) == (["ec2:CreateTags"], 1)
    assert unclaimed["Resource"][0].endswith(":security-group/*")


def test_what_would_be_too_long_is_continued_in_another_document() -> None:
    long, found = shapes()["everything"], statements("everything", "deploy")
    assert [name for name in long if name.startswith("deploy")] == ["deploy", "deploy-2", "deploy-3", "deploy-4"]
    assert len({str(each) for each in found}) == len(found)
    beyond = {"Statement": [*long["deploy"]["Statement"], long["deploy-2"]["Statement"][0]], "Version": "2012-10-17"}
    assert len(json.dumps(beyond, separators=(",", ":"))) > 6144


def test_a_type_that_no_row_is_about_is_named() -> None:
    tagged = sample(("aws:region", "aws:defaultTags: {tags: {stack: test}}\n  aws:region"))
    program = [Known(type=each, name="", inputs={}) for each in ("aws:sqs/queue:Queue", "aws:ec2/vpc:Vpc")]
    with pytest.raises(LookupError, match=r"^no row in access/ says what aws:sqs/queue:Queue asks of AWS$"):
        documents_of(tagged, program)


def test_a_stack_whose_tags_do_not_name_it_has_no_policies() -> None:
    with pytest.raises(ValueError, match=r"^Pulumi\.test\.yaml: aws:defaultTags: no tag names the stack") as raised:
        documents_of(sample(), [])
    assert str(raised.value).endswith("mend:  write tags: {stack: test}")

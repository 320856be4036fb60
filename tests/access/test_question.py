"""What the table says of the checks is what they ask AWS with boto3: no more, and no less."""

import ast
from pathlib import Path

import botocore.session
from botocore import xform_name

from access import key, question
from tests.recording import ROOT
from tests.samples import BUILD, DOMAIN, KEY, Edit, keys, stack
from tests.settings.test_network_shapes import PRIVATE, PUBLIC, VPC, existing

# botocore's name of an API, and IAM's.
APIS = {
    **{
        each: each
        for each in ("acm", "ec2", "ecr", "ecs", "iam", "kms", "logs", "route53", "secretsmanager", "ssm", "sts")
    },
    "elbv2": "elasticloadbalancing",
}
EVERYTHING: tuple[Edit, ...] = (
    DOMAIN,
    BUILD,
    existing(VPC, PUBLIC, PRIVATE),
    ("writable: [/tmp]", "executionRole: arn:aws:iam::039612856036:role/starts"),
    ("JWT_SECRET:", "TOKEN: arn:aws:ssm:us-east-1:039612856036:parameter/pairva/token\n        JWT_SECRET:"),
    ("repository: existing\n      port: 8080", "repository: owned\n      port: 8080"),
    ("memory:", "release: [node, migrate.js]\n      memory:"),
    ("alarmEmails", "builtBy: staging\n    alarmEmails"),
    keys(f"{{logs: {KEY}}}"),
    ("aws:region", "aws:assumeRoles: [{roleArn: arn:aws:iam::039612856036:role/deploys}]\n  aws:region"),
)


def operations() -> dict[str, set[str]]:
    """boto3's methods, and which actions each of them may be."""
    session, found = botocore.session.get_session(), dict[str, set[str]]()
    for api, prefix in APIS.items():
        for operation in session.get_service_model(api).operation_names:
            found.setdefault(xform_name(operation), set()).add(f"{prefix}:{operation}")
    # S3's actions are not called as its operations are.
    return {**found, "head_bucket": {"s3:ListBucket"}}


def named(file: Path) -> set[str]:
    """All attributes and texts of a module: calls, and names of paginators."""
    nodes = list(ast.walk(ast.parse(file.read_text())))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return texts | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def test_the_checks_may_ask_what_they_ask_and_nothing_else() -> None:
    known = operations()
    # What a killed pulumi left behind, a person asks, with rights of their own.
    files = [file for file in (ROOT / "checks").rglob("*.py") if file.parent.name != "interruption"]
    asked = {name for file in files for name in named(file) if name in known}
    granted = {
        action
        for of in (stack(), stack(*EVERYTHING))
        for each in [*question.grants(of), *(one for one in key.grants(of) if one.step == "read")]
        for action in each.actions
    }
    assert {name for name in asked if not known[name] & granted} == set()
    # RunTask tags by itself; s3:ListBucket is what lets HeadBucket ask.
    by_itself = {"ecs:TagResource", "s3:ListBucket"}
    assert {action for action in granted if xform_name(action.partition(":")[2]) not in asked} == by_itself
    # By a method, and by a paginator's name.
    assert asked >= {"describe_services", "describe_vpc_endpoints"}


def test_a_secret_is_looked_at_with_and_without_the_end_of_its_arn() -> None:
    granted = {action: each.resources for each in question.grants(stack()) for action in each.actions}
    arn = "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/jwt-AbCdEf"
    assert granted["secretsmanager:DescribeSecret"] == (arn, f"{arn}-??????")


def test_a_role_that_exists_is_looked_at_and_no_other_one_of_its_account() -> None:
    asked = [each.resources for each in question.grants(stack(*EVERYTHING)) if "iam:GetRole" in each.actions]
    assert asked == [
        ("iam:role/AWSServiceRoleFor*", "iam:role/aws-service-role/*"),
        ("arn:aws:iam::039612856036:role/starts",),
    ]


def test_tasks_are_listed_in_the_stacks_own_cluster_only() -> None:
    (listed, _) = [each for each in question.grants(stack()) if each.actions == ("ecs:ListTasks",)]
    assert listed.condition == {"ArnEquals": {"ecs:cluster": "arn:aws:ecs:us-east-1:039612856036:cluster/pairva-test"}}
    assert listed.step == "verdict"


def test_only_a_release_may_run_a_task_and_only_of_its_own_family_in_the_stacks_cluster() -> None:
    assert not [each for each in question.grants(stack()) if "ecs:RunTask" in each.actions]
    released = stack(("memory:", "release: [node, migrate.js]\n      memory:"))
    (run,) = [each for each in question.grants(released) if "ecs:RunTask" in each.actions]
    assert (run.step, run.resources) == ("write", ("ecs:task-definition/pairva-test-backend:*",))
    assert run.condition == {"ArnEquals": {"ecs:cluster": "arn:aws:ecs:us-east-1:039612856036:cluster/pairva-test"}}

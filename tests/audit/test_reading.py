"""What scanners print, cut down to what is read of it."""

import json
from collections.abc import Iterable
from typing import Any

from audit import reading
from audit.fault import Fault


def rows(faults: Iterable[Fault]) -> list[tuple[str, str, str, str]]:
    return [(each.rule, each.resource, each.requires, each.found) for each in faults]


def test_what_checkov_says_of_a_plan() -> None:
    check = {
        "check_id": "CKV_AWS_136",
        "check_name": "Ensure that ECR repositories are encrypted using KMS",
        "resource": "aws_ecr_repository.local__backend-repository",
        "guideline": None,
        "file_path": "/plan.json",
    }
    output = json.dumps({"check_type": "terraform_plan", "results": {"failed_checks": [check]}})
    requires = "Ensure that ECR repositories are encrypted using KMS"
    assert rows(reading.checkov_plan(output)) == [
        ("CKV_AWS_136", "local/aws_ecr_repository.backend-repository", requires, "")
    ]


def test_what_trivy_says_of_a_plan() -> None:
    misconfiguration = {
        "ID": "AWS-0017",
        "Title": "CloudWatch log groups should be encrypted using CMK",
        "Message": "Log group is not encrypted.",
        "Resolution": "Enable CMK encryption of CloudWatch Log Groups",
        "PrimaryURL": "https://avd.aquasec.com/misconfig/aws-0017",
        "CauseMetadata": {"Resource": "aws_cloudwatch_log_group.prod__backend-logs"},
    }
    output = json.dumps({"Results": [{"Target": "."}, {"Target": "main.tf", "Misconfigurations": [misconfiguration]}]})
    requires = "Enable CMK encryption of CloudWatch Log Groups"
    found = "Log group is not encrypted. https://avd.aquasec.com/misconfig/aws-0017"
    assert rows(reading.trivy_plan(output)) == [
        ("AWS-0017", "prod/aws_cloudwatch_log_group.backend-logs", requires, found)
    ]


SECRET = "no secret is in a file of this repository; what leaked is replaced"


def test_what_checkov_says_of_a_secret() -> None:
    check = {
        "check_id": "CKV_SECRET_2",
        "check_name": "AWS Access Key",
        "resource": "16dc0f3eb6f4a9f4abb41f909885cffd56c2f411",
        "file_path": "/apps/key.yaml",
        "file_line_range": [3, 4],
    }
    output = json.dumps({"check_type": "secrets", "results": {"failed_checks": [check]}})
    assert rows(reading.checkov_secrets(output)) == [
        ("CKV_SECRET_2", "apps/key.yaml", SECRET, "line 3: AWS Access Key")
    ]


def test_what_trivy_says_of_a_secret() -> None:
    secret = {"RuleID": "aws-access-key-id", "Title": "AWS Access Key ID", "StartLine": 3, "Match": "key: ***"}
    output = json.dumps({"Results": [{"Target": "go.mod"}, {"Target": "apps/key.yaml", "Secrets": [secret]}]})
    assert rows(reading.trivy_secrets(output)) == [
        ("aws-access-key-id", "apps/key.yaml", SECRET, "line 3: AWS Access Key ID")
    ]


def test_what_hadolint_says() -> None:
    fault = {"code": "DL3002", "file": "apps/a.Dockerfile", "line": 2, "message": "Last USER should not be root"}
    assert rows(reading.hadolint(json.dumps([fault]))) == [
        (
            "DL3002",
            "apps/a.Dockerfile",
            "Last USER should not be root",
            "line 2: https://github.com/hadolint/hadolint/wiki/DL3002",
        )
    ]


def said(issue: str, title: str, description: str, detail: Any, **location: Any) -> str:
    where = {"filepath": "policies/infrastructure/policies/prod/deploy-2.json", **location}
    return json.dumps({"issue": issue, "title": title, "description": description, "detail": detail, "location": where})


DEPLOY = "infrastructure/policies/prod/deploy-2"


def test_what_parliament_says_of_several_actions_is_said_of_each() -> None:
    listener = "arn:*:elasticloadbalancing:*:*:listener/net/*/*/*"
    output = "\n".join(
        [
            said(
                "RESOURCE_MISMATCH",
                "No resources match",
                "",
                [{"action": f"elasticloadbalancing:{name}Rule", "required_format": listener} for name in ("A", "B")],
            ),
            said("RESOURCE_STAR", "Unnecessary use of Resource *", "", ["ecs:ListTasks"]),
            said("PERMISSIONS_MANAGEMENT_ACTIONS", "Permissions", "Allows much.", "", actions=["iam:passrole"]),
        ]
    )
    assert rows(reading.parliament(output, "policies")) == [
        ("RESOURCE_MISMATCH", f"{DEPLOY}:elasticloadbalancing:ARule", "No resources match", listener),
        ("RESOURCE_MISMATCH", f"{DEPLOY}:elasticloadbalancing:BRule", "No resources match", listener),
        ("RESOURCE_STAR", f"{DEPLOY}:ecs:ListTasks", "Unnecessary use of Resource *", "ecs:ListTasks"),
        ("PERMISSIONS_MANAGEMENT_ACTIONS", f"{DEPLOY}:iam:passrole", "Permissions: Allows much.", "iam:passrole"),
    ]


def test_what_parliament_says_of_a_whole_policy() -> None:
    output = said("UNKNOWN_ACTION", "Unknown action", "", "Unknown action s3:GetObjekt", string="s3:GetObjekt")
    assert rows(reading.parliament(output, "policies")) == [
        ("UNKNOWN_ACTION", DEPLOY, "Unknown action", "Unknown action s3:GetObjekt")
    ]

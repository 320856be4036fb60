"""ARNs with parts that are missing, and of accounts and regions that the stack file does not list."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finding import Finding
from settings.arn import Place, wrong
from tests.samples import Edit, faults

HERE = Place(accounts=frozenset({"039612856036"}), regions=frozenset({"us-east-1"}))
ACCOUNT = "is an ARN with no account id where its account belongs"


@pytest.mark.parametrize(
    ("arn", "why"),
    [
        ("arn:aws:iam::None:role/x", "is an ARN in which a value is missing: it says None"),
        ("arn:aws:iam::039612856036:role/None", "is an ARN in which a value is missing: it says None"),
        ("arn:aws:sqs:us-east-1:null:x", "is an ARN in which a value is missing: it says null"),
        ("arn:aws:dynamodb:us-east-1::table/x", "is an ARN without its account"),
        ("arn:aws:rds:us-east-1::db:x", "is an ARN without its account"),
        ("arn:aws:elasticache:us-east-1::cluster:x", "is an ARN without its account"),
        ("arn:aws:lambda::039612856036:function:x", "is an ARN without its region"),
        ("arn:aws:elasticfilesystem::039612856036:file-system/x", "is an ARN without its region"),
        ("arn:aws:sns:undefined:039612856036:x", "is an ARN in which a value is missing: it says undefined"),
        (
            "arn:amazon:sns:us-east-1:039612856036:x",
            "is an ARN of no partition: it begins with none of arn:aws, arn:aws-cn, arn:aws-us-gov",
        ),
        (
            "arn::iam::039612856036:role/x",
            "is an ARN of no partition: it begins with none of arn:aws, arn:aws-cn, arn:aws-us-gov",
        ),
        ("arn:aws::us-east-1:039612856036:x", "is no whole ARN"),
        ("arn:aws:sns:us-east-1:039612856036", "is no whole ARN"),
        ("arn:aws:sns:us-east-1:039612856036:", "is no whole ARN"),
        ("arn:aws:logs::039612856036:log-group:/x:*", "is an ARN without its region"),
        ("arn:aws:secretsmanager:us-east-1::secret:x", "is an ARN without its account"),
        ("arn:aws:iam:::role/x", "is an ARN without its account"),
        ("arn:aws:sqs:us_east:039612856036:x", "is an ARN with no region where its region belongs"),
        ("arn:aws:secretsmanager:us-east-1:secret:pairva/jwt", ACCOUNT),
        ("arn:aws:iam::39612856036:role/x", ACCOUNT),
        ("arn:aws:iam::ACCOUNT:role/x", ACCOUNT),
        (
            "arn:aws:ecs:eu-west-1:039612856036:cluster/x",
            "is an ARN of eu-west-1, a region that this stack file does not list",
        ),
        (
            "arn:aws:iam::111122223333:role/x",
            "is an ARN of 111122223333, an account that this stack file does not list",
        ),
    ],
)
def test_an_arn_that_cannot_be_right_is_told_why(arn: str, why: str) -> None:
    assert list(wrong(f"see {arn}, and more", HERE)) == [(arn, why)]


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/jwt-AbCdEf:key:AWSCURRENT:",
        "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/jwt:::",
        "arn:aws:logs:us-east-1:039612856036:log-group:/pairva/prod/backend:*",
        "arn:aws:iam::039612856036:role/service-role/x",
        "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
        "arn:aws:iam::cloudfront:user/x",
        "arn:aws:s3:::pairva/*",
        "arn:aws:s3:us-east-1:039612856036:accesspoint/x",
        "arn:aws:route53:::hostedzone/Z1",
        "arn:aws:apigateway:us-east-1::/restapis/x",
        "arn:aws:ec2:us-east-1::image/ami-1",
        "arn:aws:ssm:us-east-1::parameter/aws/service/x",
        "arn:aws:bedrock:us-east-1::foundation-model/x",
        "arn:aws:states:::lambda:invoke",
        "arn:aws:dynamodb::039612856036:global-table/x",
        "arn:aws:rds::039612856036:global-cluster:x",
        "arn:aws:elasticache::039612856036:globalreplicationgroup:x",
        "arn:aws:lambda:us-east-1::runtime:x",
        "arn:aws:ecs:us-east-1:039612856036:*",
        "arn:aws:ecs:*:*:task/*",
        "arn:aws:sns:us-east-?:0396*:x",
        "arn:aws-cn:s3:::pairva",
        "arn:aws-us-gov:iam::aws:policy/x",
        "learn:more:about:it",
        "barn:aws",
        "an ARN (Amazon resource name)",
    ],
)
def test_an_arn_that_may_be_right_is_taken(text: str) -> None:
    assert list(wrong(text, HERE)) == []


def test_without_a_listed_account_or_region_any_will_do() -> None:
    assert list(wrong("arn:aws:ecs:eu-west-1:111122223333:cluster/x", Place())) == []


@given(st.text(alphabet="arn:ws-im0123456789*/None, ", max_size=80))
def test_whatever_is_found_stands_in_the_text(text: str) -> None:
    text = f"arn:{text} arn:aws:iam::{text}"
    assert [found for found, why in wrong(text, HERE) if found not in text or not why] == []


def test_the_account_of_a_role_on_the_way_is_listed(tmp_path: Path) -> None:
    region = "aws:region: us-east-1"
    hub = "arn:aws:iam::111122223333:role/hub"
    used = (region, f"{region}\n  aws:defaultTags: {{tags: {{hub: {hub}}}}}")
    assert faults(tmp_path, used) == [
        Finding(
            where="Pulumi.test.yaml:3: aws:defaultTags.tags.hub",
            what="is an ARN of 111122223333, an account that this stack file does not list",
            found=hub,
            remedy="copy the whole ARN from AWS; it must be of this stack's account and region",
        )
    ]
    assert faults(tmp_path, used, (region, f"{region}\n  aws:assumeRoles: [{{roleArn: {hub}}}]")) == []


QUEUE = (
    "aws:region: us-east-1",
    "aws:region: us-east-1\n  aws:defaultTags: {tags: {queue: 'arn:aws:sqs:eu-west-1:111122223333:x'}}",
)
REGISTRY = ("logRetentionDays: 30", "logRetentionDays: 30\n    registry: {account: '111122223333', region: eu-west-1}")


@pytest.mark.parametrize(
    ("edits", "what"),
    [
        ([], "is an ARN of eu-west-1, a region that this stack file does not list"),
        ([REGISTRY], ""),
        (
            [(REGISTRY[0], REGISTRY[1].replace(", region: eu-west-1", ""))],
            "is an ARN of eu-west-1, a region that this stack file does not list",
        ),
        (
            [(REGISTRY[0], REGISTRY[1].replace("account: '111122223333', ", ""))],
            "is an ARN of 111122223333, an account that this stack file does not list",
        ),
    ],
    ids=["nothing", "registry", "its account", "its region"],
)
def test_the_place_of_the_registry_is_listed(edits: list[Edit], what: str, tmp_path: Path) -> None:
    assert [fault.what for fault in faults(tmp_path, QUEUE, *edits)] == ([what] if what else [])


def test_the_accounts_that_pull_are_listed(tmp_path: Path) -> None:
    pulled = ("repository: existing", "repository: owned\n      pullAccounts: ['222222222222', '111122223333']")
    here = (QUEUE[0], QUEUE[1].replace("sqs:eu-west-1", "sqs:us-east-1"))
    assert [fault.found for fault in faults(tmp_path, here)] == ["arn:aws:sqs:us-east-1:111122223333:x"]
    assert faults(tmp_path, here, pulled) == []


def test_a_wrong_account_of_the_stack_makes_no_arn_wrong(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, REGISTRY, ('"039612856036"', '"3961285603"'))
    assert fault.where == "Pulumi.test.yaml:4: aws:allowedAccountIds[0]"


def test_what_the_application_is_told_may_be_of_another_account_but_must_be_whole(tmp_path: Path) -> None:
    environment = "NODE_ENV: production"
    assert faults(tmp_path, (environment, "QUEUE: arn:aws:sqs:eu-west-1:111122223333:x")) == []
    (fault,) = faults(tmp_path, (environment, "QUEUE: arn:aws:sqs:eu-west-1:None:x"))
    assert fault.what == "is an ARN in which a value is missing: it says None"

"""The bucket for logs: private, encrypted, emptied in time, and open to AWS's own deliveries of this account alone."""

import json
from functools import cache
from itertools import pairwise

import pytest

from components.log_bucket import bucket_policy
from settings.stack import Account
from tests.components.parts import logs_of, recorded_service
from tests.recording import Recording, record
from tests.samples import Edit, in_region, stack

NAME = "pairva-test-logs-039612856036"
ARN = f"arn:aws:s3:::{NAME}"
RETENTION = "logRetentionDays: 30"
UNPROTECTED = (RETENTION, f"{RETENTION}\n    protect: false")
POLICY = "aws:s3/bucketPolicy:BucketPolicy/pairva-logs-policy"

BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
OWNER = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"


@cache
def recorded(*edits: Edit) -> Recording:
    return record(lambda: logs_of(*edits))


@pytest.mark.parametrize(("edits", "protect"), [((), True), ((UNPROTECTED,), False)], ids=["protected", "not"])
def test_the_bucket_goes_with_what_is_in_it_only_where_nothing_is_protected(
    edits: tuple[Edit, ...], protect: bool
) -> None:
    bucket = recorded(*edits).one("aws:s3/bucket:Bucket", "pairva-logs")
    assert bucket.inputs == {"bucket": NAME, "forceDestroy": not protect}


@pytest.mark.parametrize(("edits", "protect"), [((), True), ((UNPROTECTED,), False)], ids=["protected", "not"])
def test_a_bucket_that_is_kept_keeps_what_makes_it_private(edits: tuple[Edit, ...], protect: bool) -> None:
    children = [each for each in recorded(*edits).resources if each.parent]
    assert [(each.protect, each.retain_on_delete) for each in children] == [(protect, protect)] * 6


@pytest.mark.parametrize("days", [1, 365])
def test_it_is_private_owned_encrypted_and_emptied_in_time(days: int) -> None:
    recording = recorded((RETENTION, f"logRetentionDays: {days}"))
    of_bucket = {"bucket": "pairva-test-logs-039612856036"}
    assert recording.one(BLOCK, "pairva-logs-private").inputs == of_bucket | dict.fromkeys(
        ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"], True
    )
    assert recording.one(OWNER, "pairva-logs-owner").inputs == of_bucket | {
        "rule": {"objectOwnership": "BucketOwnerEnforced"}
    }
    assert recording.one(ENCRYPTION, "pairva-logs-encryption").inputs == of_bucket | {
        "rules": [
            {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}, "blockedEncryptionTypes": ["SSE-C"]}
        ]
    }
    assert recording.one(LIFECYCLE, "pairva-logs-expiry").inputs == of_bucket | {
        "rules": [
            {
                "id": "expire",
                "status": "Enabled",
                "filter": {},
                "expiration": {"days": days},
                "abortIncompleteMultipartUpload": {"daysAfterInitiation": 1},
            }
        ]
    }


def test_it_is_changed_one_by_one_and_opened_last() -> None:
    recording = recorded()
    order = [
        f"{BLOCK}/pairva-logs-private",
        f"{OWNER}/pairva-logs-owner",
        f"{ENCRYPTION}/pairva-logs-encryption",
        f"{LIFECYCLE}/pairva-logs-expiry",
        POLICY,
    ]
    waits = {each.key: set(each.depends_on) & {*order} for each in recording.resources}
    assert {key: waits[key] for key in order} == {
        order[0]: set(),
        **{later: {earlier} for earlier, later in pairwise(order)},
    }


def policy_of(arn: str, account: str, partition: str, region: str) -> dict[str, object]:
    of_flow_logs = {"Service": "delivery.logs.amazonaws.com"}
    source = {"ArnLike": {"aws:SourceArn": f"arn:{partition}:logs:{region}:{account}:*"}}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "LoadBalancerLogs",
                "Effect": "Allow",
                "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": [f"{arn}/access/AWSLogs/{account}/*", f"{arn}/connections/AWSLogs/{account}/*"],
            },
            {
                "Sid": "AWSLogDeliveryWrite",
                "Effect": "Allow",
                "Principal": of_flow_logs,
                "Action": "s3:PutObject",
                "Resource": f"{arn}/AWSLogs/{account}/*",
                "Condition": {
                    "StringEquals": {
                        "aws:SourceAccount": account,
                        "s3:x-amz-acl": "bucket-owner-full-control",
                    },
                    **source,
                },
            },
            {
                "Sid": "AWSLogDeliveryAclCheck",
                "Effect": "Allow",
                "Principal": of_flow_logs,
                "Action": ["s3:GetBucketAcl", "s3:ListBucket"],
                "Resource": arn,
                "Condition": {"StringEquals": {"aws:SourceAccount": account}, **source},
            },
            {
                "Sid": "OnlyOverTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [arn, f"{arn}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }


def test_only_deliveries_of_this_account_are_let_in_and_nobody_without_tls() -> None:
    policy = recorded().one("aws:s3/bucketPolicy:BucketPolicy", "pairva-logs-policy")
    assert policy.inputs["bucket"] == "pairva-test-logs-039612856036"
    assert json.loads(policy.inputs["policy"]) == policy_of(ARN, "039612856036", "aws", "us-east-1")


def test_in_another_partition_the_policy_names_that_one() -> None:
    account = Account(id="039612856036", region="us-gov-west-1", partition="aws-us-gov")
    arn = f"arn:aws-us-gov:s3:::{NAME}"
    assert bucket_policy(account, arn) == policy_of(arn, "039612856036", "aws-us-gov", "us-gov-west-1")
    outputs = recorded(*in_region("us-gov-west-1", "aws-us-gov")).component_outputs
    assert outputs["pairva:index:LogBucket/pairva"] == {"bucket_name": NAME, "arn": arn}


def test_whoever_delivers_there_waits_until_the_policy_lets_it() -> None:
    delivering = [
        each.key
        for each in recorded_service().resources
        if any(name in json.dumps(each.inputs) for name in (NAME, ARN)) and not each.type.startswith("aws:s3/")
    ]
    assert delivering == [
        "aws:ec2/flowLog:FlowLog/pairva-refused",
        "aws:lb/loadBalancer:LoadBalancer/pairva-balancer",
    ]
    assert delivering == [each.key for each in recorded_service().resources if POLICY in each.depends_on]


def test_the_buckets_name_is_the_stacks() -> None:
    assert stack().log_bucket == NAME

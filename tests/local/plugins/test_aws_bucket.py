"""Buckets and what they have of their own, against recorded answers of AWS."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.stub import Stubber

from local.plugins.wire import Props, from_struct
from tests.local.plugins.engine_calls import Calls, RefusedError

Stub = Callable[[str], Stubber]

BUCKET = "aws:s3/bucket:Bucket"
OF_BUCKET: Props = {"Bucket": "logs"}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})

# Type; what it is called in S3, its inputs, the argument that they become, and how S3 names the answer, if not alike.
ROWS: list[tuple[str, str, Props, Props, Props]] = [
    (
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "public_access_block",
        {"blockPublicAcls": True, "blockPublicPolicy": True, "ignorePublicAcls": False, "restrictPublicBuckets": True},
        {
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": False,
                "RestrictPublicBuckets": True,
            }
        },
        {},
    ),
    (
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "bucket_ownership_controls",
        {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
        {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
        {},
    ),
    (
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "bucket_encryption",
        {
            "rules": [
                {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}, "blockedEncryptionTypes": ["SSE-C"]}
            ]
        },
        {
            "ServerSideEncryptionConfiguration": {
                "Rules": [
                    {
                        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
                        "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]},
                    }
                ]
            }
        },
        {},
    ),
    (
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "bucket_lifecycle_configuration",
        {
            "rules": [
                {
                    "id": "expire",
                    "status": "Enabled",
                    "filter": {},
                    "expiration": {"days": 30},
                    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 1},
                }
            ]
        },
        {
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "ID": "expire",
                        "Status": "Enabled",
                        "Filter": {},
                        "Expiration": {"Days": 30},
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                    }
                ]
            }
        },
        {
            "Rules": [
                {
                    "ID": "expire",
                    "Status": "Enabled",
                    "Filter": {},
                    "Expiration": {"Days": 30},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                }
            ]
        },
    ),
    ("aws:s3/bucketPolicy:BucketPolicy", "bucket_policy", {"policy": POLICY}, {"Policy": POLICY}, {}),
]


@pytest.mark.parametrize(("kind", "noun", "inputs", "sent", "read"), ROWS, ids=[row[1] for row in ROWS])
def test_what_a_bucket_has_of_its_own_is_put_read_and_taken_away(
    kind: str, noun: str, inputs: Props, sent: Props, read: Props, engine: Calls, stub: Stub
) -> None:
    s3 = stub("s3")
    inputs = {"bucket": "logs", **inputs}
    s3.add_response(f"put_{noun}", {}, {**OF_BUCKET, **sent})
    s3.add_response(f"get_{noun}", read or sent, OF_BUCKET)
    delete = "delete_bucket_lifecycle" if "lifecycle" in noun else f"delete_{noun}"
    s3.add_response(delete, {}, OF_BUCKET)

    created = engine.create(kind, inputs)
    engine.delete(kind, created.id, inputs)

    assert created.id == "logs"
    assert from_struct(created.properties) == inputs


def test_a_bucket_is_made_with_its_tags_and_they_are_read(engine: Calls, stub: Stub) -> None:
    s3, tags = stub("s3"), [{"Key": "stack", "Value": "local"}]
    s3.add_response("create_bucket", {}, {**OF_BUCKET, "CreateBucketConfiguration": {"Tags": tags}})
    s3.add_response("head_bucket", {}, OF_BUCKET)
    s3.add_response("get_bucket_tagging", {"TagSet": tags}, OF_BUCKET)
    inputs: Props = {"bucket": "logs", "forceDestroy": True, "tags": {"stack": "local"}}

    response = engine.create(BUCKET, inputs)

    assert (response.id, from_struct(response.properties)) == ("logs", inputs)


def test_a_bucket_without_tags_has_none(engine: Calls, stub: Stub) -> None:
    s3 = stub("s3")
    s3.add_response("head_bucket", {}, OF_BUCKET)
    s3.add_client_error("get_bucket_tagging", "NoSuchTagSet")

    assert from_struct(engine.read(BUCKET, "logs", {"bucket": "logs"}).properties) == {"bucket": "logs"}


def test_tags_that_s3_does_not_tell_are_not_taken_for_none(engine: Calls, stub: Stub) -> None:
    s3 = stub("s3")
    s3.add_response("head_bucket", {}, OF_BUCKET)
    s3.add_client_error("get_bucket_tagging", "AccessDenied", "You may not")

    with pytest.raises(RefusedError, match="You may not"):
        engine.read(BUCKET, "logs", {"bucket": "logs"})


def test_changed_tags_are_put_as_a_whole(engine: Calls, stub: Stub) -> None:
    s3, tags = stub("s3"), [{"Key": "stack", "Value": "prod"}]
    s3.add_response("put_bucket_tagging", {}, {**OF_BUCKET, "Tagging": {"TagSet": tags}})
    s3.add_response("head_bucket", {}, OF_BUCKET)
    s3.add_response("get_bucket_tagging", {"TagSet": tags}, OF_BUCKET)
    old: Props = {"bucket": "logs", "tags": {"stack": "local", "other": "1"}}
    new: Props = {"bucket": "logs", "tags": {"stack": "prod"}}

    assert from_struct(engine.update(BUCKET, "logs", (old, new), old).properties) == new


def test_a_bucket_goes_with_what_is_in_it_page_by_page_where_it_may(engine: Calls, stub: Stub) -> None:
    def page(*keys: str, **more: Any) -> Props:
        return {"Contents": [{"Key": key} for key in keys], **more}

    s3 = stub("s3")
    for asked, answer, keys in (
        (OF_BUCKET, page("a", "b", IsTruncated=True, NextContinuationToken="next"), ["a", "b"]),
        ({**OF_BUCKET, "ContinuationToken": "next"}, page("c"), ["c"]),
    ):
        s3.add_response("list_objects_v2", answer, asked)
        s3.add_response("delete_objects", {}, {**OF_BUCKET, "Delete": {"Objects": [{"Key": key} for key in keys]}})
    s3.add_response("delete_bucket", {}, OF_BUCKET)

    engine.delete(BUCKET, "logs", {"bucket": "logs", "forceDestroy": True})


def test_a_bucket_that_is_not_empty_stays_where_nothing_forces_it(engine: Calls, stub: Stub) -> None:
    stub("s3").add_client_error("delete_bucket", "BucketNotEmpty", "The bucket you tried to delete is not empty")

    with pytest.raises(RefusedError, match="is not empty"):
        engine.delete(BUCKET, "logs", {"bucket": "logs", "forceDestroy": False})


def test_a_bucket_that_is_gone_is_deleted(engine: Calls, stub: Stub) -> None:
    s3 = stub("s3")
    s3.add_client_error("list_objects_v2", "NoSuchBucket")
    s3.add_client_error("delete_bucket", "NoSuchBucket")

    engine.delete(BUCKET, "logs", {"bucket": "logs", "forceDestroy": True})

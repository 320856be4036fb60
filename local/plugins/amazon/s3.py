"""S3: buckets, and what a bucket has of its own."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from typing_extensions import override

from local.plugins.amazon.account import Account
from local.plugins.amazon.expression import Expressions
from local.plugins.amazon.table import AwsType, Call, Change
from local.plugins.amazon.tagging import Tagging, Tags, pairs
from local.plugins.resource import Target
from local.plugins.shape import JSON, Shape
from local.plugins.wire import Props


class BucketTags(Tagging):
    """S3 takes them all at once, and has an error for none."""

    @override
    def at_creation(self, inputs: Props) -> Props:
        return {"CreateBucketConfiguration": {"Tags": pairs(inputs["tags"])}} if inputs.get("tags") else {}

    @override
    def read(self, client: Any, whose: Props, answer: Props) -> Tags:
        try:
            return super().read(client, whose, answer)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "NoSuchTagSet":
                raise
            return {}

    @override
    def update(self, client: Any, target: Target) -> None:
        if (new := target.inputs.get("tags", {})) != target.old_inputs.get("tags", {}):
            client.put_bucket_tagging(Bucket=target.id, Tagging={"TagSet": pairs(new)})


@dataclass(frozen=True, kw_only=True)
class Bucket(AwsType):
    """Deleted with what is in it, if `forceDestroy` says so."""

    @override
    def delete(self, session: Account, target: Target) -> None:
        client = session.client(self.service)
        if target.inputs.get("forceDestroy"):
            with suppress(client.exceptions.NoSuchBucket):
                for page in client.get_paginator("list_objects_v2").paginate(Bucket=target.id):
                    if keys := [{"Key": each["Key"]} for each in page.get("Contents", [])]:
                        client.delete_objects(Bucket=target.id, Delete={"Objects": keys})
        super().delete(session, target)


def _of_bucket(
    noun: str, inputs: Mapping[str, Shape], put: Expressions, *, found: str, properties: Expressions, delete: str = ""
) -> AwsType:
    """What a bucket has one of, which is put and read as a whole."""
    arguments = {"Bucket": "bucket", **put}
    return AwsType(
        service="s3",
        inputs={"bucket": str, **inputs},
        required={"bucket", *inputs},
        replace_on={"bucket"},
        only_here={"bucket"},
        creation=Call(f"put_{noun}", arguments),
        id="bucket",
        changes=[Change(f"put_{noun}", {"Bucket": "bucket"}, put)],
        description=[Call(f"get_{noun}", {"Bucket": "id"})],
        found=found,
        properties=properties,
        deletion=[Call(delete or f"delete_{noun}", {"Bucket": "id"})],
    )


_BLOCK = {
    "blockPublicAcls": "BlockPublicAcls",
    "blockPublicPolicy": "BlockPublicPolicy",
    "ignorePublicAcls": "IgnorePublicAcls",
    "restrictPublicBuckets": "RestrictPublicBuckets",
}

TYPES = {
    "aws:s3/bucket:Bucket": Bucket(
        service="s3",
        inputs={"bucket": str, "forceDestroy": bool, "tags": dict},
        required={"bucket"},
        replace_on={"bucket"},
        only_here={"forceDestroy"},
        creation=Call("create_bucket", {"Bucket": "bucket"}),
        id="bucket",
        description=[Call("head_bucket", {"Bucket": "id"})],
        found="{{bucket: '{id}'}}",
        properties={"bucket": "bucket"},
        deletion=[Call("delete_bucket", {"Bucket": "id"})],
        tagging=BucketTags(
            whose={"Bucket": "id"},
            add="put_bucket_tagging",
            remove="delete_bucket_tagging",
            listing="get_bucket_tagging",
            where="TagSet",
        ),
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _of_bucket(
        "public_access_block",
        dict.fromkeys(_BLOCK, bool),
        {"PublicAccessBlockConfiguration": f"{{{', '.join(f'{theirs}: {ours}' for ours, theirs in _BLOCK.items())}}}"},
        found="PublicAccessBlockConfiguration",
        properties=_BLOCK,
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _of_bucket(
        "bucket_ownership_controls",
        {"rule": {"objectOwnership": str}},
        {"OwnershipControls": "{Rules: [{ObjectOwnership: rule.objectOwnership}]}"},
        found="OwnershipControls",
        properties={"rule": "Rules[0].{objectOwnership: ObjectOwnership}"},
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _of_bucket(
        "bucket_encryption",
        {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": str}, "blockedEncryptionTypes": [str]}]},
        {
            "ServerSideEncryptionConfiguration": """{Rules: rules[].{
                ApplyServerSideEncryptionByDefault: applyServerSideEncryptionByDefault.{SSEAlgorithm: sseAlgorithm},
                BlockedEncryptionTypes: {EncryptionType: blockedEncryptionTypes}
            }}"""
        },
        found="ServerSideEncryptionConfiguration",
        properties={
            "rules": """Rules[].{
                applyServerSideEncryptionByDefault: ApplyServerSideEncryptionByDefault.{sseAlgorithm: SSEAlgorithm},
                blockedEncryptionTypes: BlockedEncryptionTypes.EncryptionType
            }"""
        },
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _of_bucket(
        "bucket_lifecycle_configuration",
        {
            "rules": [
                {
                    "id": str,
                    "status": str,
                    "filter": {},
                    "expiration": {"days": int},
                    "abortIncompleteMultipartUpload": {"daysAfterInitiation": int},
                }
            ]
        },
        {
            "LifecycleConfiguration": """{Rules: rules[].{
                ID: id, Status: status, Filter: filter, Expiration: expiration.{Days: days},
                AbortIncompleteMultipartUpload:
                    abortIncompleteMultipartUpload.{DaysAfterInitiation: daysAfterInitiation}
            }}"""
        },
        found="@",
        properties={
            "rules": """Rules[].{
                id: ID, status: Status, filter: Filter, expiration: Expiration.{days: Days},
                abortIncompleteMultipartUpload:
                    AbortIncompleteMultipartUpload.{daysAfterInitiation: DaysAfterInitiation}
            }"""
        },
        delete="delete_bucket_lifecycle",
    ),
    "aws:s3/bucketPolicy:BucketPolicy": _of_bucket(
        "bucket_policy",
        {"policy": JSON},
        {"Policy": "policy"},
        found="@",
        properties={"policy": "Policy"},
    ),
}

"""The bucket that the load balancer and the network deliver their logs to."""

import json
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from settings.stack import Account

# Where the load balancer's two logs are; what the network refused is beside them, under AWSLogs/.
ACCESS_PREFIX, CONNECTION_PREFIX = "access", "connections"


@dataclass(frozen=True, kw_only=True)
class LogBucketArgs:
    bucket_name: str
    account: Account
    retention_days: int
    protect: bool


class LogBucket(pulumi.ComponentResource):
    """Private, encrypted, and emptied by S3 itself after so many days.

    Encrypted with S3's own keys, for the load balancer delivers to no bucket with others:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    Whoever delivers here waits for `policy`, which comes last: before it is there, AWS refuses to turn the logs on
    ("Access Denied for bucket").
    """

    bucket_name: str
    arn: str
    policy: pulumi.Resource

    def __init__(self, name: str, args: LogBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pairva:index:LogBucket", name, None, opts)
        self._args = args
        bucket = aws.s3.Bucket(
            f"{name}-logs", bucket=args.bucket_name, force_destroy=not args.protect, opts=self._kept()
        )
        private = aws.s3.BucketPublicAccessBlock(
            f"{name}-logs-private",
            bucket=args.bucket_name,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._kept(after=bucket),
        )
        owned = aws.s3.BucketOwnershipControls(
            f"{name}-logs-owner",
            bucket=args.bucket_name,
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=self._kept(after=private),
        )
        encrypted = self._encrypted(f"{name}-logs-encryption", owned)
        expiring = self._expiring(f"{name}-logs-expiry", encrypted)
        self.bucket_name = args.bucket_name
        self.arn = f"arn:{args.account.partition}:s3:::{args.bucket_name}"
        self.policy = aws.s3.BucketPolicy(
            f"{name}-logs-policy",
            bucket=args.bucket_name,
            policy=json.dumps(bucket_policy(args.account, self.arn)),
            opts=self._kept(after=expiring),
        )
        self.register_outputs({"bucket_name": self.bucket_name, "arn": self.arn})

    def _encrypted(self, name: str, after: pulumi.Resource) -> pulumi.Resource:
        """As AWS makes new buckets since 2026, without keys of whoever uploads; left open, it may show as a change."""
        return aws.s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=self._args.bucket_name,
            rules=[
                {
                    "apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"},
                    "blocked_encryption_types": ["SSE-C"],
                }
            ],
            opts=self._kept(after=after),
        )

    def _expiring(self, name: str, after: pulumi.Resource) -> pulumi.Resource:
        return aws.s3.BucketLifecycleConfiguration(
            name,
            bucket=self._args.bucket_name,
            rules=[
                {
                    "id": "expire",
                    "status": "Enabled",
                    "filter": {},
                    "expiration": {"days": self._args.retention_days},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": 1},
                }
            ],
            opts=self._kept(after=after),
        )

    def _kept(self, after: pulumi.Resource | None = None) -> pulumi.ResourceOptions:
        """One after the other: S3 refuses two changes of one bucket at once (OperationAborted,
        terraform-provider-aws#33552). A bucket that is kept stays as private as it was.
        """
        protect = self._args.protect
        return pulumi.ResourceOptions(parent=self, protect=protect, retain_on_delete=protect, depends_on=after)


def bucket_policy(account: Account, bucket_arn: str) -> dict[str, Any]:
    """Only this account's load balancers and flow logs deliver, and everybody comes over TLS.

    The load balancers' statement is AWS's own, without a condition: the account in the path is what keeps others out.
    The two for flow logs have AWS's names and words, for whoever makes a flow log puts in what it misses of them:
    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
    """
    deliveries = {
        "StringEquals": {"aws:SourceAccount": account.id},
        "ArnLike": {"aws:SourceArn": f"arn:{account.partition}:logs:{account.region}:{account.id}:*"},
    }
    with_acl = {**deliveries["StringEquals"], "s3:x-amz-acl": "bucket-owner-full-control"}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "LoadBalancerLogs",
                "Effect": "Allow",
                "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": [
                    f"{bucket_arn}/{prefix}/AWSLogs/{account.id}/*" for prefix in (ACCESS_PREFIX, CONNECTION_PREFIX)
                ],
            },
            {
                "Sid": "AWSLogDeliveryWrite",
                "Effect": "Allow",
                "Principal": {"Service": "delivery.logs.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": f"{bucket_arn}/AWSLogs/{account.id}/*",
                "Condition": {**deliveries, "StringEquals": with_acl},
            },
            {
                "Sid": "AWSLogDeliveryAclCheck",
                "Effect": "Allow",
                "Principal": {"Service": "delivery.logs.amazonaws.com"},
                "Action": ["s3:GetBucketAcl", "s3:ListBucket"],
                "Resource": bucket_arn,
                "Condition": deliveries,
            },
            {
                "Sid": "OnlyOverTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [bucket_arn, f"{bucket_arn}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }

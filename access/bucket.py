"""The bucket that logs are delivered to, and its settings, each a resource of its own.

What pulumi-aws asks: hashicorp/terraform-provider-aws, internal/service/s3, which reads every setting of a bucket at
each refresh, also those that other resources are about.
"""

from collections.abc import Mapping, Sequence

from access.grant import Grant, delete, read, write

_BUCKET, _OBJECTS = "s3:{bucket}", "s3:{bucket}/*"

ROWS: Mapping[str, Sequence[Grant]] = {
    "aws:s3/bucket:Bucket": [
        read(
            "s3:GetAccelerateConfiguration s3:GetBucketAcl s3:GetBucketCORS s3:GetBucketLocation s3:GetBucketLogging "
            "s3:GetBucketObjectLockConfiguration s3:GetBucketPolicy s3:GetBucketRequestPayment s3:GetBucketTagging "
            "s3:GetBucketVersioning s3:GetBucketWebsite s3:GetEncryptionConfiguration s3:GetLifecycleConfiguration "
            "s3:GetReplicationConfiguration s3:ListBucket s3:ListTagsForResource",
            _BUCKET,
        ),
        write("s3:CreateBucket s3:PutBucketTagging s3:TagResource s3:UntagResource", _BUCKET),
        # `force_destroy` empties it first.
        delete("s3:DeleteBucket s3:ListBucketVersions", _BUCKET),
        delete("s3:DeleteObject s3:DeleteObjectVersion", _OBJECTS),
    ],
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [
        read("s3:GetBucketPublicAccessBlock", _BUCKET),
        write("s3:PutBucketPublicAccessBlock", _BUCKET),
    ],
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": [
        read("s3:GetBucketOwnershipControls", _BUCKET),
        write("s3:PutBucketOwnershipControls", _BUCKET),
    ],
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
        read("s3:GetEncryptionConfiguration", _BUCKET),
        write("s3:PutEncryptionConfiguration", _BUCKET),
    ],
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": [
        read("s3:GetLifecycleConfiguration", _BUCKET),
        write("s3:PutLifecycleConfiguration", _BUCKET),
    ],
    "aws:s3/bucketPolicy:BucketPolicy": [
        read("s3:GetBucketPolicy", _BUCKET),
        write("s3:PutBucketPolicy", _BUCKET),
        delete("s3:DeleteBucketPolicy", _BUCKET),
    ],
}

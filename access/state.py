"""Pulumi's state: a bucket, and the key of the secrets in it. Both are the owner's (README, first deployment).

Which files there are, and who writes them: pulumi/pkg/v3/backend/diy (lock.go, state.go, store.go) and
pulumi/pkg/v3/secrets/cloud of Pulumi 3.259.
"""

from collections.abc import Iterator

from access.grant import Condition, Grant, read, write
from settings.names import PROJECT
from settings.stack import Stack

# Names of buckets are taken all over AWS, so that yours may have something behind this one.
BUCKET = "pairva-pulumi-state"
KEY = "alias/pairva-pulumi"


def grants(stack: Stack) -> Iterator[Grant]:
    """A preview takes no lock and writes nothing; an `up` leaves its history, and what it replaces as a backup.

    To list is of the whole bucket: only so S3 says that a file is not there, instead of refusing it.
    """
    bucket, ours = f"s3:{BUCKET}*", {"StringEquals": {"aws:ResourceAccount": stack.account.id}}
    stacks, own = f"{bucket}/.pulumi/stacks/{PROJECT}/{stack.name}.*", f"{PROJECT}/{stack.name}/*"
    files = (stacks, *(f"{bucket}/.pulumi/{kind}/{own}" for kind in ("backups", "history", "locks/organization")))
    yield read("s3:ListBucket", bucket, condition=ours)
    yield read("s3:GetObject", f"{bucket}/.pulumi/meta.yaml", stacks, condition=ours)
    yield write("s3:DeleteObject s3:GetObject s3:PutObject", *files, condition=ours)
    key: Condition = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": KEY}}
    # The data key is in the stack file, encrypted; `stack init` made it, and nothing else encrypts.
    yield read("kms:Decrypt", "kms:key/*", condition=key)

"""The keys that the stack file names. They are the owner's, so that no row of a resource is about them.

What a repository under a key takes: ECR user guide, "Encryption at rest". What log groups take: pulumi-aws associates
them (hashicorp/terraform-provider-aws, internal/service/logs).
"""

from collections.abc import Iterator

from access.grant import Condition, Grant, read, write
from settings.stack import Stack


def grants(stack: Stack) -> Iterator[Grant]:
    keys, account = stack.deployment.keys, stack.account
    if named := sorted({*keys.secrets, *filter(None, (keys.logs, keys.repositories))}):
        yield read("kms:DescribeKey", *named)
    if keys.logs:
        yield read("kms:GetKeyPolicy", keys.logs)
        groups = [f"logs:log-group:{name}{rest}" for name in stack.log_groups for rest in ("", ":*")]
        yield write("logs:AssociateKmsKey logs:DisassociateKmsKey", *groups)
    if keys.repositories:
        # ECR lets itself in for good, on behalf of whoever makes the repository, and out with whoever deletes it.
        through: Condition = {"StringEquals": {"kms:ViaService": f"ecr.{account.region}.{account.domain}"}}
        yield write("kms:CreateGrant kms:DescribeKey kms:RetireGrant", keys.repositories, condition=through)

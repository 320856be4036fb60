"""CloudWatch log groups."""

from local.plugins.amazon import tagging
from local.plugins.amazon.account import Account
from local.plugins.resource import ResourceType, Target
from local.plugins.wire import Props


def _create(account: Account, target: Target) -> str:
    key = {"kmsKeyId": target.inputs["kmsKeyId"]} if target.inputs.get("kmsKeyId") else {}
    tags = {"tags": target.inputs["tags"]} if target.inputs.get("tags") else {}
    account.logs.create_log_group(logGroupName=target.inputs["name"], **key, **tags)
    return target.inputs["name"]


def _retention(account: Account, target: Target) -> None:
    if target.changed("retentionInDays"):
        days = target.inputs.get("retentionInDays", 0)
        if days:
            account.logs.put_retention_policy(logGroupName=target.id, retentionInDays=days)
        elif target.old_inputs:
            account.logs.delete_retention_policy(logGroupName=target.id)


def _encryption(account: Account, target: Target) -> None:
    if target.changed("kmsKeyId"):
        key = target.inputs.get("kmsKeyId")
        if key:
            account.logs.associate_kms_key(logGroupName=target.id, kmsKeyId=key)
        else:
            account.logs.disassociate_kms_key(logGroupName=target.id)


def _read(account: Account, target: Target) -> Props | None:
    pages = account.logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=target.id)
    groups = [group for page in pages for group in page["logGroups"]]
    group = next((item for item in groups if item["logGroupName"] == target.id), None)
    if group is None:
        return None
    arn = group["arn"].removesuffix(":*")
    return {
        "name": group["logGroupName"],
        "retentionInDays": group.get("retentionInDays", 0),
        "kmsKeyId": group.get("kmsKeyId"),
        "logGroupClass": group.get("logGroupClass"),
        "arn": arn,
        **tagging.mapped(account.logs.list_tags_for_resource(resourceArn=arn)["tags"]),
    }


def _delete(account: Account, target: Target) -> None:
    if not target.state.get("skipDestroy"):
        account.logs.delete_log_group(logGroupName=target.id)


TYPES = {
    "aws:cloudwatch/logGroup:LogGroup": ResourceType(
        inputs={"name": str, "retentionInDays": int, "skipDestroy": bool, "kmsKeyId": str, "tags": dict},
        defaults={"skipDestroy": False},
        name_limit=512,
        replace_on=frozenset({"name"}),
        computed=frozenset({"arn", "logGroupClass"}),
        only_here=frozenset({"skipDestroy"}),
        create=_create,
        settle=(_retention,),
        read=_read,
        update=(_retention, _encryption, tagging.logs),
        delete=_delete,
    ),
}

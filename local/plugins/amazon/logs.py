"""CloudWatch Logs: log groups."""

from local.plugins.amazon.table import AwsType, Call, Change
from local.plugins.amazon.tagging import Tagging

TYPES = {
    "aws:cloudwatch/logGroup:LogGroup": AwsType(
        service="logs",
        inputs={"name": str, "retentionInDays": int, "kmsKeyId": str, "tags": dict},
        name_limit=512,
        replace_on={"name"},
        creation=Call("create_log_group", {"logGroupName": "name", "kmsKeyId": "kmsKeyId"}),
        id="name",
        settings=[Change("put_retention_policy", {"logGroupName": "id"}, {"retentionInDays": "retentionInDays"})],
        # MiniStack 1.5 knows no AssociateKmsKey: it keeps the key that a group was made with.
        changes=[Change("associate_kms_key", {"logGroupName": "id"}, {"kmsKeyId": "kmsKeyId"})],
        description=[Call("describe_log_groups", {"logGroupNamePrefix": "id"})],
        found="logGroups[?logGroupName=='{id}'] | [0]",
        properties={
            "name": "logGroupName",
            "retentionInDays": "retentionInDays",
            "kmsKeyId": "kmsKeyId",
            "arn": "logGroupArn",
        },
        deletion=[Call("delete_log_group", {"logGroupName": "id"})],
        tagging=Tagging(
            whose={"resourceArn": "arn"},
            add="tag_resource",
            remove="untag_resource",
            listing="list_tags_for_resource",
            where="tags",
            argument="tags",
            keys="tagKeys",
            form=dict[str, str],
        ),
    ),
}

"""CloudWatch Logs: log groups."""

from local.plugins.amazon.table import AwsType, Call, Change
from local.plugins.amazon.tagging import Tagging

TYPES = {
    "aws:cloudwatch/logGroup:LogGroup": AwsType(
        service="logs",
        inputs={"name": str, "retentionInDays": int, "tags": dict},
        name_limit=512,
        replace_on={"name"},
        creation=Call("create_log_group", {"logGroupName": "name"}),
        id="name",
        settings=[Change("put_retention_policy", {"logGroupName": "id"}, {"retentionInDays": "retentionInDays"})],
        description=[Call("describe_log_groups", {"logGroupNamePrefix": "id"})],
        found="logGroups[?logGroupName=='{id}'] | [0]",
        properties={"name": "logGroupName", "retentionInDays": "retentionInDays", "arn": "logGroupArn"},
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

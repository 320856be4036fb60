"""EventBridge: rules of the default event bus."""

from local.plugins.amazon.table import AwsType, Call, Change
from local.plugins.amazon.tagging import Tagging
from local.plugins.shape import JSON

_RULE = {"Description": "description", "EventPattern": "eventPattern"}

TYPES = {
    "aws:cloudwatch/eventRule:EventRule": AwsType(
        service="events",
        inputs={"name": str, "description": str, "eventPattern": JSON, "tags": dict},
        required={"eventPattern"},
        name_limit=64,
        replace_on={"name"},
        creation=Call("put_rule", {"Name": "name", **_RULE}),
        id="name",
        changes=[Change("put_rule", {"Name": "id", **_RULE}, _RULE)],
        description=[Call("describe_rule", {"Name": "id"})],
        found="@",
        properties={"name": "Name", "description": "Description", "eventPattern": "EventPattern", "arn": "Arn"},
        deletion=[Call("delete_rule", {"Name": "id"})],
        tagging=Tagging(
            whose={"ResourceARN": "arn"}, add="tag_resource", remove="untag_resource", listing="list_tags_for_resource"
        ),
    ),
}

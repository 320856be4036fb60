"""SNS: topics and their subscriptions."""

from local.plugins.amazon.table import AwsType, Call, Change
from local.plugins.amazon.tagging import Tagging
from local.plugins.shape import JSON

TYPES = {
    "aws:sns/topic:Topic": AwsType(
        service="sns",
        inputs={"name": str, "policy": JSON, "tags": dict},
        required={"policy"},
        name_limit=256,
        replace_on={"name"},
        creation=Call("create_topic", {"Name": "name", "Attributes": "{Policy: policy}"}),
        id="TopicArn",
        changes=[
            Change(
                "set_topic_attributes", {"TopicArn": "id", "AttributeName": "'Policy'"}, {"AttributeValue": "policy"}
            )
        ],
        description=[Call("get_topic_attributes", {"TopicArn": "id"})],
        found="Attributes",
        properties={"name": "after(':', TopicArn)", "policy": "Policy", "arn": "TopicArn"},
        deletion=[Call("delete_topic", {"TopicArn": "id"})],
        tagging=Tagging(
            whose={"ResourceArn": "id"}, add="tag_resource", remove="untag_resource", listing="list_tags_for_resource"
        ),
    ),
    "aws:sns/topicSubscription:TopicSubscription": AwsType(
        service="sns",
        inputs={"topic": str, "protocol": str, "endpoint": str},
        required={"topic", "protocol", "endpoint"},
        only={"protocol": "email"},
        replace_on={"topic", "protocol", "endpoint"},
        creation=Call(
            "subscribe",
            {"TopicArn": "topic", "Protocol": "protocol", "Endpoint": "endpoint", "ReturnSubscriptionArn": "`true`"},
        ),
        id="SubscriptionArn",
        description=[Call("get_subscription_attributes", {"SubscriptionArn": "id"})],
        found="Attributes",
        properties={"topic": "TopicArn", "protocol": "Protocol", "endpoint": "Endpoint", "arn": "SubscriptionArn"},
        deletion=[Call("unsubscribe", {"SubscriptionArn": "id"})],
    ),
}

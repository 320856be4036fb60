"""Who is told: the topic and who hears it, alarms, the rules that match failed tasks, and the dashboard.

What pulumi-aws asks: hashicorp/terraform-provider-aws, internal/service/{sns,cloudwatch,events}.
"""

from collections.abc import Mapping, Sequence

from access.grant import ANY, Grant, delete, read, write

# Dashboards are of no region (service authorization reference, "Resource types defined by Amazon CloudWatch").
_DASHBOARD = "arn:{partition}:cloudwatch::{account}:dashboard/{dashboardName}"
_TOPIC, _ALARM, _RULE = "sns:{name}", "cloudwatch:alarm:{prefix}-*", "events:rule/{name}"

ROWS: Mapping[str, Sequence[Grant]] = {
    "aws:sns/topic:Topic": [
        read("sns:GetTopicAttributes sns:ListTagsForResource", _TOPIC),
        write("sns:CreateTopic sns:SetTopicAttributes sns:TagResource sns:UntagResource", _TOPIC),
        delete("sns:DeleteTopic", _TOPIC),
    ],
    # But for the first, these know no resource.
    "aws:sns/topicSubscription:TopicSubscription": [
        write("sns:Subscribe", "{topic}"),
        read("sns:GetSubscriptionAttributes", ANY),
        write("sns:SetSubscriptionAttributes", ANY),
        delete("sns:Unsubscribe", ANY),
    ],
    # Described by name, which AWS takes for a question about all of them (API_DescribeAlarms).
    "aws:cloudwatch/metricAlarm:MetricAlarm": [
        read("cloudwatch:DescribeAlarms", ANY),
        read("cloudwatch:ListTagsForResource", _ALARM),
        write("cloudwatch:PutMetricAlarm cloudwatch:TagResource cloudwatch:UntagResource", _ALARM),
        delete("cloudwatch:DeleteAlarms", _ALARM),
    ],
    "aws:cloudwatch/dashboard:Dashboard": [
        read("cloudwatch:GetDashboard", _DASHBOARD),
        write("cloudwatch:PutDashboard", _DASHBOARD),
        delete("cloudwatch:DeleteDashboards", _DASHBOARD),
    ],
    "aws:cloudwatch/eventRule:EventRule": [
        read("events:DescribeRule events:ListTagsForResource", _RULE),
        write("events:PutRule events:TagResource events:UntagResource", _RULE),
        delete("events:DeleteRule", _RULE),
    ],
}

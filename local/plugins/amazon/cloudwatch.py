"""CloudWatch: alarms on one metric, and dashboards."""

from local.plugins.amazon.table import AwsType, Call, Change
from local.plugins.amazon.tagging import Tagging
from local.plugins.shape import JSON, SetOf

_DIMENSIONS = ("ClusterName", "LoadBalancer", "RuleName", "ServiceName", "TargetGroup")
_GIVEN = ", ".join(f"{{Name: '{name}', Value: dimensions.{name}}}" for name in _DIMENSIONS)
_FOUND = ", ".join(f"{name}: Dimensions[?Name=='{name}'].Value | [0]" for name in _DIMENSIONS)

_PLAIN = {
    "alarmDescription": "AlarmDescription",
    "namespace": "Namespace",
    "metricName": "MetricName",
    "statistic": "Statistic",
    "period": "Period",
    "evaluationPeriods": "EvaluationPeriods",
    "datapointsToAlarm": "DatapointsToAlarm",
    "comparisonOperator": "ComparisonOperator",
    "threshold": "Threshold",
    "treatMissingData": "TreatMissingData",
    "alarmActions": "AlarmActions",
    "okActions": "OKActions",
}

# An alarm is always put as a whole.
_ALARM = {
    **{theirs: ours for ours, theirs in _PLAIN.items()},
    "Dimensions": f"[{_GIVEN}] | [?Value]",
    "WarmUpConfiguration": """warmUpConfiguration.{
        WarmUpPeriodDurationInMinutes: warmUpPeriodDurationInMinutes
    }""",
}

_BODY = {"DashboardBody": "dashboardBody"}

TYPES = {
    "aws:cloudwatch/dashboard:Dashboard": AwsType(
        service="cloudwatch",
        inputs={"dashboardName": str, "dashboardBody": JSON},
        required={"dashboardName", "dashboardBody"},
        replace_on={"dashboardName"},
        creation=Call("put_dashboard", {"DashboardName": "dashboardName", **_BODY}),
        id="dashboardName",
        changes=[Change("put_dashboard", {"DashboardName": "id", **_BODY}, _BODY)],
        description=[Call("get_dashboard", {"DashboardName": "id"})],
        found="@",
        properties={
            "dashboardName": "DashboardName",
            "dashboardBody": "DashboardBody",
            "dashboardArn": "DashboardArn",
        },
        deletion=[Call("delete_dashboards", {"DashboardNames": "[id]"})],
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": AwsType(
        service="cloudwatch",
        inputs={
            **dict.fromkeys(_PLAIN, str),
            **dict.fromkeys(["period", "evaluationPeriods", "datapointsToAlarm", "threshold"], int),
            **dict.fromkeys(["alarmActions", "okActions"], SetOf(str)),
            "name": str,
            "dimensions": dict.fromkeys(_DIMENSIONS, str),
            "warmUpConfiguration": {"warmUpPeriodDurationInMinutes": int},
            "tags": dict,
        },
        required={"namespace", "metricName", "comparisonOperator", "evaluationPeriods"},
        name_limit=255,
        replace_on={"name"},
        # MiniStack 1.5 does not keep it.
        only_here={"warmUpConfiguration"},
        creation=Call("put_metric_alarm", {"AlarmName": "name", **_ALARM}),
        id="name",
        changes=[Change("put_metric_alarm", {"AlarmName": "id", **_ALARM}, _ALARM)],
        description=[Call("describe_alarms", {"AlarmNames": "[id]"})],
        found="MetricAlarms[0]",
        properties={
            **_PLAIN,
            "name": "AlarmName",
            "dimensions": f"{{{_FOUND}}}",
            "arn": "AlarmArn",
        },
        deletion=[Call("delete_alarms", {"AlarmNames": "[id]"})],
        tagging=Tagging(
            whose={"ResourceARN": "arn"}, add="tag_resource", remove="untag_resource", listing="list_tags_for_resource"
        ),
    ),
}

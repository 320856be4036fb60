"""Topics, rules, alarms and dashboards, against recorded answers of AWS."""

from collections.abc import Callable

import pytest
from botocore.stub import Stubber

from local.plugins.wire import Props, from_struct
from tests.local.plugins.engine_calls import Calls

Stub = Callable[[str], Stubber]

TOPIC, SUBSCRIPTION = "aws:sns/topic:Topic", "aws:sns/topicSubscription:TopicSubscription"
ALARM, RULE = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/eventRule:EventRule"
TARGETS, BALANCER = "aws:lb/targetGroup:TargetGroup", "aws:lb/loadBalancer:LoadBalancer"
TOPIC_ARN = "arn:aws:sns:us-east-1:000000000000:alarms"
ALARM_ARN = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:few"
RULE_ARN = "arn:aws:events:us-east-1:000000000000:rule/failed"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
DASHBOARD_ARN = "arn:aws:cloudwatch::000000000000:dashboard/pairva"
DRAWN: Props = {"dashboardName": "pairva", "dashboardBody": '{"widgets":[]}'}
ELB = "arn:aws:elasticloadbalancing:us-east-1:000000000000"

FEW: Props = {
    "name": "few",
    "namespace": "ECS/ContainerInsights",
    "metricName": "RunningTaskCount",
    "dimensions": {"ClusterName": "pairva", "ServiceName": "backend"},
    "comparisonOperator": "LessThanThreshold",
    "evaluationPeriods": 5,
    "threshold": 2,
    "alarmActions": [TOPIC_ARN],
    "warmUpConfiguration": {"warmUpPeriodDurationInMinutes": 15},
}
PUT: Props = {
    "AlarmName": "few",
    "Namespace": "ECS/ContainerInsights",
    "MetricName": "RunningTaskCount",
    "Dimensions": [{"Name": "ClusterName", "Value": "pairva"}, {"Name": "ServiceName", "Value": "backend"}],
    "ComparisonOperator": "LessThanThreshold",
    "EvaluationPeriods": 5,
    "Threshold": 2,
    "AlarmActions": [TOPIC_ARN],
    "WarmUpConfiguration": {"WarmUpPeriodDurationInMinutes": 15},
}


def _described(threshold: float) -> Props:
    kept = {name: value for name, value in PUT.items() if name != "WarmUpConfiguration"}
    return {"MetricAlarms": [{**kept, "Threshold": threshold, "OKActions": [], "AlarmArn": ALARM_ARN}]}


def _drawn(body: str) -> Props:
    return {"DashboardName": "pairva", "DashboardArn": DASHBOARD_ARN, "DashboardBody": body}


def test_a_new_alarm_is_read_back_in_the_programs_own_words(engine: Calls, stub: Stub) -> None:
    cloudwatch = stub("cloudwatch")
    cloudwatch.add_response("put_metric_alarm", {}, PUT)
    cloudwatch.add_response("describe_alarms", _described(2.0), {"AlarmNames": ["few"]})
    cloudwatch.add_response("list_tags_for_resource", {"Tags": []}, {"ResourceARN": ALARM_ARN})

    response = engine.create(ALARM, FEW)

    assert response.id == "few"
    assert from_struct(response.properties) == {**FEW, "okActions": [], "arn": ALARM_ARN}


def test_a_changed_alarm_is_put_as_a_whole(engine: Calls, stub: Stub) -> None:
    cloudwatch = stub("cloudwatch")
    cloudwatch.add_response("put_metric_alarm", {}, {**PUT, "Threshold": 3})
    cloudwatch.add_response("describe_alarms", _described(3.0), {"AlarmNames": ["few"]})
    cloudwatch.add_response("list_tags_for_resource", {"Tags": []}, {"ResourceARN": ALARM_ARN})

    engine.update(ALARM, "few", (FEW, {**FEW, "threshold": 3}), {**FEW, "arn": ALARM_ARN})


def test_an_alarm_that_is_not_described_is_gone(engine: Calls, stub: Stub) -> None:
    stub("cloudwatch").add_response("describe_alarms", {"MetricAlarms": []}, {"AlarmNames": ["few"]})

    assert engine.read(ALARM, "few", FEW).id == ""


def test_a_dimension_that_no_alarm_has_is_refused(engine: Calls) -> None:
    reasons = engine.refusals(ALARM, "few", {**FEW, "dimensions": {"Cluster": "pairva"}})

    assert reasons == [f"dimensions.Cluster of {ALARM} is not implemented by the stand-in for pulumi-aws 7.51.1"]


def test_a_new_dashboard_is_read_back_in_the_programs_own_words(engine: Calls, stub: Stub) -> None:
    cloudwatch = stub("cloudwatch")
    cloudwatch.add_response("put_dashboard", {}, {"DashboardName": "pairva", "DashboardBody": '{"widgets":[]}'})
    cloudwatch.add_response("get_dashboard", _drawn('{ "widgets": [] }'), {"DashboardName": "pairva"})

    response = engine.create(DASHBOARD, DRAWN)

    assert response.id == "pairva"
    assert from_struct(response.properties) == {**DRAWN, "dashboardArn": DASHBOARD_ARN}


def test_a_dashboard_that_somebody_has_edited_is_what_it_is(engine: Calls, stub: Stub) -> None:
    edited = '{"widgets":[{"type":"text"}]}'
    stub("cloudwatch").add_response("get_dashboard", _drawn(edited), {"DashboardName": "pairva"})

    response = engine.read(DASHBOARD, "pairva", DRAWN)

    assert from_struct(response.inputs) == {**DRAWN, "dashboardBody": edited}


def test_an_edited_dashboard_is_put_back_under_its_name(engine: Calls, stub: Stub) -> None:
    cloudwatch = stub("cloudwatch")
    cloudwatch.add_response("put_dashboard", {}, {"DashboardName": "pairva", "DashboardBody": '{"widgets":[]}'})
    cloudwatch.add_response("get_dashboard", _drawn('{"widgets":[]}'), {"DashboardName": "pairva"})
    edited: Props = {**DRAWN, "dashboardBody": '{"widgets":[{"type":"text"}]}'}

    engine.update(DASHBOARD, "pairva", (edited, DRAWN), {**edited, "dashboardArn": DASHBOARD_ARN})


def test_a_dashboard_that_cloudwatch_does_not_find_is_gone(engine: Calls, stub: Stub) -> None:
    stub("cloudwatch").add_client_error("get_dashboard", "ResourceNotFound")

    assert engine.read(DASHBOARD, "pairva", DRAWN).id == ""


def test_a_dashboard_has_no_tags(engine: Calls) -> None:
    reasons = engine.refusals(DASHBOARD, "pairva", {**DRAWN, "tags": {"stack": "test"}})

    assert reasons == [f"tags of {DASHBOARD} is not implemented by the stand-in for pulumi-aws 7.51.1"]


def test_a_topic_is_found_by_its_arn_and_named_by_the_end_of_it(engine: Calls, stub: Stub) -> None:
    sns = stub("sns")
    sns.add_response("create_topic", {"TopicArn": TOPIC_ARN}, {"Name": "alarms", "Attributes": {"Policy": "{}"}})
    attributes = {"Attributes": {"TopicArn": TOPIC_ARN, "Policy": "{ }", "Owner": "000000000000"}}
    sns.add_response("get_topic_attributes", attributes, {"TopicArn": TOPIC_ARN})
    sns.add_response("list_tags_for_resource", {"Tags": []}, {"ResourceArn": TOPIC_ARN})

    response = engine.create(TOPIC, {"name": "alarms", "policy": "{}"})

    assert response.id == TOPIC_ARN
    assert from_struct(response.properties) == {"name": "alarms", "policy": "{}", "arn": TOPIC_ARN}


def test_a_topic_that_sns_does_not_find_is_gone(engine: Calls, stub: Stub) -> None:
    stub("sns").add_client_error("get_topic_attributes", "NotFound")

    assert engine.read(TOPIC, TOPIC_ARN, {"name": "alarms"}).id == ""


def test_a_subscription_is_known_before_it_is_confirmed(engine: Calls, stub: Stub) -> None:
    sns = stub("sns")
    wanted: Props = {"topic": TOPIC_ARN, "protocol": "email", "endpoint": "a@example.com"}
    arn = f"{TOPIC_ARN}:1"
    asked = {"TopicArn": TOPIC_ARN, "Protocol": "email", "Endpoint": "a@example.com", "ReturnSubscriptionArn": True}
    sns.add_response("subscribe", {"SubscriptionArn": arn}, asked)
    attributes = {"SubscriptionArn": arn, "TopicArn": TOPIC_ARN, "Protocol": "email", "Endpoint": "a@example.com"}
    sns.add_response("get_subscription_attributes", {"Attributes": attributes}, {"SubscriptionArn": arn})

    response = engine.create(SUBSCRIPTION, wanted)

    assert (response.id, from_struct(response.properties)) == (arn, {**wanted, "arn": arn})


def test_a_changed_rule_is_put_as_a_whole(engine: Calls, stub: Stub) -> None:
    events = stub("events")
    events.add_response("put_rule", {}, {"Name": "failed", "Description": "d", "EventPattern": '{"a":[2]}'})
    described = {"Name": "failed", "Description": "d", "EventPattern": '{"a": [2]}', "Arn": RULE_ARN}
    events.add_response("describe_rule", described, {"Name": "failed"})
    events.add_response("list_tags_for_resource", {"Tags": []}, {"ResourceARN": RULE_ARN})
    old: Props = {"name": "failed", "description": "d", "eventPattern": '{"a":[1]}'}
    new: Props = {**old, "eventPattern": '{"a":[2]}'}

    response = engine.update(RULE, "failed", (old, new), {**old, "arn": RULE_ARN})

    assert from_struct(response.properties) == {**new, "arn": RULE_ARN}


@pytest.mark.parametrize(
    ("kind", "operation", "answer", "suffix"),
    [
        (
            BALANCER,
            "describe_load_balancers",
            {"LoadBalancers": [{"LoadBalancerArn": f"{ELB}:loadbalancer/app/pairva/1"}]},
            "app/pairva/1",
        ),
        (
            TARGETS,
            "describe_target_groups",
            {"TargetGroups": [{"TargetGroupArn": f"{ELB}:targetgroup/backend/1"}]},
            "targetgroup/backend/1",
        ),
    ],
    ids=["load balancer", "target group"],
)
def test_metrics_know_balancer_and_targets_by_the_suffix_of_their_arn(
    engine: Calls, stub: Stub, kind: str, operation: str, answer: Props, suffix: str
) -> None:
    elbv2 = stub("elbv2")
    elbv2.add_response(operation, answer)
    elbv2.add_response(operation.removesuffix("s") + "_attributes", {"Attributes": []})
    elbv2.add_response("describe_tags", {"TagDescriptions": []})

    assert from_struct(engine.read(kind, "arn", {}).properties)["arnSuffix"] == suffix

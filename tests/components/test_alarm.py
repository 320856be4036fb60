"""Who is told, and of what: the topic, the rule that counts failed tasks, and every alarm as CloudWatch gets it."""

import json
from functools import cache
from typing import Any

import pytest

from components.alarm import ServiceAlarms, ServiceAlarmsArgs, StackAlarms, StackAlarmsArgs, failed_tasks, topic_policy
from settings.model import Deployment
from settings.names import too_long
from tests.components.parts import PROMOTED, backend, ground_of, service_of
from tests.recording import Recording, record
from tests.samples import Edit, in_region, stack

ALARM, RULE = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/eventRule:EventRule"
TOPIC, SUBSCRIPTION = "aws:sns/topic:Topic", "aws:sns/topicSubscription:TopicSubscription"
TOPIC_ARN = "arn:aws:sns:us-east-1:039612856036:pairva-test-alarms"
WORKER = ("      path: /api/*\n", "")
TOLD = ("alarmEmails: []", "alarmEmails: [one@example.com, two@example.com]")
LOG = "aws logs tail /pairva/test/backend --since 10m"
EVENTS = "aws ecs describe-services --cluster pairva-test --services pairva-test-backend"
STOPPED = "aws ecs list-tasks --cluster pairva-test --service-name pairva-test-backend --desired-status STOPPED"


@cache
def recorded(*edits: Edit) -> Recording:
    def program() -> None:
        sample, (network, balancer) = stack(*edits), ground_of(*edits)
        alarms = StackAlarms(
            "pairva",
            StackAlarmsArgs(
                prefix="pairva-test",
                account=sample.account,
                email_addresses=sample.deployment.alarm_emails,
                balancer=balancer,
            ),
        )
        service = backend(*edits)
        watched = service_of(service, network, balancer)
        ServiceAlarms("backend", ServiceAlarmsArgs(service=service, watched=watched, alarms=alarms))

    return record(program, images=PROMOTED)


def alarm(name: str, *edits: Edit) -> dict[str, Any]:
    """Without its description, which a test of its own reads."""
    inputs = dict(recorded(*edits).one(ALARM, name).inputs)
    del inputs["alarmDescription"]
    return inputs


def told(about: str) -> dict[str, Any]:
    return {"name": f"pairva-test-{about}", "alarmActions": [TOPIC_ARN], "okActions": [TOPIC_ARN]}


def counted(at_least: int, minutes: int, window: int) -> dict[str, Any]:
    return {
        "comparisonOperator": "GreaterThanOrEqualToThreshold",
        "threshold": at_least,
        "period": 60,
        "datapointsToAlarm": minutes,
        "evaluationPeriods": window,
        "treatMissingData": "notBreaching",
    }


BALANCER = {"LoadBalancer": "app/pairva-balancer/1"}
TARGETS = {**BALANCER, "TargetGroup": "targetgroup/backend-target/1"}


def test_only_the_alarms_of_the_stack_may_publish() -> None:
    topic = recorded().one(TOPIC, "pairva-alarms").inputs
    assert {**topic, "policy": json.loads(topic["policy"])} == {
        "name": "pairva-test-alarms",
        "policy": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudwatch.amazonaws.com"},
                    "Action": "sns:Publish",
                    "Resource": TOPIC_ARN,
                    "Condition": {
                        "StringEquals": {"aws:SourceAccount": "039612856036"},
                        "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:039612856036:alarm:pairva-test-*"},
                    },
                }
            ],
        },
    }


def test_the_topic_is_not_encrypted_with_a_key_that_cloudwatch_may_not_use() -> None:
    assert "kmsMasterKeyId" not in recorded().one(TOPIC, "pairva-alarms").inputs


def test_every_alarm_has_a_name_that_may_publish() -> None:
    names = [each.inputs["name"] for each in recorded().all(ALARM)]
    assert [name for name in names if not name.startswith("pairva-test-")] == []


def test_another_partition_has_its_own_arns() -> None:
    china = stack(*in_region("cn-north-1", "aws-cn"))
    (statement,) = topic_policy(china.account, "p")["Statement"]
    assert statement["Resource"] == "arn:aws-cn:sns:cn-north-1:039612856036:p-alarms"
    assert statement["Condition"]["ArnLike"] == {
        "aws:SourceArn": "arn:aws-cn:cloudwatch:cn-north-1:039612856036:alarm:p-*"
    }
    cluster = "arn:aws-cn:ecs:cn-north-1:039612856036:cluster/pairva-test"
    assert failed_tasks(china.services["backend"])["detail"]["clusterArn"] == [cluster]


def test_nobody_is_subscribed_until_the_stack_file_names_somebody() -> None:
    assert recorded().all(SUBSCRIPTION) == []
    assert {each.name: each.inputs for each in recorded(TOLD).all(SUBSCRIPTION)} == {
        f"pairva-alarms-to-{address}": {"topic": TOPIC_ARN, "protocol": "email", "endpoint": address}
        for address in ("one@example.com", "two@example.com")
    }


def test_the_rule_matches_tasks_of_the_service_that_failed() -> None:
    rule = recorded().one(RULE, "backend-failed-tasks").inputs
    assert {**rule, "eventPattern": json.loads(rule["eventPattern"])} == {
        "name": "pairva-test-backend-failed-tasks",
        "description": "Tasks of pairva-test-backend that failed",
        "eventPattern": {
            "source": ["aws.ecs"],
            "detail-type": ["ECS Task State Change"],
            "detail": {
                "clusterArn": ["arn:aws:ecs:us-east-1:039612856036:cluster/pairva-test"],
                "group": ["service:pairva-test-backend"],
                "lastStatus": ["STOPPED"],
                "$or": [
                    {"stopCode": ["EssentialContainerExited", "TaskFailedToStart"]},
                    {"stoppedReason": [{"prefix": "Task failed"}]},
                ],
            },
        },
    }


def test_failed_tasks_are_counted_and_not_reported_one_by_one() -> None:
    assert [each.type for each in recorded().resources if "eventTarget" in each.type] == []
    assert alarm("backend-crash-loop") == {
        **told("backend-crash-loop"),
        "namespace": "AWS/Events",
        "metricName": "MatchedEvents",
        "statistic": "Sum",
        "dimensions": {"RuleName": "pairva-test-backend-failed-tasks"},
        **counted(1, minutes=3, window=30),
    }


def test_too_few_tasks_are_fewer_than_the_stack_file_wants_and_no_data_are_none() -> None:
    assert alarm("backend-too-few-tasks", ("count: 1", "count: 4")) == {
        **told("backend-too-few-tasks"),
        "namespace": "ECS/ContainerInsights",
        "metricName": "RunningTaskCount",
        "statistic": "Average",
        "dimensions": {"ClusterName": "pairva-test", "ServiceName": "pairva-test-backend"},
        "comparisonOperator": "LessThanThreshold",
        "threshold": 4,
        "period": 60,
        "datapointsToAlarm": 5,
        "evaluationPeriods": 5,
        "treatMissingData": "breaching",
        "warmUpConfiguration": {"warmUpPeriodDurationInMinutes": 15},
    }


def test_too_few_tasks_of_a_scaled_service_are_fewer_than_its_least() -> None:
    scaling = ("count: 1", "scaling: {min: 3, max: 9, cpuPercent: 60}")
    inputs = recorded(scaling).one(ALARM, "backend-too-few-tasks").inputs
    assert inputs["threshold"] == 3
    assert inputs["alarmDescription"].startswith("Fewer than 3 tasks of pairva-test-backend run, for five minutes. ")


def test_errors_of_the_service_are_told_from_those_of_the_balancer() -> None:
    assert alarm("backend-errors") == {
        **told("backend-errors"),
        "namespace": "AWS/ApplicationELB",
        "metricName": "HTTPCode_Target_5XX_Count",
        "statistic": "Sum",
        "dimensions": TARGETS,
        **counted(5, minutes=3, window=5),
    }
    assert alarm("pairva-balancer-errors") == {
        **told("balancer-errors"),
        "namespace": "AWS/ApplicationELB",
        "metricName": "HTTPCode_ELB_5XX_Count",
        "statistic": "Sum",
        "dimensions": BALANCER,
        **counted(5, minutes=3, window=5),
    }


def test_a_target_may_be_unhealthy_for_as_long_as_a_start_may_take() -> None:
    assert alarm("backend-unhealthy-targets") == {
        **told("backend-unhealthy-targets"),
        "namespace": "AWS/ApplicationELB",
        "metricName": "UnHealthyHostCount",
        "statistic": "Maximum",
        "dimensions": TARGETS,
        **counted(1, minutes=7, window=14),
    }
    grace = ("path: /api/health\n", "path: /api/health\n        graceSeconds: 300\n")
    assert alarm("backend-unhealthy-targets")["datapointsToAlarm"] * 60 > backend(grace).own.health.grace_seconds


def test_a_worker_is_watched_for_crash_loops_and_too_few_tasks() -> None:
    assert [each.name for each in recorded(WORKER).all(ALARM)] == [
        "backend-crash-loop",
        "backend-too-few-tasks",
        "pairva-balancer-errors",
    ]


@pytest.mark.parametrize(
    ("name", "first_steps"),
    [
        ("backend-crash-loop", [LOG, STOPPED]),
        ("backend-too-few-tasks", [EVENTS, STOPPED]),
        ("backend-errors", [LOG]),
        ("backend-unhealthy-targets", [EVENTS, LOG]),
        (
            "pairva-balancer-errors",
            ["aws cloudwatch describe-alarms --alarm-name-prefix pairva-test --state-value ALARM"],
        ),
    ],
)
def test_an_alarm_says_what_to_do_first(name: str, first_steps: list[str]) -> None:
    description = recorded().one(ALARM, name).inputs["alarmDescription"]
    assert [step for step in first_steps if step not in description] == []


def test_an_alarm_ends_with_its_section_of_the_runbook() -> None:
    endings = {each.name: each.inputs["alarmDescription"].rpartition(". ")[2] for each in recorded().all(ALARM)}
    symptoms = ("crash-loop", "errors", "too-few-tasks", "unhealthy-targets")
    assert endings == {
        "pairva-balancer-errors": "Runbook: docs/runbook.md#balancer-errors",
        **{f"backend-{each}": f"Runbook: docs/runbook.md#{each}" for each in symptoms},
    }


@pytest.mark.parametrize("service", Deployment.service_names())
def test_a_description_fits_into_an_alarm_even_under_the_longest_name(service: str) -> None:
    """API_PutMetricAlarm: 1,024 characters."""
    stacks = [length * "s" for length in range(1, 64) if too_long(length * "s", Deployment.service_names()) is None]
    longest = max(stacks, key=len)
    assert len(longest) == 35
    for each in recorded().all(ALARM):
        description = each.inputs["alarmDescription"].replace("test", longest).replace("backend", service)
        assert len(description) <= 1024, each.name


def test_alarms_do_not_wait_for_the_verdict() -> None:
    recording = recorded()
    gate = "aws:ssm/parameter:Parameter/backend-proven"
    alarms = {"pairva:index:ServiceAlarms/backend", "pairva:index:StackAlarms/pairva"}
    assert [each.key for each in recording.resources if each.parent in alarms and gate in each.depends_on] == []


def test_the_topic_is_what_other_components_are_given() -> None:
    assert recorded().component_outputs["pairva:index:StackAlarms/pairva"] == {"topic_arn": TOPIC_ARN}

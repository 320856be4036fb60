"""Who is told, and of what: one topic for a stack, and the alarms of its load balancer and of each service."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.load_balancer import LoadBalancer
from components.service import FargateService
from settings.names import ServiceNames
from settings.stack import Account, ServiceSettings


@dataclass(frozen=True, kw_only=True)
class StackAlarmsArgs:
    prefix: str
    account: Account
    email_addresses: Sequence[str]
    balancer: LoadBalancer


class StackAlarms(pulumi.ComponentResource):
    """The topic that every alarm of the stack reports to, those who hear it, and the alarm of the load balancer.

    Whoever is added gets a message from AWS, and hears nothing until the link in it was followed.
    """

    topic_arn: pulumi.Output[str]
    balancer: LoadBalancer

    def __init__(self, name: str, args: StackAlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pairva:index:StackAlarms", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        # Without a KMS key: under AWS's own, alias/aws/sns, CloudWatch may not publish, and nobody can allow it
        # (https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns). Messages hold no secrets.
        topic = aws.sns.Topic(
            f"{name}-alarms",
            name=f"{args.prefix}-alarms",
            policy=json.dumps(topic_policy(args.account, args.prefix)),
            opts=child,
        )
        for address in args.email_addresses:
            aws.sns.TopicSubscription(
                f"{name}-alarms-to-{address}", topic=topic.arn, protocol="email", endpoint=address, opts=child
            )
        _alarm(
            f"{name}-balancer-errors",
            f"{args.prefix}-balancer-errors",
            "The load balancer itself answers 5xx: it finds no healthy task, or tasks break off. Which service: "
            f"aws cloudwatch describe-alarms --alarm-name-prefix {args.prefix} --state-value ALARM "
            f"--query 'MetricAlarms[].AlarmName'. {_runbook('balancer-errors')}",
            _Metric("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "Sum", {"LoadBalancer": args.balancer.arn_suffix}),
            _ERRORS,
            topic_arn=topic.arn,
            opts=child,
        )
        self.topic_arn, self.balancer = topic.arn, args.balancer
        self.register_outputs({"topic_arn": self.topic_arn})


def topic_policy(account: Account, prefix: str) -> dict[str, Any]:
    """Only CloudWatch publishes, and only for the alarms of this stack. EventBridge never does: see ServiceAlarms."""
    place = f"{account.region}:{account.id}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": f"arn:{account.partition}:sns:{place}:{prefix}-alarms",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": account.id},
                    "ArnLike": {"aws:SourceArn": f"arn:{account.partition}:cloudwatch:{place}:alarm:{prefix}-*"},
                },
            }
        ],
    }


@dataclass(frozen=True, kw_only=True)
class ServiceAlarmsArgs:
    service: ServiceSettings
    watched: FargateService
    alarms: StackAlarms


class ServiceAlarms(pulumi.ComponentResource):
    """Tasks that fail again and again, too few tasks, errors and unhealthy targets; a worker has the first two.

    Failed tasks are counted, not reported one by one: the 7,560 of the incident would have been as many messages, and
    are one now. So the rule needs no target: an event that it matches is a data point of CloudWatch (EventBridge user
    guide, "Monitoring": MatchedEvents by RuleName).
    """

    def __init__(self, name: str, args: ServiceAlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pairva:index:ServiceAlarms", name, None, opts)
        self._name, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        self._crash_loop()
        self._too_few_tasks()
        if args.watched.target_group_suffix:
            balancer, target_group = args.alarms.balancer.arn_suffix, args.watched.target_group_suffix
            self._bad_answers({"LoadBalancer": balancer, "TargetGroup": target_group})
        self.register_outputs({})

    def _crash_loop(self) -> None:
        names = self._args.service.names
        rule = aws.cloudwatch.EventRule(
            f"{self._name}-failed-tasks",
            name=names.failed_tasks,
            description=f"Tasks of {names.family} that failed",
            event_pattern=json.dumps(failed_tasks(self._args.service)),
            opts=self._child,
        )
        _alarm(
            f"{self._name}-crash-loop",
            names.alarm("crash-loop"),
            f"Tasks of {names.family} exit, cannot start or fail their health checks, again and again. "
            f"{_what_it_wrote(names)}. {_why_tasks_stopped(names)}. {_runbook('crash-loop')}",
            _Metric("AWS/Events", "MatchedEvents", "Sum", {"RuleName": rule.name}),
            _CRASH_LOOP,
            topic_arn=self._args.alarms.topic_arn,
            opts=self._child,
        )

    def _too_few_tasks(self) -> None:
        names, least, topic_arn = self._args.service.names, self._args.service.least_tasks, self._args.alarms.topic_arn
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-too-few-tasks",
            name=names.alarm("too-few-tasks"),
            alarm_description=f"Fewer than {least} tasks of {names.family} run, for five minutes. "
            f"{_what_ecs_says(names)}. {_why_tasks_stopped(names)}. {_runbook('too-few-tasks')}",
            namespace="ECS/ContainerInsights",
            metric_name="RunningTaskCount",
            dimensions={"ClusterName": names.cluster, "ServiceName": self._args.watched.service_name},
            statistic="Average",
            period=60,
            # A deployment keeps the wanted number (100/200 percent), and a lost task is replaced in two minutes.
            evaluation_periods=5,
            datapoints_to_alarm=5,
            comparison_operator="LessThanThreshold",
            # The stack file's number, for DesiredTaskCount is missing as well when no task runs: Container Insights
            # reports only services that have a running one.
            threshold=least,
            treat_missing_data="breaching",
            # The first tasks of a new service may take their time; no data would ring at once.
            warm_up_configuration={"warm_up_period_duration_in_minutes": 15},
            alarm_actions=[topic_arn],
            ok_actions=[topic_arn],
            opts=self._child,
        )

    def _bad_answers(self, target_group: Mapping[str, pulumi.Input[str]]) -> None:
        """To requests, and to the load balancer's health checks; by the dimensions of its target group."""
        names, topic_arn = self._args.service.names, self._args.alarms.topic_arn
        _alarm(
            f"{self._name}-errors",
            names.alarm("errors"),
            f"{names.family} answers requests with 5xx. {_what_it_wrote(names)}. {_runbook('errors')}",
            _Metric("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum", target_group),
            _ERRORS,
            topic_arn=topic_arn,
            opts=self._child,
        )
        _alarm(
            f"{self._name}-unhealthy-targets",
            names.alarm("unhealthy-targets"),
            f"Tasks of {names.family} fail the load balancer's health checks, longer than a start may take. "
            f"{_what_ecs_says(names)}. {_what_it_wrote(names)}. {_runbook('unhealthy-targets')}",
            _Metric("AWS/ApplicationELB", "UnHealthyHostCount", "Maximum", target_group),
            _UNHEALTHY,
            topic_arn=topic_arn,
            opts=self._child,
        )


def failed_tasks(service: ServiceSettings) -> dict[str, Any]:
    """The pattern of a task that failed. What a deployment, a change of the count or Spot stops is none.

    Tasks that fail health checks are stopped by the service's scheduler, as those of a deployment are: only their
    reason tells them apart ("Task failed ELB health checks in …", "Task failed container health checks").
    """
    account, names = service.account, service.names
    return {
        "source": ["aws.ecs"],
        "detail-type": ["ECS Task State Change"],
        "detail": {
            "clusterArn": [f"arn:{account.partition}:ecs:{account.region}:{account.id}:cluster/{names.cluster}"],
            "group": [f"service:{names.family}"],
            "lastStatus": ["STOPPED"],
            "$or": [
                {"stopCode": ["EssentialContainerExited", "TaskFailedToStart"]},
                {"stoppedReason": [{"prefix": "Task failed"}]},
            ],
        },
    }


@dataclass(frozen=True)
class _Metric:
    namespace: str
    name: str
    statistic: str
    dimensions: Mapping[str, pulumi.Input[str]]


@dataclass(frozen=True, kw_only=True)
class _Threshold:
    """`at_least` so much, in so many `minutes` of the last `window` minutes."""

    at_least: int
    minutes: int
    window: int


# Tasks that live up to ten minutes are a loop, too. A bad minute, or two, is an accident that ECS has mended.
_CRASH_LOOP = _Threshold(at_least=1, minutes=3, window=30)
_ERRORS = _Threshold(at_least=5, minutes=3, window=5)
# A task may be unhealthy while it starts, for its grace period: five minutes at most (settings/model.py). One that
# never gets well is replaced, and while the next one begins there are minutes without any.
_UNHEALTHY = _Threshold(at_least=1, minutes=7, window=14)


def _alarm(
    name: str,
    alarm_name: str,
    description: str,
    metric: _Metric,
    threshold: _Threshold,
    *,
    topic_arn: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
) -> None:
    """An alarm on a metric that has data only when something happens: a minute without is a good one."""
    aws.cloudwatch.MetricAlarm(
        name,
        name=alarm_name,
        alarm_description=description,
        namespace=metric.namespace,
        metric_name=metric.name,
        dimensions=metric.dimensions,
        statistic=metric.statistic,
        period=60,
        evaluation_periods=threshold.window,
        datapoints_to_alarm=threshold.minutes,
        comparison_operator="GreaterThanOrEqualToThreshold",
        threshold=threshold.at_least,
        treat_missing_data="notBreaching",
        alarm_actions=[topic_arn],
        ok_actions=[topic_arn],
        opts=opts,
    )


def _runbook(symptom: str) -> str:
    """Where it says what to do, in the repository: nothing here knows its address."""
    return f"Runbook: docs/runbook.md#{symptom}"


def _what_it_wrote(names: ServiceNames) -> str:
    return f"What it wrote: aws logs tail {names.log_group} --since 10m"


def _what_ecs_says(names: ServiceNames) -> str:
    return (
        f"What ECS says: aws ecs describe-services --cluster {names.cluster} --services {names.family} "
        "--query 'services[0].events[:10].message'"
    )


def _why_tasks_stopped(names: ServiceNames) -> str:
    """ECS shows stopped tasks for an hour, and describes a hundred at most."""
    tasks = (
        f"aws ecs list-tasks --cluster {names.cluster} --service-name {names.family} --desired-status STOPPED "
        "--no-paginate --query 'taskArns[:10]' --output text"
    )
    return (
        f"Why tasks stopped: aws ecs describe-tasks --cluster {names.cluster} --tasks $({tasks}) "
        "--query 'tasks[].[stoppedAt,stoppedReason,containers[0].exitCode]'"
    )

"""A stack at a glance, for whoever was woken by an alarm: is it up, is it slow, what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components import widget
from components.load_balancer import LoadBalancer
from components.service import FargateService
from components.widget import Panel, Row
from settings import names
from settings.stack import Account, ServiceSettings

_CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
_INSIGHTS, _BALANCER = "ECS/ContainerInsights", "AWS/ApplicationELB"

_UP = """\
# Is it up?
A red alarm has a section of its name in `docs/runbook.md`. In words, and with the reason: `./pairva status {stack}`.
Where the line of running tasks ends, none runs: ECS counts for services that have one."""
_SLOW = """\
# Is it slow?
1 request in 100 takes longer than p99, half of them longer than p50. Slow, with CPU and memory to spare: it waits for
something else. More: `docs/runbook.md`, "It is slow"."""
_CHANGED = """\
# What changed?
Which version runs, since when, and who deployed it: `./pairva status {stack}`. How that went: `deployment/reports/`.
What was changed by hand: `pulumi refresh --preview-only -s {stack}`."""

Dimensions = Mapping[str, pulumi.Input[str]]


@dataclass(frozen=True, kw_only=True)
class StackDashboardArgs:
    """`services` are each with what runs it, from left to right."""

    dashboard_name: str
    stack_name: str
    account: Account
    balancer: LoadBalancer
    services: Sequence[tuple[ServiceSettings, FargateService]]


class StackDashboard(pulumi.ComponentResource):
    """One dashboard. It waits for load balancer and target groups alone: while a first deployment fails, it is there.

    It names no version, for CloudWatch knows of none, and each deployment would change it: it says what does.
    """

    url: str

    def __init__(self, name: str, args: StackDashboardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pairva:index:StackDashboard", name, None, opts)
        account, balancer = args.account, args.balancer.arn_suffix
        services = [_watched(settings, service, balancer) for settings, service in args.services]
        aws.cloudwatch.Dashboard(
            f"{name}-dashboard",
            dashboard_name=args.dashboard_name,
            dashboard_body=pulumi.Output.json_dumps(body(args.stack_name, account, balancer, services)),
            opts=pulumi.ResourceOptions(parent=self),
        )
        console = f"https://{account.region}.{_CONSOLES[account.partition]}/cloudwatch"
        self.url = f"{console}/home?region={account.region}#dashboards/dashboard/{args.dashboard_name}"
        self.register_outputs({"url": self.url})


@dataclass(frozen=True)
class Watched:
    """A service, and by which dimensions metrics know its targets; a worker has none."""

    settings: ServiceSettings
    targets: Dimensions

    @property
    def name(self) -> str:
        return self.settings.names.service

    @property
    def tasks(self) -> Dimensions:
        return {"ClusterName": self.settings.names.cluster, "ServiceName": self.settings.names.family}

    @property
    def alarms(self) -> Sequence[str]:
        about = ["crash-loop", "too-few-tasks", *(["errors", "unhealthy-targets"] if self.targets else [])]
        return [self.settings.names.alarm(each) for each in about]


def _watched(settings: ServiceSettings, service: FargateService, balancer: pulumi.Input[str]) -> Watched:
    target_group = service.target_group_suffix
    return Watched(settings, {"LoadBalancer": balancer, "TargetGroup": target_group} if target_group else {})


def body(stack_name: str, account: Account, balancer: pulumi.Input[str], services: Sequence[Watched]) -> dict[str, Any]:
    """Three questions, one below the other. `balancer` is what metrics know the load balancer by."""
    region, balanced = account.region, [each for each in services if each.targets]
    rows = [
        Row(3, [widget.text(_UP.format(stack=stack_name))]),
        Row(4, _alarms(stack_name, account, services)),
        Row(6, [_tasks(region, each) for each in services]),
        Row(6, [_targets(region, each) for each in balanced]),
        Row(6, [_bad_answers(region, balancer, balanced)]),
        Row(3, [widget.text(_SLOW)]),
        Row(6, [_response_times(region, each) for each in balanced]),
        Row(6, [_use(region, each) for each in services]),
        Row(6, [_requests(region, balanced)] if balanced else []),
        Row(3, [widget.text(_CHANGED.format(stack=stack_name))]),
        Row(6, [_deployments(region, services), _failed_tasks(region, services)]),
        Row(
            6, [widget.errors(f"{each.name}: last errors", region, each.settings.names.log_group) for each in services]
        ),
    ]
    return {"start": "-PT3H", "widgets": widget.laid_out(rows)}


def _alarms(stack_name: str, account: Account, services: Sequence[Watched]) -> list[Panel]:
    by_title = {f"{each.name}: alarms": each.alarms for each in services}
    by_title["load balancer: alarms"] = [f"{names.cluster(stack_name)}-balancer-errors"]
    place = f"arn:{account.partition}:cloudwatch:{account.region}:{account.id}:alarm"
    return [widget.alarms(title, [f"{place}:{each}" for each in found]) for title, found in by_title.items()]


def _tasks(region: str, service: Watched) -> Panel:
    lines = [
        widget.line("running", _INSIGHTS, "RunningTaskCount", "Average", service.tasks),
        widget.line("wanted", _INSIGHTS, "DesiredTaskCount", "Average", service.tasks),
    ]
    return widget.graph(f"{service.name}: tasks", region, lines, {"fewer are too few": service.settings.least_tasks})


def _targets(region: str, service: Watched) -> Panel:
    lines = [
        widget.line("healthy", _BALANCER, "HealthyHostCount", "Minimum", service.targets),
        widget.line("unhealthy", _BALANCER, "UnHealthyHostCount", "Maximum", service.targets),
    ]
    return widget.graph(f"{service.name}: targets of the load balancer", region, lines)


def _bad_answers(region: str, balancer: pulumi.Input[str], balanced: Sequence[Watched]) -> Panel:
    own = widget.line("load balancer", _BALANCER, "HTTPCode_ELB_5XX_Count", "Sum", {"LoadBalancer": balancer})
    lines = [widget.line(each.name, _BALANCER, "HTTPCode_Target_5XX_Count", "Sum", each.targets) for each in balanced]
    return widget.graph("answers with 5xx, by who gave them", region, [own, *lines])


def _response_times(region: str, service: Watched) -> Panel:
    lines = [
        widget.line(each, _BALANCER, "TargetResponseTime", each, service.targets) for each in ("p50", "p95", "p99")
    ]
    return widget.graph(f"{service.name}: seconds until it answers", region, lines)


def _use(region: str, service: Watched) -> Panel:
    lines = [
        widget.line(f"{label}, {which}", "AWS/ECS", metric, statistic, service.tasks)
        for label, metric in (("CPU", "CPUUtilization"), ("memory", "MemoryUtilization"))
        for which, statistic in (("all tasks", "Average"), ("highest task", "Maximum"))
    ]
    return widget.graph(f"{service.name}: % of its CPU and memory", region, lines)


def _requests(region: str, balanced: Sequence[Watched]) -> Panel:
    lines = [widget.line(each.name, _BALANCER, "RequestCount", "Sum", each.targets) for each in balanced]
    return widget.graph("requests", region, lines)


def _deployments(region: str, services: Sequence[Watched]) -> Panel:
    lines = [widget.line(each.name, _INSIGHTS, "DeploymentCount", "Maximum", each.tasks) for each in services]
    return widget.graph("deployments: more than 1 while one is under way", region, lines)


def _failed_tasks(region: str, services: Sequence[Watched]) -> Panel:
    rules = {each.name: {"RuleName": each.settings.names.failed_tasks} for each in services}
    lines = [widget.line(name, "AWS/Events", "MatchedEvents", "Sum", rule) for name, rule in rules.items()]
    return widget.graph("tasks that failed", region, lines)

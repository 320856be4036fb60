"""The dashboard as CloudWatch gets it, of the whole program: what it shows, in which order, and of which metrics."""

import json
from functools import cache
from itertools import combinations
from typing import Any

import pytest

from components import widget
from components.dashboard import StackDashboard, StackDashboardArgs
from components.widget import Row
from tests.components.parts import ground_of
from tests.recording import Recording, handed_over, record, record_stack
from tests.samples import Edit, edited, in_region, stack

DASHBOARD, ALARM = "aws:cloudwatch/dashboard:Dashboard", "aws:cloudwatch/metricAlarm:MetricAlarm"
WORKER = ("      path: /api/*\n", "")
SCALED = ("count: 1", "scaling: {min: 3, max: 9, cpuPercent: 60}")
PLACE = "arn:aws:cloudwatch:us-east-1:039612856036:alarm:pairva-test"
INSIGHTS, BALANCER = "ECS/ContainerInsights", "AWS/ApplicationELB"
OF_BALANCER = ("LoadBalancer", "app/pairva-balancer/1")


@cache
def recorded(*edits: Edit, preview: bool = False) -> Recording:
    return record_stack("test", handed_over(edited(*edits)), preview=preview)


def drawn(recording: Recording) -> dict[str, Any]:
    return json.loads(recording.one(DASHBOARD, "pairva-dashboard").inputs["dashboardBody"])


def panels(recording: Recording) -> list[tuple[str, Any]]:
    """Type and properties of each widget, but for texts, which a test of their own reads."""
    return [(each["type"], each["properties"]) for each in drawn(recording)["widgets"] if each["type"] != "text"]


def tasks(service: str) -> tuple[str, ...]:
    return ("ClusterName", "pairva-test", "ServiceName", f"pairva-test-{service}")


def targets(service: str) -> tuple[str, ...]:
    return (*OF_BALANCER, "TargetGroup", f"targetgroup/{service}-target/1")


def line(label: str, statistic: str, *metric: str) -> list[Any]:
    return [*metric, {"label": label, "stat": statistic}]


def graph(title: str, *lines: list[Any], least: int | None = None) -> tuple[str, Any]:
    limits = {"annotations": {"horizontal": [{"label": "fewer are too few", "value": least}]}} if least else {}
    return "metric", {
        "title": title,
        "view": "timeSeries",
        "region": "us-east-1",
        "period": 60,
        "metrics": [*lines],
        "yAxis": {"left": {"min": 0}},
        **limits,
    }


def alarms(whose: str, *names: str) -> tuple[str, Any]:
    arns = [f"{PLACE}-{name}" for name in names]
    return "alarm", {"title": f"{whose}: alarms", "alarms": arns, "sortBy": "stateUpdatedTimestamp"}


def of_tasks(service: str, least: int) -> tuple[str, Any]:
    return graph(
        f"{service}: tasks",
        line("running", "Average", INSIGHTS, "RunningTaskCount", *tasks(service)),
        line("wanted", "Average", INSIGHTS, "DesiredTaskCount", *tasks(service)),
        least=least,
    )


def of_targets(service: str) -> tuple[str, Any]:
    return graph(
        f"{service}: targets of the load balancer",
        line("healthy", "Minimum", BALANCER, "HealthyHostCount", *targets(service)),
        line("unhealthy", "Maximum", BALANCER, "UnHealthyHostCount", *targets(service)),
    )


def bad_answers(*services: str) -> tuple[str, Any]:
    return graph(
        "answers with 5xx, by who gave them",
        line("load balancer", "Sum", BALANCER, "HTTPCode_ELB_5XX_Count", *OF_BALANCER),
        *(line(each, "Sum", BALANCER, "HTTPCode_Target_5XX_Count", *targets(each)) for each in services),
    )


def response_times(service: str) -> tuple[str, Any]:
    times = [line(each, each, BALANCER, "TargetResponseTime", *targets(service)) for each in ("p50", "p95", "p99")]
    return graph(f"{service}: seconds until it answers", *times)


def use(service: str) -> tuple[str, Any]:
    return graph(
        f"{service}: % of its CPU and memory",
        line("CPU, all tasks", "Average", "AWS/ECS", "CPUUtilization", *tasks(service)),
        line("CPU, highest task", "Maximum", "AWS/ECS", "CPUUtilization", *tasks(service)),
        line("memory, all tasks", "Average", "AWS/ECS", "MemoryUtilization", *tasks(service)),
        line("memory, highest task", "Maximum", "AWS/ECS", "MemoryUtilization", *tasks(service)),
    )


def requests(*services: str) -> tuple[str, Any]:
    return graph("requests", *(line(each, "Sum", BALANCER, "RequestCount", *targets(each)) for each in services))


def errors(service: str) -> tuple[str, Any]:
    return "log", {
        "title": f"{service}: last errors",
        "view": "table",
        "region": "us-east-1",
        "query": f"SOURCE '/pairva/test/{service}' | fields @timestamp, @message"
        " | filter @message like /(?i)(error|exception|fatal|panic)/ | sort @timestamp desc | limit 20",
    }


CHANGED = [
    graph(
        "deployments: more than 1 while one is under way",
        line("backend", "Maximum", INSIGHTS, "DeploymentCount", *tasks("backend")),
        line("frontend", "Maximum", INSIGHTS, "DeploymentCount", *tasks("frontend")),
    ),
    graph(
        "tasks that failed",
        line("backend", "Sum", "AWS/Events", "MatchedEvents", "RuleName", "pairva-test-backend-failed-tasks"),
        line("frontend", "Sum", "AWS/Events", "MatchedEvents", "RuleName", "pairva-test-frontend-failed-tasks"),
    ),
    errors("backend"),
    errors("frontend"),
]
OF_WORKER = ("crash-loop", "too-few-tasks")
OF_SERVICE = (*OF_WORKER, "errors", "unhealthy-targets")


def test_two_services_behind_the_balancer_are_shown_side_by_side() -> None:
    assert panels(recorded()) == [
        alarms("backend", *(f"backend-{each}" for each in OF_SERVICE)),
        alarms("frontend", *(f"frontend-{each}" for each in OF_SERVICE)),
        alarms("load balancer", "balancer-errors"),
        of_tasks("backend", 1),
        of_tasks("frontend", 2),
        of_targets("backend"),
        of_targets("frontend"),
        bad_answers("backend", "frontend"),
        response_times("backend"),
        response_times("frontend"),
        use("backend"),
        use("frontend"),
        requests("backend", "frontend"),
        *CHANGED,
    ]


def test_a_worker_has_nothing_of_the_balancer() -> None:
    assert panels(recorded(WORKER)) == [
        alarms("backend", *(f"backend-{each}" for each in OF_WORKER)),
        alarms("frontend", *(f"frontend-{each}" for each in OF_SERVICE)),
        alarms("load balancer", "balancer-errors"),
        of_tasks("backend", 1),
        of_tasks("frontend", 2),
        of_targets("frontend"),
        bad_answers("frontend"),
        response_times("frontend"),
        use("backend"),
        use("frontend"),
        requests("frontend"),
        *CHANGED,
    ]


def test_a_stack_of_workers_has_no_graph_without_a_line() -> None:
    titles = [properties["title"] for _, properties in panels(recorded(WORKER, ("      path: /*\n", "")))]
    assert [each for each in titles if "requests" in each or "answers" in each or "targets" in each] == [
        "answers with 5xx, by who gave them"
    ]


def test_the_least_of_a_scaled_service_is_that_of_its_scaling() -> None:
    assert of_tasks("backend", 3) in panels(recorded(SCALED))


def test_the_questions_come_in_the_order_in_which_they_are_asked() -> None:
    widgets = drawn(recorded())["widgets"]
    texts = [(place, each) for place, each in enumerate(widgets) if each["type"] == "text"]
    assert [(place, each["properties"]["markdown"].partition("\n")[0]) for place, each in texts] == [
        (0, "# Is it up?"),
        (9, "# Is it slow?"),
        (15, "# What changed?"),
    ]
    said = "\n".join(each["properties"]["markdown"] for _, each in texts)
    commands = [
        "./pairva status test",
        "pulumi refresh --preview-only -s test",
        "docs/runbook.md",
        "deployment/reports/",
    ]
    assert [each for each in commands if f"`{each}`" not in said] == []


def test_it_shows_the_last_three_hours() -> None:
    assert drawn(recorded())["start"] == "-PT3H"


@pytest.mark.parametrize("edits", [(), (WORKER,)], ids=["two services", "a worker"])
def test_widgets_stand_in_rows_as_wide_as_the_dashboard(edits: tuple[Edit, ...]) -> None:
    placed = [(each["x"], each["y"], each["width"], each["height"]) for each in drawn(recorded(*edits))["widgets"]]
    assert not [1 for one, other in combinations(placed, 2) if _overlap(one, other)]
    rows = {y: sum(width for _, top, width, _ in placed if top == y) for _, y, _, _ in placed}
    assert set(rows.values()) == {24}
    below = {y + height for _, y, _, height in placed}
    assert set(rows) - {0} <= below
    assert placed == sorted(placed, key=lambda each: (each[1], each[0]))


def _overlap(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(one[at] < other[at] + other[at + 2] and other[at] < one[at] + one[at + 2] for at in (0, 1))


def test_a_fourth_service_goes_below_the_first() -> None:
    found = widget.laid_out([Row(3, [widget.text("0")]), Row(6, [widget.text(str(n)) for n in range(5)]), Row(2, [])])
    assert [(each["x"], each["y"], each["width"]) for each in found] == [
        (0, 0, 24),
        *((0, 3, 8), (8, 3, 8), (16, 3, 8)),
        *((0, 9, 8), (8, 9, 8)),
    ]


@pytest.mark.parametrize("edits", [(), (WORKER,), (SCALED,)], ids=["two services", "a worker", "scaled"])
def test_what_an_alarm_watches_is_shown_as_it_watches_it(edits: tuple[Edit, ...]) -> None:
    shown = [
        (metric[0], metric[1], metric[-1]["stat"], dict(zip(metric[2:-1:2], metric[3:-1:2], strict=True)))
        for kind, properties in panels(recorded(*edits))
        for metric in (properties["metrics"] if kind == "metric" else [])
    ]
    watched = [
        (each.inputs["namespace"], each.inputs["metricName"], each.inputs["statistic"], each.inputs["dimensions"])
        for each in recorded(*edits).all(ALARM)
    ]
    assert len(watched) >= 7
    assert [each for each in watched if each not in shown] == []


@pytest.mark.parametrize("edits", [(), (WORKER,)], ids=["two services", "a worker"])
def test_every_alarm_that_exists_is_shown_and_no_other(edits: tuple[Edit, ...]) -> None:
    shown = [arn for kind, properties in panels(recorded(*edits)) if kind == "alarm" for arn in properties["alarms"]]
    made = [each.inputs["name"] for each in recorded(*edits).all(ALARM)]
    assert sorted(shown) == sorted(f"arn:aws:cloudwatch:us-east-1:039612856036:alarm:{name}" for name in made)


def test_metrics_are_those_of_the_stacks_region_and_alarms_those_of_its_partition() -> None:
    recording = recorded(*in_region("cn-north-1", "aws-cn"))
    regions = {properties["region"] for kind, properties in panels(recording) if kind != "alarm"}
    arns = [arn for kind, properties in panels(recording) if kind == "alarm" for arn in properties["alarms"]]
    assert regions == {"cn-north-1"}
    assert [arn for arn in arns if not arn.startswith("arn:aws-cn:cloudwatch:cn-north-1:039612856036:alarm:")] == []


def test_what_aws_will_name_is_not_known_at_a_first_preview() -> None:
    inputs = recorded(preview=True).one(DASHBOARD, "pairva-dashboard").inputs
    assert inputs == {"dashboardName": "pairva-test", "dashboardBody": "<unknown>"}
    assert recorded().one(DASHBOARD, "pairva-dashboard").inputs["dashboardName"] == "pairva-test"


def test_it_is_there_while_a_first_deployment_fails() -> None:
    assert recorded().one(DASHBOARD, "pairva-dashboard").depends_on == (
        "aws:lb/loadBalancer:LoadBalancer/pairva-balancer",
        "aws:lb/targetGroup:TargetGroup/backend-target",
        "aws:lb/targetGroup:TargetGroup/frontend-target",
    )


@pytest.mark.parametrize(
    ("region", "partition", "console"),
    [
        ("us-east-1", "aws", "https://us-east-1.console.aws.amazon.com"),
        ("cn-north-1", "aws-cn", "https://cn-north-1.console.amazonaws.cn"),
        ("us-gov-west-1", "aws-us-gov", "https://us-gov-west-1.console.amazonaws-us-gov.com"),
    ],
)
def test_each_partition_has_a_console_of_its_own(region: str, partition: str, console: str) -> None:
    made = list[StackDashboard]()
    sample = stack(*in_region(region, partition))

    def program() -> None:
        _, balancer = ground_of()
        args = StackDashboardArgs(
            dashboard_name="pairva-test", stack_name="test", account=sample.account, balancer=balancer, services=[]
        )
        made.append(StackDashboard("pairva", args))

    record(program)
    url = f"{console}/cloudwatch/home?region={region}#dashboards/dashboard/pairva-test"
    assert [each.url for each in made] == [url]

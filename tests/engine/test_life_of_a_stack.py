"""From nothing to both services answering, one version raised, and nothing left."""

import re

from tests.engine.conftest import Create
from tests.engine.project import Project

_SERVICE_OF_BACKEND = {
    "aws:ecs/taskDefinition:TaskDefinition/backend-definition": "replace",
    "aws:ecs/service:Service/backend-service": "update",
    "aws:ssm/parameter:Parameter/backend-proven": "update",
    "docker:index/image:Image/backend-image": "update",
}


def test_a_stack_comes_up_serves_changes_one_version_and_leaves_nothing(create: Create) -> None:
    project = create("life")
    assert project.up().code == 0
    _serves(project, backend="1.0.1", frontend="1.0.1")
    _somebody_is_told(project)
    first_revision = project.outputs()["backend"]["task_definition"]

    assert project.planned() == {}

    project.raise_version("backend", "1.0.2")
    planned = project.planned()
    assert {key: re.sub("create-replacement|delete-replaced", "replace", op) for key, op in planned.items()} == (
        _SERVICE_OF_BACKEND
    )
    assert project.up().code == 0
    _serves(project, backend="1.0.2", frontend="1.0.1")
    described = project.aws("ecs").describe_task_definition(taskDefinition=first_revision)
    assert described["taskDefinition"]["status"] == "ACTIVE"

    assert project.pulumi("destroy", "--yes", "--skip-preview", "--non-interactive").code == 0
    _nothing_is_left(project)


def _serves(project: Project, *, backend: str, frontend: str) -> None:
    page = project.get("/")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f">{frontend}<" in page.text
    answer = project.get("/api/version")
    assert (answer.status_code, answer.json()) == (200, {"service": "backend", "version": backend})


def _somebody_is_told(project: Project) -> None:
    (address,) = project.aws("sns").list_subscriptions()["Subscriptions"]
    assert (address["Protocol"], address["Endpoint"]) == ("email", "oncall@example.com")
    alarms = project.aws("cloudwatch").describe_alarms(AlarmNamePrefix="pairva-life")["MetricAlarms"]
    assert {alarm["AlarmName"].removeprefix("pairva-life-"): alarm["AlarmActions"] for alarm in alarms} == {
        name: [address["TopicArn"]]
        for name in [
            "balancer-errors",
            *(
                f"{service}-{about}"
                for service in ("backend", "frontend")
                for about in ("crash-loop", "errors", "too-few-tasks", "unhealthy-targets")
            ),
        ]
    }
    rules = project.aws("events").list_rules(NamePrefix="pairva-life")["Rules"]
    assert [rule["Name"] for rule in rules] == ["pairva-life-backend-failed-tasks", "pairva-life-frontend-failed-tasks"]


def _nothing_is_left(project: Project) -> None:
    ended = project.pulumi("stack", "--show-urns")
    assert "Current stack resources (0)" in ended.said
    ecs, logs, ec2 = project.aws("ecs"), project.aws("logs"), project.aws("ec2")
    assert [arn for arn in ecs.list_clusters()["clusterArns"] if arn.endswith("/pairva-life")] == []
    assert project.aws("elbv2").describe_load_balancers()["LoadBalancers"] == []
    assert project.aws("ecr").describe_repositories()["repositories"] == []
    assert logs.describe_log_groups(logGroupNamePrefix="/pairva/life")["logGroups"] == []
    assert [role["RoleName"] for role in project.aws("iam").list_roles()["Roles"] if "pairva" in role["RoleName"]] == []
    assert project.aws("sns").list_topics()["Topics"] == project.aws("sns").list_subscriptions()["Subscriptions"] == []
    assert project.aws("events").list_rules(NamePrefix="pairva-life")["Rules"] == []
    assert project.aws("cloudwatch").describe_alarms(AlarmNamePrefix="pairva-life")["MetricAlarms"] == []
    tagged = [{"Name": "tag:stack", "Values": ["local"]}]
    assert ec2.describe_vpcs(Filters=tagged)["Vpcs"] == []
    assert project.aws("ssm").get_parameters_by_path(Path="/pairva", Recursive=True)["Parameters"] == []

"""From nothing to both services answering, one version raised, and nothing left."""

import json
import re
from typing import Any

from tests.engine.conftest import Create
from tests.engine.project import Project

BUCKET = "pairva-life-logs-000000000000"
TAGGED = [{"Name": "tag:stack", "Values": ["local"]}]

_DASHBOARD = "aws:cloudwatch/dashboard:Dashboard/pairva-dashboard"
_SERVICE_OF_BACKEND = {
    "aws:ecs/taskDefinition:TaskDefinition/backend-definition": "replace",
    "aws:ecs/service:Service/backend-service": "update",
    "aws:ssm/parameter:Parameter/backend-proven": "update",
    "docker:index/image:Image/backend-image": "update",
}


def test_a_stack_comes_up_serves_changes_one_version_and_leaves_nothing(create: Create) -> None:
    project = create("life")
    project.change(_with_endpoints)
    assert project.up().code == 0
    _serves(project, backend="1.0.1", frontend="1.0.1")
    _somebody_is_told(project)
    _logs_are_kept(project)
    _aws_is_reached_without_nat(project)
    first_revision = project.outputs()["backend"]["task_definition"]

    assert project.planned() == {}

    drawn = _a_dashboard_is_there(project)
    project.aws("cloudwatch").put_dashboard(DashboardName=project.prefix, DashboardBody='{"widgets":[]}')
    project.raise_version("backend", "1.0.2")
    planned = project.planned()
    assert {key: re.sub("create-replacement|delete-replaced", "replace", op) for key, op in planned.items()} == (
        _SERVICE_OF_BACKEND | {_DASHBOARD: "update"}
    )
    assert project.up().code == 0
    assert _a_dashboard_is_there(project) == drawn
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


def _a_dashboard_is_there(project: Project) -> dict[str, Any]:
    """About the load balancer and the targets that there are."""
    body = json.loads(project.aws("cloudwatch").get_dashboard(DashboardName=project.prefix)["DashboardBody"])
    graphs = [each["properties"]["metrics"] for each in body["widgets"] if each["type"] == "metric"]
    named = {
        value for lines in graphs for line in lines for value in line[:-1] if value.startswith(("app/", "targetgr"))
    }
    elbv2 = project.aws("elbv2")
    arns = [each["LoadBalancerArn"] for each in elbv2.describe_load_balancers()["LoadBalancers"]]
    groups = [each["TargetGroupArn"] for each in elbv2.describe_target_groups()["TargetGroups"]]
    assert named == {arn.partition(":loadbalancer/")[2] for arn in arns} | {arn.rpartition(":")[2] for arn in groups}
    return body


def _with_endpoints(config: dict[str, Any]) -> None:
    config["pairva:deployment"]["network"]["endpoints"] = True


def _aws_is_reached_without_nat(project: Project) -> None:
    endpoints = project.aws("ec2").describe_vpc_endpoints(Filters=TAGGED)["VpcEndpoints"]
    assert {
        each["ServiceName"].removeprefix("com.amazonaws.us-east-1."): each["VpcEndpointType"] for each in endpoints
    } == {
        **dict.fromkeys(["ecr.api", "ecr.dkr", "logs", "secretsmanager"], "Interface"),
        "s3": "Gateway",
    }
    assert {len(each["SubnetIds"]) + len(each["RouteTableIds"]) for each in endpoints} == {2}


def _logs_are_kept(project: Project) -> None:
    """And something is in the bucket, as it would be: it goes with it."""
    s3, elbv2, ec2, bucket = project.aws("s3"), project.aws("elbv2"), project.aws("ec2"), {"Bucket": BUCKET}
    block = s3.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"]
    assert (len(block), {*block.values()}) == (4, {True})
    (expiring,) = s3.get_bucket_lifecycle_configuration(**bucket)["Rules"]
    assert (expiring["Status"], expiring["Expiration"]) == ("Enabled", {"Days": 1})
    statements = json.loads(s3.get_bucket_policy(**bucket)["Policy"])["Statement"]
    assert [each["Effect"] for each in statements] == ["Allow", "Allow", "Allow", "Deny"]
    (balancer,) = elbv2.describe_load_balancers()["LoadBalancers"]
    of_balancer = elbv2.describe_load_balancer_attributes(LoadBalancerArn=balancer["LoadBalancerArn"])["Attributes"]
    logs = {each["Key"]: each["Value"] for each in of_balancer if "_logs." in each["Key"]}
    assert logs == {
        f"{kind}_logs.s3.{key}": value
        for kind, prefix in (("access", "access"), ("connection", "connections"))
        for key, value in (("enabled", "true"), ("bucket", BUCKET), ("prefix", prefix))
    }
    (flow_log,) = ec2.describe_flow_logs(Filters=TAGGED)["FlowLogs"]
    assert (flow_log["TrafficType"], flow_log["LogDestination"]) == ("REJECT", f"arn:aws:s3:::{BUCKET}")
    (group,) = ec2.describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [flow_log["ResourceId"]]}, {"Name": "group-name", "Values": ["default"]}]
    )["SecurityGroups"]
    assert group["IpPermissions"] == group["IpPermissionsEgress"] == []
    s3.put_object(**bucket, Key="access/AWSLogs/000000000000/elasticloadbalancing/log.gz", Body=b"asked")


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
    assert project.aws("cloudwatch").list_dashboards()["DashboardEntries"] == []
    assert ec2.describe_vpcs(Filters=TAGGED)["Vpcs"] == ec2.describe_flow_logs(Filters=TAGGED)["FlowLogs"] == []
    assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == project.aws("s3").list_buckets()["Buckets"] == []
    assert project.aws("ssm").get_parameters_by_path(Path="/pairva", Recursive=True)["Parameters"] == []

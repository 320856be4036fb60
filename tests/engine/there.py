"""All that is in AWS, of the types of which one too many would be an orphan, by the ids that the state has of them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.engine.project import Project

Client = Callable[[str], Any]


def there(project: Project) -> set[tuple[str, str]]:
    """`(type, id)` of every resource in the whole account."""
    return {(type_, each) for type_, ids in _LISTED.items() for each in ids(project.aws)}


def known(project: Project) -> set[tuple[str, str]]:
    """Those that the stack's state knows."""
    resources = project.state().get("resources", [])
    return {(each["type"], each["id"]) for each in resources if each["type"] in _LISTED}


def _of(service: str, operation: str, key: str, id_: str) -> Callable[[Client], Iterator[str]]:
    def listed(client: Client) -> Iterator[str]:
        for page in client(service).get_paginator(operation).paginate():
            yield from (each[id_] for each in page[key])

    return listed


def _route_tables(client: Client) -> Iterator[str]:
    """Without the main one of each VPC, which AWS makes."""
    for table in client("ec2").describe_route_tables()["RouteTables"]:
        if not any(each.get("Main") for each in table["Associations"]):
            yield table["RouteTableId"]


def _groups(client: Client) -> Iterator[str]:
    """Without the default one of each VPC, which AWS makes."""
    groups = client("ec2").describe_security_groups()["SecurityGroups"]
    return (each["GroupId"] for each in groups if each["GroupName"] != "default")


def _listeners(client: Client) -> Iterator[str]:
    balancers = client("elbv2").describe_load_balancers()["LoadBalancers"]
    for balancer in balancers:
        for each in client("elbv2").describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]:
            yield each["ListenerArn"]


def _rules(client: Client) -> Iterator[str]:
    for listener in _listeners(client):
        for each in client("elbv2").describe_rules(ListenerArn=listener)["Rules"]:
            if not each["IsDefault"]:
                yield each["RuleArn"]


def _services(client: Client) -> Iterator[str]:
    for cluster in client("ecs").list_clusters()["clusterArns"]:
        yield from client("ecs").list_services(cluster=cluster)["serviceArns"]


_LISTED: Mapping[str, Callable[[Client], Iterator[str]]] = {
    "aws:cloudwatch/dashboard:Dashboard": _of("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    "aws:cloudwatch/logGroup:LogGroup": _of("logs", "describe_log_groups", "logGroups", "logGroupName"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": _of("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    "aws:ec2/flowLog:FlowLog": _of("ec2", "describe_flow_logs", "FlowLogs", "FlowLogId"),
    "aws:ec2/internetGateway:InternetGateway": _of(
        "ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"
    ),
    "aws:ec2/routeTable:RouteTable": _route_tables,
    "aws:ec2/securityGroup:SecurityGroup": _groups,
    "aws:ec2/subnet:Subnet": _of("ec2", "describe_subnets", "Subnets", "SubnetId"),
    "aws:ec2/vpc:Vpc": _of("ec2", "describe_vpcs", "Vpcs", "VpcId"),
    "aws:ecr/repository:Repository": _of("ecr", "describe_repositories", "repositories", "repositoryName"),
    "aws:ecs/cluster:Cluster": lambda client: iter(client("ecs").list_clusters()["clusterArns"]),
    "aws:ecs/service:Service": _services,
    "aws:iam/role:Role": _of("iam", "list_roles", "Roles", "RoleName"),
    "aws:lb/listener:Listener": _listeners,
    "aws:lb/listenerRule:ListenerRule": _rules,
    "aws:lb/loadBalancer:LoadBalancer": _of("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    "aws:lb/targetGroup:TargetGroup": _of("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn"),
    "aws:s3/bucket:Bucket": lambda client: (each["Name"] for each in client("s3").list_buckets()["Buckets"]),
    "aws:sns/topic:Topic": _of("sns", "list_topics", "Topics", "TopicArn"),
    "aws:ssm/parameter:Parameter": _of("ssm", "describe_parameters", "Parameters", "Name"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": lambda client: _group_rules(client, egress=True),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": lambda client: _group_rules(client, egress=False),
}


def _group_rules(client: Client, *, egress: bool) -> Iterator[str]:
    """Of groups that are not AWS's own."""
    ours = {*_groups(client)}
    for each in client("ec2").describe_security_group_rules()["SecurityGroupRules"]:
        if each["IsEgress"] is egress and each["GroupId"] in ours:
            yield each["SecurityGroupRuleId"]

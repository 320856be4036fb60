"""What a creation has left in AWS, by the id that `pulumi import` takes; the page of each type says which that is.

Every type of the program is in one of both tables: `FINDERS`, of what AWS would make twice or refuse to, and
`MADE_AGAIN`, of which a second creation is the same as one.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from checks.preflight import name
from checks.session import Session
from settings.stack import Stack

Inputs = Mapping[str, Any]
Finder = Callable[[Session, Stack, Inputs], Iterator[str]]

# AWS shows some for an hour after they were deleted.
_ENDED = ("deleting", "deleted", "failed")


def _named(type_: str, form: str) -> Finder:
    """Of a fixed name; `form` makes the id of the inputs."""

    def find(session: Session, stack: Stack, inputs: Inputs) -> Iterator[str]:
        if name.is_there(session, stack, type_, inputs):
            yield form.format(**inputs, prefix=stack.prefix)

    return find


def _tagged(operation: str, key: str, id_: str, filters: str = "Filters") -> Finder:
    """Of EC2, by its tag Name, which no other stack has."""

    def find(session: Session, _: Stack, inputs: Inputs) -> Iterator[str]:
        tag = [{"Name": "tag:Name", "Values": [inputs["tags"]["Name"]]}]
        for each in getattr(session.client("ec2"), operation)(**{filters: tag})[key]:
            if str(each.get("State")).lower() not in _ENDED:
                yield each[id_]

    return find


def _bucket(session: Session, _: Stack, inputs: Inputs) -> Iterator[str]:
    """Asked of itself: who may deploy may not list all buckets. One of somebody else's is forbidden."""
    try:
        session.client("s3").head_bucket(Bucket=inputs["bucket"])
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in ("403", "404"):
            raise
        return
    yield inputs["bucket"]


def _security_group(session: Session, _: Stack, inputs: Inputs) -> Iterator[str]:
    place = [{"Name": "group-name", "Values": [inputs["name"]]}, {"Name": "vpc-id", "Values": [inputs["vpcId"]]}]
    for each in session.client("ec2").describe_security_groups(Filters=place)["SecurityGroups"]:
        yield each["GroupId"]


def _group_rule(session: Session, *, egress: bool, inputs: Inputs) -> Iterator[str]:
    group = [{"Name": "group-id", "Values": [inputs["securityGroupId"]]}]
    pages = session.client("ec2").get_paginator("describe_security_group_rules").paginate(Filters=group)
    for each in (rule for page in pages for rule in page["SecurityGroupRules"]):
        found = {
            "ipProtocol": each["IpProtocol"],
            "fromPort": each.get("FromPort"),
            "toPort": each.get("ToPort"),
            "cidrIpv4": each.get("CidrIpv4"),
            "referencedSecurityGroupId": each.get("ReferencedGroupInfo", {}).get("GroupId"),
        }
        if each["IsEgress"] == egress and all(value == inputs.get(field) for field, value in found.items()):
            yield each["SecurityGroupRuleId"]


def _flow_log(session: Session, _: Stack, inputs: Inputs) -> Iterator[str]:
    of_vpc = [{"Name": "resource-id", "Values": [inputs["vpcId"]]}]
    for each in session.client("ec2").describe_flow_logs(Filter=of_vpc)["FlowLogs"]:
        if each.get("LogDestination") == inputs["logDestination"]:
            yield each["FlowLogId"]


def _route(session: Session, _: Stack, inputs: Inputs) -> Iterator[str]:
    table, destination = inputs["routeTableId"], inputs["destinationCidrBlock"]
    if any(each.get("DestinationCidrBlock") == destination for each in _table(session, table)["Routes"]):
        yield f"{table}_{destination}"


def _association(session: Session, _: Stack, inputs: Inputs) -> Iterator[str]:
    table, subnet = inputs["routeTableId"], inputs["subnetId"]
    if any(each.get("SubnetId") == subnet for each in _table(session, table)["Associations"]):
        yield f"{subnet}/{table}"


def _table(session: Session, table: str) -> dict[str, Any]:
    return session.client("ec2").describe_route_tables(RouteTableIds=[table])["RouteTables"][0]


def _load_balancer(session: Session, _: Stack, inputs: Inputs) -> Iterator[str]:
    elbv2 = session.client("elbv2")
    try:
        found = elbv2.describe_load_balancers(Names=[inputs["name"]])["LoadBalancers"]
    except elbv2.exceptions.LoadBalancerNotFoundException:
        return
    yield from (each["LoadBalancerArn"] for each in found)


def _target_group(session: Session, _: Stack, inputs: Inputs) -> Iterator[str]:
    elbv2 = session.client("elbv2")
    try:
        found = elbv2.describe_target_groups(Names=[inputs["name"]])["TargetGroups"]
    except elbv2.exceptions.TargetGroupNotFoundException:
        return
    yield from (each["TargetGroupArn"] for each in found)


def _listener(session: Session, _: Stack, inputs: Inputs) -> Iterator[str]:
    found = session.client("elbv2").describe_listeners(LoadBalancerArn=inputs["loadBalancerArn"])["Listeners"]
    yield from (each["ListenerArn"] for each in found if each["Port"] == inputs["port"])


def _listener_rule(session: Session, _: Stack, inputs: Inputs) -> Iterator[str]:
    found = session.client("elbv2").describe_rules(ListenerArn=inputs["listenerArn"])["Rules"]
    yield from (each["RuleArn"] for each in found if each["Priority"] == f"{inputs['priority']:g}")


def _certificate(session: Session, _: Stack, inputs: Inputs) -> Iterator[str]:
    """Of that domain there may be others' as well, and one that has expired: ours has our tags, which come with it."""
    acm, ours = session.client("acm"), inputs["tags"].items()
    for page in acm.get_paginator("list_certificates").paginate():
        for arn in (each["CertificateArn"] for each in page["CertificateSummaryList"] if _is_of(each, inputs)):
            tags = {
                each["Key"]: each.get("Value", "") for each in acm.list_tags_for_certificate(CertificateArn=arn)["Tags"]
            }
            if ours <= tags.items():
                yield arn


def _is_of(summary: Mapping[str, Any], inputs: Inputs) -> bool:
    usable = summary.get("Status", "ISSUED") in ("ISSUED", "PENDING_VALIDATION")
    return usable and summary["DomainName"] == inputs["domainName"]


FINDERS: Mapping[str, Finder] = {
    "aws:acm/certificate:Certificate": _certificate,
    "aws:cloudwatch/dashboard:Dashboard": _named("aws:cloudwatch/dashboard:Dashboard", "{dashboardName}"),
    "aws:cloudwatch/logGroup:LogGroup": _named("aws:cloudwatch/logGroup:LogGroup", "{name}"),
    "aws:ec2/eip:Eip": _tagged("describe_addresses", "Addresses", "AllocationId"),
    "aws:ec2/flowLog:FlowLog": _flow_log,
    "aws:ec2/internetGateway:InternetGateway": _tagged(
        "describe_internet_gateways", "InternetGateways", "InternetGatewayId"
    ),
    "aws:ec2/natGateway:NatGateway": _tagged("describe_nat_gateways", "NatGateways", "NatGatewayId", "Filter"),
    "aws:ec2/route:Route": _route,
    "aws:ec2/routeTable:RouteTable": _tagged("describe_route_tables", "RouteTables", "RouteTableId"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": _association,
    "aws:ec2/securityGroup:SecurityGroup": _security_group,
    "aws:ec2/subnet:Subnet": _tagged("describe_subnets", "Subnets", "SubnetId"),
    "aws:ec2/vpc:Vpc": _tagged("describe_vpcs", "Vpcs", "VpcId"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": _tagged("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    "aws:ecr/repository:Repository": _named("aws:ecr/repository:Repository", "{name}"),
    "aws:ecs/cluster:Cluster": _named("aws:ecs/cluster:Cluster", "{name}"),
    "aws:ecs/service:Service": _named("aws:ecs/service:Service", "{prefix}/{name}"),
    "aws:iam/role:Role": _named("aws:iam/role:Role", "{name}"),
    "aws:lb/listener:Listener": _listener,
    "aws:lb/listenerRule:ListenerRule": _listener_rule,
    "aws:lb/loadBalancer:LoadBalancer": _load_balancer,
    "aws:lb/targetGroup:TargetGroup": _target_group,
    "aws:route53/record:Record": _named("aws:route53/record:Record", "{zoneId}_{name}_{type}"),
    "aws:s3/bucket:Bucket": _bucket,
    "aws:ssm/parameter:Parameter": _named("aws:ssm/parameter:Parameter", "{name}"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": lambda session, _, inputs: _group_rule(
        session, egress=True, inputs=inputs
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": lambda session, _, inputs: _group_rule(
        session, egress=False, inputs=inputs
    ),
}

# Put once more, it is as it was; a task definition is one more revision, which nothing runs.
MADE_AGAIN = frozenset(
    {
        "aws:acm/certificateValidation:CertificateValidation",
        "aws:appautoscaling/policy:Policy",
        "aws:appautoscaling/target:Target",
        "aws:cloudwatch/eventRule:EventRule",
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        "aws:ecr/repositoryPolicy:RepositoryPolicy",
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
        "aws:ecs/taskDefinition:TaskDefinition",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "aws:s3/bucketPolicy:BucketPolicy",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:sns/topic:Topic",
        "aws:sns/topicSubscription:TopicSubscription",
        "docker:index/image:Image",
    }
)

"""What the program registers for each shape of a stack, as outlines to read beside `__main__.py`."""

import json
import re
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from settings.model import Deployment
from tests.recording import ROOT, Recording, configured

STACKS = sorted(file.name.split(".")[1] for file in ROOT.glob("Pulumi.*.yaml"))

_SHARED = """
pairva:index:LogBucket pairva
    aws:s3/bucket:Bucket pairva-logs
    aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock pairva-logs-private
    aws:s3/bucketOwnershipControls:BucketOwnershipControls pairva-logs-owner
    aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration pairva-logs-encryption
    aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration pairva-logs-expiry
    aws:s3/bucketPolicy:BucketPolicy pairva-logs-policy
pairva:index:Network pairva
pairva:index:Cluster pairva
    aws:ecs/cluster:Cluster pairva-cluster
pairva:index:LoadBalancer pairva
    aws:ec2/securityGroup:SecurityGroup pairva-group
    aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule pairva-from-world
    aws:lb/loadBalancer:LoadBalancer pairva-balancer
    aws:lb/listener:Listener pairva-http
"""

_ON_SPOT = """
pairva:index:Cluster pairva
    aws:ecs/clusterCapacityProviders:ClusterCapacityProviders pairva-capacity
"""

_MADE_NETWORK = """
pairva:index:Network pairva
    aws:ec2/vpc:Vpc pairva-vpc
    aws:ec2/defaultSecurityGroup:DefaultSecurityGroup pairva-default-group
    aws:ec2/flowLog:FlowLog pairva-refused
    aws:ec2/internetGateway:InternetGateway pairva-internet
    aws:ec2/subnet:Subnet pairva-public-{one}
    aws:ec2/subnet:Subnet pairva-public-{two}
    aws:ec2/subnet:Subnet pairva-private-{one}
    aws:ec2/subnet:Subnet pairva-private-{two}
    aws:ec2/routeTable:RouteTable pairva-public-{one}-routes
    aws:ec2/routeTable:RouteTable pairva-public-{two}-routes
    aws:ec2/routeTable:RouteTable pairva-private-{one}-routes
    aws:ec2/routeTable:RouteTable pairva-private-{two}-routes
    aws:ec2/routeTableAssociation:RouteTableAssociation pairva-public-{one}-routes-subnet
    aws:ec2/routeTableAssociation:RouteTableAssociation pairva-public-{two}-routes-subnet
    aws:ec2/routeTableAssociation:RouteTableAssociation pairva-private-{one}-routes-subnet
    aws:ec2/routeTableAssociation:RouteTableAssociation pairva-private-{two}-routes-subnet
    aws:ec2/route:Route pairva-public-{one}-way-out
    aws:ec2/route:Route pairva-public-{two}-way-out
"""

_ENDPOINTS = """
pairva:index:Network pairva
    pairva:index:Endpoints pairva
        aws:ec2/securityGroup:SecurityGroup pairva-endpoints-group
        aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule pairva-endpoints-from-{one}
        aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule pairva-endpoints-from-{two}
"""

_ENDPOINT = """
pairva:index:Network pairva
    pairva:index:Endpoints pairva
        aws:ec2/vpcEndpoint:VpcEndpoint pairva-endpoint-{service}
"""

_NAMED = """
pairva:index:LoadBalancer pairva
    aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule pairva-https-from-world
    aws:lb/listener:Listener pairva-https
    pairva:index:Domain pairva
        aws:acm/certificate:Certificate pairva-certificate
        aws:route53/record:Record pairva-validation
        aws:acm/certificateValidation:CertificateValidation pairva-validated
        aws:route53/record:Record pairva-alias
"""

_ALARMED = """
pairva:index:StackAlarms pairva
    aws:sns/topic:Topic pairva-alarms
    aws:cloudwatch/metricAlarm:MetricAlarm pairva-balancer-errors
"""

_DASHBOARD = """
pairva:index:StackDashboard pairva
    aws:cloudwatch/dashboard:Dashboard pairva-dashboard
"""

_TOLD = """
pairva:index:StackAlarms pairva
    aws:sns/topicSubscription:TopicSubscription pairva-alarms-to-{address}
"""

_NAT = {
    "none": "",
    "one": """
pairva:index:Network pairva
    aws:ec2/eip:Eip pairva-nat-{one}-address
    aws:ec2/natGateway:NatGateway pairva-nat-{one}
    aws:ec2/route:Route pairva-private-{one}-way-out
    aws:ec2/route:Route pairva-private-{two}-way-out
""",
    "perZone": """
pairva:index:Network pairva
    aws:ec2/eip:Eip pairva-nat-{one}-address
    aws:ec2/eip:Eip pairva-nat-{two}-address
    aws:ec2/natGateway:NatGateway pairva-nat-{one}
    aws:ec2/natGateway:NatGateway pairva-nat-{two}
    aws:ec2/route:Route pairva-private-{one}-way-out
    aws:ec2/route:Route pairva-private-{two}-way-out
""",
}

_SERVICE = """
pairva:index:ServiceImage {service}
pairva:index:TaskRoles {service}
pairva:index:FargateTask {service}
    aws:cloudwatch/logGroup:LogGroup {service}-logs
    aws:ecs/taskDefinition:TaskDefinition {service}-definition
pairva:index:FargateService {service}
    aws:ec2/securityGroup:SecurityGroup {service}-group
    aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule {service}-to-0.0.0.0-0-443
    aws:ecs/service:Service {service}-service
    aws:ssm/parameter:Parameter {service}-proven
pairva:index:ServiceAlarms {service}
    aws:cloudwatch/eventRule:EventRule {service}-failed-tasks
    aws:cloudwatch/metricAlarm:MetricAlarm {service}-crash-loop
    aws:cloudwatch/metricAlarm:MetricAlarm {service}-too-few-tasks
"""

_RELEASED = """
pairva:index:FargateService {service}
    aws:ssm/parameter:Parameter {service}-released
"""

_BEHIND_THE_BALANCER = """
pairva:index:FargateService {service}
    aws:lb/targetGroup:TargetGroup {service}-target
    aws:lb/listenerRule:ListenerRule {service}-rule
    aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule {service}-from-balancer-{port}
    aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule {service}-balancer-to-tasks-{port}
pairva:index:ServiceAlarms {service}
    aws:cloudwatch/metricAlarm:MetricAlarm {service}-errors
    aws:cloudwatch/metricAlarm:MetricAlarm {service}-unhealthy-targets
"""

_EXECUTION_ROLE = """
pairva:index:TaskRoles {service}
    aws:iam/role:Role {service}-execution
    aws:iam/rolePolicy:RolePolicy {service}-execution-start-tasks
"""

_TASK_ROLE = """
pairva:index:TaskRoles {service}
    aws:iam/role:Role {service}-task
"""

_WITH_SECRETS = """
pairva:index:TaskRoles {service}
    aws:iam/rolePolicy:RolePolicy {service}-execution-read-secrets
"""

_BUILT = """
pairva:index:ServiceImage {service}
    docker:index/image:Image {service}-image
"""

_OWNED = """
pairva:index:ServiceImage {service}
    aws:ecr/repository:Repository {service}-repository
    aws:ecr/lifecyclePolicy:LifecyclePolicy {service}-repository-lifecycle
"""

_PULLED = """
pairva:index:ServiceImage {service}
    aws:ecr/repositoryPolicy:RepositoryPolicy {service}-repository-policy
"""

_WAY_OUT = """
pairva:index:FargateService {service}
    aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule {service}-to-{cidr}-{port}
"""


@dataclass(frozen=True, kw_only=True)
class Committed:
    """A committed stack file as it is written, not as the program understands it."""

    name: str
    account: str
    region: str
    deployment: dict[str, Any]

    @property
    def place_of_images(self) -> tuple[str, str]:
        """Account and region."""
        registry = self.deployment.get("registry", {})
        return registry.get("account", self.account), registry.get("region", self.region)

    @property
    def registry(self) -> str:
        account, region = self.place_of_images
        return self.deployment.get("registry", {}).get("address", f"{account}.dkr.ecr.{region}.amazonaws.com")

    @property
    def services(self) -> dict[str, dict[str, Any]]:
        return {name: self.deployment[name] for name in Deployment.service_names() if name in self.deployment}

    @property
    def url(self) -> str:
        domain = self.deployment.get("domain")
        return f"https://{domain['name']}" if domain else "http://pairva-balancer.us-east-1.elb.amazonaws.com"

    @property
    def protect(self) -> bool:
        return self.deployment.get("protect", True)


def committed(stack: str) -> Committed:
    config = configured(stack)
    return Committed(
        name=stack,
        account=json.loads(config["aws:allowedAccountIds"])[0],
        region=config["aws:region"],
        deployment=json.loads(config["pairva:deployment"]),
    )


def outline(stack: Committed) -> set[str]:
    """`parent < type name` of everything that a stack of this shape registers."""
    lines = _lines(_SHARED) | _lines(_ALARMED) | _lines(_DASHBOARD)
    network = stack.deployment["network"]
    if "vpc" not in network:
        one, two = (zone[-1] for zone in network["zones"])
        lines |= _lines(_MADE_NETWORK, one=one, two=two) | _lines(_NAT[network["nat"]], one=one, two=two)
        lines |= _endpoints(stack) if network.get("endpoints") else set()
    lines |= _lines(_NAMED) if "domain" in stack.deployment else set()
    lines |= _lines(_ON_SPOT) if any("spot" in each for each in stack.services.values()) else set()
    for address in stack.deployment["alarmEmails"]:
        lines |= _lines(_TOLD, address=address)
    for name, service in stack.services.items():
        lines |= _lines(_SERVICE, service=name)
        port = str(service["port"])
        lines |= _lines(_BEHIND_THE_BALANCER, service=name, port=port) if "path" in service else set()
        if "executionRole" not in service:
            lines |= _lines(_EXECUTION_ROLE, service=name)
            lines |= _lines(_WITH_SECRETS, service=name) if service.get("secrets") else set()
        lines |= _lines(_TASK_ROLE, service=name) if "taskRole" not in service else set()
        lines |= _lines(_RELEASED, service=name) if "release" in service else set()
        lines |= _lines(_BUILT, service=name) if "build" in service else set()
        lines |= _lines(_OWNED, service=name) if service["repository"] == "owned" else set()
        lines |= _lines(_PULLED, service=name) if service.get("pullAccounts") else set()
        for way in service.get("egress", []):
            lines |= _lines(_WAY_OUT, service=name, cidr=way["cidr"].replace("/", "-"), port=str(way["port"]))
    return lines


def _endpoints(stack: Committed) -> set[str]:
    """In the two private quarters of the network: to what every task needs, and to what these name."""
    quarters = list(IPv4Network(stack.deployment["network"]["cidr"]).subnets(prefixlen_diff=2))
    one, two = (str(block).replace("/", "-") for block in quarters[2:])
    services = stack.services.values()
    secrets = [arn for each in services for arn in each.get("secrets", {}).values()]
    needed = ["ecr-api", "ecr-dkr", "s3", "logs"]
    needed += [name for name in ("secretsmanager", "ssm") if any(f":{name}:" in arn for arn in secrets)]
    needed += ["ssmmessages"] if any(each.get("exec") for each in services) else []
    lines = _lines(_ENDPOINTS, one=one, two=two)
    return lines.union(*(_lines(_ENDPOINT, service=service) for service in needed))


def tree(recording: Recording) -> list[str]:
    """Without the fingerprint of what a policy grants."""
    names = {each.key: re.sub(r"(read-secrets)-[0-9a-f]{8}$", r"\1", each.name) for each in recording.resources}
    return [f"{each.parent} < {each.type} {names[each.key]}" for each in recording.resources]


def _lines(text: str, **words: str) -> set[str]:
    lines, parents = set[str](), [""]
    for line in filter(None, text.format(**words).splitlines()):
        child = line.strip()
        depth = (len(line) - len(child)) // 4
        lines.add(f"{parents[depth]} < {child}")
        parents = [*parents[: depth + 1], child.replace(" ", "/")]
    return lines

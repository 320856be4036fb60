"""What is found of each creation: what was asked, and the id that `pulumi import` takes."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from access import table
from checks.interruption.trace import FINDERS, MADE_AGAIN
from checks.session import Session
from tests.checks.aws import stubs
from tests.samples import stack

ARN = "arn:aws:elasticloadbalancing:us-east-1:000000000000"
NAME = [{"Name": "tag:Name", "Values": ["pairva-test-x"]}]
TAGS = {"tags": {"Name": "pairva-test-x"}}
RULE = {
    "securityGroupId": "sg-1",
    "ipProtocol": "tcp",
    "fromPort": 443,
    "toPort": 443,
    "cidrIpv4": "0.0.0.0/0",
    "description": "ours",
}
RULES = [
    {"SecurityGroupRuleId": id_, "IsEgress": egress, "IpProtocol": "tcp", "FromPort": port, "ToPort": port, **whom}
    for id_, egress, port, whom in [
        ("sgr-out", True, 443, {"CidrIpv4": "0.0.0.0/0"}),
        ("sgr-in", False, 443, {"CidrIpv4": "0.0.0.0/0"}),
        ("sgr-port", True, 444, {"CidrIpv4": "0.0.0.0/0"}),
        ("sgr-block", True, 443, {"CidrIpv4": "10.0.0.0/16"}),
        ("sgr-group", True, 443, {"ReferencedGroupInfo": {"GroupId": "sg-2"}}),
    ]
]
ROUTES = {
    "RouteTables": [
        {
            "Routes": [{"DestinationCidrBlock": "10.0.0.0/16"}, {"DestinationCidrBlock": "0.0.0.0/0"}],
            "Associations": [{"SubnetId": "subnet-1", "RouteTableId": "rtb-1"}],
        }
    ]
}

# Type, inputs, who is asked, what with which arguments, the answer, and what is found.
ROWS: list[tuple[str, Mapping[str, Any], str, str, Mapping[str, Any], Mapping[str, Any], Sequence[str]]] = [
    (
        "aws:ec2/vpc:Vpc",
        TAGS,
        "ec2",
        "describe_vpcs",
        {"Filters": NAME},
        {"Vpcs": [{"VpcId": "vpc-1", "State": "available"}]},
        ["vpc-1"],
    ),
    (
        "aws:ec2/subnet:Subnet",
        TAGS,
        "ec2",
        "describe_subnets",
        {"Filters": NAME},
        {"Subnets": [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}]},
        ["subnet-1", "subnet-2"],
    ),
    (
        "aws:ec2/internetGateway:InternetGateway",
        TAGS,
        "ec2",
        "describe_internet_gateways",
        {"Filters": NAME},
        {"InternetGateways": [{"InternetGatewayId": "igw-1"}]},
        ["igw-1"],
    ),
    (
        "aws:ec2/routeTable:RouteTable",
        TAGS,
        "ec2",
        "describe_route_tables",
        {"Filters": NAME},
        {"RouteTables": [{"RouteTableId": "rtb-1"}]},
        ["rtb-1"],
    ),
    (
        "aws:ec2/eip:Eip",
        TAGS,
        "ec2",
        "describe_addresses",
        {"Filters": NAME},
        {"Addresses": [{"AllocationId": "eipalloc-1", "PublicIp": "192.0.2.1"}]},
        ["eipalloc-1"],
    ),
    (
        "aws:ec2/natGateway:NatGateway",
        TAGS,
        "ec2",
        "describe_nat_gateways",
        {"Filter": NAME},
        {
            "NatGateways": [
                {"NatGatewayId": "nat-0", "State": "deleted"},
                {"NatGatewayId": "nat-1", "State": "pending"},
            ]
        },
        ["nat-1"],
    ),
    (
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        TAGS,
        "ec2",
        "describe_vpc_endpoints",
        {"Filters": NAME},
        {
            "VpcEndpoints": [
                {"VpcEndpointId": "vpce-0", "State": "Deleting"},
                {"VpcEndpointId": "vpce-1", "State": "Available"},
            ]
        },
        ["vpce-1"],
    ),
    (
        "aws:ec2/securityGroup:SecurityGroup",
        {"name": "pairva-test-x", "vpcId": "vpc-1"},
        "ec2",
        "describe_security_groups",
        {"Filters": [{"Name": "group-name", "Values": ["pairva-test-x"]}, {"Name": "vpc-id", "Values": ["vpc-1"]}]},
        {"SecurityGroups": [{"GroupId": "sg-1"}]},
        ["sg-1"],
    ),
    (
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        RULE,
        "ec2",
        "describe_security_group_rules",
        {"Filters": [{"Name": "group-id", "Values": ["sg-1"]}]},
        {"SecurityGroupRules": RULES},
        ["sgr-out"],
    ),
    (
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        RULE,
        "ec2",
        "describe_security_group_rules",
        {"Filters": [{"Name": "group-id", "Values": ["sg-1"]}]},
        {"SecurityGroupRules": RULES},
        ["sgr-in"],
    ),
    (
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        {**{key: value for key, value in RULE.items() if key != "cidrIpv4"}, "referencedSecurityGroupId": "sg-2"},
        "ec2",
        "describe_security_group_rules",
        {"Filters": [{"Name": "group-id", "Values": ["sg-1"]}]},
        {"SecurityGroupRules": RULES},
        ["sgr-group"],
    ),
    (
        "aws:ec2/flowLog:FlowLog",
        {"vpcId": "vpc-1", "logDestination": "arn:aws:s3:::ours"},
        "ec2",
        "describe_flow_logs",
        {"Filter": [{"Name": "resource-id", "Values": ["vpc-1"]}]},
        {
            "FlowLogs": [
                {"FlowLogId": "fl-0", "LogDestinationType": "cloud-watch-logs"},
                {"FlowLogId": "fl-1", "LogDestination": "arn:aws:s3:::ours"},
            ]
        },
        ["fl-1"],
    ),
    (
        "aws:ec2/route:Route",
        {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0"},
        "ec2",
        "describe_route_tables",
        {"RouteTableIds": ["rtb-1"]},
        ROUTES,
        ["rtb-1_0.0.0.0/0"],
    ),
    (
        "aws:ec2/route:Route",
        {"routeTableId": "rtb-1", "destinationCidrBlock": "192.0.2.0/24"},
        "ec2",
        "describe_route_tables",
        {"RouteTableIds": ["rtb-1"]},
        ROUTES,
        [],
    ),
    (
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        {"routeTableId": "rtb-1", "subnetId": "subnet-1"},
        "ec2",
        "describe_route_tables",
        {"RouteTableIds": ["rtb-1"]},
        ROUTES,
        ["subnet-1/rtb-1"],
    ),
    (
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        {"routeTableId": "rtb-1", "subnetId": "subnet-2"},
        "ec2",
        "describe_route_tables",
        {"RouteTableIds": ["rtb-1"]},
        ROUTES,
        [],
    ),
    (
        "aws:lb/loadBalancer:LoadBalancer",
        {"name": "pairva-balancer-1234567"},
        "elbv2",
        "describe_load_balancers",
        {"Names": ["pairva-balancer-1234567"]},
        {"LoadBalancers": [{"LoadBalancerArn": f"{ARN}:loadbalancer/app/x/1"}]},
        [f"{ARN}:loadbalancer/app/x/1"],
    ),
    (
        "aws:lb/targetGroup:TargetGroup",
        {"name": "backend-target-1234567"},
        "elbv2",
        "describe_target_groups",
        {"Names": ["backend-target-1234567"]},
        {"TargetGroups": [{"TargetGroupArn": f"{ARN}:targetgroup/x/1"}]},
        [f"{ARN}:targetgroup/x/1"],
    ),
    (
        "aws:lb/listener:Listener",
        {"loadBalancerArn": f"{ARN}:loadbalancer/app/x/1", "port": 443},
        "elbv2",
        "describe_listeners",
        {"LoadBalancerArn": f"{ARN}:loadbalancer/app/x/1"},
        {"Listeners": [{"ListenerArn": "80", "Port": 80}, {"ListenerArn": "443", "Port": 443}]},
        ["443"],
    ),
    (
        "aws:lb/listenerRule:ListenerRule",
        {"listenerArn": "443", "priority": 10},
        "elbv2",
        "describe_rules",
        {"ListenerArn": "443"},
        {"Rules": [{"RuleArn": "last", "Priority": "default"}, {"RuleArn": "ten", "Priority": "10"}]},
        ["ten"],
    ),
    (
        "aws:s3/bucket:Bucket",
        {"bucket": "pairva-test-logs"},
        "s3",
        "head_bucket",
        {"Bucket": "pairva-test-logs"},
        {},
        ["pairva-test-logs"],
    ),
]


@pytest.mark.parametrize(
    ("type_", "inputs", "service", "operation", "asked", "answer", "found"),
    ROWS,
    ids=[f"{row[0].rpartition(':')[2]}-{'-'.join(row[-1]) or 'not made'}" for row in ROWS],
)
def test_what_was_made_is_found_by_its_name_or_place(
    type_: str,
    inputs: Mapping[str, Any],
    service: str,
    operation: str,
    asked: dict[str, Any],
    answer: dict[str, Any],
    found: Sequence[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sample = stack()
    with stubs(monkeypatch, service)[service] as aws:
        aws.add_response(operation, answer, asked)
        assert [*FINDERS[type_](Session(sample), sample, inputs)] == found
        aws.assert_no_pending_responses()


def test_of_the_certificates_of_a_domain_the_one_with_the_stacks_tags_is_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The others are of other domains, have expired, or are somebody else's."""
    domain, sample = "pairva.example.com", stack()
    arns = [f"arn:aws:acm:us-east-1:000000000000:certificate/{number}" for number in range(4)]
    listed = [
        {"CertificateArn": arns[0], "DomainName": f"www.{domain}", "Status": "ISSUED"},
        {"CertificateArn": arns[1], "DomainName": domain, "Status": "EXPIRED"},
        {"CertificateArn": arns[2], "DomainName": domain, "Status": "ISSUED"},
        {"CertificateArn": arns[3], "DomainName": domain, "Status": "PENDING_VALIDATION"},
    ]
    tags = {
        arns[2]: [{"Key": "stack", "Value": "of-others"}],
        arns[3]: [{"Key": "stack", "Value": "test"}, {"Key": "a"}],
    }
    with stubs(monkeypatch, "acm")["acm"] as aws:
        aws.add_response("list_certificates", {"CertificateSummaryList": listed}, {})
        for arn, found in tags.items():
            aws.add_response("list_tags_for_certificate", {"Tags": found}, {"CertificateArn": arn})
        inputs = {"domainName": domain, "tags": {"stack": "test"}}
        assert [*FINDERS["aws:acm/certificate:Certificate"](Session(sample), sample, inputs)] == [arns[3]]


@pytest.mark.parametrize(
    ("type_", "operation", "code"),
    [
        ("aws:lb/loadBalancer:LoadBalancer", "describe_load_balancers", "LoadBalancerNotFound"),
        ("aws:lb/targetGroup:TargetGroup", "describe_target_groups", "TargetGroupNotFound"),
    ],
)
def test_what_aws_does_not_know_was_not_made(
    type_: str, operation: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = stack()
    with stubs(monkeypatch, "elbv2")["elbv2"] as aws:
        aws.add_client_error(operation, code)
        assert [*FINDERS[type_](Session(sample), sample, {"name": "x"})] == []


@pytest.mark.parametrize("code", ["403", "404"])
def test_a_bucket_that_is_not_there_or_somebody_elses_was_not_made(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = stack()
    with stubs(monkeypatch, "s3")["s3"] as aws:
        aws.add_client_error("head_bucket", code)
        assert [*FINDERS["aws:s3/bucket:Bucket"](Session(sample), sample, {"bucket": "x"})] == []


@pytest.mark.parametrize(
    ("type_", "inputs", "id_"),
    [
        ("aws:cloudwatch/dashboard:Dashboard", {"dashboardName": "pairva-test"}, "pairva-test"),
        ("aws:cloudwatch/logGroup:LogGroup", {"name": "/pairva/test/backend"}, "/pairva/test/backend"),
        ("aws:ecr/repository:Repository", {"name": "pairva-backend"}, "pairva-backend"),
        ("aws:ecs/cluster:Cluster", {"name": "pairva-test"}, "pairva-test"),
        ("aws:ecs/service:Service", {"name": "pairva-test-backend"}, "pairva-test/pairva-test-backend"),
        ("aws:iam/role:Role", {"name": "pairva-test-backend-task"}, "pairva-test-backend-task"),
        (
            "aws:route53/record:Record",
            {"zoneId": "Z1", "name": "pairva.example.com", "type": "A"},
            "Z1_pairva.example.com_A",
        ),
        ("aws:ssm/parameter:Parameter", {"name": "/pairva/test/backend/proven"}, "/pairva/test/backend/proven"),
    ],
)
@pytest.mark.parametrize("is_there", [True, False])
def test_what_has_a_fixed_name_is_imported_by_it(
    type_: str, inputs: Mapping[str, Any], id_: str, is_there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[tuple[str, Mapping[str, Any]]]()

    def answer(_session: Session, _stack: Any, type_: str, inputs: Mapping[str, Any]) -> bool:
        asked.append((type_, inputs))
        return is_there

    monkeypatch.setattr("checks.preflight.name.is_there", answer)
    sample = stack()
    assert [*FINDERS[type_](Session(sample), sample, inputs)] == ([id_] if is_there else [])
    assert asked == [(type_, inputs)]


def test_every_type_that_the_program_makes_is_found_or_made_again() -> None:
    made = {each for each in table.ROWS if not each.rpartition(":")[2].startswith("get")}
    assert FINDERS.keys() | MADE_AGAIN == made | {"docker:index/image:Image"}
    assert FINDERS.keys() & MADE_AGAIN == set()

"""What guards a VPC and what leads out of it to AWS, and a load balancer's logs, against recorded answers of AWS."""

from collections.abc import Callable

import pytest
from botocore.stub import Stubber

from local.plugins.wire import Props, from_struct
from tests.local.plugins.engine_calls import Calls

Stub = Callable[[str], Stubber]

DEFAULT, FLOW_LOG = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "aws:ec2/flowLog:FlowLog"
ENDPOINT, BALANCER = "aws:ec2/vpcEndpoint:VpcEndpoint", "aws:lb/loadBalancer:LoadBalancer"
CLOSED: Props = {"vpcId": "vpc-1", "ingress": [], "egress": []}
EVERYTHING: Props = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
ITSELF: Props = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-1"}]}


def group(**rules: list[Props]) -> Props:
    return {"SecurityGroups": [{"GroupId": "sg-1", "VpcId": "vpc-1", "GroupName": "default", **rules}]}


def test_the_default_group_is_found_loses_its_rules_and_gets_its_tags(engine: Calls, stub: Stub) -> None:
    ec2, by_id = stub("ec2"), {"GroupIds": ["sg-1"]}
    wanted = [{"Name": "vpc-id", "Values": ["vpc-1"]}, {"Name": "group-name", "Values": ["default"]}]
    ec2.add_response("describe_security_groups", group(), {"Filters": wanted})
    ec2.add_response("describe_security_groups", group(IpPermissions=[ITSELF], IpPermissionsEgress=[EVERYTHING]), by_id)
    ec2.add_response("revoke_security_group_ingress", {}, {"GroupId": "sg-1", "IpPermissions": [ITSELF]})
    ec2.add_response("revoke_security_group_egress", {}, {"GroupId": "sg-1", "IpPermissions": [EVERYTHING]})
    tags = [{"Key": "Name", "Value": "closed"}]
    ec2.add_response("create_tags", {}, {"Resources": ["sg-1"], "Tags": tags})
    ec2.add_response("describe_security_groups", group(IpPermissions=[], IpPermissionsEgress=[], Tags=tags), by_id)
    inputs = {**CLOSED, "tags": {"Name": "closed"}}

    response = engine.create(DEFAULT, inputs)

    assert (response.id, from_struct(response.properties)) == ("sg-1", inputs)


def test_a_rule_that_somebody_added_to_it_is_seen(engine: Calls, stub: Stub) -> None:
    stub("ec2").add_response("describe_security_groups", group(IpPermissions=[EVERYTHING], IpPermissionsEgress=[]))

    found = from_struct(engine.read(DEFAULT, "sg-1", CLOSED).inputs)

    assert found == {**CLOSED, "ingress": [EVERYTHING]}
    assert engine.differences(DEFAULT, found, CLOSED) == {"ingress": "update"}


def test_rules_of_the_default_group_are_not_implemented_and_it_is_never_deleted(engine: Calls, stub: Stub) -> None:
    stub("ec2")
    open_to_all = {**CLOSED, "ingress": [{"protocol": "-1"}]}

    assert engine.refusals(DEFAULT, "it", open_to_all) == [
        "ingress [{'protocol': '-1'}] of aws:ec2/defaultSecurityGroup:DefaultSecurityGroup is not implemented by the "
        "stand-in for pulumi-aws 7.51.1"
    ]
    engine.delete(DEFAULT, "sg-1", CLOSED)


def test_a_flow_log_is_made_tagged_read_and_deleted(engine: Calls, stub: Stub) -> None:
    ec2, tags = stub("ec2"), [{"Key": "Name", "Value": "refused"}]
    shown: Props = {
        "FlowLogId": "fl-1",
        "ResourceId": "vpc-1",
        "TrafficType": "REJECT",
        "LogDestinationType": "s3",
        "LogDestination": "arn:aws:s3:::logs",
    }
    ec2.add_response(
        "create_flow_logs",
        {"FlowLogIds": ["fl-1"]},
        {
            "ResourceIds": ["vpc-1"],
            "ResourceType": "VPC",
            "TrafficType": "REJECT",
            "LogDestinationType": "s3",
            "LogDestination": "arn:aws:s3:::logs",
            "TagSpecifications": [{"ResourceType": "vpc-flow-log", "Tags": tags}],
        },
    )
    ec2.add_response("describe_flow_logs", {"FlowLogs": [shown]}, {"FlowLogIds": ["fl-1"]})
    ec2.add_response("create_tags", {}, {"Resources": ["fl-1"], "Tags": tags})
    ec2.add_response("describe_flow_logs", {"FlowLogs": [{**shown, "Tags": tags}]}, {"FlowLogIds": ["fl-1"]})
    ec2.add_response("delete_flow_logs", {}, {"FlowLogIds": ["fl-1"]})
    inputs: Props = {
        "vpcId": "vpc-1",
        "trafficType": "REJECT",
        "logDestinationType": "s3",
        "logDestination": "arn:aws:s3:::logs",
        "tags": {"Name": "refused"},
    }

    response = engine.create(FLOW_LOG, inputs)
    engine.delete(FLOW_LOG, "fl-1", inputs)

    assert (response.id, from_struct(response.properties)) == ("fl-1", inputs)


INTERFACE: Props = {
    "vpcId": "vpc-1",
    "serviceName": "com.amazonaws.us-east-1.logs",
    "vpcEndpointType": "Interface",
    "subnetIds": ["subnet-1", "subnet-2"],
    "securityGroupIds": ["sg-1"],
    "privateDnsEnabled": True,
}
GATEWAY: Props = {
    "vpcId": "vpc-1",
    "serviceName": "com.amazonaws.us-east-1.s3",
    "vpcEndpointType": "Gateway",
    "routeTableIds": ["rtb-1"],
}


@pytest.mark.parametrize("inputs", [INTERFACE, GATEWAY], ids=["interface", "gateway"])
def test_an_endpoint_is_made_read_and_deleted(inputs: Props, engine: Calls, stub: Stub) -> None:
    ec2 = stub("ec2")
    asked = {name[0].upper() + name[1:]: value for name, value in inputs.items()}
    told = {name: asked[name] for name in asked if name not in ("SecurityGroupIds", "PrivateDnsEnabled")}
    ec2.add_response("create_vpc_endpoint", {"VpcEndpoint": {"VpcEndpointId": "vpce-1"}}, asked)
    ec2.add_response(
        "describe_vpc_endpoints",
        {"VpcEndpoints": [{"VpcEndpointId": "vpce-1", **told}]},
        {"VpcEndpointIds": ["vpce-1"]},
    )
    ec2.add_response("delete_vpc_endpoints", {}, {"VpcEndpointIds": ["vpce-1"]})

    response = engine.create(ENDPOINT, inputs)
    engine.delete(ENDPOINT, "vpce-1", inputs)

    assert (response.id, from_struct(response.properties)) == ("vpce-1", inputs)


def attributes(bucket: str) -> list[Props]:
    values = {
        "deletion_protection.enabled": "false",
        "routing.http.drop_invalid_header_fields.enabled": "true",
        "routing.http.desync_mitigation_mode": "strictest",
        "access_logs.s3.enabled": "true",
        "access_logs.s3.bucket": bucket,
        "access_logs.s3.prefix": "access",
        "connection_logs.s3.enabled": "true",
        "connection_logs.s3.bucket": bucket,
        "connection_logs.s3.prefix": "connections",
    }
    return [{"Key": key, "Value": value} for key, value in values.items()]


def logged(bucket: str) -> Props:
    return {
        "name": "pairva",
        "internal": False,
        "loadBalancerType": "application",
        "securityGroups": ["sg-1"],
        "subnets": ["subnet-1"],
        "enableDeletionProtection": False,
        "dropInvalidHeaderFields": True,
        "desyncMitigationMode": "strictest",
        "accessLogs": {"bucket": bucket, "enabled": True, "prefix": "access"},
        "connectionLogs": {"bucket": bucket, "enabled": True, "prefix": "connections"},
    }


def test_where_a_load_balancer_logs_is_an_attribute_of_it(engine: Calls, stub: Stub) -> None:
    elbv2 = stub("elbv2")
    elbv2.add_response(
        "modify_load_balancer_attributes", {}, {"LoadBalancerArn": "arn", "Attributes": attributes("new")}
    )
    shown = {
        "LoadBalancerArn": "arn:loadbalancer/app/pairva/1",
        "LoadBalancerName": "pairva",
        "Scheme": "internet-facing",
        "Type": "application",
        "SecurityGroups": ["sg-1"],
        "AvailabilityZones": [{"SubnetId": "subnet-1"}],
    }
    elbv2.add_response("describe_load_balancers", {"LoadBalancers": [shown]}, {"LoadBalancerArns": ["arn"]})
    elbv2.add_response("describe_load_balancer_attributes", {"Attributes": attributes("new")})
    elbv2.add_response("describe_tags", {"TagDescriptions": []})

    response = engine.update(BALANCER, "arn", (logged("old"), logged("new")), {})

    assert from_struct(response.properties) == {
        **logged("new"),
        "arn": "arn:loadbalancer/app/pairva/1",
        "arnSuffix": "app/pairva/1",
    }

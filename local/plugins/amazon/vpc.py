"""EC2: what guards a VPC, and its ways to AWS."""

from dataclasses import dataclass, replace

from typing_extensions import override

from local.plugins.amazon.account import Account
from local.plugins.amazon.ec2 import ec2_tagging
from local.plugins.amazon.expression import search
from local.plugins.amazon.table import AwsType, Call
from local.plugins.resource import Target
from local.plugins.shape import SetOf
from local.plugins.wire import Props


@dataclass(frozen=True, kw_only=True)
class DefaultSecurityGroup(AwsType):
    """The one that comes with a VPC: taken over, without its rules, as pulumi-aws does, and left where it is."""

    @override
    def create(self, session: Account, target: Target) -> tuple[str, Props]:
        answer = getattr(session.client(self.service), self.creation.operation)(**self.creation.request(target))
        made = replace(target, id=search(self.id, answer))
        return made.id, self.update(session, made)

    @override
    def update(self, session: Account, target: Target) -> Props:
        client = session.client(self.service)
        (group,) = client.describe_security_groups(GroupIds=[target.id])["SecurityGroups"]
        if rules := group.get("IpPermissions"):
            client.revoke_security_group_ingress(GroupId=target.id, IpPermissions=rules)
        if rules := group.get("IpPermissionsEgress"):
            client.revoke_security_group_egress(GroupId=target.id, IpPermissions=rules)
        return super().update(session, target)


@dataclass(frozen=True, kw_only=True)
class FlowLog(AwsType):
    """Tagged once more, for MiniStack 1.5 overlooks what a new one is tagged with."""

    @override
    def create(self, session: Account, target: Target) -> tuple[str, Props]:
        identity, _ = super().create(session, target)
        return identity, self.update(session, replace(target, id=identity))


TYPES = {
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": DefaultSecurityGroup(
        service="ec2",
        inputs={"vpcId": str, "ingress": [dict], "egress": [dict], "tags": dict},
        required={"vpcId", "ingress", "egress"},
        only={"ingress": [], "egress": []},
        replace_on={"vpcId"},
        creation=Call(
            "describe_security_groups",
            {"Filters": "[{Name: 'vpc-id', Values: [vpcId]}, {Name: 'group-name', Values: ['default']}]"},
        ),
        id="SecurityGroups[0].GroupId",
        description=[Call("describe_security_groups", {"GroupIds": "[id]"})],
        found="SecurityGroups[0]",
        properties={"vpcId": "VpcId", "ingress": "IpPermissions", "egress": "IpPermissionsEgress"},
        deletion=[],
        tagging=ec2_tagging("security-group"),
    ),
    "aws:ec2/flowLog:FlowLog": FlowLog(
        service="ec2",
        inputs={
            **dict.fromkeys(["vpcId", "trafficType", "logDestinationType", "logDestination"], str),
            "tags": dict,
        },
        required={"vpcId", "trafficType", "logDestinationType", "logDestination"},
        replace_on={"vpcId", "trafficType", "logDestinationType", "logDestination"},
        creation=Call(
            "create_flow_logs",
            {
                "ResourceIds": "[vpcId]",
                "ResourceType": "'VPC'",
                "TrafficType": "trafficType",
                "LogDestinationType": "logDestinationType",
                "LogDestination": "logDestination",
            },
        ),
        id="FlowLogIds[0]",
        description=[Call("describe_flow_logs", {"FlowLogIds": "[id]"})],
        found="FlowLogs[0]",
        properties={
            "vpcId": "ResourceId",
            "trafficType": "TrafficType",
            "logDestinationType": "LogDestinationType",
            "logDestination": "LogDestination",
        },
        deletion=[Call("delete_flow_logs", {"FlowLogIds": "[id]"})],
        tagging=ec2_tagging("vpc-flow-log"),
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": AwsType(
        service="ec2",
        inputs={
            **dict.fromkeys(["vpcId", "serviceName", "vpcEndpointType"], str),
            **dict.fromkeys(["routeTableIds", "subnetIds", "securityGroupIds"], SetOf(str)),
            "privateDnsEnabled": bool,
            "tags": dict,
        },
        required={"vpcId", "serviceName", "vpcEndpointType"},
        # pulumi-aws changes the second line of these in place.
        replace_on={
            *("vpcId", "serviceName", "vpcEndpointType"),
            *("routeTableIds", "subnetIds", "securityGroupIds", "privateDnsEnabled"),
        },
        # MiniStack 1.5 tells neither.
        only_here={"securityGroupIds", "privateDnsEnabled"},
        creation=Call(
            "create_vpc_endpoint",
            {
                "VpcId": "vpcId",
                "ServiceName": "serviceName",
                "VpcEndpointType": "vpcEndpointType",
                "RouteTableIds": "routeTableIds",
                "SubnetIds": "subnetIds",
                "SecurityGroupIds": "securityGroupIds",
                "PrivateDnsEnabled": "privateDnsEnabled",
            },
        ),
        id="VpcEndpoint.VpcEndpointId",
        description=[Call("describe_vpc_endpoints", {"VpcEndpointIds": "[id]"})],
        found="VpcEndpoints[0]",
        properties={
            "vpcId": "VpcId",
            "serviceName": "ServiceName",
            "vpcEndpointType": "VpcEndpointType",
            "routeTableIds": "RouteTableIds",
            "subnetIds": "SubnetIds",
        },
        deletion=[Call("delete_vpc_endpoints", {"VpcEndpointIds": "[id]"})],
        tagging=ec2_tagging("vpc-endpoint"),
    ),
}

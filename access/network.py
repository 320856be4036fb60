"""EC2, which names everything itself: a stack's own is known by its tag.

What pulumi-aws asks: hashicorp/terraform-provider-aws, internal/service/ec2. Which of it takes a resource and which
condition: service authorization reference, "Amazon EC2".
"""

from collections.abc import Iterator, Mapping, Sequence

from access.grant import ANY, NEW, OWN, Condition, Grant, delete, read, write
from settings.network import ExistingNetwork
from settings.stack import Stack

# Tags of what is created in the same call. Without this, whoever may tag could claim what is another stack's.
_CREATED: Condition = {"Null": {"ec2:CreateAction": "false"}}

# The stack's tag, on what no stack has tagged.
_UNCLAIMED: Condition = {"Null": {"aws:ResourceTag/{tag}": "true"}, **NEW}

_VPC, _SUBNET, _GATEWAY, _TABLE = "ec2:vpc/*", "ec2:subnet/*", "ec2:internet-gateway/*", "ec2:route-table/*"
_FLOW_LOG, _ENDPOINT = "ec2:vpc-flow-log/*", "ec2:vpc-endpoint/*"
_ADDRESS, _NAT, _GROUP, _RULE = (
    "ec2:elastic-ip/*",
    "ec2:natgateway/*",
    "ec2:security-group/*",
    "ec2:security-group-rule/*",
)

# Before a subnet or group goes, the provider looks for interfaces that Lambda and others left in it.
_LINGERING = delete("ec2:DescribeNetworkInterfaces", ANY)


def _made(action: str, kind: str) -> list[Grant]:
    """Made with the stack's tag, and tagged otherwise later."""
    return [
        write(action, kind, condition=NEW),
        write("ec2:CreateTags", kind, condition=_CREATED),
        write("ec2:CreateTags ec2:DeleteTags", kind, condition=OWN),
    ]


def _group_rule(way: str) -> list[Grant]:
    """The group says whose a rule is."""
    return [
        *_made(f"ec2:AuthorizeSecurityGroup{way}", _RULE),
        read("ec2:DescribeSecurityGroupRules", ANY),
        write(f"ec2:AuthorizeSecurityGroup{way}", _GROUP, condition=OWN),
        write("ec2:ModifySecurityGroupRules", _GROUP, _RULE, condition=OWN),
        delete(f"ec2:RevokeSecurityGroup{way}", _GROUP, condition=OWN),
    ]


ROWS: Mapping[str, Sequence[Grant]] = {
    "aws:ec2/vpc:Vpc": [
        *_made("ec2:CreateVpc", _VPC),
        read("ec2:DescribeNetworkAcls ec2:DescribeRouteTables ec2:DescribeSecurityGroups ec2:DescribeVpcs", ANY),
        read("ec2:DescribeVpcAttribute", _VPC),
        write("ec2:ModifyVpcAttribute", _VPC, condition=OWN),
        delete("ec2:DeleteVpc", _VPC, condition=OWN),
    ],
    "aws:ec2/subnet:Subnet": [
        *_made("ec2:CreateSubnet", _SUBNET),
        read("ec2:DescribeSubnets", ANY),
        write("ec2:CreateSubnet", _VPC, condition=OWN),
        write("ec2:ModifySubnetAttribute", _SUBNET, condition=OWN),
        delete("ec2:DeleteSubnet", _SUBNET, condition=OWN),
        _LINGERING,
    ],
    "aws:ec2/internetGateway:InternetGateway": [
        *_made("ec2:CreateInternetGateway", _GATEWAY),
        read("ec2:DescribeInternetGateways", ANY),
        write("ec2:AttachInternetGateway", _GATEWAY, _VPC, condition=OWN),
        delete("ec2:DetachInternetGateway", _GATEWAY, _VPC, condition=OWN),
        delete("ec2:DeleteInternetGateway", _GATEWAY, condition=OWN),
    ],
    "aws:ec2/routeTable:RouteTable": [
        *_made("ec2:CreateRouteTable", _TABLE),
        read("ec2:DescribeRouteTables", ANY),
        write("ec2:CreateRouteTable", _VPC, condition=OWN),
        delete("ec2:DeleteRouteTable", _TABLE, condition=OWN),
        delete("ec2:DisassociateRouteTable", _SUBNET, _TABLE, condition=OWN),
    ],
    "aws:ec2/routeTableAssociation:RouteTableAssociation": [
        read("ec2:DescribeRouteTables", ANY),
        write("ec2:AssociateRouteTable ec2:ReplaceRouteTableAssociation", _SUBNET, _TABLE, condition=OWN),
        delete("ec2:DisassociateRouteTable", _SUBNET, _TABLE, condition=OWN),
    ],
    "aws:ec2/route:Route": [
        read("ec2:DescribeRouteTables", ANY),
        write("ec2:CreateRoute ec2:ReplaceRoute", _TABLE, condition=OWN),
        delete("ec2:DeleteRoute", _TABLE, condition=OWN),
    ],
    "aws:ec2/eip:Eip": [
        *_made("ec2:AllocateAddress", _ADDRESS),
        read("ec2:DescribeAddresses ec2:DescribeAddressesAttribute", ANY),
        delete("ec2:DisassociateAddress ec2:ReleaseAddress", _ADDRESS, condition=OWN),
    ],
    "aws:ec2/natGateway:NatGateway": [
        *_made("ec2:CreateNatGateway", _NAT),
        read("ec2:DescribeNatGateways", ANY),
        write("ec2:CreateNatGateway", _ADDRESS, _SUBNET, condition=OWN),
        delete("ec2:DeleteNatGateway", _NAT, condition=OWN),
    ],
    "aws:ec2/securityGroup:SecurityGroup": [
        *_made("ec2:CreateSecurityGroup", _GROUP),
        read("ec2:DescribeSecurityGroups", ANY),
        write("ec2:CreateSecurityGroup", _VPC, condition=OWN),
        # AWS lets a new group speak to everyone; the provider takes that rule away.
        write("ec2:RevokeSecurityGroupEgress", _GROUP, condition=OWN),
        delete("ec2:DeleteSecurityGroup", _GROUP, condition=OWN),
        _LINGERING,
    ],
    # The VPC brought it along without any tag, and AWS knows no nearer words for it.
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": [
        read("ec2:DescribeSecurityGroups", ANY),
        write("ec2:CreateTags", _GROUP, condition=_UNCLAIMED),
        write("ec2:DeleteTags ec2:RevokeSecurityGroupEgress ec2:RevokeSecurityGroupIngress", _GROUP, condition=OWN),
    ],
    "aws:ec2/flowLog:FlowLog": [
        *_made("ec2:CreateFlowLogs", _FLOW_LOG),
        read("ec2:DescribeFlowLogs", ANY),
        write("ec2:CreateFlowLogs", _VPC, condition=OWN),
        # Delivery to a bucket is arranged on behalf of whoever asks (VPC user guide, "Publish flow logs to Amazon S3").
        write("logs:CreateLogDelivery", ANY),
        delete("ec2:DeleteFlowLogs", _FLOW_LOG, condition=OWN),
        delete("logs:DeleteLogDelivery", ANY),
    ],
    "aws:ec2/vpcEndpoint:VpcEndpoint": [
        *_made("ec2:CreateVpcEndpoint", _ENDPOINT),
        read("ec2:DescribePrefixLists ec2:DescribeVpcEndpoints", ANY),
        write("ec2:CreateVpcEndpoint", _GROUP, _SUBNET, _TABLE, _VPC, condition=OWN),
        write("ec2:ModifyVpcEndpoint", _ENDPOINT, _GROUP, _SUBNET, _TABLE, condition=OWN),
        # Private DNS: the endpoint's zone is associated with the VPC on behalf of whoever asks.
        write("route53:AssociateVPCWithHostedZone", ANY),
        delete("ec2:DeleteVpcEndpoints", _ENDPOINT, condition=OWN),
    ],
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _group_rule("Ingress"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _group_rule("Egress"),
}


def grants(stack: Stack) -> Iterator[Grant]:
    """A network that others made has no tag of ours."""
    if isinstance(stack.deployment.network, ExistingNetwork):
        yield write("ec2:CreateSecurityGroup", f"ec2:vpc/{stack.deployment.network.vpc}")

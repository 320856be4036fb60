"""EC2: the network and its security groups."""

from collections.abc import Mapping
from typing import Any

from botocore import xform_name

from local.plugins.amazon.expression import Expressions
from local.plugins.amazon.table import AwsType, Call, Change, ImportName
from local.plugins.amazon.tagging import Tagging


def ec2_tagging(kind: str) -> Tagging:
    return Tagging(
        whose={"Resources": "[id]"},
        add="create_tags",
        remove="delete_tags",
        keys="Tags",
        removed=lambda names: [{"Key": name} for name in names],
        specification=kind,
    )


def _regular(noun: str, tags: str, creation: Expressions, **more: Any) -> AwsType:
    """A type of which EC2 names operations, arguments and answers by one rule."""
    operation = xform_name(noun)
    row: Mapping[str, Any] = {
        "creation": Call(f"create_{operation}", creation),
        "id": f"{noun}.{noun}Id",
        "description": [Call(f"describe_{operation}s", {f"{noun}Ids": "[id]"})],
        "found": f"{noun}s[0]",
        "deletion": [Call(f"delete_{operation}", {f"{noun}Id": "id"})],
        **more,
    }
    return AwsType(service="ec2", tagging=ec2_tagging(tags), **row)


_RULE = {
    "cidrIpv4": "CidrIpv4",
    "referencedSecurityGroupId": "ReferencedGroupInfo.GroupId",
    "ipProtocol": "IpProtocol",
    "fromPort": "FromPort",
    "toPort": "ToPort",
    "description": "Description",
}

_NEW_RULE = """[{
    IpProtocol: ipProtocol, FromPort: fromPort, ToPort: toPort,
    IpRanges: cidrIpv4 && [{CidrIp: cidrIpv4, Description: description}],
    UserIdGroupPairs: referencedSecurityGroupId && [{GroupId: referencedSecurityGroupId, Description: description}]
}]"""

_CHANGED_RULE = """[{SecurityGroupRuleId: id, SecurityGroupRule: {
    IpProtocol: ipProtocol, FromPort: fromPort, ToPort: toPort, CidrIpv4: cidrIpv4,
    ReferencedGroupId: referencedSecurityGroupId, Description: description
}}]"""


def _rule(direction: str) -> AwsType:
    group = {"GroupId": "securityGroupId"}
    return AwsType(
        service="ec2",
        inputs={**dict.fromkeys(_RULE, str), "fromPort": int, "toPort": int, "securityGroupId": str, "tags": dict},
        required={"securityGroupId", "ipProtocol"},
        replace_on={"securityGroupId"},
        creation=Call(f"authorize_security_group_{direction}", {**group, "IpPermissions": _NEW_RULE}),
        id="SecurityGroupRules[0].SecurityGroupRuleId",
        changes=[Change("modify_security_group_rules", group, {"SecurityGroupRules": _CHANGED_RULE})],
        description=[Call("describe_security_group_rules", {"SecurityGroupRuleIds": "[id]"})],
        found="SecurityGroupRules[0]",
        properties={**_RULE, "securityGroupId": "GroupId"},
        deletion=[Call(f"revoke_security_group_{direction}", {**group, "SecurityGroupRuleIds": "[id]"})],
        tagging=ec2_tagging("security-group-rule"),
    )


TYPES = {
    "aws:ec2/vpc:Vpc": _regular(
        "Vpc",
        tags="vpc",
        inputs={"cidrBlock": str, "enableDnsHostnames": bool, "enableDnsSupport": bool, "tags": dict},
        required={"cidrBlock"},
        replace_on={"cidrBlock"},
        creation={"CidrBlock": "cidrBlock"},
        settings=[
            Change("modify_vpc_attribute", {"VpcId": "id"}, {"EnableDnsSupport": "enableDnsSupport.{Value: @}"}),
            Change("modify_vpc_attribute", {"VpcId": "id"}, {"EnableDnsHostnames": "enableDnsHostnames.{Value: @}"}),
        ],
        description=[
            Call("describe_vpcs", {"VpcIds": "[id]"}),
            Call("describe_vpc_attribute", {"VpcId": "id", "Attribute": "'enableDnsSupport'"}),
            Call("describe_vpc_attribute", {"VpcId": "id", "Attribute": "'enableDnsHostnames'"}),
        ],
        properties={
            "cidrBlock": "CidrBlock",
            "enableDnsSupport": "EnableDnsSupport.Value",
            "enableDnsHostnames": "EnableDnsHostnames.Value",
        },
    ),
    "aws:ec2/internetGateway:InternetGateway": _regular(
        "InternetGateway",
        tags="internet-gateway",
        inputs={"vpcId": str, "tags": dict},
        required={"vpcId"},
        replace_on={"vpcId"},
        creation={},
        settings=[Change("attach_internet_gateway", {"InternetGatewayId": "id"}, {"VpcId": "vpcId"})],
        properties={"vpcId": "Attachments[0].VpcId"},
        deletion=[
            Call("detach_internet_gateway", {"InternetGatewayId": "id", "VpcId": "vpcId"}),
            Call("delete_internet_gateway", {"InternetGatewayId": "id"}),
        ],
    ),
    "aws:ec2/subnet:Subnet": _regular(
        "Subnet",
        tags="subnet",
        inputs={"vpcId": str, "cidrBlock": str, "availabilityZone": str, "mapPublicIpOnLaunch": bool, "tags": dict},
        required={"vpcId", "cidrBlock"},
        replace_on={"vpcId", "cidrBlock", "availabilityZone"},
        creation={"VpcId": "vpcId", "CidrBlock": "cidrBlock", "AvailabilityZone": "availabilityZone"},
        settings=[
            Change(
                "modify_subnet_attribute",
                {"SubnetId": "id"},
                {"MapPublicIpOnLaunch": "mapPublicIpOnLaunch.{Value: @}"},
            )
        ],
        properties={
            "vpcId": "VpcId",
            "cidrBlock": "CidrBlock",
            "availabilityZone": "AvailabilityZone",
            "mapPublicIpOnLaunch": "MapPublicIpOnLaunch",
        },
    ),
    "aws:ec2/eip:Eip": AwsType(
        service="ec2",
        inputs={"domain": str, "tags": dict},
        replace_on={"domain"},
        creation=Call("allocate_address", {"Domain": "domain"}),
        id="AllocationId",
        description=[Call("describe_addresses", {"AllocationIds": "[id]"})],
        found="Addresses[0]",
        properties={"domain": "Domain", "publicIp": "PublicIp"},
        deletion=[Call("release_address", {"AllocationId": "id"})],
        tagging=ec2_tagging("elastic-ip"),
    ),
    "aws:ec2/natGateway:NatGateway": _regular(
        "NatGateway",
        tags="natgateway",
        inputs={"allocationId": str, "subnetId": str, "tags": dict},
        required={"allocationId", "subnetId"},
        replace_on={"allocationId", "subnetId"},
        # MiniStack 1.5 answers without addresses, so they are those of the allocation, which never changes.
        only_here={"allocationId"},
        creation={"SubnetId": "subnetId", "AllocationId": "allocationId"},
        ready="nat_gateway_available",
        description=[
            Call("describe_nat_gateways", {"NatGatewayIds": "[id]"}),
            Call("describe_addresses", {"AllocationIds": "[allocationId]"}),
        ],
        found="NatGateways[?State=='available'] | [0]",
        properties={"subnetId": "SubnetId", "publicIp": "Addresses[0].PublicIp"},
        deleted="nat_gateway_deleted",
    ),
    "aws:ec2/routeTable:RouteTable": _regular(
        "RouteTable",
        tags="route-table",
        inputs={"vpcId": str, "tags": dict},
        required={"vpcId"},
        replace_on={"vpcId"},
        creation={"VpcId": "vpcId"},
        properties={"vpcId": "VpcId"},
    ),
    "aws:ec2/route:Route": AwsType(
        service="ec2",
        inputs={"routeTableId": str, "destinationCidrBlock": str, "gatewayId": str, "natGatewayId": str},
        required={"routeTableId", "destinationCidrBlock"},
        replace_on={"routeTableId", "destinationCidrBlock"},
        only_here={"routeTableId", "destinationCidrBlock"},
        import_name=ImportName(separator="_", inputs=["routeTableId", "destinationCidrBlock"]),
        creation=Call(
            "create_route",
            {
                "RouteTableId": "routeTableId",
                "DestinationCidrBlock": "destinationCidrBlock",
                "GatewayId": "gatewayId",
                "NatGatewayId": "natGatewayId",
            },
        ),
        id="join('_', [routeTableId, destinationCidrBlock])",
        changes=[
            Change(
                "replace_route",
                {"RouteTableId": "routeTableId", "DestinationCidrBlock": "destinationCidrBlock"},
                {"GatewayId": "gatewayId", "NatGatewayId": "natGatewayId"},
            )
        ],
        description=[Call("describe_route_tables", {"RouteTableIds": "[routeTableId]"})],
        found="RouteTables[0].Routes[?DestinationCidrBlock=='{destinationCidrBlock}'] | [0]",
        properties={"gatewayId": "GatewayId", "natGatewayId": "NatGatewayId"},
        deletion=[
            Call("delete_route", {"RouteTableId": "routeTableId", "DestinationCidrBlock": "destinationCidrBlock"})
        ],
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": AwsType(
        service="ec2",
        inputs={"subnetId": str, "routeTableId": str},
        required={"subnetId", "routeTableId"},
        # AWS gives it a new id when its table is replaced, which an update could not put into the state.
        replace_on={"subnetId", "routeTableId"},
        delete_before_replace=True,
        creation=Call("associate_route_table", {"SubnetId": "subnetId", "RouteTableId": "routeTableId"}),
        id="AssociationId",
        import_name=ImportName(
            separator="/",
            inputs=["subnetId", "routeTableId"],
            look=Call("describe_route_tables", {"RouteTableIds": "[routeTableId]"}),
            id="RouteTables[0].Associations[?SubnetId=='{subnetId}'] | [0].RouteTableAssociationId",
        ),
        description=[
            Call(
                "describe_route_tables",
                {"Filters": "[{Name: 'association.route-table-association-id', Values: [id]}]"},
            )
        ],
        found="RouteTables[].Associations[] | [?RouteTableAssociationId=='{id}'] | [0]",
        properties={"subnetId": "SubnetId", "routeTableId": "RouteTableId"},
        deletion=[Call("disassociate_route_table", {"AssociationId": "id"})],
    ),
    "aws:ec2/securityGroup:SecurityGroup": _regular(
        "SecurityGroup",
        tags="security-group",
        inputs={"name": str, "description": str, "vpcId": str, "tags": dict},
        required={"description", "vpcId"},
        name_limit=255,
        replace_on={"name", "description", "vpcId"},
        creation={"GroupName": "name", "Description": "description", "VpcId": "vpcId"},
        id="GroupId",
        settings=[
            # AWS lets a new group reach everything; pulumi-aws, like Terraform, takes that away again. Only then: a
            # group of another name is a new one.
            Change(
                "revoke_security_group_egress",
                {"GroupId": "id", "IpPermissions": "[{IpProtocol: '-1', IpRanges: [{CidrIp: '0.0.0.0/0'}]}]"},
                {},
                triggers={"name"},
            )
        ],
        description=[Call("describe_security_groups", {"GroupIds": "[id]"})],
        properties={"name": "GroupName", "description": "Description", "vpcId": "VpcId"},
        deletion=[Call("delete_security_group", {"GroupId": "id"})],
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rule("ingress"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _rule("egress"),
}

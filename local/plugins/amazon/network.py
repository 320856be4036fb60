"""VPC, gateways and subnets."""

from typing import Any

from local.plugins.amazon import tagging
from local.plugins.amazon.account import Account, code, only, poll
from local.plugins.resource import ResourceType, Target
from local.plugins.wire import Props

_NAT_SECONDS = 600


def _create_vpc(account: Account, target: Target) -> str:
    made = account.ec2.create_vpc(CidrBlock=target.inputs["cidrBlock"], **tagging.specification("vpc", target))
    return made["Vpc"]["VpcId"]


def _vpc_attributes(account: Account, target: Target) -> None:
    for name, attribute in (("enableDnsSupport", "EnableDnsSupport"), ("enableDnsHostnames", "EnableDnsHostnames")):
        if target.changed(name):
            value = {attribute: {"Value": target.inputs.get(name, False)}}
            account.ec2.modify_vpc_attribute(VpcId=target.id, **value)


def _read_vpc(account: Account, target: Target) -> Props:
    vpc = only(account.ec2.describe_vpcs(VpcIds=[target.id])["Vpcs"])

    def attribute(name: str, key: str) -> bool:
        return account.ec2.describe_vpc_attribute(VpcId=target.id, Attribute=name)[key]["Value"]

    def of_vpc(operation: str, listed: str, **extra: str) -> Props:
        wanted = {"vpc-id": target.id, **extra}
        filters = [{"Name": name, "Values": [value]} for name, value in wanted.items()]
        found = getattr(account.ec2, operation)(Filters=filters)[listed]
        return found[0] if found else {}

    main_table = of_vpc("describe_route_tables", "RouteTables", **{"association.main": "true"}).get("RouteTableId")
    groups = of_vpc("describe_security_groups", "SecurityGroups", **{"group-name": "default"})
    return {
        "cidrBlock": vpc["CidrBlock"],
        "enableDnsSupport": attribute("enableDnsSupport", "EnableDnsSupport"),
        "enableDnsHostnames": attribute("enableDnsHostnames", "EnableDnsHostnames"),
        "arn": account.arn("ec2", f"vpc/{target.id}", vpc.get("OwnerId")),
        "ownerId": vpc.get("OwnerId"),
        "instanceTenancy": vpc.get("InstanceTenancy"),
        "dhcpOptionsId": vpc.get("DhcpOptionsId"),
        "mainRouteTableId": main_table,
        "defaultRouteTableId": main_table,
        "defaultSecurityGroupId": groups.get("GroupId"),
        "defaultNetworkAclId": of_vpc("describe_network_acls", "NetworkAcls", default="true").get("NetworkAclId"),
        **tagging.outputs(vpc.get("Tags")),
    }


def _create_internet_gateway(account: Account, target: Target) -> str:
    made = account.ec2.create_internet_gateway(**tagging.specification("internet-gateway", target))
    return made["InternetGateway"]["InternetGatewayId"]


def _attach(account: Account, target: Target) -> None:
    old, new = target.old_inputs.get("vpcId"), target.inputs.get("vpcId")
    if old and old != new:
        _detach(account, target.id, old)
    if new and old != new:
        account.ec2.attach_internet_gateway(InternetGatewayId=target.id, VpcId=new)


def _detach(account: Account, gateway: str, vpc: str) -> None:
    try:
        account.ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    except Exception as error:
        if code(error) != "Gateway.NotAttached":
            raise


def _read_internet_gateway(account: Account, target: Target) -> Props:
    gateway = only(account.ec2.describe_internet_gateways(InternetGatewayIds=[target.id])["InternetGateways"])
    attachments = gateway.get("Attachments") or [{}]
    return {
        "vpcId": attachments[0].get("VpcId"),
        "arn": account.arn("ec2", f"internet-gateway/{target.id}", gateway.get("OwnerId")),
        "ownerId": gateway.get("OwnerId"),
        **tagging.outputs(gateway.get("Tags")),
    }


def _delete_internet_gateway(account: Account, target: Target) -> None:
    if target.state.get("vpcId"):
        _detach(account, target.id, target.state["vpcId"])
    account.ec2.delete_internet_gateway(InternetGatewayId=target.id)


def _create_subnet(account: Account, target: Target) -> str:
    zone = target.inputs.get("availabilityZone")
    made = account.ec2.create_subnet(
        VpcId=target.inputs["vpcId"],
        CidrBlock=target.inputs["cidrBlock"],
        **({"AvailabilityZone": zone} if zone else {}),
        **tagging.specification("subnet", target),
    )
    return made["Subnet"]["SubnetId"]


def _subnet_attributes(account: Account, target: Target) -> None:
    if target.changed("mapPublicIpOnLaunch"):
        value = {"Value": target.inputs["mapPublicIpOnLaunch"]}
        account.ec2.modify_subnet_attribute(SubnetId=target.id, MapPublicIpOnLaunch=value)


def _read_subnet(account: Account, target: Target) -> Props:
    subnet = only(account.ec2.describe_subnets(SubnetIds=[target.id])["Subnets"])
    return {
        "vpcId": subnet["VpcId"],
        "cidrBlock": subnet["CidrBlock"],
        "availabilityZone": subnet["AvailabilityZone"],
        "availabilityZoneId": subnet.get("AvailabilityZoneId"),
        "mapPublicIpOnLaunch": subnet.get("MapPublicIpOnLaunch", False),
        "arn": subnet.get("SubnetArn") or account.arn("ec2", f"subnet/{target.id}", subnet.get("OwnerId")),
        "ownerId": subnet.get("OwnerId"),
        **tagging.outputs(subnet.get("Tags")),
    }


def _create_eip(account: Account, target: Target) -> str:
    domain = target.inputs["domain"]
    return account.ec2.allocate_address(Domain=domain, **tagging.specification("elastic-ip", target))["AllocationId"]


def _read_eip(account: Account, target: Target) -> Props:
    address = only(account.ec2.describe_addresses(AllocationIds=[target.id])["Addresses"])
    return {
        "domain": address.get("Domain"),
        "allocationId": address["AllocationId"],
        "publicIp": address.get("PublicIp"),
        "associationId": address.get("AssociationId"),
        "networkInterface": address.get("NetworkInterfaceId"),
        "privateIp": address.get("PrivateIpAddress"),
        "arn": account.arn("ec2", f"elastic-ip/{target.id}"),
        **tagging.outputs(address.get("Tags")),
    }


def _create_nat_gateway(account: Account, target: Target) -> str:
    made = account.ec2.create_nat_gateway(
        SubnetId=target.inputs["subnetId"],
        AllocationId=target.inputs["allocationId"],
        **tagging.specification("natgateway", target),
    )
    return made["NatGateway"]["NatGatewayId"]


def _nat_gateway(account: Account, target: Target) -> Any:
    found = account.ec2.describe_nat_gateways(NatGatewayIds=[target.id])["NatGateways"]
    return next((gateway for gateway in found if gateway["State"] not in ("deleted", "failed")), None)


def _wait_until_available(account: Account, target: Target) -> None:
    def available() -> bool:
        gateway = _nat_gateway(account, target)
        if gateway is None:
            raise RuntimeError(f"NAT gateway {target.id} failed")
        return gateway["State"] == "available"

    poll(available, f"NAT gateway {target.id} becoming available", _NAT_SECONDS)


def _read_nat_gateway(account: Account, target: Target) -> Props | None:
    gateway = _nat_gateway(account, target)
    if gateway is None:
        return None
    address: Props = (gateway.get("NatGatewayAddresses") or [{}])[0]
    return {
        "subnetId": gateway["SubnetId"],
        "connectivityType": gateway.get("ConnectivityType"),
        "allocationId": address.get("AllocationId"),
        "associationId": address.get("AssociationId"),
        "networkInterfaceId": address.get("NetworkInterfaceId"),
        "privateIp": address.get("PrivateIp"),
        "publicIp": address.get("PublicIp") or _public_ip(account, target),
        **tagging.outputs(gateway.get("Tags")),
    }


def _public_ip(account: Account, target: Target) -> str | None:
    """The address of the allocation, where the answer has no addresses (see `not_reported`)."""
    allocation = (target.inputs or target.state).get("allocationId")
    if not allocation:
        return None
    return only(account.ec2.describe_addresses(AllocationIds=[allocation])["Addresses"]).get("PublicIp")


def _delete_nat_gateway(account: Account, target: Target) -> None:
    account.ec2.delete_nat_gateway(NatGatewayId=target.id)
    poll(lambda: _nat_gateway(account, target) is None, f"deleting NAT gateway {target.id}", _NAT_SECONDS)


TYPES = {
    "aws:ec2/vpc:Vpc": ResourceType(
        inputs={"cidrBlock": str, "enableDnsHostnames": bool, "enableDnsSupport": bool, "tags": dict},
        required=frozenset({"cidrBlock"}),
        defaults={"enableDnsSupport": True},
        replace_on=frozenset({"cidrBlock"}),
        computed=frozenset(
            [
                "arn",
                "ownerId",
                "instanceTenancy",
                "dhcpOptionsId",
                "mainRouteTableId",
                "defaultRouteTableId",
                "defaultSecurityGroupId",
                "defaultNetworkAclId",
                "enableDnsHostnames",
            ]
        ),
        create=_create_vpc,
        settle=(_vpc_attributes,),
        read=_read_vpc,
        update=(_vpc_attributes, tagging.ec2),
        delete=lambda account, target: account.ec2.delete_vpc(VpcId=target.id),
    ),
    "aws:ec2/internetGateway:InternetGateway": ResourceType(
        inputs={"vpcId": str, "tags": dict},
        computed=frozenset({"arn", "ownerId", "vpcId"}),
        create=_create_internet_gateway,
        settle=(_attach,),
        read=_read_internet_gateway,
        update=(_attach, tagging.ec2),
        delete=_delete_internet_gateway,
    ),
    "aws:ec2/subnet:Subnet": ResourceType(
        inputs={"vpcId": str, "cidrBlock": str, "availabilityZone": str, "mapPublicIpOnLaunch": bool, "tags": dict},
        required=frozenset({"vpcId", "cidrBlock"}),
        defaults={"mapPublicIpOnLaunch": False},
        replace_on=frozenset({"vpcId", "cidrBlock", "availabilityZone"}),
        computed=frozenset({"arn", "ownerId", "availabilityZone", "availabilityZoneId"}),
        create=_create_subnet,
        settle=(_subnet_attributes,),
        read=_read_subnet,
        update=(_subnet_attributes, tagging.ec2),
        delete=lambda account, target: account.ec2.delete_subnet(SubnetId=target.id),
    ),
    "aws:ec2/eip:Eip": ResourceType(
        inputs={"domain": str, "tags": dict},
        defaults={"domain": "vpc"},
        replace_on=frozenset({"domain"}),
        computed=frozenset({"arn", "allocationId", "publicIp", "associationId", "networkInterface", "privateIp"}),
        create=_create_eip,
        read=_read_eip,
        update=(tagging.ec2,),
        delete=lambda account, target: account.ec2.release_address(AllocationId=target.id),
    ),
    "aws:ec2/natGateway:NatGateway": ResourceType(
        inputs={"allocationId": str, "subnetId": str, "tags": dict},
        required=frozenset({"allocationId", "subnetId"}),
        replace_on=frozenset({"allocationId", "subnetId"}),
        computed=frozenset({"connectivityType", "associationId", "networkInterfaceId", "privateIp", "publicIp"}),
        not_reported={"allocationId": "MiniStack 1.5 answers a NAT gateway without its addresses"},
        create=_create_nat_gateway,
        settle=(_wait_until_available,),
        read=_read_nat_gateway,
        update=(tagging.ec2,),
        delete=_delete_nat_gateway,
    ),
}

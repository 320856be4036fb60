"""Route tables, their routes, and the subnets that follow them."""

import zlib
from typing import Any

from local.plugins.amazon import tagging
from local.plugins.amazon.account import Account, only
from local.plugins.resource import ResourceType, Target
from local.plugins.wire import Props


def _create_table(account: Account, target: Target) -> str:
    made = account.ec2.create_route_table(VpcId=target.inputs["vpcId"], **tagging.specification("route-table", target))
    return made["RouteTable"]["RouteTableId"]


def _table(account: Account, identity: str) -> Any:
    return only(account.ec2.describe_route_tables(RouteTableIds=[identity])["RouteTables"])


def _read_table(account: Account, target: Target) -> Props:
    table = _table(account, target.id)
    return {
        "vpcId": table["VpcId"],
        "arn": account.arn("ec2", f"route-table/{target.id}", table.get("OwnerId")),
        "ownerId": table.get("OwnerId"),
        **tagging.outputs(table.get("Tags")),
    }


def _target_of(inputs: Props) -> Props:
    names = {"gatewayId": "GatewayId", "natGatewayId": "NatGatewayId"}
    return {argument: inputs[name] for name, argument in names.items() if inputs.get(name)}


def _key_of(inputs: Props) -> Props:
    return {
        "RouteTableId": inputs["routeTableId"],
        "DestinationCidrBlock": inputs["destinationCidrBlock"],
    }


def _create_route(account: Account, target: Target) -> str:
    account.ec2.create_route(**_key_of(target.inputs), **_target_of(target.inputs))
    destination = zlib.crc32(target.inputs["destinationCidrBlock"].encode())
    return f"r-{target.inputs['routeTableId']}{destination}"


def _replace_route(account: Account, target: Target) -> None:
    if target.changed("gatewayId", "natGatewayId"):
        account.ec2.replace_route(**_key_of(target.inputs), **_target_of(target.inputs))


def _read_route(account: Account, target: Target) -> Props | None:
    known = target.state or target.inputs
    destination = known["destinationCidrBlock"]
    routes = _table(account, known["routeTableId"])["Routes"]
    route = next((item for item in routes if item.get("DestinationCidrBlock") == destination), None)
    if route is None:
        return None
    return {
        "routeTableId": known["routeTableId"],
        "destinationCidrBlock": destination,
        "gatewayId": route.get("GatewayId"),
        "natGatewayId": route.get("NatGatewayId"),
        "origin": route.get("Origin"),
        "state": route.get("State"),
    }


def _create_association(account: Account, target: Target) -> str:
    made = account.ec2.associate_route_table(
        SubnetId=target.inputs["subnetId"], RouteTableId=target.inputs["routeTableId"]
    )
    return made["AssociationId"]


def _association(account: Account, target: Target) -> Any:
    """The association of the subnet as it is; replacing its table gives it a new id that the state cannot take up."""
    subnet = (target.state or target.inputs)["subnetId"]
    filters = [{"Name": "association.subnet-id", "Values": [subnet]}]
    tables = account.ec2.describe_route_tables(Filters=filters)["RouteTables"]
    associations = [item for table in tables for item in table["Associations"] if item.get("SubnetId") == subnet]
    return associations[0] if associations else None


def _replace_association(account: Account, target: Target) -> None:
    if target.changed("routeTableId"):
        current = _association(account, target)["RouteTableAssociationId"]
        account.ec2.replace_route_table_association(AssociationId=current, RouteTableId=target.inputs["routeTableId"])


def _read_association(account: Account, target: Target) -> Props | None:
    association = _association(account, target)
    if association is None:
        return None
    return {"subnetId": association["SubnetId"], "routeTableId": association["RouteTableId"]}


def _delete_association(account: Account, target: Target) -> None:
    association = _association(account, target)
    if association is not None:
        account.ec2.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])


TYPES = {
    "aws:ec2/routeTable:RouteTable": ResourceType(
        inputs={"vpcId": str, "tags": dict},
        required=frozenset({"vpcId"}),
        replace_on=frozenset({"vpcId"}),
        computed=frozenset({"arn", "ownerId"}),
        create=_create_table,
        read=_read_table,
        update=(tagging.ec2,),
        delete=lambda account, target: account.ec2.delete_route_table(RouteTableId=target.id),
    ),
    "aws:ec2/route:Route": ResourceType(
        inputs={"routeTableId": str, "destinationCidrBlock": str, "gatewayId": str, "natGatewayId": str},
        required=frozenset({"routeTableId", "destinationCidrBlock"}),
        replace_on=frozenset({"routeTableId", "destinationCidrBlock"}),
        computed=frozenset({"origin", "state"}),
        create=_create_route,
        read=_read_route,
        update=(_replace_route,),
        delete=lambda account, target: account.ec2.delete_route(**_key_of(target.state)),
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": ResourceType(
        inputs={"subnetId": str, "routeTableId": str},
        required=frozenset({"subnetId", "routeTableId"}),
        replace_on=frozenset({"subnetId"}),
        create=_create_association,
        read=_read_association,
        update=(_replace_association,),
        delete=_delete_association,
    ),
}

"""Security groups and their rules, which are resources of their own."""

from typing import Any

from local.plugins.amazon import tagging
from local.plugins.amazon.account import Account, code, only
from local.plugins.resource import ResourceType, Target
from local.plugins.wire import Props


def _create_group(account: Account, target: Target) -> str:
    vpc = target.inputs.get("vpcId")
    made = account.ec2.create_security_group(
        GroupName=target.inputs["name"],
        Description=target.inputs["description"],
        **({"VpcId": vpc} if vpc else {}),
        **tagging.specification("security-group", target),
    )
    return made["GroupId"]


def _revoke_default_egress(account: Account, target: Target) -> None:
    """AWS lets a new group reach everything; pulumi-aws, like Terraform, takes that away again."""
    everything: Props = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    try:
        account.ec2.revoke_security_group_egress(GroupId=target.id, IpPermissions=[everything])
    except Exception as error:
        if code(error) != "InvalidPermission.NotFound":
            raise


def _read_group(account: Account, target: Target) -> Props:
    group = only(account.ec2.describe_security_groups(GroupIds=[target.id])["SecurityGroups"])
    return {
        "name": group["GroupName"],
        "description": group["Description"],
        "vpcId": group.get("VpcId"),
        "arn": account.arn("ec2", f"security-group/{target.id}", group.get("OwnerId")),
        "ownerId": group.get("OwnerId"),
        **tagging.outputs(group.get("Tags")),
    }


_RULE = {
    "cidrIpv4": "CidrIpv4",
    "referencedSecurityGroupId": "ReferencedGroupId",
    "ipProtocol": "IpProtocol",
    "fromPort": "FromPort",
    "toPort": "ToPort",
    "description": "Description",
}
"""Our input → the field of a SecurityGroupRule."""


def _permission(inputs: Props) -> Props:
    said = {"Description": inputs["description"]} if inputs.get("description") else {}
    permission: Props = {"IpProtocol": inputs["ipProtocol"]}
    for name, argument in (("fromPort", "FromPort"), ("toPort", "ToPort")):
        if name in inputs:
            permission[argument] = inputs[name]
    if "cidrIpv4" in inputs:
        permission["IpRanges"] = [{"CidrIp": inputs["cidrIpv4"], **said}]
    if "referencedSecurityGroupId" in inputs:
        permission["UserIdGroupPairs"] = [{"GroupId": inputs["referencedSecurityGroupId"], **said}]
    return permission


def _create_rule(direction: str) -> Any:
    def create(account: Account, target: Target) -> str:
        made = getattr(account.ec2, f"authorize_security_group_{direction}")(
            GroupId=target.inputs["securityGroupId"],
            IpPermissions=[_permission(target.inputs)],
            **tagging.specification("security-group-rule", target),
        )
        return made["SecurityGroupRules"][0]["SecurityGroupRuleId"]

    return create


def _read_rule(account: Account, target: Target) -> Props:
    rule = only(account.ec2.describe_security_group_rules(SecurityGroupRuleIds=[target.id])["SecurityGroupRules"])
    rule["ReferencedGroupId"] = rule.get("ReferencedGroupInfo", {}).get("GroupId")
    described = {name: rule.get(field) for name, field in _RULE.items()}
    if rule["IpProtocol"] == "-1":
        described |= {"fromPort": None, "toPort": None}
    return {
        "securityGroupId": rule["GroupId"],
        **described,
        "arn": account.arn("ec2", f"security-group-rule/{target.id}", rule.get("GroupOwnerId")),
        "securityGroupRuleId": target.id,
        **tagging.outputs(rule.get("Tags")),
    }


def _modify_rule(account: Account, target: Target) -> None:
    if target.changed(*_RULE):
        wanted = {field: target.inputs[name] for name, field in _RULE.items() if name in target.inputs}
        account.ec2.modify_security_group_rules(
            GroupId=target.inputs["securityGroupId"],
            SecurityGroupRules=[{"SecurityGroupRuleId": target.id, "SecurityGroupRule": wanted}],
        )


def _delete_rule(direction: str) -> Any:
    def delete(account: Account, target: Target) -> None:
        getattr(account.ec2, f"revoke_security_group_{direction}")(
            GroupId=target.state["securityGroupId"], SecurityGroupRuleIds=[target.id]
        )

    return delete


def _rule(direction: str) -> ResourceType[Account]:
    return ResourceType(
        inputs={
            "securityGroupId": str,
            "cidrIpv4": str,
            "referencedSecurityGroupId": str,
            "ipProtocol": str,
            "fromPort": int,
            "toPort": int,
            "description": str,
            "tags": dict,
        },
        required=frozenset({"securityGroupId", "ipProtocol"}),
        replace_on=frozenset({"securityGroupId"}),
        computed=frozenset({"arn", "securityGroupRuleId"}),
        create=_create_rule(direction),
        read=_read_rule,
        update=(_modify_rule, tagging.ec2),
        delete=_delete_rule(direction),
    )


TYPES = {
    "aws:ec2/securityGroup:SecurityGroup": ResourceType(
        inputs={"name": str, "description": str, "vpcId": str, "tags": dict},
        defaults={"description": "Managed by Pulumi"},
        name_limit=255,
        replace_on=frozenset({"name", "description", "vpcId"}),
        computed=frozenset({"arn", "ownerId", "vpcId"}),
        create=_create_group,
        settle=(_revoke_default_egress,),
        read=_read_group,
        update=(tagging.ec2,),
        delete=lambda account, target: account.ec2.delete_security_group(GroupId=target.id),
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rule("ingress"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _rule("egress"),
}

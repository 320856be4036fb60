"""IAM: roles and their policies."""

import json
from typing import Any
from urllib.parse import unquote

from local.plugins.amazon import tagging
from local.plugins.amazon.account import Account
from local.plugins.resource import ResourceType, Target
from local.plugins.shape import JSON
from local.plugins.wire import Props


def _create_role(account: Account, target: Target) -> str:
    described = {"Description": target.inputs["description"]} if "description" in target.inputs else {}
    made = account.iam.create_role(
        RoleName=target.inputs["name"],
        AssumeRolePolicyDocument=target.inputs["assumeRolePolicy"],
        **described,
        **tagging.at_creation(target),
    )
    return made["Role"]["RoleName"]


def _document(answer: Any) -> str:
    """botocore already decodes a policy document that AWS sends encoded; either way the state holds a string."""
    return unquote(answer) if isinstance(answer, str) else json.dumps(answer)


def _read_role(account: Account, target: Target) -> Props:
    role = account.iam.get_role(RoleName=target.id)["Role"]
    return {
        "name": role["RoleName"],
        "description": role.get("Description"),
        "assumeRolePolicy": _document(role["AssumeRolePolicyDocument"]),
        "arn": role["Arn"],
        "uniqueId": role["RoleId"],
        "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "path": role.get("Path"),
        "maxSessionDuration": role.get("MaxSessionDuration"),
        **tagging.outputs(account.iam.list_role_tags(RoleName=target.id)["Tags"]),
    }


def _update_role(account: Account, target: Target) -> None:
    if target.changed("assumeRolePolicy"):
        account.iam.update_assume_role_policy(RoleName=target.id, PolicyDocument=target.inputs["assumeRolePolicy"])
    if target.changed("description"):
        account.iam.update_role(RoleName=target.id, Description=target.inputs.get("description", ""))


def _put_policy(account: Account, target: Target) -> None:
    account.iam.put_role_policy(
        RoleName=target.inputs["role"], PolicyName=target.inputs["name"], PolicyDocument=target.inputs["policy"]
    )


def _create_policy(account: Account, target: Target) -> str:
    _put_policy(account, target)
    return f"{target.inputs['role']}:{target.inputs['name']}"


def _policy_key(target: Target) -> Props:
    role, _, name = target.id.partition(":")
    return {"RoleName": role, "PolicyName": name}


def _read_policy(account: Account, target: Target) -> Props:
    policy = account.iam.get_role_policy(**_policy_key(target))
    return {
        "role": policy["RoleName"],
        "name": policy["PolicyName"],
        "policy": _document(policy["PolicyDocument"]),
    }


TYPES = {
    "aws:iam/role:Role": ResourceType(
        inputs={"name": str, "description": str, "assumeRolePolicy": JSON, "tags": dict},
        required=frozenset({"assumeRolePolicy"}),
        name_limit=64,
        replace_on=frozenset({"name"}),
        computed=frozenset({"arn", "uniqueId", "createDate", "path", "maxSessionDuration"}),
        create=_create_role,
        read=_read_role,
        update=(_update_role, tagging.iam_role),
        delete=lambda account, target: account.iam.delete_role(RoleName=target.id),
    ),
    "aws:iam/rolePolicy:RolePolicy": ResourceType(
        inputs={"name": str, "role": str, "policy": JSON},
        required=frozenset({"role", "policy"}),
        name_limit=128,
        replace_on=frozenset({"name", "role"}),
        create=_create_policy,
        read=_read_policy,
        update=(_put_policy,),
        delete=lambda account, target: account.iam.delete_role_policy(**_policy_key(target)),
    ),
}

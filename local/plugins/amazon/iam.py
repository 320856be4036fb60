"""IAM: roles and their policies."""

from local.plugins.amazon.table import AwsType, Call, Change
from local.plugins.amazon.tagging import Tagging
from local.plugins.shape import JSON

_POLICY = {"RoleName": "role", "PolicyName": "name"}

TYPES = {
    "aws:iam/role:Role": AwsType(
        service="iam",
        inputs={"name": str, "description": str, "assumeRolePolicy": JSON, "tags": dict},
        required={"assumeRolePolicy"},
        name_limit=64,
        replace_on={"name"},
        creation=Call(
            "create_role",
            {"RoleName": "name", "Description": "description", "AssumeRolePolicyDocument": "assumeRolePolicy"},
        ),
        id="Role.RoleName",
        changes=[
            Change("update_assume_role_policy", {"RoleName": "id"}, {"PolicyDocument": "assumeRolePolicy"}),
            Change("update_role", {"RoleName": "id"}, {"Description": "description"}),
        ],
        description=[Call("get_role", {"RoleName": "id"})],
        found="Role",
        properties={
            "name": "RoleName",
            "description": "Description",
            "assumeRolePolicy": "to_string(AssumeRolePolicyDocument)",
            "arn": "Arn",
        },
        deletion=[Call("delete_role", {"RoleName": "id"})],
        tagging=Tagging(whose={"RoleName": "id"}, add="tag_role", remove="untag_role", listing="list_role_tags"),
    ),
    "aws:iam/rolePolicy:RolePolicy": AwsType(
        service="iam",
        inputs={"name": str, "role": str, "policy": JSON},
        required={"role", "policy"},
        name_limit=128,
        replace_on={"name", "role"},
        creation=Call("put_role_policy", {**_POLICY, "PolicyDocument": "policy"}),
        id="join(':', [role, name])",
        changes=[Change("put_role_policy", _POLICY, {"PolicyDocument": "policy"})],
        description=[Call("get_role_policy", _POLICY)],
        found="@",
        properties={"name": "PolicyName", "role": "RoleName", "policy": "to_string(PolicyDocument)"},
        deletion=[Call("delete_role_policy", _POLICY)],
    ),
}

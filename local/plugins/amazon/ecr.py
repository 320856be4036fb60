"""ECR: repositories, their policies, and the lookups."""

import base64

from local.plugins.amazon.account import Account
from local.plugins.amazon.expression import alike
from local.plugins.amazon.table import AwsType, Call, Change
from local.plugins.amazon.tagging import Tagging
from local.plugins.resource import Function
from local.plugins.shape import JSON
from local.plugins.wire import Props

_SETTINGS = alike("imageTagMutability", "imageScanningConfiguration")
_ENCRYPTION = "{encryptionType: encryptionType, kmsKey: kmsKey}"

TYPES = {
    "aws:ecr/repository:Repository": AwsType(
        service="ecr",
        inputs={
            "name": str,
            "imageTagMutability": str,
            "imageScanningConfiguration": {"scanOnPush": bool},
            "encryptionConfigurations": [{"encryptionType": str, "kmsKey": str}],
            "forceDelete": bool,
            "tags": dict,
        },
        name_limit=255,
        replace_on={"name", "encryptionConfigurations"},
        only_here={"forceDelete"},
        creation=Call(
            "create_repository",
            {
                "repositoryName": "name",
                "encryptionConfiguration": f"encryptionConfigurations[0].{_ENCRYPTION}",
                **_SETTINGS,
            },
        ),
        id="repository.repositoryName",
        changes=[
            Change("put_image_tag_mutability", {"repositoryName": "id"}, alike("imageTagMutability")),
            Change("put_image_scanning_configuration", {"repositoryName": "id"}, alike("imageScanningConfiguration")),
        ],
        description=[Call("describe_repositories", {"repositoryNames": "[id]"})],
        found="repositories[0]",
        properties={
            "name": "repositoryName",
            "arn": "repositoryArn",
            "repositoryUrl": "repositoryUri",
            "encryptionConfigurations": f"[encryptionConfiguration.{_ENCRYPTION}]",
            **_SETTINGS,
        },
        deletion=[Call("delete_repository", {"repositoryName": "id", "force": "forceDelete || `false`"})],
        tagging=Tagging(
            whose={"resourceArn": "arn"},
            add="tag_resource",
            remove="untag_resource",
            listing="list_tags_for_resource",
            where="tags",
            argument="tags",
            keys="tagKeys",
        ),
    ),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": AwsType(
        service="ecr",
        inputs={"repository": str, "policy": JSON},
        required={"repository", "policy"},
        replace_on={"repository", "policy"},
        delete_before_replace=True,
        creation=Call("put_lifecycle_policy", {"repositoryName": "repository", "lifecyclePolicyText": "policy"}),
        id="repositoryName",
        description=[Call("get_lifecycle_policy", {"repositoryName": "id"})],
        found="@",
        properties={"repository": "repositoryName", "policy": "lifecyclePolicyText"},
        deletion=[Call("delete_lifecycle_policy", {"repositoryName": "id"})],
    ),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": AwsType(
        service="ecr",
        inputs={"repository": str, "policy": JSON},
        required={"repository", "policy"},
        replace_on={"repository"},
        creation=Call("set_repository_policy", {"repositoryName": "repository", "policyText": "policy"}),
        id="repositoryName",
        changes=[Change("set_repository_policy", {"repositoryName": "id"}, {"policyText": "policy"})],
        description=[Call("get_repository_policy", {"repositoryName": "id"})],
        found="@",
        properties={"repository": "repositoryName", "policy": "policyText"},
        deletion=[Call("delete_repository_policy", {"repositoryName": "id"})],
    ),
}


def _get_image(account: Account, arguments: Props) -> Props:
    name, tag = arguments["repositoryName"], arguments["imageTag"]
    images = account.client("ecr", arguments["region"]).describe_images(
        registryId=arguments["registryId"], repositoryName=name, imageIds=[{"imageTag": tag}]
    )["imageDetails"]
    if not images:  # MiniStack 1.5; ECR itself answers with an error
        raise LookupError(f"reading ECR Images: couldn't find resource ({name}:{tag}): empty result")
    return {**arguments, "id": images[0]["imageDigest"], "imageDigest": images[0]["imageDigest"]}


def _get_authorization_token(account: Account, arguments: Props) -> Props:
    client = account.client("ecr", arguments["region"])
    answer = client.get_authorization_token(registryIds=[arguments["registryId"]])
    token = answer["authorizationData"][0]["authorizationToken"]
    user, _, password = base64.b64decode(token).decode().partition(":")
    return {**arguments, "id": arguments["registryId"], "userName": user, "password": password}


FUNCTIONS = {
    "aws:ecr/getImage:getImage": Function(
        arguments={"repositoryName": str, "imageTag": str, "registryId": str, "region": str},
        required={"repositoryName", "imageTag", "registryId", "region"},
        call=_get_image,
    ),
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": Function(
        arguments={"registryId": str, "region": str},
        required={"registryId", "region"},
        call=_get_authorization_token,
        secret={"password"},
    ),
}

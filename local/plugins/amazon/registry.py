"""ECR: repositories, their lifecycle policies, and the lookups."""

import base64
from typing import Any

from local.plugins.amazon import tagging
from local.plugins.amazon.account import Account, code, only
from local.plugins.resource import Function, ResourceType, Target
from local.plugins.shape import JSON
from local.plugins.wire import Props


def _create_repository(account: Account, target: Target) -> str:
    inputs, request = target.inputs, Props()
    if "imageScanningConfiguration" in inputs:
        request["imageScanningConfiguration"] = inputs["imageScanningConfiguration"]
    if inputs.get("encryptionConfigurations"):
        request["encryptionConfiguration"] = inputs["encryptionConfigurations"][0]
    made = account.ecr.create_repository(
        repositoryName=inputs["name"],
        imageTagMutability=inputs["imageTagMutability"],
        **request,
        **tagging.at_creation(target, argument="tags"),
    )
    return made["repository"]["repositoryName"]


def _repository(account: Account, name: str, registry: str | None = None) -> Any:
    where = {"registryId": registry} if registry else {}
    return only(account.ecr.describe_repositories(repositoryNames=[name], **where)["repositories"])


def _read_repository(account: Account, target: Target) -> Props:
    repository = _repository(account, target.id)
    tags = account.ecr.list_tags_for_resource(resourceArn=repository["repositoryArn"])["tags"]
    encryption = repository.get("encryptionConfiguration")
    return {
        "name": repository["repositoryName"],
        "imageTagMutability": repository["imageTagMutability"],
        "imageScanningConfiguration": repository.get("imageScanningConfiguration"),
        "encryptionConfigurations": [encryption] if encryption else None,
        "arn": repository["repositoryArn"],
        "registryId": repository["registryId"],
        "repositoryUrl": repository["repositoryUri"],
        **tagging.outputs(tags),
    }


def _update_repository(account: Account, target: Target) -> None:
    if target.changed("imageTagMutability"):
        account.ecr.put_image_tag_mutability(
            repositoryName=target.id, imageTagMutability=target.inputs["imageTagMutability"]
        )
    if target.changed("imageScanningConfiguration"):
        scanning = target.inputs.get("imageScanningConfiguration", {"scanOnPush": False})
        account.ecr.put_image_scanning_configuration(repositoryName=target.id, imageScanningConfiguration=scanning)


def _delete_repository(account: Account, target: Target) -> None:
    account.ecr.delete_repository(repositoryName=target.id, force=target.state.get("forceDelete", False))


def _put_policy(account: Account, target: Target) -> str:
    made = account.ecr.put_lifecycle_policy(
        repositoryName=target.inputs["repository"], lifecyclePolicyText=target.inputs["policy"]
    )
    return made["repositoryName"]


def _read_policy(account: Account, target: Target) -> Props:
    policy = account.ecr.get_lifecycle_policy(repositoryName=target.id)
    return {
        "repository": policy["repositoryName"],
        "policy": policy["lifecyclePolicyText"],
        "registryId": policy["registryId"],
    }


TYPES = {
    "aws:ecr/repository:Repository": ResourceType(
        inputs={
            "name": str,
            "imageTagMutability": str,
            "imageScanningConfiguration": {"scanOnPush": bool},
            "encryptionConfigurations": [{"encryptionType": str, "kmsKey": str}],
            "forceDelete": bool,
            "tags": dict,
        },
        defaults={"imageTagMutability": "MUTABLE"},
        name_limit=255,
        replace_on=frozenset({"name", "encryptionConfigurations"}),
        computed=frozenset({"arn", "registryId", "repositoryUrl"}),
        only_here=frozenset({"forceDelete"}),
        create=_create_repository,
        read=_read_repository,
        update=(_update_repository, tagging.ecr),
        delete=_delete_repository,
    ),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": ResourceType(
        inputs={"repository": str, "policy": JSON},
        required=frozenset({"repository", "policy"}),
        replace_on=frozenset({"repository", "policy"}),
        delete_before_replace=True,
        computed=frozenset({"registryId"}),
        create=_put_policy,
        read=_read_policy,
        delete=lambda account, target: account.ecr.delete_lifecycle_policy(repositoryName=target.id),
    ),
}


def _get_image(account: Account, arguments: Props) -> Props:
    names = {"imageTag": "imageTag", "imageDigest": "imageDigest"}
    wanted = {field: arguments[name] for name, field in names.items() if arguments.get(name)}
    if not wanted:
        raise ValueError("one of imageDigest, imageTag must be specified")
    registry = {"registryId": arguments["registryId"]} if "registryId" in arguments else {}
    name = arguments["repositoryName"]
    try:
        found = account.ecr.describe_images(repositoryName=name, imageIds=[wanted], **registry)["imageDetails"]
    except Exception as error:
        if code(error) != "ImageNotFoundException":
            raise
        found = []
    if not found:
        asked = ":".join(wanted.values())
        raise LookupError(f"reading ECR Images: couldn't find resource ({name}: {asked}): empty result")
    image = found[0]
    digest = image["imageDigest"]
    return {
        **arguments,
        "id": digest,
        "imageDigest": digest,
        "imageUri": f"{_repository(account, name, arguments.get('registryId'))['repositoryUri']}@{digest}",
        "imagePushedAt": int(image["imagePushedAt"].timestamp()),
        "imageSizeInBytes": image.get("imageSizeInBytes", 0),
        "imageTags": image.get("imageTags", []),
        "registryId": image["registryId"],
        "repositoryName": image["repositoryName"],
        "region": account.region,
    }


def _get_repository(account: Account, arguments: Props) -> Props:
    repository = _repository(account, arguments["name"], arguments.get("registryId"))
    registry = {"registryId": repository["registryId"]}
    images = account.ecr.describe_images(repositoryName=arguments["name"], **registry)["imageDetails"]
    newest: Any = max(images, key=lambda image: image["imagePushedAt"], default={})
    tags = account.ecr.list_tags_for_resource(resourceArn=repository["repositoryArn"])["tags"]
    encryption = repository.get("encryptionConfiguration")
    scanning = repository.get("imageScanningConfiguration")
    return {
        "id": repository["repositoryName"],
        "name": repository["repositoryName"],
        "arn": repository["repositoryArn"],
        "repositoryUrl": repository["repositoryUri"],
        "imageTagMutability": repository["imageTagMutability"],
        "imageScanningConfigurations": [scanning] if scanning else [],
        "encryptionConfigurations": [encryption] if encryption else [],
        "mostRecentImageTags": newest.get("imageTags", []),
        "tags": tagging.outputs(tags)["tagsAll"],
        "region": account.region,
        **registry,
    }


def _get_authorization_token(account: Account, arguments: Props) -> Props:
    registry = {"registryIds": [arguments["registryId"]]} if "registryId" in arguments else {}
    data = account.ecr.get_authorization_token(**registry)["authorizationData"][0]
    user, _, password = base64.b64decode(data["authorizationToken"]).decode().partition(":")
    return {
        **arguments,
        "id": account.region,
        "region": account.region,
        "authorizationToken": data["authorizationToken"],
        "userName": user,
        "password": password,
        "proxyEndpoint": data["proxyEndpoint"],
        "expiresAt": data["expiresAt"].strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


FUNCTIONS = {
    "aws:ecr/getImage:getImage": Function(
        arguments={"repositoryName": str, "imageTag": str, "imageDigest": str, "registryId": str, "region": str},
        required=frozenset({"repositoryName"}),
        call=_get_image,
    ),
    "aws:ecr/getRepository:getRepository": Function(
        arguments={"name": str, "registryId": str}, required=frozenset({"name"}), call=_get_repository
    ),
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": Function(
        arguments={"registryId": str},
        call=_get_authorization_token,
        secret=frozenset({"authorizationToken", "password"}),
    ),
}

"""Tags, which every AWS service takes and gives in a way of its own."""

from typing import Any

from local.plugins.amazon.account import Account, only
from local.plugins.resource import Target
from local.plugins.wire import Props


def pairs(tags: dict[str, str] | None, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as most of AWS wants them."""
    return [{key: name, value: text} for name, text in sorted((tags or {}).items())]


def outputs(listed: list[dict[str, str]] | None, key: str = "Key", value: str = "Value") -> Props:
    """`tags` and `tagsAll` of what AWS lists; its own tags are left out."""
    return mapped({pair[key]: pair.get(value, "") for pair in listed or []})


def mapped(tags: dict[str, str] | None) -> Props:
    """`tags` and `tagsAll` of a map."""
    own = {name: text for name, text in (tags or {}).items() if not name.startswith("aws:")}
    return {"tags": own or None, "tagsAll": own}


def specification(kind: str, target: Target) -> Props:
    """The argument with which EC2 tags what it creates; nothing without tags."""
    tags = target.inputs.get("tags")
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": pairs(tags)}]} if tags else {}


def at_creation(target: Target, key: str = "Key", value: str = "Value", argument: str = "Tags") -> Props:
    """The argument with which most services tag what they create; nothing without tags."""
    tags = target.inputs.get("tags")
    return {argument: pairs(tags, key, value)} if tags else {}


def _changes(target: Target) -> tuple[dict[str, str], list[str]]:
    old, new = target.old_inputs.get("tags", {}), target.inputs.get("tags", {})
    return {name: text for name, text in new.items() if old.get(name) != text}, sorted(old.keys() - new.keys())


def ec2(account: Account, target: Target) -> None:
    """Bring the tags of something in EC2 up to date."""
    added, removed = _changes(target)
    if removed:
        account.ec2.delete_tags(Resources=[target.id], Tags=[{"Key": name} for name in removed])
    if added:
        account.ec2.create_tags(Resources=[target.id], Tags=pairs(added))


def ecr(account: Account, target: Target) -> None:
    """Bring the tags of a repository up to date."""
    _by_arn(account.ecr, target, pairs(_changes(target)[0]))


def ecs(account: Account, target: Target) -> None:
    """Bring the tags of something in ECS up to date."""
    _by_arn(account.ecs, target, pairs(_changes(target)[0], "key", "value"))


def logs(account: Account, target: Target) -> None:
    """Bring the tags of a log group up to date."""
    _by_arn(account.logs, target, _changes(target)[0])


def _by_arn(client: Any, target: Target, added: Any) -> None:
    _, removed = _changes(target)
    if removed:
        client.untag_resource(resourceArn=target.state["arn"], tagKeys=removed)
    if added:
        client.tag_resource(resourceArn=target.state["arn"], tags=added)


def of_load_balancing(account: Account, target: Target) -> Props:
    """The tags of something of a load balancer, which its description lacks."""
    described = account.elbv2.describe_tags(ResourceArns=[target.id])["TagDescriptions"]
    return outputs(only(described)["Tags"])


def elbv2(account: Account, target: Target) -> None:
    """Bring the tags of something of a load balancer up to date."""
    added, removed = _changes(target)
    if removed:
        account.elbv2.remove_tags(ResourceArns=[target.id], TagKeys=removed)
    if added:
        account.elbv2.add_tags(ResourceArns=[target.id], Tags=pairs(added))


def iam_role(account: Account, target: Target) -> None:
    """Bring the tags of a role up to date."""
    added, removed = _changes(target)
    if removed:
        account.iam.untag_role(RoleName=target.id, TagKeys=removed)
    if added:
        account.iam.tag_role(RoleName=target.id, Tags=pairs(added))


def parameter(account: Account, target: Target) -> None:
    """Bring the tags of a parameter up to date."""
    added, removed = _changes(target)
    names = {"ResourceType": "Parameter", "ResourceId": target.id}
    if removed:
        account.ssm.remove_tags_from_resource(**names, TagKeys=removed)
    if added:
        account.ssm.add_tags_to_resource(**names, Tags=pairs(added))

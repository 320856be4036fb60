"""ECS clusters."""

from local.plugins.amazon import tagging
from local.plugins.amazon.account import Account, only
from local.plugins.resource import ResourceType, Target
from local.plugins.shape import SetOf
from local.plugins.wire import Props


def _create(account: Account, target: Target) -> str:
    settings = {"settings": target.inputs["settings"]} if target.inputs.get("settings") else {}
    tags = tagging.at_creation(target, "key", "value", "tags")
    return account.ecs.create_cluster(clusterName=target.inputs["name"], **settings, **tags)["cluster"]["clusterArn"]


def _read(account: Account, target: Target) -> Props | None:
    cluster = only(account.ecs.describe_clusters(clusters=[target.id], include=["SETTINGS", "TAGS"])["clusters"])
    if cluster["status"] == "INACTIVE":
        return None
    return {
        "name": cluster["clusterName"],
        "settings": cluster.get("settings", []),
        "arn": cluster["clusterArn"],
        **tagging.outputs(cluster.get("tags"), "key", "value"),
    }


def _update(account: Account, target: Target) -> None:
    if target.changed("settings"):
        account.ecs.update_cluster(cluster=target.id, settings=target.inputs.get("settings", []))


TYPES = {
    "aws:ecs/cluster:Cluster": ResourceType(
        inputs={"name": str, "settings": SetOf({"name": str, "value": str}), "tags": dict},
        name_limit=255,
        replace_on=frozenset({"name"}),
        computed=frozenset({"arn", "settings"}),
        create=_create,
        read=_read,
        update=(_update, tagging.ecs),
        delete=lambda account, target: account.ecs.delete_cluster(cluster=target.id),
    ),
}

"""ECS: clusters, task definitions and services."""

from dataclasses import dataclass

from botocore.exceptions import ClientError
from typing_extensions import override

from local.plugins.amazon.account import Account, gone, wait
from local.plugins.amazon.expression import alike
from local.plugins.amazon.table import AwsType, Call, Change, ImportName
from local.plugins.amazon.tagging import Tagging, small_pairs
from local.plugins.resource import Target
from local.plugins.shape import JSON, SetOf
from local.plugins.wire import Props

_TAGGING = Tagging(
    whose={"resourceArn": "id"},
    add="tag_resource",
    remove="untag_resource",
    where="tags",
    argument="tags",
    keys="tagKeys",
    form=small_pairs,
)

_DEFINITION = alike(
    "family",
    "cpu",
    "memory",
    "networkMode",
    "requiresCompatibilities",
    "executionRoleArn",
    "taskRoleArn",
    "runtimePlatform",
    "volumes",
)

_SERVICE = {
    **alike("taskDefinition", "desiredCount", "propagateTags", "availabilityZoneRebalancing"),
    "capacityProviderStrategy": "capacityProviderStrategies",
    "enableECSManagedTags": "enableEcsManagedTags",
    "enableExecuteCommand": "enableExecuteCommand || `false`",
    "healthCheckGracePeriodSeconds": "healthCheckGracePeriodSeconds || `0`",
    "loadBalancers": "loadBalancers || `[]`",
    "deploymentConfiguration": """{
        minimumHealthyPercent: deploymentMinimumHealthyPercent, maximumPercent: deploymentMaximumPercent,
        deploymentCircuitBreaker: deploymentCircuitBreaker
    }""",
    "networkConfiguration": """networkConfiguration.{awsvpcConfiguration: {
        subnets: subnets, securityGroups: securityGroups, assignPublicIp: assignPublicIp && 'ENABLED' || 'DISABLED'
    }}""",
}

_CAPACITY = Call(
    "put_cluster_capacity_providers",
    {"cluster": "clusterName", "capacityProviders": "capacityProviders", "defaultCapacityProviderStrategy": "`[]`"},
)

_PLACE = {"services": "[id]", "cluster": "cluster"}


@dataclass(frozen=True, kw_only=True)
class Service(AwsType):
    """Gone only when its tasks are: the network and the log group that they use are deleted next.

    As in Terraform, a launch type that is given no more stays, and one that comes again is a replacement.
    """

    @override
    def differences(self, old: Props, new: Props) -> list[str]:
        names = super().differences(old, new)
        if "capacityProviderStrategies" in names and not new.get("forceNewDeployment"):
            raise ValueError("force_new_deployment should be true when capacity_provider_strategy is being updated")
        return [name for name in names if name != "launchType" or name in new]

    @override
    def delete(self, session: Account, target: Target) -> None:
        client, cluster = session.client("ecs"), target.inputs["cluster"]
        try:
            tasks = client.list_tasks(serviceName=target.id, cluster=cluster)["taskArns"]
            client.delete_service(service=target.id, cluster=cluster, force=True)
            wait(client, "services_inactive", {"services": [target.id], "cluster": cluster})
            if tasks:
                wait(client, "tasks_stopped", {"tasks": tasks, "cluster": cluster})
        except ClientError as error:
            if not gone(error):
                raise


TYPES = {
    "aws:ecs/cluster:Cluster": AwsType(
        service="ecs",
        inputs={
            "name": str,
            "settings": SetOf({"name": str, "value": str}),
            "configuration": {
                "executeCommandConfiguration": {
                    "kmsKeyId": str,
                    "logging": str,
                    "logConfiguration": {"cloudWatchLogGroupName": str, "cloudWatchEncryptionEnabled": bool},
                }
            },
            "tags": dict,
        },
        name_limit=255,
        replace_on={"name"},
        creation=Call("create_cluster", {"clusterName": "name", **alike("settings", "configuration")}),
        id="cluster.clusterArn",
        import_name=ImportName(
            separator="/",
            inputs=["name"],
            look=Call("describe_clusters", {"clusters": "[name]"}),
            id="clusters[0].clusterArn",
        ),
        changes=[Change("update_cluster", {"cluster": "id"}, alike("settings", "configuration"))],
        description=[
            Call("describe_clusters", {"clusters": "[id]", "include": "['SETTINGS', 'TAGS', 'CONFIGURATIONS']"})
        ],
        found="clusters[?status!='INACTIVE'] | [0]",
        properties={**alike("settings", "configuration"), "name": "clusterName", "arn": "clusterArn"},
        deletion=[Call("delete_cluster", {"cluster": "id"})],
        tagging=_TAGGING,
    ),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": AwsType(
        service="ecs",
        inputs={"clusterName": str, "capacityProviders": SetOf(str)},
        required={"clusterName", "capacityProviders"},
        replace_on={"clusterName"},
        creation=_CAPACITY,
        id="cluster.clusterName",
        changes=[Change(_CAPACITY.operation, _CAPACITY.arguments, alike("capacityProviders"))],
        description=[Call("describe_clusters", {"clusters": "[id]"})],
        found="clusters[?status!='INACTIVE'] | [0]",
        properties=alike("clusterName", "capacityProviders"),
        deletion=[Call("put_cluster_capacity_providers", {**_CAPACITY.arguments, "capacityProviders": "`[]`"})],
    ),
    "aws:ecs/taskDefinition:TaskDefinition": AwsType(
        service="ecs",
        inputs={
            "family": str,
            "cpu": str,
            "memory": str,
            "networkMode": str,
            "requiresCompatibilities": SetOf(str),
            "executionRoleArn": str,
            "taskRoleArn": str,
            "runtimePlatform": {"cpuArchitecture": str, "operatingSystemFamily": str},
            "containerDefinitions": JSON,
            "volumes": SetOf({"name": str}),
            "skipDestroy": bool,
            "tags": dict,
        },
        required={"family", "containerDefinitions", "skipDestroy"},
        only={"skipDestroy": True},
        only_here={"skipDestroy"},
        replace_on={*_DEFINITION, "containerDefinitions"},
        creation=Call(
            "register_task_definition", {**_DEFINITION, "containerDefinitions": "from_json(containerDefinitions)"}
        ),
        id="taskDefinition.taskDefinitionArn",
        description=[Call("describe_task_definition", {"taskDefinition": "id", "include": "['TAGS']"})],
        found="[taskDefinition][?status!='INACTIVE'] | [0]",
        properties={
            **_DEFINITION,
            "volumes": "volumes[].{name: name}",
            "containerDefinitions": "to_string(containerDefinitions)",
            "arn": "taskDefinitionArn",
        },
        deletion=[],
        tagging=_TAGGING,
    ),
    "aws:ecs/service:Service": Service(
        service="ecs",
        inputs={
            "name": str,
            "cluster": str,
            "taskDefinition": str,
            "desiredCount": int,
            "launchType": str,
            "capacityProviderStrategies": SetOf({"capacityProvider": str, "base": int, "weight": int}),
            "deploymentController": {"type": str},
            "deploymentCircuitBreaker": {"enable": bool, "rollback": bool},
            "deploymentMinimumHealthyPercent": int,
            "deploymentMaximumPercent": int,
            "availabilityZoneRebalancing": str,
            "networkConfiguration": {"subnets": SetOf(str), "securityGroups": SetOf(str), "assignPublicIp": bool},
            "loadBalancers": SetOf({"targetGroupArn": str, "containerName": str, "containerPort": int}),
            "healthCheckGracePeriodSeconds": int,
            "propagateTags": str,
            "enableEcsManagedTags": bool,
            "enableExecuteCommand": bool,
            "waitForSteadyState": bool,
            "forceNewDeployment": bool,
            "triggers": dict,
            "tags": dict,
        },
        required={"cluster", "taskDefinition"},
        only={"waitForSteadyState": False},
        # MiniStack 1.5 does not tell whether it rebalances zones.
        only_here={"waitForSteadyState", "forceNewDeployment", "triggers", "availabilityZoneRebalancing"},
        name_limit=255,
        replace_on={"name", "cluster", "launchType", "deploymentController"},
        creation=Call(
            "create_service",
            {"serviceName": "name", **alike("cluster", "launchType", "deploymentController"), **_SERVICE},
        ),
        id="service.serviceArn",
        import_name=ImportName(
            separator="/",
            inputs=["cluster", "name"],
            look=Call("describe_services", {"cluster": "cluster", "services": "[name]"}),
            id="services[0].serviceArn",
        ),
        changes=[
            # As in Terraform: any change but one of tags sends `forceNewDeployment` as it is set.
            Change(
                "update_service",
                {"service": "id", "cluster": "cluster", "forceNewDeployment": "forceNewDeployment || `false`"},
                _SERVICE,
                triggers={"triggers", "forceNewDeployment"},
            )
        ],
        description=[Call("describe_services", {**_PLACE, "include": "['TAGS']"})],
        found="services[?status=='ACTIVE'] | [0]",
        properties={
            **alike("taskDefinition", "desiredCount", "launchType", "deploymentController"),
            **alike("healthCheckGracePeriodSeconds", "propagateTags", "enableExecuteCommand"),
            "capacityProviderStrategies": "capacityProviderStrategy",
            "enableEcsManagedTags": "enableECSManagedTags",
            "name": "serviceName",
            "cluster": "clusterArn",
            "deploymentCircuitBreaker": "deploymentConfiguration.deploymentCircuitBreaker",
            "deploymentMinimumHealthyPercent": "deploymentConfiguration.minimumHealthyPercent",
            "deploymentMaximumPercent": "deploymentConfiguration.maximumPercent",
            "networkConfiguration": """networkConfiguration.awsvpcConfiguration.{
                subnets: subnets, securityGroups: securityGroups, assignPublicIp: assignPublicIp == 'ENABLED'
            }""",
            "loadBalancers": """loadBalancers[].{
                targetGroupArn: targetGroupArn, containerName: containerName, containerPort: containerPort
            }""",
        },
        deletion=[],
        tagging=_TAGGING,
    ),
}

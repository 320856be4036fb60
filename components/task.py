"""The task of a service: its log group and its task definition."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import container, definition
from components.image import ServiceImage
from components.roles import TaskRoles
from settings.stack import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class FargateTaskArgs:
    service: ServiceSettings
    image: ServiceImage
    roles: TaskRoles


class FargateTask(pulumi.ComponentResource):
    """A revision for each change, under one family; earlier revisions stay active, so ECS can roll back to them."""

    definition_arn: pulumi.Output[str]
    log_group: str
    image: ServiceImage
    roles: TaskRoles

    def __init__(self, name: str, args: FargateTaskArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pairva:index:FargateTask", name, None, opts)
        service = args.service
        log_group = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=service.names.log_group,
            retention_in_days=service.log_retention_days,
            kms_key_id=service.keys.logs,
            opts=pulumi.ResourceOptions(parent=self, protect=service.protect, retain_on_delete=service.protect),
        )
        task = definition.task(service)
        platform = task["runtimePlatform"]
        revision = aws.ecs.TaskDefinition(
            f"{name}-definition",
            family=task["family"],
            network_mode=task["networkMode"],
            requires_compatibilities=task["requiresCompatibilities"],
            runtime_platform={
                "cpu_architecture": platform["cpuArchitecture"],
                "operating_system_family": platform["operatingSystemFamily"],
            },
            cpu=task["cpu"],
            memory=task["memory"],
            execution_role_arn=args.roles.execution_role_arn,
            task_role_arn=args.roles.task_role_arn,
            container_definitions=container.definitions(service, args.image.reference),
            volumes=task["volumes"],
            skip_destroy=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[log_group, *args.image.pushed]),
        )
        self.image, self.roles = args.image, args.roles
        self.definition_arn = revision.arn
        self.log_group = service.names.log_group
        self.register_outputs({"definition_arn": self.definition_arn, "log_group": self.log_group})

"""The task definition of a service, in the words of ECS: all of it is known before anything exists.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
"""

from typing import Any

from components import container
from settings.stack import ServiceSettings


def task(service: ServiceSettings) -> dict[str, Any]:
    """What holds for the task as a whole; ECS takes `cpu` (units) and `memory` (MiB) as text."""
    return {
        "family": service.names.family,
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "runtimePlatform": {"cpuArchitecture": service.architecture, "operatingSystemFamily": "LINUX"},
        "cpu": str(service.own.cpu),
        "memory": str(service.own.memory),
        "volumes": [{"name": volume} for volume in container.volume_names(service)],
    }


def request(service: ServiceSettings, image: str) -> dict[str, Any]:
    """All that ECS is told of the task, except for its tags, which are the provider's."""
    return {
        **task(service),
        "executionRoleArn": service.execution_role_arn,
        "taskRoleArn": service.task_role_arn,
        "containerDefinitions": [container.definition(service, image)],
    }

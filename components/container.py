"""The container definition of a task, as the canonical JSON that ECS gives back.

Everything in it is plain text known at preview, so that a reviewer sees a change field by field: one unknown value
would turn the whole string into `output<string>`. Lists are sorted, defaults explicit and empty lists present, since
whatever ECS fills in by itself would show as a change at every preview (pulumi-awsx#617,
terraform-provider-aws#3035).
"""

import json
from typing import Any

from settings import fargate, names
from settings.stack import ServiceSettings

# Not root, and nobody in particular: images keep what they read world-readable (Security Hub ECS.20).
_USER = "10001:10001"


def definitions(service: ServiceSettings, image: str) -> str:
    """The `containerDefinitions` of a task with this one container; the same bytes for the same settings in any
    order.
    """
    return json.dumps([definition(service, image)], sort_keys=True, separators=(",", ":"))


def volume_names(service: ServiceSettings) -> list[str]:
    """The task's volumes: an empty one for each path that the application may write to."""
    return [names.volume(path) for path in sorted(service.own.writable)]


def definition(service: ServiceSettings, image: str) -> dict[str, Any]:
    """The one container of the task, as ECS takes it."""
    own = service.own
    container: dict[str, Any] = {
        "name": service.names.service,
        "image": image,
        "essential": True,
        "cpu": 0,
        "user": _USER,
        "readonlyRootFilesystem": own.read_only_root,
        "linuxParameters": {"capabilities": {"add": [], "drop": ["ALL"]}, "initProcessEnabled": True},
        "stopTimeout": fargate.STOP_TIMEOUT_SECONDS,
        "portMappings": [{"containerPort": own.port, "hostPort": own.port, "protocol": "tcp"}],
        "environment": [{"name": name, "value": value} for name, value in sorted(own.environment.items())],
        "secrets": [{"name": name, "valueFrom": arn} for name, arn in sorted(own.secrets.items())],
        "mountPoints": [
            {"containerPath": path, "readOnly": False, "sourceVolume": names.volume(path)}
            for path in sorted(own.writable)
        ],
        "healthCheck": {
            "command": list(own.health.command),
            "interval": own.health.interval_seconds,
            "retries": own.health.retries,
            "startPeriod": own.health.grace_seconds,
            "timeout": own.health.timeout_seconds,
        },
        "logConfiguration": _logs(service),
        "systemControls": [],
        "volumesFrom": [],
    }
    if own.restart:
        # A changed label is a changed definition: the service is deployed again although nothing else changed.
        container["dockerLabels"] = {"pairva.restart": own.restart}
    return container


def _logs(service: ServiceSettings) -> dict[str, Any]:
    """Non-blocking is ECS's default since June 2025 and written down because the account may say otherwise: a full log
    buffer drops lines instead of stopping the application (API_LogConfiguration)."""
    return {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": service.names.log_group,
            "awslogs-region": service.account.region,
            "awslogs-stream-prefix": service.names.service,
            "max-buffer-size": "25m",
            "mode": "non-blocking",
        },
        "secretOptions": [],
    }

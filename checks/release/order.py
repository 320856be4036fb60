"""What a release is to run, and where."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from settings.stack import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class Order:
    """A command, and the task that runs it. The task's `group` tells what it releases, and `started_by` for whom: an
    `up` that was killed left it running, and the next one finds it by them.
    """

    version: str
    command: tuple[str, ...]
    task_definition: str
    container: str
    cluster: str
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    started_by: str
    group: str

    @staticmethod
    def of(value: str, service: ServiceSettings) -> "Order":
        """By the gate's value (components/gate.py)."""
        record = json.loads(value)
        return Order(
            version=record["version"],
            command=tuple(record["command"]),
            task_definition=record["taskDefinition"],
            container=service.names.service,
            cluster=service.names.cluster,
            subnets=tuple(record["subnets"]),
            security_groups=tuple(record["securityGroups"]),
            started_by=service.names.release,
            group=f"{service.names.release}-{hashlib.sha256(value.encode()).hexdigest()[:12]}",
        )

    def request(self, token: str) -> dict[str, Any]:
        """What RunTask is asked; twice with one `token`, it starts one task (ECS developer guide, "Ensuring
        idempotency").

        Never on Spot, whatever the service runs on: what takes a capacity back would end a release halfway.
        """
        return {
            "cluster": self.cluster,
            "taskDefinition": self.task_definition,
            "launchType": "FARGATE",
            "networkConfiguration": {
                "awsvpcConfiguration": {
                    "subnets": list(self.subnets),
                    "securityGroups": list(self.security_groups),
                    "assignPublicIp": "DISABLED",
                }
            },
            "overrides": {"containerOverrides": [{"name": self.container, "command": list(self.command)}]},
            "startedBy": self.started_by,
            "group": self.group,
            "propagateTags": "TASK_DEFINITION",
            "enableECSManagedTags": True,
            "clientToken": token,
        }

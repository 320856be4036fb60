"""One task definition with which nothing is wrong, changed by each test into the one it needs."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from checks import template

GONE = object()

REGISTRY = "039612856036.dkr.ecr.us-east-1.amazonaws.com"
SECRETS = "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva"

GOOD: dict[str, Any] = {
    "family": "pairva-backend",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "cpu": "512",
    "memory": "1024",
    "executionRoleArn": "arn:aws:iam::039612856036:role/pairva-backend-execution",
    "taskRoleArn": "arn:aws:iam::039612856036:role/pairva-backend-task",
    "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
    "volumes": [{"name": "tmp", "host": {}}],
    "containerDefinitions": [
        {
            "name": "pairva-backend",
            "image": f"{REGISTRY}/pairva-backend:1.0.1",
            "essential": True,
            "user": "10001:10001",
            "readonlyRootFilesystem": True,
            "linuxParameters": {"capabilities": {"drop": ["ALL"]}, "initProcessEnabled": True},
            "portMappings": [{"containerPort": 3000, "hostPort": 3000, "protocol": "tcp"}],
            "environment": [{"name": "NODE_ENV", "value": "production"}, {"name": "GREETING", "value": "on"}],
            "secrets": [
                {"name": "MONGODB_URI", "valueFrom": f"{SECRETS}/mongodb-uri"},
                {"name": "JWT_SECRET", "valueFrom": f"{SECRETS}/jwt-AbCdEf:key::"},
            ],
            "mountPoints": [{"sourceVolume": "tmp", "containerPath": "/tmp", "readOnly": False}],
            "healthCheck": {
                "command": ["CMD", "python3", "/app/health.py", "http://localhost:3000/api/health"],
                "interval": 30,
                "timeout": 15,
                "retries": 7,
                "startPeriod": 180,
            },
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": "/ecs/pairva-backend",
                    "awslogs-create-group": "true",
                    "awslogs-region": "us-east-1",
                    "awslogs-stream-prefix": "backend",
                },
            },
        }
    ],
}

# A finding's path without file and line, what is wrong, what was found there, and the remedy.
Told = tuple[str, str, str, str]

Place = tuple[str | int, ...]
CONTAINER: Place = ("containerDefinitions", 0)


def changed(*changes: tuple[Place, Any]) -> dict[str, Any]:
    """The good definition with another value at each place; `GONE` takes it away."""
    definition = deepcopy(GOOD)
    for (*way, last), value in changes:
        node: Any = definition
        for part in way:
            node = node[part]
        if value is GONE:
            del node[last]
        else:
            node[last] = value
    return definition


def written(folder: Path, content: Any, name: str = "old.json") -> Path:
    """A file of that content: JSON on one line, so that every finding is about line 1; or the text or bytes given."""
    file = folder / name
    if isinstance(content, bytes):
        file.write_bytes(content)
    else:
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def findings(folder: Path, content: Any) -> list[Told]:
    """What is wrong with it."""
    prefix = f"{folder / 'old.json'}:1: "
    found = template.report(written(folder, content)).findings
    return [(each.where.removeprefix(prefix), each.what, each.found, each.remedy) for each in found]

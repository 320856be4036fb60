"""What a committed stack may become by other lines in its file."""

import json
from collections.abc import Mapping
from typing import Any

from tests.recording import configured

EXISTING = {
    "vpc": "vpc-0a1b2c3d4e5f60718",
    "publicSubnets": ["subnet-00000000000000001", "subnet-00000000000000002"],
    "privateSubnets": ["subnet-00000000000000003", "subnet-00000000000000004"],
}
EVERYTHING = {
    "domain": {"name": "pairva.example.com", "zone": "example.com"},
    "alarmEmails": ["oncall@example.com"],
    "protect": False,
}
EVERY_SERVICE = {
    "scaling": {"min": 1, "max": 3, "cpuPercent": 60, "memoryPercent": 60, "requestsPerTarget": 100},
    "repository": "owned",
    "pullAccounts": ["222222222222"],
    "build": {"context": "app"},
    "spot": {"onDemand": 1, "percent": 70},
    "exec": True,
    "readOnlyRoot": False,
}


def configured_with(
    stack: str, deployment: Mapping[str, Any], service: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """The `config:` of a committed stack whose deployment, and each of its services, says so besides."""
    config = configured(stack)
    whole = {**json.loads(config["pairva:deployment"]), **deployment}
    for name in ("backend", "frontend"):
        whole[name] = {**whole[name], **(service or {})}
        if "scaling" in whole[name]:
            del whole[name]["count"]
    return {**config, "pairva:deployment": json.dumps(whole)}

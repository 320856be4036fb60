"""The AWS account that a provider's configuration names, and the clients that talk to it."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local.plugins.wire import Props

CONFIGURATION: Props = {
    "region": str,
    "accessKey": str,
    "secretKey": str,
    "token": str,
    "endpoints": [dict],
    "skipCredentialsValidation": bool,
    "skipMetadataApiCheck": bool,
    "skipRegionValidation": bool,
    "skipRequestingAccountId": bool,
    "s3UsePathStyle": bool,
    "allowedAccountIds": [str],
    "defaultTags": {"tags": dict},
    "maxRetries": int,
}
"""What is implemented of the `aws:` configuration. Metadata, region and S3 settings are accepted because they
change nothing here: this provider never asks the instance metadata, checks no region and has no S3 type."""

# boto3's name of a service → the keys that `aws:endpoints` knows it by
_SERVICES: dict[str, tuple[str, ...]] = {
    "ec2": ("ec2",),
    "ecr": ("ecr",),
    "ecs": ("ecs",),
    "elbv2": ("elbv2", "elasticloadbalancingv2"),
    "iam": ("iam",),
    "logs": ("logs", "cloudwatchlogs", "cloudwatchlog"),
    "ssm": ("ssm",),
    "sts": ("sts",),
}

_DEPENDENCY = ("DependencyViolation", "ResourceInUse", "ClusterContains", "InvalidIPAddress.InUse", "UpdateInProgress")


class Account:
    """One account in one region; `account.ec2` is the client for EC2, made when it is first needed."""

    def __init__(self, configuration: Props) -> None:
        self._configuration = configuration
        self._session = boto3.Session(
            aws_access_key_id=configuration.get("accessKey"),
            aws_secret_access_key=configuration.get("secretKey"),
            aws_session_token=configuration.get("token"),
            region_name=configuration.get("region") or os.environ.get("AWS_REGION"),
        )
        if not self._session.region_name:
            raise ValueError("missing required configuration key aws:region")
        self.region: str = self._session.region_name
        self.default_tags: dict[str, str] = configuration.get("defaultTags", {}).get("tags", {})
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def __getattr__(self, service: str) -> Any:
        if service not in _SERVICES:
            raise AttributeError(service)
        with self._lock:  # boto3 sessions are not safe to share, the clients that they make are
            if service not in self._clients:
                self._clients[service] = self._client(service)
            return self._clients[service]

    def _client(self, service: str) -> Any:
        endpoints = {key: url for entry in self._configuration.get("endpoints", []) for key, url in entry.items()}
        url = next((endpoints[key] for key in _SERVICES[service] if endpoints.get(key)), None)
        retries = self._configuration.get("maxRetries")
        config = Config(retries={"mode": "standard"}, max_pool_connections=64)
        if retries is not None:
            config = config.merge(Config(retries={"mode": "standard", "total_max_attempts": retries + 1}))
        return self._session.client(service, endpoint_url=url, config=config)  # type: ignore[call-overload]

    @cached_property
    def id(self) -> str:
        """The account's number; empty where the configuration forbids to ask."""
        if self._configuration.get("skipRequestingAccountId"):
            return ""
        return self.sts.get_caller_identity()["Account"]

    @property
    def partition(self) -> str:
        """`aws`, or the name of the partition that the region belongs to."""
        return self._session.get_partition_for_region(self.region)

    def arn(self, service: str, resource: str, owner: str | None = None) -> str:
        """The ARN of something that AWS answers without one."""
        return f"arn:{self.partition}:{service}:{self.region}:{owner or self.id}:{resource}"


def connect(configuration: Props) -> Account:
    """The account, after the same questions that pulumi-aws asks before it does anything."""
    unknown = unknown_endpoints(configuration)
    if unknown:
        raise ValueError(f"aws:endpoints names services that AWS does not have: {', '.join(unknown)}")
    account = Account(configuration)
    if not configuration.get("skipCredentialsValidation"):
        account.sts.get_caller_identity()
    allowed = configuration.get("allowedAccountIds", [])
    if allowed and not configuration.get("skipRequestingAccountId") and account.id not in allowed:
        raise ValueError(f"AWS account ID not allowed: {account.id} (aws:allowedAccountIds: {', '.join(allowed)})")
    return account


def unknown_endpoints(configuration: Props) -> list[str]:
    """Keys of `aws:endpoints` that are the name of no AWS service."""
    names = {key for keys in _SERVICES.values() for key in keys} | set(boto3.Session().get_available_services())
    return sorted({key for entry in configuration.get("endpoints", []) for key in entry} - names)


class GoneError(LookupError):
    """AWS answered with an empty list where it should have said that the resource does not exist."""


def only(found: Sequence[Any]) -> Any:
    """The one thing that was asked for by its id."""
    if not found:
        raise GoneError("AWS answers with nothing: it does not exist")
    return found[0]


def code(error: Exception) -> str:
    """AWS's code of an error; empty for any other exception."""
    return error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""


def gone(error: Exception) -> bool:
    """Whether AWS says that the resource does not exist."""
    return isinstance(error, GoneError) or "NotFound" in code(error) or code(error) == "NoSuchEntity"


def busy(error: Exception) -> bool:
    """Whether AWS says that something still depends on it."""
    return code(error).startswith(_DEPENDENCY)


def poll(done: Callable[[], bool], what: str, seconds: float, interval: float = 0.5) -> None:
    """Wait for AWS to get there, but not for ever."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} took longer than {seconds:.0f} s")
        time.sleep(interval)

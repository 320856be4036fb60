"""The AWS account that a provider's configuration names, and the clients that talk to it."""

import threading
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local.plugins.wire import Props

CONFIGURATION: Props = {
    "region": str,
    "maxRetries": int,
    "endpoints": [dict],
    "s3UsePathStyle": bool,
    "skipCredentialsValidation": bool,
    "skipMetadataApiCheck": bool,
    "allowedAccountIds": [str],
    "defaultTags": {"tags": dict},
}
"""What is implemented of the `aws:` configuration. The two `skip…` are accepted because they change nothing: this
provider asks for its account only to compare it with `allowedAccountIds`, and never asks the instance metadata."""


_RETRIES = 25  # pulumi-aws's own number, where the configuration names none


class Account:
    """One account in one region, with the clients that were needed so far; lookups may ask another region."""

    def __init__(self, configuration: Props) -> None:
        self._session = boto3.Session(region_name=configuration["region"])
        self._endpoints = {key: url for entry in configuration.get("endpoints", []) for key, url in entry.items()}
        if unknown := sorted(self._endpoints.keys() - set(self._session.get_available_services())):
            raise ValueError(f"aws:endpoints names what boto3 does not know as a service: {', '.join(unknown)}")
        # Beside other names than AWS's own, a bucket cannot be part of the host's.
        self._config = Config(
            retries={"mode": "standard", "max_attempts": configuration.get("maxRetries", _RETRIES)},
            s3={"addressing_style": "path" if configuration.get("s3UsePathStyle") else "auto"},
        )
        self.default_tags: dict[str, str] = configuration.get("defaultTags", {}).get("tags", {})
        self._clients = dict[tuple[str, str], Any]()
        self._lock = threading.Lock()

    def client(self, service: str, region: str | None = None) -> Any:
        """boto3's client of a service."""
        key = service, region or self._session.region_name
        with self._lock:  # boto3 sessions are not safe to share, the clients that they make are
            if key not in self._clients:
                url: Any = self._endpoints.get(service)
                self._clients[key] = self._session.client(*key, endpoint_url=url, config=self._config)  # type: ignore[call-overload]
            return self._clients[key]


def connect(configuration: Props) -> Account:
    """The account, if it is one that the configuration allows."""
    if "region" not in configuration:
        raise ValueError("missing required configuration key aws:region")
    account = Account(configuration)
    if allowed := configuration.get("allowedAccountIds"):
        found = account.client("sts").get_caller_identity()["Account"]
        if found not in allowed:
            raise ValueError(f"AWS account ID not allowed: {found} (aws:allowedAccountIds: {', '.join(allowed)})")
    return account


def gone(error: ClientError) -> bool:
    """Whether AWS says that the resource does not exist."""
    answer = error.response.get("Error", {})
    code, message = answer.get("Code", ""), answer.get("Message", "")
    undescribed = code == "ClientException" and "Unable to describe task definition" in message  # ECS has no code
    return undescribed or "NotFound" in code or code.startswith("NoSuch") or code == "404"  # of S3's HEAD


def wait(client: Any, waiter: str, request: Props) -> None:
    """botocore's own waiter, at a pace that suits an emulator."""
    client.get_waiter(waiter).wait(**request, WaiterConfig={"Delay": 1, "MaxAttempts": 600})

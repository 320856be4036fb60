"""AWS as the checks see it: answers in the shapes that botocore knows, and no network."""

from collections.abc import Callable
from functools import cache
from typing import Any

import boto3
import pulumi
import pytest
from botocore.stub import Stubber

from checks.session import Session

ARGS = pulumi.ResourceHookArgs(
    urn="urn:pulumi:test::pairva::aws:ssm/parameter:Parameter::backend-proven",
    id="",
    name="backend-proven",
    type="aws:ssm/parameter:Parameter",
)


REGION = "us-east-1"


def client(service: str, region: str = REGION) -> Any:
    return _client(service, region)


@cache
def _client(service: str, region: str) -> Any:
    make: Callable[..., Any] = boto3.client
    return make(service, region_name=region, aws_access_key_id="test", aws_secret_access_key="test")


def stubbed(monkeypatch: pytest.MonkeyPatch, service: str, there: str = REGION) -> Stubber:
    """What the checks get for `service` in the region `there`; they get no other client."""
    return stubs(monkeypatch, service, there=there)[service]


def stubs(monkeypatch: pytest.MonkeyPatch, *services: str, there: str = REGION) -> dict[str, Stubber]:
    """What the checks get for each of `services` in the region `there`; they get no other client."""

    def give(_: Session, wanted: str, *, region: str = REGION, attempts: int | None = None) -> Any:
        assert wanted in services
        assert region == there
        return client(wanted, region)

    monkeypatch.setattr(Session, "client", give)
    return {service: Stubber(client(service, there)) for service in services}

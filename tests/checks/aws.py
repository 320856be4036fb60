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


@cache
def client(service: str) -> Any:
    make: Callable[..., Any] = boto3.client
    return make(service, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")


def stubbed(monkeypatch: pytest.MonkeyPatch, service: str) -> Stubber:
    """What the checks get for `service`; they get no other client."""
    return stubs(monkeypatch, service)[service]


def stubs(monkeypatch: pytest.MonkeyPatch, *services: str) -> dict[str, Stubber]:
    """What the checks get for each of `services`; they get no other client."""

    def give(_: Session, wanted: str, *, attempts: int | None = None) -> Any:
        assert wanted in services
        return client(wanted)

    monkeypatch.setattr(Session, "client", give)
    return {service: Stubber(client(service)) for service in services}

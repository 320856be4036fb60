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
    stubber = Stubber(client(service))

    def give(_: Session, wanted: str) -> Any:
        assert wanted == service
        return client(service)

    monkeypatch.setattr(Session, "client", give)
    return stubber

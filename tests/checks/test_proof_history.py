"""The good verdicts, read back from where the gate wrote them, and anybody else may have."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from checks import proof
from checks.proof import Proof
from tests.checks.aws import stubbed

NAME = "/pairva/test/backend/proven"
WRITTEN = {"taskDefinition": "revision:2", "version": "1.0.2", "digest": "sha256:2", "url": "http://balancer.example"}
BY, AT = "arn:aws:iam::039612856036:user/me", datetime(2026, 11, 22, tzinfo=UTC)
FOREIGN = ["by hand", "", "[]", '"text"', "{}", json.dumps({"version": "1.0.2", "digest": "sha256:2"})]


def kept(version: int, value: str) -> dict[str, Any]:
    return {"Value": value, "Version": version, "LastModifiedUser": BY, "LastModifiedDate": AT}


@pytest.mark.parametrize("value", FOREIGN)
def test_what_no_verdict_wrote_is_nothing(value: str) -> None:
    assert proof.read(value) == {}


def test_what_a_verdict_wrote_is_read_whole() -> None:
    assert proof.read(json.dumps(WRITTEN)) == WRITTEN


def test_what_somebody_wrote_over_it_proves_nothing_and_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = stubbed(monkeypatch, "ssm")
    foreign = [kept(number, value) for number, value in enumerate(FOREIGN, start=3)]
    earlier = json.dumps({**WRITTEN, "version": "1.0.1"})
    answer = {"Parameters": [*foreign, kept(2, json.dumps(WRITTEN)), kept(1, earlier)]}
    stub.add_response("get_parameter_history", answer, {"Name": NAME})
    with stub:
        found = proof.history(stub.client, NAME)
    assert found == [
        Proof(task_definition="revision:2", version=version, digest="sha256:2", by=BY, at=AT)
        for version in ("1.0.1", "1.0.2")
    ]

"""A service that was on Spot once keeps the key: without it, the provider would replace the service."""

from typing import Any

import pytest

from checks.preflight import capacity
from checks.preflight.result import Result, failed, unchecked
from finding import Finding
from tests.checks.aws import stubbed
from tests.checks.preflight.asking import Unanswered, no_answer, refuse, results
from tests.samples import stack

SPOT = ("count: 1", "count: 3\n      spot: {onDemand: 1, percent: 0}")
ON_DEMAND = {"capacityProvider": "FARGATE", "base": 2, "weight": 30}
ON_SPOT = {"capacityProvider": "FARGATE_SPOT", "weight": 70}


def found(monkeypatch: pytest.MonkeyPatch, *services: dict[str, Any]) -> list[Result]:
    ecs = stubbed(monkeypatch, "ecs")
    asked = {"cluster": "pairva-test", "services": ["pairva-test-backend"]}
    ecs.add_response("describe_services", {"services": list(services), "failures": []}, asked)
    with ecs:
        told = results(capacity.checks, only="capacity of backend")
        ecs.assert_no_pending_responses()
    return told


def test_only_services_that_name_no_spot_are_asked_about() -> None:
    assert [check.subject for check in capacity.checks(stack())] == ["capacity of backend", "capacity of frontend"]
    assert [check.subject for check in capacity.checks(stack(SPOT))] == ["capacity of frontend"]


def test_a_service_that_was_on_spot_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    service = {"status": "ACTIVE", "capacityProviderStrategy": [ON_SPOT, ON_DEMAND]}
    fault = Finding(
        where="Pulumi.test.yaml: pairva:deployment.backend.spot",
        what="is gone, and its service would be replaced: one that was on Spot keeps the key",
        found="FARGATE, FARGATE_SPOT",
        remedy="write spot: {onDemand: 2, percent: 0}, which runs all of its tasks on demand",
    )
    assert found(monkeypatch, service) == [failed("capacity of backend", fault)]


@pytest.mark.parametrize(
    "services",
    [
        [],
        [{"status": "ACTIVE", "launchType": "FARGATE"}],
        [{"status": "ACTIVE", "launchType": "FARGATE", "capacityProviderStrategy": []}],
        [{"status": "INACTIVE", "capacityProviderStrategy": [ON_SPOT]}],
    ],
    ids=["no service", "a launch type", "an empty strategy", "a service that is gone"],
)
def test_what_was_never_on_spot_is_no_row(monkeypatch: pytest.MonkeyPatch, services: list[dict[str, Any]]) -> None:
    assert found(monkeypatch, *services) == []


def test_without_a_cluster_nothing_was_on_spot(monkeypatch: pytest.MonkeyPatch) -> None:
    ecs = stubbed(monkeypatch, "ecs")
    ecs.add_client_error("describe_services", "ClusterNotFoundException")
    with ecs:
        assert results(capacity.checks, only="capacity of backend") == []


@no_answer
def test_without_an_answer_nothing_is_known(unanswered: Unanswered, monkeypatch: pytest.MonkeyPatch) -> None:
    why = refuse(monkeypatch, unanswered)("DescribeServices")
    assert results(capacity.checks) == [unchecked(f"capacity of {name}", why) for name in ("backend", "frontend")]

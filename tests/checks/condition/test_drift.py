"""What is compared of a task and a service: all that this program sends, and nothing that AWS adds."""

from copy import deepcopy
from typing import Any

import pytest

from checks.condition import drift
from components import definition
from operations import stack_argument
from tests.program import STACKS
from tests.recording import recorded
from tests.samples import Edit, stack


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("name", ["backend", "frontend"])
def test_a_service_as_the_program_makes_it_has_not_drifted(stack: str, name: str) -> None:
    sent = recorded(stack).one("aws:ecs/service:Service", f"{name}-service").inputs
    network = sent["networkConfiguration"]
    described = {
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "assignPublicIp": "ENABLED" if network["assignPublicIp"] else "DISABLED",
                "securityGroups": network["securityGroups"],
            }
        },
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": sent["deploymentCircuitBreaker"],
            "minimumHealthyPercent": sent["deploymentMinimumHealthyPercent"],
            "maximumPercent": sent["deploymentMaximumPercent"],
        },
        "healthCheckGracePeriodSeconds": sent["healthCheckGracePeriodSeconds"],
        "enableExecuteCommand": sent.get("enableExecuteCommand", False),
    }
    assert list(drift.of_service(stack_argument.named(stack).services[name], described)) == []


SPOT = ("count: 1", "count: 3\n      spot: {onDemand: 1, percent: 70}")
ON_DEMAND = {"capacityProvider": "FARGATE", "base": 1, "weight": 30}
ON_SPOT = {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 70}
WANTED = "FARGATE base 1 weight 30, FARGATE_SPOT base 0 weight 70"


@pytest.mark.parametrize(
    ("edits", "strategy", "told"),
    [
        ([], None, None),
        ([], [], None),
        ([SPOT], [ON_SPOT, ON_DEMAND], None),
        ([SPOT], [{"capacityProvider": "FARGATE_SPOT", "weight": 70}, ON_DEMAND], None),
        ([SPOT], None, (WANTED, "nothing")),
        ([SPOT], [{**ON_DEMAND, "base": 2}, ON_SPOT], (WANTED, WANTED.replace("base 1", "base 2"))),
        ([], [ON_SPOT], ("nothing", "FARGATE_SPOT base 0 weight 70")),
    ],
    ids=["never", "left empty", "as wanted", "without its zero", "taken away", "another base", "put there"],
)
def test_where_tasks_are_placed_is_compared(
    edits: list[Edit], strategy: list[dict[str, Any]] | None, told: tuple[str, str] | None
) -> None:
    found = drift.of_service(stack(*edits).services["backend"], {"capacityProviderStrategy": strategy})
    placed = [each for each in found if each.field == "capacityProviderStrategy"]
    assert [(each.wanted, each.found) for each in placed] == ([told] if told else [])


def _sample() -> dict[str, Any]:
    service = stack_argument.named("prod").services["backend"]
    return definition.request(service, service.repository_address)


def test_a_definition_that_comes_back_with_what_aws_fills_in_has_not_drifted() -> None:
    found = deepcopy(_sample())
    found.update(revision=7, placementConstraints=[], enableFaultInjection=False)
    (container,) = found["containerDefinitions"]
    container["image"] += f"@sha256:{'1' * 64}"
    container.update(environmentFiles=[], ulimits=[], dockerLabels={})
    container["linuxParameters"]["devices"] = []
    container["environment"].reverse()
    container["secrets"].reverse()
    found["volumes"][0]["host"] = {}
    assert list(drift.of_definition(_sample(), found, "backend")) == []


@pytest.mark.parametrize("field", [*_sample()])
def test_each_field_of_the_task_is_compared(field: str) -> None:
    found = _sample()
    del found[field]
    (first, *_) = drift.of_definition(_sample(), found, "backend")
    assert first.field.startswith(field)
    assert first.found == "nothing"


@pytest.mark.parametrize(
    "field", [key for key, value in _sample()["containerDefinitions"][0].items() if value and key != "name"]
)
def test_each_field_of_the_container_is_compared(field: str) -> None:
    found = deepcopy(_sample())
    del found["containerDefinitions"][0][field]
    (first, *_) = drift.of_definition(_sample(), found, "backend")
    assert first.field.startswith(field)
    assert first.found == "nothing"


@pytest.mark.parametrize(
    ("image", "repository"),
    [
        ("1.dkr.ecr.us-east-1.amazonaws.com/pairva-backend:1.0.1", "1.dkr.ecr.us-east-1.amazonaws.com/pairva-backend"),
        (f"localhost:4566/pairva-backend@sha256:{'1' * 64}", "localhost:4566/pairva-backend"),
        ("localhost:4566/pairva-backend:1.0.1", "localhost:4566/pairva-backend"),
        ("nginx", "nginx"),
    ],
)
def test_a_repository_is_an_image_without_tag_and_digest(image: str, repository: str) -> None:
    assert drift.repository(image) == repository


def test_a_long_value_is_shown_in_part() -> None:
    found = deepcopy(_sample())
    found["containerDefinitions"][0]["environment"] = [{"name": "NODE_ENV", "value": "long " * 100}]
    told = {each.field: each for each in drift.of_definition(_sample(), found, "backend")}
    assert told["environment.NODE_ENV"].wanted == "production"
    assert told["environment.NODE_ENV"].found == f"{'long ' * 16}"[:79] + "…"

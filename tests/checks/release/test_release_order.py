"""What ECS is asked to run for a release."""

import json

from checks.release.order import Order
from tests.checks.release.releasing import DEFINITION, ORDER, VALUE, service


def test_the_task_runs_the_command_where_the_service_runs_and_not_on_spot() -> None:
    assert ORDER.request("token") == {
        "cluster": "pairva-test",
        "taskDefinition": DEFINITION,
        "launchType": "FARGATE",
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "subnets": ["subnet-1", "subnet-2"],
                "securityGroups": ["sg-1"],
                "assignPublicIp": "DISABLED",
            }
        },
        "overrides": {"containerOverrides": [{"name": "backend", "command": ["node", "migrate.js"]}]},
        "startedBy": "pairva-test-backend-release",
        "group": ORDER.group,
        "propagateTags": "TASK_DEFINITION",
        "enableECSManagedTags": True,
        "clientToken": "token",
    }


def test_a_release_of_a_service_on_spot_is_on_demand_all_the_same() -> None:
    spot = ("count: 1", "count: 3\n      spot: {onDemand: 1, percent: 70}")
    assert len(service(spot).shares) == 2
    assert Order.of(VALUE, service(spot)).request("token") == ORDER.request("token")


def test_the_group_is_that_of_all_that_is_released() -> None:
    record = json.loads(VALUE)
    others = {
        "command": ["node", "other.js"],
        "digest": "sha256:2",
        "taskDefinition": f"{DEFINITION}8",
        "subnets": ["subnet-1"],
    }
    groups = {Order.of(json.dumps({**record, key: value}), service()).group for key, value in others.items()}
    assert len({ORDER.group, *groups}) == 5
    assert Order.of(VALUE, service()).group == ORDER.group
    assert ORDER.group.startswith("pairva-test-backend-release-")
    assert len(ORDER.group) == len("pairva-test-backend-release-") + 12

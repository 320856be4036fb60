"""What a plan takes from the steps of the real provider, whose detailed differences are those of whole states."""

from collections.abc import Mapping

import pytest

from review import duration, plan, service
from review.service import Row
from review.unknown import UNKNOWN
from tests.review.steps import Step, container, create, delete, planned, read, refresh, step, swap, update
from tests.samples import stack

_COMPUTED = ("arn", "arnWithoutRevision", "id", "revision", "tagsAll")
_HIDDEN = "(changes; the preview hides how)"


def told(step: Step, *paths: str) -> Step:
    """As pulumi-aws tells it: what is computed stands beside what the program changed."""
    whole = dict.fromkeys([*step["diffReasons"], *paths])
    return {**step, "diffReasons": list(whole), "detailedDiff": {path: {"kind": "update"} for path in whole}}


def revision(**changed: object) -> Step:
    old = {"family": "f", "cpu": "256", "containerDefinitions": container(), "skipDestroy": True}
    return told(swap("ecs/taskDefinition", "backend-definition", old, changed), *_COMPUTED)


def test_a_new_revision_is_what_the_program_changed() -> None:
    assert service.rows(planned(revision(cpu="512")), "backend", None) == [Row("cpu (units)", "256", "512")]


def test_a_hidden_change_of_an_input_stands_beside_it() -> None:
    hidden = told(revision(cpu="512"), "executionRoleArn")
    hidden["newState"]["inputs"]["executionRoleArn"] = hidden["oldState"]["inputs"]["executionRoleArn"] = "[secret]"
    assert service.rows(planned(hidden), "backend", None) == [
        Row("cpu (units)", "256", "512"),
        Row("executionRoleArn", "[secret]", _HIDDEN),
    ]


@pytest.mark.parametrize(
    ("changed", "deploys"), [({"desiredCount": 3}, False), ({"taskDefinition": UNKNOWN}, True)], ids=["count", "task"]
)
def test_what_is_computed_of_a_service_is_no_deployment(changed: dict[str, object], deploys: bool) -> None:
    old = {"name": "s", "desiredCount": 2, "taskDefinition": "f:1"}
    found = planned(told(update("ecs/service", "backend-service", old, changed), "id", "tagsAll", "deployments"))
    assert duration.deploys(found, "backend") is deploys


def test_with_a_forced_deployment_even_the_count_starts_one_and_tags_do_not() -> None:
    old = {"name": "s", "desiredCount": 2, "forceNewDeployment": True, "tags": {"a": "b"}}
    changes = [{"desiredCount": 3}, {"healthCheckGracePeriodSeconds": 60}, {"tags": {"a": "c"}}]
    steps = [update("ecs/service", "backend-service", old, each) for each in changes]
    assert [duration.deploys(planned(each), "backend") for each in steps] == [True, True, False]


def test_the_share_of_spot_is_two_rows_and_its_consequences_are_none() -> None:
    def shares(base: int, percent: int) -> list[dict[str, str | int]]:
        on_demand = {"capacityProvider": "FARGATE", "base": base, "weight": 100 - percent}
        on_spot = {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": percent}
        return [on_demand, on_spot] if percent else [on_demand]

    def rows(old: Mapping[str, object], new: Mapping[str, object]) -> list[Row]:
        changed = step("update", "ecs/service", "backend-service", old={"name": "s", **old}, new={"name": "s", **new})
        return service.rows(planned(changed), "backend", None)

    launched = {"launchType": "FARGATE"}
    placed, left = ({"capacityProviderStrategies": shares(1, each), "forceNewDeployment": True} for each in (70, 0))
    always, share = "always on demand (tasks)", "Spot (% of the others)"
    assert rows(launched, placed) == [Row(always, None, "1"), Row(share, None, "70")]
    more = {**placed, "capacityProviderStrategies": shares(2, 50)[::-1]}
    assert rows(placed, more) == [Row(always, "1", "2"), Row(share, "70", "50")]
    assert rows(placed, left) == [Row(share, "70", None)]
    made = create("ecs/service", "backend-service", {"name": "s", "desiredCount": 2, **placed})
    assert service.rows(planned(made), "backend", None) == [
        Row("count", None, "2"),
        Row(always, None, "1"),
        Row(share, None, "70"),
    ]


def test_an_image_from_another_repository_is_named() -> None:
    here, there = (container(image=f"{registry}/pairva-backend:1.0.1") for registry in ("here", "there"))
    old = {"family": "f", "containerDefinitions": here}
    step = swap("ecs/taskDefinition", "backend-definition", old, {"containerDefinitions": there})
    assert service.rows(planned(step), "backend", None) == [
        Row("repository", "here/pairva-backend", "there/pairva-backend")
    ]


def test_a_service_that_the_stack_runs_no_longer_has_no_wanted_version() -> None:
    gone = [
        delete("ecs/service", "worker-service", {"name": "s"}, component="worker"),
        delete("ssm/parameter", "worker-proven", {"insecureValue": '{"version": "1.0.1"}'}, component="worker"),
    ]
    assert service.version(planned(*gone), "worker", stack()) == ("1.0.1", None)


def test_the_priority_of_a_path_is_a_row() -> None:
    step = update("lb/listenerRule", "backend-rule", {"priority": 47622, "actions": [{"order": 1}]}, {"priority": 777})
    assert service.rows(planned(step), "backend", None) == [Row("priority", "47622", "777")]


def test_the_priority_of_a_rule_that_is_new_is_none() -> None:
    step = create("lb/listenerRule", "backend-rule", {"priority": 777})
    assert service.rows(planned(step), "backend", None) == []


def test_what_was_changed_by_hand_and_is_replaced_is_put_back() -> None:
    """With `--show-replacement-steps`, of which the last deletes."""
    recorded, found = {"name": "l", "kmsKeyId": "1"}, {"name": "l", "kmsKeyId": "2"}
    look = update("cloudwatch/logGroup", "l", recorded, found)
    look["detailedDiff"] = {"kmsKeyId": {"kind": "update"}}
    back = swap("cloudwatch/logGroup", "l", found, recorded)
    last = {**back, "op": "delete-replaced"}
    other = refresh("ecs/cluster", "c", {})

    def mended(*steps: Step) -> list[bool]:
        return [each.mended for each in plan.of(read(other, look, *steps)).drifts]

    assert mended({**back, "op": "create-replacement"}, back, last) == [True]
    assert mended(last) == [False]

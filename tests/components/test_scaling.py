"""The scaling of a service: its bounds, the loads that it follows, and what Pulumi leaves to it."""

from typing import Any

import pytest

from tests.components.parts import recorded_service
from tests.recording import Recording
from tests.samples import Edit

SERVICE, GATE = "aws:ecs/service:Service", "aws:ssm/parameter:Parameter"
TARGET, POLICY = "aws:appautoscaling/target:Target", "aws:appautoscaling/policy:Policy"
PARENT = "pairva:index:ServiceScaling/backend"
WORKER = ("      path: /api/*\n", "")
WHOLE = {
    "serviceNamespace": "ecs",
    "resourceId": "service/pairva-test/pairva-test-backend",
    "scalableDimension": "ecs:service:DesiredCount",
}


def scaled(*edits: Edit, by: str = "cpuPercent: 60") -> Recording:
    return recorded_service(("count: 1", f"scaling: {{min: 2, max: 6, {by}}}"), *edits)


def follows(load: str, metric: dict[str, str], value: int) -> dict[str, Any]:
    return {
        **WHOLE,
        "name": f"pairva-test-backend-by-{load}",
        "policyType": "TargetTrackingScaling",
        "targetTrackingScalingPolicyConfiguration": {"predefinedMetricSpecification": metric, "targetValue": value},
    }


CPU = follows("cpu", {"predefinedMetricType": "ECSServiceAverageCPUUtilization"}, 60)
MEMORY = follows("memory", {"predefinedMetricType": "ECSServiceAverageMemoryUtilization"}, 70)
REQUESTS = follows(
    "requests",
    {
        "predefinedMetricType": "ALBRequestCountPerTarget",
        "resourceLabel": "app/pairva-balancer/1/targetgroup/backend-target/1",
    },
    500,
)


def policies(recording: Recording) -> dict[str, Any]:
    return {each.name: each.inputs for each in recording.all(POLICY)}


def test_the_number_of_tasks_is_scaled_within_its_bounds_as_a_part_of_the_service() -> None:
    recording = scaled()
    target = recording.one(TARGET, "backend-tasks")
    assert target.inputs == {**WHOLE, "minCapacity": 2, "maxCapacity": 6}
    assert {each.parent for each in [target, *recording.all(POLICY)]} == {PARENT}
    assert recording.one("pairva:index:ServiceScaling", "backend").parent == "pairva:index:FargateService/backend"


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("cpuPercent: 60", {"backend-by-cpu": CPU}),
        ("memoryPercent: 70", {"backend-by-memory": MEMORY}),
        ("requestsPerTarget: 500", {"backend-by-requests": REQUESTS}),
        (
            "cpuPercent: 60, memoryPercent: 70, requestsPerTarget: 500",
            {"backend-by-cpu": CPU, "backend-by-memory": MEMORY, "backend-by-requests": REQUESTS},
        ),
    ],
)
def test_each_load_that_is_named_has_its_policy_and_no_other(by: str, expected: dict[str, Any]) -> None:
    assert policies(scaled(by=by)) == expected


def test_a_worker_is_scaled_by_its_own_load() -> None:
    assert policies(scaled(WORKER)) == {"backend-by-cpu": CPU}


def test_policies_come_after_the_target_and_the_target_after_the_service() -> None:
    recording = scaled()
    assert f"{TARGET}/backend-tasks" in recording.one(POLICY, "backend-by-cpu").depends_on
    assert f"{SERVICE}/backend-service" in recording.one(TARGET, "backend-tasks").depends_on


def test_a_scaled_service_begins_with_the_least_and_its_number_is_not_pulumis_affair() -> None:
    service = scaled().one(SERVICE, "backend-service")
    assert (service.inputs["desiredCount"], service.ignore_changes) == (2, ("desiredCount",))


def test_a_raised_minimum_is_there_before_the_verdict_asks_for_it() -> None:
    waits = set(scaled().one(GATE, "backend-proven").depends_on)
    assert {f"{SERVICE}/backend-service", f"{TARGET}/backend-tasks"} <= waits


def test_a_fixed_count_is_pulumis_own_and_nothing_scales_it() -> None:
    recording = recorded_service()
    service = recording.one(SERVICE, "backend-service")
    assert (service.inputs["desiredCount"], service.ignore_changes) == (1, ())
    assert recording.all(TARGET) == recording.all(POLICY) == recording.all("pairva:index:ServiceScaling") == []

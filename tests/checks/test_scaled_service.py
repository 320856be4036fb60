"""The verdict on a service that is scaled: between its bounds, ECS's own number is the wanted one."""

import pulumi
import pytest

import finding
from checks import diagnosis
from checks.diagnosis import judge
from checks.observation import Observation
from tests.checks.deployments import (
    CRASHED,
    NEW,
    ROLLED_BACK,
    SERVING,
    WANTED,
    deployment,
    seen,
    service,
    stopped,
    target,
)
from tests.checks.looking import TWO, followed
from tests.samples import Edit

SCALING: Edit = ("count: 2", "scaling: {min: 2, max: 6, cpuPercent: 60}")
LIFT = (
    "aws ecs update-service --cluster pairva-test --service pairva-test-backend --desired-count 2 (Pulumi leaves the "
    "number to the scaling, which lifts it only when the load asks for more tasks); CloudTrail knows who it was (event "
    "UpdateService)"
)


def at(desired: int, running: int, healthy: int | None = None, state: str = "COMPLETED") -> Observation:
    targets = (target(),) * (running if healthy is None else healthy)
    return seen(deployment(NEW, state, running), desired=desired, targets=targets)


@pytest.mark.parametrize(
    ("look", "outcome", "reason"),
    [
        (at(2, 2), "good", "2/2 running, 0 failed"),
        (at(4, 4), "good", "4/4 running, 0 failed"),
        (at(6, 6), "good", "6/6 running, 0 failed"),
        (at(9, 9), "good", "9/6 running, 0 failed"),
        (at(4, 3), "waiting", "3/4 running, 0 failed: completed, but tasks are missing"),
        (at(4, 3, state="IN_PROGRESS"), "waiting", "3/4 running, 0 failed: tasks are starting"),
        (at(4, 4, healthy=2), "waiting", "4/4 running, 0 failed: 2 of 4 targets are healthy"),
        (at(1, 1), "doubtful", "the service is scaled to 1"),
        (at(0, 0), "doubtful", "the service is scaled to 0"),
    ],
)
def test_any_number_within_the_bounds_is_as_wanted(look: Observation, outcome: str, reason: str) -> None:
    judgement = judge(look, WANTED, service(SCALING))
    assert (judgement.outcome, judgement.reason) == (outcome, reason)


@pytest.mark.parametrize(("desired", "crashed", "outcome"), [(6, 3, "bad"), (9, 3, "bad"), (6, 2, "good")])
def test_after_completion_the_breaker_is_that_of_as_many_tasks(desired: int, crashed: int, outcome: str) -> None:
    assert judge(at(desired, desired), WANTED, service(SCALING), crashed).outcome == outcome


WIDE: Edit = ("count: 2", "scaling: {min: 2, max: 40, cpuPercent: 60}")


@pytest.mark.parametrize(("desired", "threshold"), [(2, 3), (10, 5), (40, 20), (90, 20)])
def test_the_breaker_of_a_deployment_counts_by_what_ecs_wants_at_that_time(desired: int, threshold: int) -> None:
    starting = deployment(NEW, "IN_PROGRESS", failed=1)
    look = seen(starting, SERVING, desired=desired, stopped=(stopped(),))
    assert f"(attempt 1 of {threshold})" in diagnosis.first_words(look, WANTED, service(WIDE))
    completed = at(desired, desired)
    assert judge(completed, WANTED, service(WIDE), threshold - 1).outcome == "good"
    assert judge(completed, WANTED, service(WIDE), threshold).outcome == "bad"


def verdict(look: Observation) -> str:
    backend = service(SCALING)
    return finding.text([diagnosis.failure(judge(look, WANTED, backend), look, WANTED, backend)])


def test_below_its_bounds_the_verdict_says_who_can_lift_it() -> None:
    assert verdict(at(0, 0)) == (
        "pairva-test-backend: 1.0.2 does not run: It is scaled to 0, and backend.scaling.min is 2. Nothing serves\n"
        "    found: the service is scaled to 0\n"
        f"    mend:  {LIFT}. The same version again: run pulumi up. Back: git revert the change. Until a deployment is "
        "good, every pulumi up of this stack fails here"
    )


def test_what_serves_is_counted_by_what_ecs_wants() -> None:
    failed = deployment(NEW, "FAILED", status="ACTIVE", failed=3, reason=CRASHED)
    five, few = (seen(ROLLED_BACK, failed, desired=desired) for desired in (5, 2))
    assert ". 1.0.1 serves 2/5\n" in verdict(five)
    assert ". 1.0.1 serves 2/2; nothing is down\n" in verdict(few)
    alone = judge(at(4, 3), WANTED, service(SCALING))
    text = finding.text([diagnosis.failure(alone, at(4, 3), WANTED, service(SCALING))])
    assert "1.0.2 gets the requests (3/4 of its tasks run)" in text


def test_a_raised_minimum_has_a_minute_to_be_followed(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    scaled = (TWO[1], SCALING[1])
    assert followed(monkeypatch, [*[at(1, 1)] * 50, at(2, 1), at(2, 2), at(2, 2)], scaled)[1] == 53
    with pytest.raises(pulumi.RunError, match=r"It is scaled to 1, and backend\.scaling\.min is 2"):
        followed(monkeypatch, [at(1, 1)], scaled)
    assert pauses[-61:] == [1] * 61

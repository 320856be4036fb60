"""The judgement on each look at a service."""

from dataclasses import replace

import pytest

from checks.diagnosis import Crashes, judge
from checks.observation import Observation
from tests.checks.deployments import (
    CRASHED,
    DIGEST,
    NEW,
    OLD,
    ROLLED_BACK,
    ROLLING_BACK,
    SERVING,
    WANTED,
    deployment,
    seen,
    service,
    stopped,
    target,
)

INSTEAD = "ECS runs {} instead: it was rolled back, stopped, or changed by somebody"

CASES: dict[str, tuple[Observation | None, str, str]] = {
    "just started": (
        seen(deployment(NEW, "IN_PROGRESS"), SERVING),
        "waiting",
        "0/2 running, 0 failed: tasks are starting",
    ),
    "tasks crash": (
        seen(deployment(NEW, "IN_PROGRESS", 1, failed=2), SERVING),
        "waiting",
        "1/2 running, 2 failed: tasks are starting",
    ),
    "targets are not healthy yet": (
        seen(deployment(NEW, "IN_PROGRESS", 2), SERVING, targets=(target(), target("initial"))),
        "waiting",
        "2/2 running, 0 failed: 1 of 2 targets are healthy",
    ),
    "all run, the old ones drain": (
        seen(deployment(NEW, "IN_PROGRESS", 2), SERVING),
        "waiting",
        "2/2 running, 0 failed: earlier tasks are being drained",
    ),
    "completed": (seen(deployment(NEW, "COMPLETED", 2)), "good", "2/2 running, 0 failed"),
    "completed, more than wanted": (seen(deployment(NEW, "COMPLETED", 3)), "good", "3/2 running, 0 failed"),
    "completed, fewer run": (
        seen(deployment(NEW, "COMPLETED", 1)),
        "waiting",
        "1/2 running, 0 failed: completed, but tasks are missing",
    ),
    "completed, a target is unhealthy": (
        seen(deployment(NEW, "COMPLETED", 2), targets=(target(), target("unhealthy"))),
        "waiting",
        "2/2 running, 0 failed: 1 of 2 targets are healthy",
    ),
    "completed, with the image that was pushed": (
        seen(deployment(NEW, "COMPLETED", 2), digests=frozenset({DIGEST})),
        "good",
        "2/2 running, 0 failed",
    ),
    "completed, with another image under the same tag": (
        seen(deployment(NEW, "COMPLETED", 2), digests=frozenset({DIGEST, "sha256:2"})),
        "waiting",
        "2/2 running, 0 failed: tasks still run another image",
    ),
    "listed after another of the same revision": (
        seen(deployment(NEW, "COMPLETED", 2, status="ACTIVE", minutes=-9), deployment(NEW, "IN_PROGRESS")),
        "waiting",
        "0/2 running, 0 failed: tasks are starting",
    ),
    "a failed one of the same revision before it": (
        seen(deployment(NEW, "FAILED", status="ACTIVE", minutes=-9), deployment(NEW, "COMPLETED", 2)),
        "good",
        "2/2 running, 0 failed",
    ),
    "first deployment failed": (
        seen(deployment(NEW, "FAILED", failed=3, reason=CRASHED)),
        "bad",
        f"the deployment failed ({CRASHED})",
    ),
    "failed without a reason": (seen(deployment(NEW, "FAILED")), "bad", "the deployment failed (ECS gives no reason)"),
    "rolling back": (
        seen(ROLLED_BACK, deployment(NEW, "FAILED", status="ACTIVE", failed=3, reason=CRASHED)),
        "bad",
        f"the deployment failed ({CRASHED})",
    ),
    "rolled back to the same revision": (
        seen(
            deployment(NEW, "COMPLETED", 2, minutes=-60),
            deployment(NEW, "FAILED", status="ACTIVE", reason=CRASHED),
        ),
        "bad",
        f"the deployment failed ({CRASHED})",
    ),
    "rolled back to the same revision by a new deployment": (
        seen(
            deployment(NEW, "IN_PROGRESS", 2, minutes=3, reason=ROLLING_BACK),
            deployment(NEW, "FAILED", status="ACTIVE", reason=CRASHED),
        ),
        "bad",
        f"the deployment failed ({CRASHED})",
    ),
    "rolling back to the same revision, and nothing else is listed": (
        seen(deployment(NEW, "IN_PROGRESS", 2, reason=ROLLING_BACK)),
        "bad",
        ROLLING_BACK,
    ),
    "another took its place while it is still listed": (
        seen(deployment(OLD, "IN_PROGRESS", 2), deployment(NEW, "IN_PROGRESS", status="ACTIVE")),
        "bad",
        INSTEAD.format("pairva-test-backend:6"),
    ),
    "another, and ours is not listed: perhaps from before the update": (
        seen(ROLLED_BACK),
        "doubtful",
        INSTEAD.format("pairva-test-backend:6"),
    ),
    "no deployment at all": (seen(), "doubtful", INSTEAD.format("nothing")),
    "scaled to zero": (seen(deployment(NEW, "COMPLETED"), desired=0), "doubtful", "the service is scaled to 0"),
    "scaled in": (seen(deployment(NEW, "COMPLETED", 1), desired=1), "doubtful", "the service is scaled to 1"),
    "scaled out": (seen(deployment(NEW, "COMPLETED", 3), desired=3), "good", "3/2 running, 0 failed"),
    "more healthy than wanted, while others leave": (
        seen(deployment(NEW, "COMPLETED", 2), targets=(target(), target(), target())),
        "good",
        "2/2 running, 0 failed",
    ),
    "no such service": (None, "doubtful", "the service is gone"),
}


@pytest.mark.parametrize(("observed", "outcome", "reason"), CASES.values(), ids=CASES)
def test_each_look_has_its_judgement(observed: Observation | None, outcome: str, reason: str) -> None:
    judgement = judge(observed, WANTED, service())
    assert (judgement.outcome, judgement.reason) == (outcome, reason)


def test_a_worker_has_no_targets_to_wait_for() -> None:
    worker = service(("path: /api/*\n", "\n"))
    assert judge(seen(deployment(NEW, "COMPLETED", 2), targets=()), WANTED, worker).outcome == "good"


@pytest.mark.parametrize(
    ("state", "crashed", "outcome"),
    [("COMPLETED", 2, "waiting"), ("COMPLETED", 3, "bad"), ("IN_PROGRESS", 3, "waiting")],
)
def test_after_completion_the_breaker_is_ours(state: str, crashed: int, outcome: str) -> None:
    """ECS's circuit breaker acts during a deployment alone; the incident's tasks crashed 7,560 times."""
    assert judge(seen(deployment(NEW, state, 1)), WANTED, service(), crashed).outcome == outcome


def crashing(state: str, *numbers: int) -> Observation:
    return seen(deployment(NEW, state, 2), stopped=tuple(stopped(number) for number in numbers))


def test_tasks_that_failed_before_completion_are_the_breakers_to_count() -> None:
    """A backend that waits for its database may crash three times, and be well then."""
    crashes = Crashes()
    looks = [crashing("IN_PROGRESS"), crashing("IN_PROGRESS", 1, 2), crashing("IN_PROGRESS", 1, 2, 3)]
    assert [crashes.since_completion(look) for look in looks] == [0, 0, 0]
    assert crashes.since_completion(crashing("COMPLETED", 1, 2, 3)) == 0
    assert crashes.since_completion(crashing("COMPLETED", 1, 2, 3, 4)) == 1


def test_a_look_that_could_not_read_the_tasks_is_not_compared_with() -> None:
    crashes = Crashes()
    blind = replace(crashing("COMPLETED"), unread=("its stopped tasks could not be read: throttled",))
    assert [crashes.since_completion(look) for look in (None, blind, crashing("COMPLETED", 1, 2, 3))] == [0, 0, 0]
    assert crashes.since_completion(crashing("COMPLETED", 1, 2, 3, 4)) == 1


def test_a_task_that_spot_took_back_has_not_failed() -> None:
    crashes = Crashes()
    taken = stopped(1, stop_code="SpotInterruption", reason="Your Spot Task was interrupted.")
    assert crashes.since_completion(crashing("COMPLETED")) == 0
    assert crashes.since_completion(seen(deployment(NEW, "COMPLETED", 2), stopped=(taken,))) == 0
    assert crashes.since_completion(seen(deployment(NEW, "COMPLETED", 2), stopped=(taken, stopped(2)))) == 1


def test_a_task_that_was_scaled_in_has_not_failed() -> None:
    crashes, gone = Crashes(), stopped(1, reason="Scaling activity initiated by (deployment ecs-svc/7)")
    assert crashes.since_completion(crashing("COMPLETED")) == 0
    assert crashes.since_completion(seen(deployment(NEW, "COMPLETED", 2), stopped=(gone,))) == 0

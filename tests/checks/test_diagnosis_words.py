"""The words for a deployment that is not good: cause, evidence, what serves meanwhile, and the ways on."""

from dataclasses import replace

import pytest

import finding
from checks import diagnosis
from checks.diagnosis import judge
from checks.observation import Observation
from tests.checks.deployments import (
    CRASHED,
    NEW,
    OLD,
    ROLLED_BACK,
    SERVING,
    WANTED,
    deployment,
    event,
    seen,
    service,
    stopped,
    target,
)
from tests.samples import BUILD, OWNED_BUILD, Edit

FAILED = deployment(NEW, "FAILED", status="ACTIVE", failed=3, reason=CRASHED)
BAD = seen(
    ROLLED_BACK,
    FAILED,
    stopped=(stopped(2), stopped(1), stopped(0)),
    targets=(target(), target(), target("unhealthy", "Target.Timeout", "Request timed out"), target("draining")),
    log=("listening", "TypeError: Object is not a constructor"),
    events=(
        event("(service pairva-test-backend) has reached a steady state.", 90),
        *(event(f"(service pairva-test-backend) has started 1 tasks: (task {n:032x}).", n) for n in range(3)),
    ),
)
UNTIL = "Until a deployment is good, every pulumi up of this stack fails here"


def verdict(observed: Observation | None, *edits: Edit, late: str = "") -> str:
    backend = service(*edits)
    judgement = judge(observed, WANTED, backend)
    return finding.text([diagnosis.failure(judgement, observed, WANTED, backend, late=late)])


def test_a_verdict_names_the_cause_what_serves_the_evidence_and_the_ways_on() -> None:
    assert verdict(BAD) == (
        "pairva-test-backend: 1.0.2 does not run: The container backend ended 2 s after its start with exit code 1: "
        "the application gave up over an error. 1.0.1 serves 2/2; nothing is down\n"
        f"    found: the deployment failed ({CRASHED}); 3 of 3 failed attempts\n"
        f"        task {2:032x}: EssentialContainerExited: Essential container in task exited; backend exited with 1; "
        "after 2 s (3 failed)\n"
        "        target 10.20.1.5:3000 is unhealthy: Target.Timeout: Request timed out\n"
        "        its last log lines (aws logs tail /pairva/test/backend --since 1h):\n"
        "            | listening\n"
        "            | TypeError: Object is not a constructor\n"
        "        service events, newest first:\n"
        "            (service pairva-test-backend) has reached a steady state.\n"
        "            3 × (service pairva-test-backend) has started 1 tasks: (task …).\n"
        "    mend:  fix what the log tells (aws logs tail /pairva/test/backend). The same version again: run pulumi "
        f"up. Back: git revert the change. {UNTIL}"
    )


@pytest.mark.parametrize(
    ("edits", "back"),
    [
        ((), "git revert the change"),
        ((BUILD,), "name the earlier version and remove backend.build in Pulumi.test.yaml"),
        (((OWNED_BUILD[0], OWNED_BUILD[1].replace("app}", "app, mutableTag: true}")),), "git revert the change"),
    ],
    ids=["promoted", "built once", "built at every change"],
)
def test_the_way_back_fits_how_the_image_is_made(edits: tuple[Edit, ...], back: str) -> None:
    assert verdict(BAD, *edits).endswith(f". Back: {back}. {UNTIL}")


def test_a_first_deployment_that_failed_is_not_retried_by_ecs_and_says_how_to_start_another() -> None:
    first = seen(deployment(NEW, "FAILED", failed=3, reason=CRASHED), stopped=(stopped(),))
    text = verdict(first)
    assert "the application gave up over an error. Nothing serves\n" in text
    assert text.endswith(
        "The same version again: change backend.restart in Pulumi.test.yaml, since ECS does not retry it. "
        f"Back: git revert the change. {UNTIL}"
    )


def test_what_is_not_known_is_said_with_the_evidence() -> None:
    unknown = seen(ROLLED_BACK, FAILED, unread=("its stopped tasks could not be read: AccessDenied",))
    assert verdict(unknown) == (
        f"pairva-test-backend: 1.0.2 does not run: the deployment failed ({CRASHED}). "
        "1.0.1 serves 2/2; nothing is down\n"
        f"    found: the deployment failed ({CRASHED}); 3 of 3 failed attempts\n"
        "        its stopped tasks could not be read: AccessDenied\n"
        "    mend:  no cause known here fits, so read the evidence and the log "
        f"(aws logs tail /pairva/test/backend --since 1h). The same version again: run pulumi up. "
        f"Back: git revert the change. {UNTIL}"
    )


def test_a_service_that_is_gone_has_no_evidence_and_is_made_anew() -> None:
    assert verdict(None) == (
        "pairva-test-backend: 1.0.2 does not run: Somebody deleted the service. Nothing serves\n"
        "    mend:  run pulumi up again, which makes it anew; CloudTrail knows who it was (event DeleteService). "
        f"The same version again: run pulumi up. Back: git revert the change. {UNTIL}"
    )


def test_a_service_scaled_to_zero_is_told_before_anything_else() -> None:
    zero = seen(deployment(NEW, "COMPLETED"), desired=0, stopped=(stopped(),))
    assert verdict(zero) == (
        "pairva-test-backend: 1.0.2 does not run: Somebody has scaled it to 0, and backend.count is 2. "
        "Nothing serves\n"
        "    found: the service is scaled to 0\n"
        f"        task {0:032x}: EssentialContainerExited: Essential container in task exited; backend exited with 1; "
        "after 2 s\n"
        "    mend:  run pulumi up again, which scales it to 2; CloudTrail knows who it was (event UpdateService). "
        f"The same version again: run pulumi up. Back: git revert the change. {UNTIL}"
    )


SERVES = {
    "wanted tasks that run, but are not healthy": (
        seen(ROLLED_BACK, FAILED, targets=(target(), target("unhealthy"))),
        "1.0.1 serves 2/2",
    ),
    "fewer than wanted": (seen(deployment(OLD, "COMPLETED", 1), FAILED), "1.0.1 serves 1/2"),
    "two deployments of one revision": (
        seen(deployment(OLD, "COMPLETED", 1), deployment(OLD, "COMPLETED", 1, status="ACTIVE"), FAILED),
        "1.0.1 serves 2/2; nothing is down",
    ),
    "a revision that nobody knows": (
        seen(deployment(f"{OLD}9", "COMPLETED", 2), FAILED),
        "pairva-test-backend:69 serves 2/2; nothing is down",
    ),
    "its own tasks, and ECS is done with it": (
        seen(deployment(NEW, "COMPLETED", 1), desired=1),
        "Nothing else serves: 1.0.2 gets the requests (1/2 of its tasks run), and ECS does not roll back; "
        "1.0.1 was proven last",
    ),
}


@pytest.mark.parametrize(("observed", "serves"), SERVES.values(), ids=SERVES)
def test_what_serves_meanwhile(observed: Observation, serves: str) -> None:
    assert verdict(observed).splitlines()[0].endswith(f". {serves}")


def test_a_first_version_has_no_way_back() -> None:
    first = replace(WANTED, proven_task_definition="", proven_version="")
    failed = seen(deployment(NEW, "FAILED", failed=3, reason=CRASHED))
    text = finding.text([diagnosis.failure(judge(failed, first, service()), failed, first, service())])
    assert "Back:" not in text
    assert text.endswith(f"since ECS does not retry it. {UNTIL}")


def test_two_revisions_of_one_version_are_told_apart() -> None:
    wanted = replace(WANTED, version="1.0.1")
    text = finding.text([diagnosis.failure(judge(BAD, wanted, service()), BAD, wanted, service())])
    assert ". 1.0.1 (pairva-test-backend:6) serves 2/2; nothing is down\n" in text


def test_a_deadline_that_passed_is_said_first() -> None:
    waiting = seen(deployment(NEW, "IN_PROGRESS", 1), SERVING)
    text = verdict(waiting, late="it is not done after 20 min. ")
    assert text.startswith(
        "pairva-test-backend: 1.0.2 does not run: it is not done after 20 min. "
        "1/2 running, 0 failed: tasks are starting"
    )


def test_what_answers_through_the_balancer_outweighs_tasks_that_failed_before() -> None:
    judgement = diagnosis.unproven("http://balancer.example/api/version", "names version 1.0.1, not 1.0.2", service())
    good = seen(deployment(NEW, "COMPLETED", 2), stopped=(stopped(),))
    text = finding.text([diagnosis.failure(judgement, good, WANTED, service())])
    assert text.startswith(
        "pairva-test-backend: 1.0.2 does not run: All its tasks run, but http://balancer.example/api/version names "
        "version 1.0.1, not 1.0.2. Nothing else serves: 1.0.2 gets the requests (2/2 of its tasks run), and "
        "ECS does not roll back; 1.0.1 was proven last\n"
        "    found: the smoke request failed\n"
    )
    assert (
        "let it answer there as backend.smoke in Pulumi.test.yaml says, or correct backend.smoke. The same version"
        in text
    )


def test_the_first_failed_task_is_explained_in_one_line_while_the_deployment_goes_on() -> None:
    waiting = deployment(NEW, "IN_PROGRESS", failed=1)
    words = diagnosis.first_words(
        seen(waiting, SERVING, stopped=(stopped(),), log=("TypeError: b", "    at c", "Node.js v20.11.1")),
        WANTED,
        service(),
    )
    assert words == (
        "1.0.2: The container backend ended 2 s after its start with exit code 1: the application gave up over an "
        "error (attempt 1 of 3); its log: TypeError: b"
    )
    unknown = stopped(stop_code="", reason="Something new", containers=(), started_at=None)
    assert diagnosis.first_words(seen(waiting, stopped=(unknown,)), WANTED, service()) == (
        "1.0.2: Something new (attempt 1 of 3)"
    )
    scaled_in = stopped(reason="Scaling activity initiated by (deployment ecs-svc/7)")
    assert diagnosis.first_words(seen(waiting, stopped=(scaled_in,)), WANTED, service()) == ""


def test_a_target_that_is_not_healthy_yet_is_no_failed_task() -> None:
    """It may be starting, or be an earlier task: both are in the same target group."""
    unwell = target("unhealthy", "Target.Timeout", "Request timed out")
    waiting = seen(deployment(NEW, "IN_PROGRESS", 2), SERVING, targets=(unwell,))
    assert diagnosis.first_words(waiting, WANTED, service()) == ""


def test_a_task_that_cannot_be_placed_is_explained_although_none_has_failed() -> None:
    message = "(service x) was unable to place a task. Reason: Capacity is unavailable at this time."
    waiting = seen(deployment(NEW, "IN_PROGRESS"), SERVING, events=(event(message),))
    assert diagnosis.first_words(waiting, WANTED, service()) == (
        "1.0.2: Fargate has no capacity left for a task of this size in these zones"
    )


def test_what_people_and_applications_wrote_is_masked_wherever_it_is_shown() -> None:
    by_hand = stopped(stop_code="UserInitiated", reason="oops password=geheim123 \x1b[2J", containers=())
    message = "(service x) mongodb://pairva:geheim123@db failed"
    text = verdict(seen(ROLLED_BACK, FAILED, stopped=(by_hand,), events=(event(message),)))
    assert "geheim123" not in text
    assert "\x1b" not in text
    assert "UserInitiated: oops password=***" in text
    assert "mongodb://pairva:***@db" in text


TAKEN = stopped(3, stop_code="SpotInterruption", reason="Your Spot Task was interrupted.")


def test_what_spot_took_back_is_told_where_nothing_else_is_wrong() -> None:
    missing = seen(deployment(NEW, "COMPLETED", 1), stopped=(TAKEN,))
    assert verdict(missing, late="it is not done after 9 min. ").splitlines()[:3] == [
        "pairva-test-backend: 1.0.2 does not run: it is not done after 9 min. Spot took back the capacity of 1 of its "
        f"tasks, the last of which was {3:032x}: no fault of theirs. Nothing else serves: 1.0.2 gets the requests "
        "(1/2 of its tasks run), and ECS does not roll back; 1.0.1 was proven last",
        "    found: 1/2 running, 0 failed: completed, but tasks are missing",
        f"        task {3:032x}: SpotInterruption: Your Spot Task was interrupted.; backend exited with 1; after 2 s "
        "(1 interrupted, no failure)",
    ]


def test_a_task_that_failed_is_told_before_those_that_spot_took_back() -> None:
    both = verdict(seen(ROLLED_BACK, FAILED, stopped=(TAKEN, stopped(2), TAKEN))).splitlines()
    assert "gave up over an error" in both[0]
    assert both[2:4] == [
        f"        task {2:032x}: EssentialContainerExited: Essential container in task exited; backend exited with 1; "
        "after 2 s",
        f"        task {3:032x}: SpotInterruption: Your Spot Task was interrupted.; backend exited with 1; after 2 s "
        "(2 interrupted, no failure)",
    ]


def test_what_spot_took_back_hides_no_failure_that_nobody_can_explain() -> None:
    unknown = stopped(2, stop_code="TaskFailedToStart", reason="words that nobody knows", containers=())
    text = verdict(seen(ROLLED_BACK, FAILED, stopped=(TAKEN, unknown)))
    assert "no fault of theirs" not in text
    assert "no cause known here fits, so read the evidence and the log" in text


def test_what_spot_took_back_is_no_reason_of_a_rollback() -> None:
    text = verdict(seen(ROLLED_BACK, stopped=(TAKEN,)))
    assert "ECS runs pairva-test-backend:" in text.splitlines()[0]
    assert "no fault of theirs" not in text


def test_spot_alone_is_no_warning_while_a_deployment_goes_on() -> None:
    going = seen(deployment(NEW, "IN_PROGRESS", 1), SERVING, stopped=(TAKEN,))
    assert diagnosis.first_words(going, WANTED, service()) == ""

"""The verdict on a deployment, from what ECS answers in each case of its life."""

import json
from datetime import UTC, datetime
from typing import Any

import pulumi
import pytest
from botocore.stub import Stubber

from checks import rollout
from checks.rollout import Judgement, judge
from tests.checks.aws import stubbed
from tests.recording import Recording, record
from tests.samples import BUILD, OWNED_BUILD, Edit, stack

ARN = "arn:aws:ecs:us-east-1:039612856036"
OLD, WANTED = f"{ARN}:task-definition/pairva-test-backend:6", f"{ARN}:task-definition/pairva-test-backend:7"
NAME = "pairva-test-backend"


def deployment(
    status: str, revision: str, state: str, running: int, desired: int = 2, failed: int = 0, reason: str = ""
) -> dict[str, Any]:
    return {
        "id": f"ecs-svc/{revision[-1]}{len(status)}",
        "status": status,
        "taskDefinition": revision,
        "desiredCount": desired,
        "pendingCount": max(desired - running, 0),
        "runningCount": running,
        "failedTasks": failed,
        "createdAt": datetime(2026, 11, 22, 10, 0, tzinfo=UTC),
        "launchType": "FARGATE",
        "rolloutState": state,
        "rolloutStateReason": reason or f"ECS deployment ecs-svc/{revision[-1]} in progress.",
    }


def service(*deployments: dict[str, Any], status: str = "ACTIVE", events: int = 0) -> dict[str, Any]:
    return {
        "serviceName": NAME,
        "status": status,
        "desiredCount": 2,
        "deployments": list(deployments),
        "events": [
            {"id": str(n), "createdAt": datetime(2026, 11, 22, tzinfo=UTC), "message": f"({NAME}) event {n}."}
            for n in range(events)
        ],
    }


CRASHED = "ECS deployment circuit breaker: tasks failed to start."
ROLLING_BACK = "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/6."
SERVING = deployment("ACTIVE", OLD, "COMPLETED", 2)

CASES: dict[str, tuple[dict[str, Any] | None, str, str]] = {
    "just started": (
        service(deployment("PRIMARY", WANTED, "IN_PROGRESS", 0), SERVING),
        "waiting",
        "0 of 2 tasks of pairva-test-backend:7 run, 0 failed so far",
    ),
    "tasks crash": (
        service(deployment("PRIMARY", WANTED, "IN_PROGRESS", 1, failed=4), SERVING),
        "waiting",
        "1 of 2 tasks of pairva-test-backend:7 run, 4 failed so far",
    ),
    "all run, the old ones drain": (
        service(deployment("PRIMARY", WANTED, "IN_PROGRESS", 2), SERVING),
        "waiting",
        "2 of 2 tasks of pairva-test-backend:7 run, 0 failed so far",
    ),
    "completed": (
        service(deployment("PRIMARY", WANTED, "COMPLETED", 2)),
        "good",
        "2 of 2 tasks run pairva-test-backend:7",
    ),
    "completed, more than wanted": (
        service(deployment("PRIMARY", WANTED, "COMPLETED", 3)),
        "good",
        "3 of 2 tasks run pairva-test-backend:7",
    ),
    "completed, scaled to nothing": (
        service(deployment("PRIMARY", WANTED, "COMPLETED", 0, desired=0)),
        "good",
        "0 of 0 tasks run pairva-test-backend:7",
    ),
    "completed, fewer run again": (
        service(deployment("PRIMARY", WANTED, "COMPLETED", 1)),
        "short",
        "1 of 2 tasks of pairva-test-backend:7 run, 0 failed so far",
    ),
    "listed after another of the same revision": (
        service(deployment("ACTIVE", WANTED, "COMPLETED", 2), deployment("PRIMARY", WANTED, "IN_PROGRESS", 0)),
        "waiting",
        "0 of 2 tasks of pairva-test-backend:7 run, 0 failed so far",
    ),
    "first deployment failed": (
        service(deployment("PRIMARY", WANTED, "FAILED", 0, failed=3, reason=CRASHED)),
        "bad",
        CRASHED,
    ),
    "rolling back": (
        service(
            deployment("PRIMARY", OLD, "IN_PROGRESS", 2, reason=ROLLING_BACK),
            deployment("ACTIVE", WANTED, "FAILED", 0, failed=3, reason=CRASHED),
        ),
        "bad",
        f"the deployment failed ({CRASHED}); pairva-test-backend:6 is what ECS runs instead",
    ),
    "rolled back": (
        service(deployment("PRIMARY", OLD, "COMPLETED", 2)),
        "bad",
        "the deployment failed (ECS took it back); pairva-test-backend:6 is what ECS runs instead",
    ),
    "no deployment at all": (
        service(),
        "bad",
        "the deployment failed (ECS took it back); nothing is what ECS runs instead",
    ),
    "no such service": (None, "bad", "the service is gone: somebody deleted it"),
    "inactive": (service(status="INACTIVE"), "bad", "the service is gone: somebody deleted it"),
    "draining": (service(SERVING, status="DRAINING"), "bad", "the service is gone: somebody deleted it"),
}


@pytest.mark.parametrize(("described", "outcome", "reason"), CASES.values(), ids=CASES)
def test_each_answer_of_ecs_has_its_judgement(described: dict[str, Any] | None, outcome: Any, reason: str) -> None:
    assert judge(described, WANTED) == Judgement(outcome=outcome, reason=reason)


def test_a_rollback_to_the_same_revision_is_no_good_deployment() -> None:
    """A new network or a forced deployment keeps the revision: only the deployments tell the rollback."""
    failed = deployment("ACTIVE", WANTED, "FAILED", 0, failed=3, reason=CRASHED)
    failed["createdAt"] = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
    back = deployment("PRIMARY", WANTED, "COMPLETED", 2)
    assert judge(service(back, failed), WANTED) == Judgement(outcome="bad", reason=f"the deployment failed ({CRASHED})")
    rolling = deployment("PRIMARY", WANTED, "IN_PROGRESS", 2, reason=ROLLING_BACK)
    assert judge(service(rolling), WANTED) == Judgement(outcome="bad", reason=ROLLING_BACK)


def test_a_failure_without_a_reason_is_still_one() -> None:
    failed = deployment("PRIMARY", WANTED, "FAILED", 0)
    del failed["rolloutStateReason"]
    assert judge(service(failed), WANTED) == Judgement(outcome="bad", reason="the deployment failed")


@pytest.fixture
def ecs(monkeypatch: pytest.MonkeyPatch) -> Stubber:
    monkeypatch.setattr(rollout, "_FIRST_POLL_SECONDS", 0.001)
    monkeypatch.setattr(rollout, "_LAST_POLL_SECONDS", 0.001)
    return stubbed(monkeypatch, "ecs")


def impatient(monkeypatch: pytest.MonkeyPatch, outcome: str) -> None:
    monkeypatch.setitem(vars(rollout)["_PATIENCE_SECONDS"], outcome, -1)


def followed(
    ecs: Stubber, answers: list[dict[str, Any] | None], *edits: Edit, into: Recording | None = None
) -> list[str]:
    """What is said while the hook follows a deployment through these answers."""
    for answer in answers:
        ecs.add_response(
            "describe_services",
            {"services": [answer] if answer else []},
            {"cluster": "pairva-test", "services": [NAME]},
        )
    args = pulumi.ResourceHookArgs(
        urn="urn:pulumi:test::pairva::aws:ssm/parameter:Parameter::backend-proven",
        id="",
        name="backend-proven",
        type="aws:ssm/parameter:Parameter",
        new_inputs={"insecureValue": json.dumps({"taskDefinition": WANTED, "version": "1.0.1"})},
    )
    sample = stack(*edits)

    async def program() -> None:
        hook = rollout.verdict(sample, sample.services["backend"])
        assert hook.name == "backend-verdict"
        assert hook.opts is None
        following: Any = hook.callback(args)
        await following

    with ecs:
        said = record(program, into=into).messages
        ecs.assert_no_pending_responses()
    return said


def test_the_hook_waits_until_the_deployment_is_good_and_says_each_step_once(ecs: Stubber) -> None:
    starting = service(deployment("PRIMARY", WANTED, "IN_PROGRESS", 0), SERVING)
    half = service(deployment("PRIMARY", WANTED, "IN_PROGRESS", 1, failed=1), SERVING)
    done = service(deployment("PRIMARY", WANTED, "COMPLETED", 2))
    assert followed(ecs, [starting, starting, half, half, done, done]) == [
        "0 of 2 tasks of pairva-test-backend:7 run, 0 failed so far (0 s)",
        "1 of 2 tasks of pairva-test-backend:7 run, 1 failed so far (0 s)",
        "2 of 2 tasks run pairva-test-backend:7 (0 s)",
    ]


REMEDY = (
    "    mend:  read the log (aws logs tail /pairva/test/backend), mend what it says and run up again; "
    "to go back, {back} in Pulumi.test.yaml. Until a deployment is good, every up of this stack fails here"
)


@pytest.mark.parametrize(
    ("edits", "back"),
    [
        ((), "git revert the change"),
        ((BUILD,), "name the earlier version and remove backend.build"),
        (((OWNED_BUILD[0], OWNED_BUILD[1].replace("app}", "app, mutableTag: true}")),), "git revert the change"),
    ],
    ids=["promoted", "built once", "built at every change"],
)
def test_a_bad_deployment_fails_with_the_last_events_and_the_way_back(
    edits: tuple[Edit, ...], back: str, ecs: Stubber
) -> None:
    waiting = service(deployment("PRIMARY", WANTED, "IN_PROGRESS", 0), SERVING)
    bad = service(
        deployment("PRIMARY", OLD, "IN_PROGRESS", 2, reason=ROLLING_BACK),
        deployment("ACTIVE", WANTED, "FAILED", 0, failed=3, reason=CRASHED),
        events=7,
    )
    with pytest.raises(RuntimeError) as raised:
        followed(ecs, [waiting, bad], *edits)
    events = "".join(f"\n        ({NAME}) event {n}." for n in range(5))
    assert str(raised.value) == (
        f"{NAME}: pairva-test-backend:7 does not run: the deployment failed ({CRASHED}); "
        "pairva-test-backend:6 is what ECS runs instead\n"
        f"    found: the service's last events:{events}\n"
        f"{REMEDY.format(back=back)}"
    )


def test_a_failed_first_deployment_is_not_retried_by_ecs_and_says_how_to_start_another(ecs: Stubber) -> None:
    with pytest.raises(RuntimeError) as raised:
        followed(ecs, [service(deployment("PRIMARY", WANTED, "FAILED", 0, failed=3, reason=CRASHED))])
    assert str(raised.value) == (
        f"{NAME}: pairva-test-backend:7 does not run: {CRASHED}\n"
        + REMEDY.format(back="git revert the change").replace(
            "and run up again", "and change backend.restart and run up again, since ECS does not retry it"
        )
    )


def test_an_answer_from_before_the_update_is_no_verdict(ecs: Stubber) -> None:
    before = service(deployment("PRIMARY", OLD, "COMPLETED", 2))
    done = service(deployment("PRIMARY", WANTED, "COMPLETED", 2))
    assert followed(ecs, [None, before, done, done])[-1] == "2 of 2 tasks run pairva-test-backend:7 (0 s)"


def test_one_good_look_is_not_enough(ecs: Stubber) -> None:
    """The revision stays when only the network changes: the first look may still see the deployment before it."""
    stale = service(deployment("PRIMARY", WANTED, "COMPLETED", 2))
    starting = service(deployment("PRIMARY", WANTED, "IN_PROGRESS", 0))
    followed(ecs, [stale, starting, stale, stale])


def test_a_service_that_is_gone_fails_without_events(ecs: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch, "bad")
    with pytest.raises(RuntimeError) as raised:
        followed(ecs, [None])
    assert str(raised.value) == (
        f"{NAME}: pairva-test-backend:7 does not run: the service is gone: somebody deleted it\n"
        f"{REMEDY.format(back='git revert the change')}"
    )


def test_a_deployment_that_never_ends_fails_at_the_deadline(ecs: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch, "waiting")
    with pytest.raises(RuntimeError, match=r"does not run: not done after 0 s: 1 of 2 tasks of pairva-test-backend:7"):
        followed(ecs, [service(deployment("PRIMARY", WANTED, "IN_PROGRESS", 1), SERVING)])


def test_tasks_that_do_not_stay_up_after_completion_fail(ecs: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch, "short")
    with pytest.raises(
        RuntimeError, match=r"completed, but its tasks do not stay up \(0 s\): 1 of 2 tasks of pairva-test"
    ):
        followed(ecs, [service(deployment("PRIMARY", WANTED, "COMPLETED", 1))])


def test_a_deployment_that_is_good_at_the_deadline_is_good(ecs: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch, "waiting")
    done = service(deployment("PRIMARY", WANTED, "COMPLETED", 2))
    assert len(followed(ecs, [done, done])) == 1


def test_how_long_each_outcome_is_borne() -> None:
    assert vars(rollout)["_PATIENCE_SECONDS"] == {"bad": 5, "short": 180, "waiting": 1800}

"""How a release ended: what counts as success, and what is said of what does not."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from checks.observation import stopped_task
from checks.release import outcome
from checks.release.outcome import Log
from tests.checks.release.releasing import ORDER, ended, failed, listed, refused, service, task_id
from tests.checks.responses import TASKS
from tests.samples import OWNED_BUILD

CAPACITY = "Capacity is unavailable at this time. Please try again later or in a different availability zone"
QUOTA = "You've reached the limit on the number of vCPUs you can run concurrently"
WAYS_ON = (
    "Then run pulumi up, which runs the release again. Back: git revert the change. Until a release succeeds, every "
    "pulumi up of this stack fails here"
)


def with_sidecar(task: dict[str, Any], exit_code: int) -> dict[str, Any]:
    sidecar = {"name": "aws-guardduty-agent", "exitCode": exit_code}
    return {**task, "containers": [sidecar, *task["containers"]]}


@pytest.mark.parametrize(
    ("task", "good"),
    [
        (ended(), True),
        (ended(1), False),
        (ended(None), False),
        (ended(0, "UserInitiated"), False),
        (ended(0, "TerminationNotice"), False),
        (ended(None, "TaskFailedToStart", lived=None), False),
        (with_sidecar(ended(), 137), True),
        (with_sidecar(ended(1), 0), False),
        (with_sidecar(ended(None), 0), False),
    ],
    ids=[
        "0",
        "1",
        "no code",
        "by hand",
        "by AWS",
        "not started",
        "0 and a sidecar's",
        "1 and a sidecar's",
        "sidecar's",
    ],
)
def test_only_a_command_that_came_to_its_own_end_with_0_succeeded(task: dict[str, Any], good: bool) -> None:
    assert outcome.succeeded(stopped_task(task), ORDER) is good


def test_one_whose_time_ecs_does_not_say_succeeded_too() -> None:
    assert outcome.success(stopped_task(ended(lived=None)), ORDER, Log()) == (
        f"the release of 1.0.2 succeeded (task {task_id()})"
    )


@pytest.mark.parametrize(
    ("task", "sentence", "remedy"),
    [
        (
            TASKS["no image"],
            "There is no image pairva-backend:1.0.1",
            "push it from the stack that builds, or correct backend.version (and backend.digest) in Pulumi.test.yaml; "
            "what there is, aws ecr describe-images says",
        ),
        (
            TASKS["no value"],
            "The secret of backend.secrets.JWT_SECRET holds no value yet",
            "put one into it: aws secretsmanager put-secret-value",
        ),
        (
            TASKS["command not found"],
            'The image\'s command "node" cannot be started: executable file not found',
            "correct ENTRYPOINT and CMD in the Dockerfile; the command must be executable for everyone, since "
            "containers run as nobody in particular",
        ),
        (
            ended(0, "UserInitiated", reason="it locks a table"),
            f"Somebody stopped task {task_id()} by hand: it locks a table",
            "the next pulumi up tries again; CloudTrail knows who stopped this one (event StopTask)",
        ),
        (
            ended(None, "TaskFailedToStart", reason="Timeout waiting for network interface provisioning to complete."),
            "EC2 did not provide the task's network interface in time",
            "wait: the next pulumi up tries again; if it lasts, look for an incident of EC2 in us-east-1 (AWS Health "
            "Dashboard)",
        ),
        (
            ended(None, "Unheard", reason="of"),
            "Unheard: of; after 12 s",
            "no cause known here fits, so read the evidence and the log (aws logs tail /pairva/test/backend --since "
            "1h)",
        ),
    ],
    ids=["image", "secret", "command", "by hand", "interface", "unknown"],
)
def test_a_failure_is_told_in_the_words_of_the_verdict(task: dict[str, Any], sentence: str, remedy: str) -> None:
    fault = outcome.failure(stopped_task(task), ORDER, Log(), service())
    assert fault.what == f"the release of 1.0.2 failed: {sentence}. The service was not touched"
    assert fault.remedy == f"{remedy}. {WAYS_ON}"


def test_a_version_that_is_built_once_goes_back_by_its_name() -> None:
    fault = outcome.failure(stopped_task(ended(1)), ORDER, Log(), service(OWNED_BUILD))
    assert "Back: name the earlier version and remove backend.build in Pulumi.test.yaml. Until" in fault.remedy


@pytest.mark.parametrize(
    ("failures", "sentence", "found"),
    [
        (
            [{"reason": CAPACITY}],
            "Fargate has no capacity left for a task of this size in these zones",
            CAPACITY,
        ),
        ([{"reason": "A", "detail": "b"}, {"reason": "C"}], "ECS starts no task for it", "A b; C"),
        ([], "ECS starts no task for it", "ECS gives no reason"),
    ],
    ids=["capacity", "others", "none"],
)
def test_ecs_may_start_nothing_without_an_error(
    failures: list[dict[str, str]],
    sentence: str,
    found: str,
    monkeypatch: pytest.MonkeyPatch,
    pauses: list[float],
) -> None:
    text = failed(monkeypatch, listed(), ("run_task", {"tasks": [], "failures": failures}, None))
    assert text.startswith(
        f"pairva-test-backend: the release of 1.0.2 failed: {sentence}. The service was not touched\n"
        f"    found: {found}\n        its command (backend.release, in the place of CMD"
    )
    assert text.endswith(WAYS_ON)


@pytest.mark.parametrize(
    ("code", "message", "sentence"),
    [
        ("InvalidParameterException", "The subnet ID 'subnet-1' does not exist", "ECS starts no task for it"),
        (
            "ClientException",
            "ECS was unable to assume the role 'arn:aws:iam::039612856036:role/pairva-test-backend-execution' that was "
            "provided for this task.",
            "ECS cannot assume the role pairva-test-backend-execution: it is gone, or it does not trust "
            "ecs-tasks.amazonaws.com",
        ),
        (
            "ThrottlingException",
            QUOTA,
            "The account's quota of Fargate vCPUs in us-east-1 is used up; a deployment runs old and new tasks side by "
            "side",
        ),
    ],
)
def test_what_ecs_refuses_is_asked_once(
    code: str, message: str, sentence: str, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    text = failed(monkeypatch, listed(), refused("run_task", code, message))
    assert text.startswith(f"pairva-test-backend: the release of 1.0.2 failed: {sentence}. The service was not touched")
    assert f"    found: RunTask: {code}: {message}\n" in text


def test_a_refusal_of_who_asks_is_not_taken_for_the_execution_roles() -> None:
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "is not authorized"}}, "RunTask")
    assert not outcome.refuses(denied)

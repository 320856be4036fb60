"""The wait for a release: what is asked of AWS, what is said, and when it is over."""

import re

import pulumi
import pytest

from tests.checks.release.releasing import (
    ORDER,
    Step,
    described,
    ended,
    failed,
    hook,
    listed,
    logged,
    refused,
    released,
    started,
    task,
    task_id,
)
from tests.recording import record

WORDS = 'found: 20 of "users"'
ROW = f"task {task_id()} (since 10:00:00 UTC) is"


def without_end(said: list[str]) -> list[str]:
    return [re.sub(r"; ends at \d\d:\d\d UTC at the latest$", "", each) for each in said]


def test_the_hook_is_for_up_alone() -> None:
    made = list[pulumi.ResourceHook]()
    assert record(lambda: made.append(hook())).preview_hooks == []
    assert [(each.name, each.opts) for each in made] == [("backend-release", None)]


def test_a_release_is_started_followed_and_told_with_its_last_words(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    steps = [
        listed(),
        started(),
        described(),
        *[described(task(status)) for status in ("PROVISIONING", "PENDING", "RUNNING", "RUNNING", "RUNNING")],
        described(ended()),
        logged(*[f"line {number}" for number in range(9)]),
    ]
    said = released(monkeypatch, *steps)
    assert without_end(said) == [
        "the release of 1.0.2 is asked for",
        *[f"the release of 1.0.2: {ROW} {status}" for status in ("PROVISIONING", "PENDING", "RUNNING")],
        f"the release of 1.0.2 succeeded after 12 s (task {task_id()})\n    | line 4\n    | line 5\n    | line 6\n"
        "    | line 7\n    | line 8",
    ]
    assert [each for each in said if re.search(r"; ends at \d\d:\d\d UTC at the latest$", each)] == said[:-1]
    assert pauses == [1, 1.5, 2.25, 3.375, 5, 5]


def test_what_its_task_did_wrong_is_raised(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    steps = [listed(), started(), described(ended(1)), logged("migrating", "TypeError: password=hunter2")]
    assert failed(monkeypatch, *steps) == (
        "pairva-test-backend: the release of 1.0.2 failed: The container backend ended 12 s after its start with exit "
        "code 1: the application gave up over an error. The service was not touched\n"
        f"    found: task {task_id()}: EssentialContainerExited: Essential container in task exited; backend exited "
        "with 1; after 12 s\n"
        "        its command (backend.release, in the place of CMD and behind the image's ENTRYPOINT): "
        '["node", "migrate.js"]\n'
        "        its last log lines (aws logs tail /pairva/test/backend --since 1h):\n"
        "            | migrating\n"
        "            | TypeError: password=***\n"
        "    mend:  fix what the log tells (aws logs tail /pairva/test/backend). Then run pulumi up, which runs the "
        "release again. Back: git revert the change. Until a release succeeds, every pulumi up of this stack fails here"
    )
    assert pauses == []


def test_the_same_release_that_runs_already_is_waited_for(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    running = described(task("RUNNING"))
    said = released(monkeypatch, listed(1), running, running, described(ended()), logged(WORDS))
    assert without_end(said)[0] == f"the release of 1.0.2, begun by an earlier up: {ROW} RUNNING"
    assert said[-1] == f"the release of 1.0.2 succeeded after 12 s (task {task_id()})\n    | {WORDS}"


def test_the_failure_of_the_same_release_is_its_own(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    steps = [listed(1), described(task("RUNNING")), described(ended(3)), logged(WORDS)]
    assert "the release of 1.0.2 failed: The container backend ended" in failed(monkeypatch, *steps)


def test_another_release_goes_first_however_it_ends(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    other = task("RUNNING", number=2, group=f"{ORDER.started_by}-000000000000")
    its_end = {**ended(1, number=2), "group": other["group"]}
    steps = [
        listed(2),
        described(other, number=2),
        described(other, number=2),
        described(its_end, number=2),
        listed(2),
        described(its_end, number=2),
        started(),
        described(ended()),
        logged(WORDS),
    ]
    said = without_end(released(monkeypatch, *steps))
    row = f"task {task_id(2)} (since 10:00:00 UTC) is RUNNING"
    assert said[:2] == [f"an earlier release, which goes first: {row}", "the release of 1.0.2 is asked for"]


def test_of_two_that_run_the_other_goes_first(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    other = task("RUNNING", number=2, group="something else")
    both = "describe_tasks", {"tasks": [task("RUNNING"), other]}, None
    steps: list[Step] = [
        listed(1, 2),
        both,
        described({**ended(number=2), "group": "something else"}, number=2),
        listed(1),
        described(task("RUNNING")),
        described(ended()),
        logged(WORDS),
    ]
    released(monkeypatch, *steps)


def test_a_lost_answer_starts_no_second_task(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    """It is asked again with the same token."""
    asked = started()[2]
    steps: list[Step] = [
        listed(),
        ("run_task", ("ServerException", "later", 500), asked),
        ("run_task", ("ThrottlingException", "Rate exceeded", 400), asked),
        started(),
        described(ended()),
        logged(WORDS),
    ]
    said = without_end(released(monkeypatch, *steps))
    assert said[1:3] == [
        "AWS does not answer as it should (RunTask: ServerException: later)",
        "AWS does not answer as it should (RunTask: ThrottlingException: Rate exceeded)",
    ]
    assert pauses == [1, 1.5]


@pytest.mark.parametrize("operation", ["list_tasks", "describe_tasks"])
def test_no_answer_while_it_waits_is_no_failure(
    operation: str, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    steps = [listed(), started(), described(ended()), logged(WORDS)]
    at = [step[0] for step in steps].index(operation)
    released(monkeypatch, *steps[:at], refused(operation, "ServerException", status=503), *steps[at:])
    assert pauses == [1]


@pytest.mark.parametrize(
    ("code", "what", "remedy"),
    [
        ("AccessDeniedException", "AWS refuses to say", "let the role of this run do what is named above"),
        ("ExpiredTokenException", "the credentials ended during the wait", "sign in again (aws sso login)"),
        ("ClusterNotFoundException", "AWS does not know what it was asked for", "see whether somebody deleted it"),
    ],
)
def test_an_answer_that_will_not_come_ends_the_wait_and_says_what_goes_on(
    code: str, what: str, remedy: str, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    for steps in ([refused("list_tasks", code)], [listed(), refused("run_task", code)]):
        operation = "ListTasks" if len(steps) == 1 else "RunTask"
        assert failed(monkeypatch, *steps) == (
            f"pairva-test-backend: nobody knows whether the release of 1.0.2 succeeded: {what}. The service was not "
            f"touched\n    found: {operation}: {code}: no\n    mend:  {remedy} and run pulumi up again; a task that "
            "was started goes on, and is waited for then"
        )


def test_a_task_that_ecs_does_not_know_is_asked_for_again_for_a_minute(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    text = failed(monkeypatch, listed(), started(), *[described()] * 16)
    assert text.startswith(
        "pairva-test-backend: nobody knows whether the release of 1.0.2 succeeded: ECS does not know"
    )
    assert 60 < sum(pauses) <= 65


def test_a_release_that_is_not_done_in_half_an_hour_is_left_alone_and_ends_the_up(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    looks = [described(task("RUNNING"))] * 364
    text = failed(monkeypatch, listed(), started(), *looks, logged("waiting for a lock"))
    assert 1800 < sum(pauses) <= 1805
    assert text == (
        f"pairva-test-backend: the release of 1.0.2 is not done after 30 min: the release of 1.0.2: {ROW} RUNNING. The "
        "service was not touched\n"
        "    found: its command (backend.release, in the place of CMD and behind the image's ENTRYPOINT): "
        '["node", "migrate.js"]\n'
        "        its last log lines (aws logs tail /pairva/test/backend --since 1h):\n"
        "            | waiting for a lock\n"
        "    mend:  it goes on, and the next pulumi up waits for it and starts no second one; what ends it is aws ecs "
        f"stop-task --cluster pairva-test --task {task_id()}"
    )


def test_an_aws_that_never_answers_ends_the_wait_too(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    text = failed(monkeypatch, *[refused("list_tasks", "ServerException", status=500)] * 364)
    assert "not done after 30 min: AWS does not answer as it should (ListTasks: ServerException: no). The" in text
    assert text.endswith("    mend:  see what keeps AWS from answering, then run pulumi up again")


def test_the_last_lines_are_waited_for_some_seconds(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    steps = [listed(), started(), described(ended(1))]
    assert f"| {WORDS}" in failed(monkeypatch, *steps, logged(), logged(), logged(WORDS))
    assert pauses == [1, 1]
    missing = refused("get_log_events", "ResourceNotFoundException")
    assert "log lines" not in failed(monkeypatch, *steps, *[missing] * 5)
    assert pauses == [1] * 6


def test_what_never_ran_wrote_nothing(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    failed(monkeypatch, listed(), started(), described(ended(None, "TaskFailedToStart", lived=None)), logged())
    assert pauses == []


def test_a_log_that_may_not_be_read_hides_no_failure(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    text = failed(monkeypatch, listed(), started(), described(ended(1)), refused("get_log_events", "AccessDenied"))
    assert "exit code 1: the application gave up" in text
    assert "\n        its log could not be read: GetLogEvents: AccessDenied: no\n" in text

"""The wait for a verdict, and when there is one."""

from dataclasses import replace

import pulumi
import pytest
from botocore.exceptions import ConnectTimeoutError, NoCredentialsError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from settings.fargate import TimeBudget
from tests.checks.deployments import NEW, OLD, SERVING, deployment, seen, stopped
from tests.checks.looking import BAD, CRASHING, GOOD, STARTING, Look, followed, refused


def test_a_good_deployment_is_seen_twice_and_each_change_on_the_way_is_said_once(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    half = seen(deployment(NEW, "IN_PROGRESS", 1), SERVING)
    said, looks = followed(monkeypatch, [STARTING, STARTING, STARTING, half, GOOD, GOOD])
    assert [each.partition(";")[0] for each in said] == [
        "0/2 running, 0 failed: tasks are starting",
        "1/2 running, 0 failed: tasks are starting",
        "2/2 running, 0 failed",
    ]
    assert looks == 6
    assert pauses == [1, 1.5, 2.25, 1, 1]


def test_the_first_line_says_when_the_wait_ends_and_why_then(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    said, _ = followed(monkeypatch, [STARTING, GOOD, GOOD])
    assert said[0].endswith(
        " UTC at the latest (34 min: 3 attempts of (150 s to pull and start + 180 s grace + 7 × 45 s of failing "
        "checks) + 90 s to drain)"
    )


def test_what_starts_no_deployment_is_judged_at_once(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    assert followed(monkeypatch, [GOOD]) == (["2/2 running, 0 failed"], 2)
    assert pauses == [1]


def test_what_somebody_wrote_over_the_last_verdict_stands_in_the_way_of_no_other(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    monkeypatch.setattr("tests.checks.looking.BEFORE", "by hand")
    assert followed(monkeypatch, [GOOD]) == (["2/2 running, 0 failed"], 2)


def test_between_looks_it_pauses_five_seconds_at_most(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    followed(monkeypatch, [*[STARTING] * 8, GOOD])
    assert max(pauses) == 5


def test_the_first_failed_task_is_explained_while_the_deployment_goes_on(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    said, _ = followed(monkeypatch, [STARTING, CRASHING, CRASHING, GOOD])
    assert said[2] == (
        "1.0.2: The container backend ended 2 s after its start with exit code 1: the application gave up over an "
        "error (attempt 1 of 3); its log: TypeError"
    )
    assert sum("exit code" in line for line in said) == 1


def test_a_bad_deployment_ends_the_wait_with_its_cause(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    with pytest.raises(pulumi.RunError) as raised:
        followed(monkeypatch, [STARTING, BAD])
    assert str(raised.value).startswith(
        "pairva-test-backend: 1.0.2 does not run: The container backend ended 2 s after its start with exit code 1: "
        "the application gave up over an error. 1.0.1 serves 2/2; nothing is down\n"
    )
    assert pauses == [1]


def test_a_failure_at_the_first_looks_may_be_from_before_the_update(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    """ECS lists a failed deployment for a while; the same revision is tried again."""
    assert followed(monkeypatch, [BAD, BAD, STARTING, GOOD, GOOD])[1] == 5
    with pytest.raises(pulumi.RunError, match="gave up over an error"):
        followed(monkeypatch, [BAD])
    assert pauses[-6:] == [1] * 6


def test_a_verdict_waits_some_seconds_for_the_last_log_lines(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    silent = replace(BAD, logged=stopped().arn)
    with pytest.raises(pulumi.RunError, match=r"\| TypeError"):
        followed(monkeypatch, [STARTING, silent, silent, replace(silent, log=("TypeError",))])
    assert len(pauses) == 3
    with pytest.raises(pulumi.RunError, match="gave up over an error"):
        followed(monkeypatch, [STARTING, silent])
    assert len(pauses) == 3 + 7


def test_a_deployment_that_is_good_at_its_deadline_is_good(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    monkeypatch.setattr(TimeBudget, "deadline_seconds", -1)
    assert followed(monkeypatch, [GOOD])[1] == 2


def test_an_answer_from_before_the_update_is_no_verdict(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    before = seen(deployment(OLD, "COMPLETED", 2))
    assert followed(monkeypatch, [None, before, GOOD, GOOD])[1] == 4


@pytest.mark.parametrize(
    ("look", "what"),
    [
        (None, "Somebody deleted the service"),
        (seen(deployment(OLD, "COMPLETED", 2)), "ECS runs pairva-test-backend:6 instead"),
        (seen(deployment(NEW, "COMPLETED"), desired=0), "Somebody has scaled it to 0, and backend.count is 2"),
    ],
    ids=["deleted", "another revision", "scaled to zero"],
)
def test_what_still_speaks_against_it_after_five_seconds_ends_the_wait(
    look: Look, what: str, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    with pytest.raises(pulumi.RunError, match=f"1.0.2 does not run: {what}"):
        followed(monkeypatch, [look])
    assert pauses == [1, 1, 1, 1, 1, 1]


def test_one_good_look_is_not_enough(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    """The revision stays when only the network changes: the first look may still see the deployment before it."""
    assert followed(monkeypatch, [GOOD, STARTING, GOOD, GOOD])[1] == 4


def test_a_task_that_failed_between_two_looks_is_no_good_look(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    looks = [
        seen(deployment(NEW, "COMPLETED", 2), stopped=tuple(stopped(n) for n in range(count))) for count in (1, 2, 2)
    ]
    said, taken = followed(monkeypatch, [GOOD, *looks])
    assert taken == 5
    assert "2/2 running, 0 failed, but a task has just failed" in [each.partition(";")[0] for each in said]


def test_tasks_that_fail_after_completion_end_the_wait_as_the_breaker_would(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    """Those that had failed before the first look are of an earlier wait."""
    looks = [
        seen(deployment(NEW, "COMPLETED", 1), stopped=tuple(stopped(n) for n in reversed(range(count))))
        for count in (5, 6, 7, 8)
    ]
    with pytest.raises(pulumi.RunError, match="3 tasks have failed since and no circuit breaker acts"):
        followed(monkeypatch, looks)
    assert len(pauses) == 3


def test_a_deployment_that_never_ends_fails_at_its_deadline(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    with pytest.raises(pulumi.RunError) as raised:
        followed(monkeypatch, [STARTING])
    assert 2025 < sum(pauses) <= 2030
    assert str(raised.value).startswith(
        "pairva-test-backend: 1.0.2 does not run: it is not done after 34 min: 3 attempts of (150 s to pull and start "
        "+ 180 s grace + 7 × 45 s of failing checks) + 90 s to drain. 0/2 running, 0 failed: tasks are starting. "
        "1.0.1 serves 2/2; nothing is down\n"
    )


@pytest.mark.parametrize(
    "error",
    [
        refused("Throttling"),
        refused("ThrottlingException"),
        refused("RequestLimitExceeded"),
        refused("TooManyRequestsException"),
        refused("RequestTimeout"),
        refused("InternalFailure", 500),
        refused("ServiceUnavailable", 503),
        ConnectTimeoutError(endpoint_url="https://ecs"),
        ReadTimeoutError(endpoint_url="https://ecs"),
        ResponseParserError("not XML"),
    ],
    ids=str,
)
def test_no_answer_is_no_failure(error: Exception, monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    said, looks = followed(monkeypatch, [STARTING, error, error, GOOD, GOOD])
    assert looks == 5
    assert pauses == [1, 5, 5, 1]
    assert sum(each.startswith("AWS does not answer as it should (") for each in said) == 1


@pytest.mark.parametrize(
    ("error", "what", "remedy"),
    [
        (refused("ExpiredTokenException"), "the credentials ended during the wait", "sign in again"),
        (refused("ExpiredToken"), "the credentials ended during the wait", "sign in again"),
        (refused("InvalidClientTokenId"), "the credentials ended during the wait", "sign in again"),
        (refused("UnrecognizedClientException"), "the credentials ended during the wait", "sign in again"),
        (
            refused("ClusterNotFoundException"),
            "AWS does not know what it was asked for",
            "see whether somebody deleted it",
        ),
        (NoCredentialsError(), "the credentials ended during the wait", "sign in again"),
        (refused("AccessDeniedException"), "AWS refuses to say", "let the role of this run do what is named above"),
    ],
    ids=str,
)
def test_an_answer_that_will_not_come_ends_the_wait_and_says_what_goes_on(
    error: Exception, what: str, remedy: str, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    with pytest.raises(pulumi.RunError) as raised:
        followed(monkeypatch, [STARTING, error])
    text = str(raised.value)
    assert text.startswith(f"pairva-test-backend: nobody knows whether it runs: {what}\n    found: ")
    assert f"mend:  {remedy}" in text
    assert text.endswith(" and run up again, which asks again; the deployment itself goes on meanwhile")

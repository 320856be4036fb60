"""Which of several failures is told, and with which facts of the task, its log, its balancer and the stack file."""

import pytest

from checks import exit_code
from checks.cause import Cause, explain, explain_words, interruption
from checks.observation import Deployment
from tests.checks.observing import backend, deployment, seen, sentence
from tests.checks.responses import EVENTS, JWT, TASKS, crash
from tests.checks.test_cause import ASKED, FILE, IMAGE, OF_EVENTS, OF_TASKS, RESTORE, SPREADING
from tests.samples import Edit


@pytest.mark.parametrize(
    ("events", "targets", "said"),
    [
        (["another's 503", "404"], ["timed out"], "was answered 404, where 200 is expected; the task lived 240 s."),
        (["another's 503"], ["timed out"], "was answered 503, where 200 is expected; the task lived 240 s."),
        (
            ["started"],
            ["leaving", "another code"],
            "was answered 404, 502, where 200 is expected; the task lived 240 s.",
        ),
        (
            ["timed out"],
            [],
            "got no good answer (Request timed out); the task lived 240 s, longer than the 180 s of "
            "backend.health.graceSeconds.",
        ),
    ],
    ids=["its own event", "another's event", "a target", "no answer"],
)
def test_the_balancers_words_are_found_where_the_task_has_none(
    events: list[str], targets: list[str], said: str
) -> None:
    assert sentence(seen(TASKS["balancer check"], events=events, targets=targets)) == f"{ASKED} {said}"


def test_a_task_within_its_grace_is_no_slow_start() -> None:
    longer = ("path: /api/health\n", "path: /api/health\n        graceSeconds: 240\n")
    assert sentence(seen(TASKS["balancer check"], events=["timed out"]), longer) == (
        f"{ASKED} got no good answer (Request timed out); the task lived 240 s."
    )


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (0, "it was done, but a service must go on"),
        (1, "the application gave up over an error"),
        (2, "its command was used wrongly, or gave up over an error"),
        (3, "a code of the application's own"),
        (126, "its command may not be executed"),
        (127, "its command was not found"),
        (132, "a signal ended it, SIGILL"),
        (134, "it aborted itself, SIGABRT"),
        (137, "it was killed, SIGKILL, mostly for want of memory"),
        (139, "it accessed memory it does not have, SIGSEGV"),
        (143, "it was told to end, SIGTERM, and not by ECS"),
        (200, "a code of the application's own"),
        (255, "its command failed, or could not be executed"),
    ],
)
def test_each_exit_code_has_its_meaning(code: int, meaning: str) -> None:
    assert (
        sentence(seen(crash(code)))
        == f"The container backend ended 3 s after its start with exit code {code}: {meaning}."
    )


@pytest.mark.parametrize("code", [0, 1, 2, 3, 126, 127, 132, 134, 137, 139, 143, 255])
def test_each_exit_code_has_a_remedy_in_the_stacks_terms(code: int) -> None:
    cause = explain(seen(crash(code)), backend())
    assert cause is not None
    assert cause.remedy == exit_code.remedy(code).format(name="backend", file=FILE, log_group="/pairva/test/backend")
    assert "{" not in cause.remedy


def test_a_container_that_is_done_late_had_nothing_to_reach_for() -> None:
    cause = explain(seen(crash(0, lived=95)), backend())
    assert cause is not None
    assert cause.remedy == "let the image's command stay in the foreground"


def test_the_exit_code_is_the_applications() -> None:
    task = crash(1)
    task["containers"].insert(0, {"name": "aws-guardduty-agent", "exitCode": 143})
    assert sentence(seen(task)) == OF_TASKS["crash at start"][0]


def test_a_task_without_a_start_or_an_exit_code_is_told_as_far_as_it_is_known() -> None:
    task = crash(1)
    del task["startedAt"]
    assert sentence(seen(task)) == (
        "The container backend ended as it started with exit code 1: the application gave up over an error."
    )
    del task["containers"][0]["exitCode"]
    assert sentence(seen(task)) is None


def test_the_largest_memory_asks_for_more_cpu() -> None:
    assert explain(seen(TASKS["out of memory"]), backend(("memory: 1024", "memory: 4096"))) == Cause(
        sentence="The task needed more than the 4096 MiB of backend.memory, and was killed for it.",
        remedy=f"4096 MiB are the most with cpu 512: raise backend.cpu and backend.memory in {FILE}",
    )


WRONG_PLATFORM = f"The image {IMAGE} is not built for X86_64: its command cannot be executed."
EXEC = "exec /usr/local/bin/node: exec format error"


def test_a_log_of_another_platform_explains_the_exit_code() -> None:
    assert explain(seen(TASKS["another platform, at its start"], log=["", EXEC]), backend()) == Cause(
        sentence=WRONG_PLATFORM,
        remedy=f"build it for the architecture in {FILE}, or correct architecture; a script without #! in its first "
        "line ends the same way",
    )


def test_a_container_that_cannot_be_made_for_its_platform_says_so_itself() -> None:
    task = crash(1)
    task["containers"][0]["reason"] = f"CannotStartContainerError: {EXEC}"
    assert sentence(seen(task)) == WRONG_PLATFORM


def test_the_log_is_the_newest_tasks_only() -> None:
    assert sentence(seen(TASKS["scaled in"], crash(1), log=[EXEC])) == OF_TASKS["crash at start"][0]
    assert sentence(seen(TASKS["no address"], crash(1), log=[EXEC])) == OF_TASKS["no address"][0]


def test_the_newest_failure_counts_and_what_scaled_in_does_not() -> None:
    by_hand, crashed = TASKS["stopped by hand"], crash(1)
    assert sentence(seen(crashed, by_hand)) == OF_TASKS["crash at start"][0]
    assert sentence(seen(by_hand, crashed)) == OF_TASKS["stopped by hand"][0]
    assert sentence(seen(TASKS["scaled in"], crashed, by_hand)) == OF_TASKS["crash at start"][0]
    assert sentence(seen(TASKS["unknown"], crashed)) == OF_TASKS["crash at start"][0]


def test_a_task_counts_before_every_event_and_target() -> None:
    observation = seen(crash(1), events=["no capacity"], targets=["timed out"])
    assert sentence(observation) == OF_TASKS["crash at start"][0]
    assert sentence(seen(events=["404", "no capacity"], targets=["timed out"])) == OF_EVENTS["404"][0]


def test_nothing_seen_explains_nothing() -> None:
    assert explain(seen(), backend()) is None


@pytest.mark.parametrize(
    ("deployments", "spreading"),
    [
        ((deployment(),), True),
        ((deployment(), deployment(2, after=100)), True),
        ((deployment(after=-3600), deployment(2, after=10)), True),
        ((deployment(after=-70),), True),
        ((deployment(after=-71),), False),
        ((deployment(after=-600), deployment(2, after=40)), False),
        ((), False),
    ],
    ids=["its own", "a rollback after it", "the one before", "120 s before", "121 s before", "a rollback only", "none"],
)
def test_iam_may_still_be_spreading_within_two_minutes_of_the_deployment(
    deployments: tuple[Deployment, ...], spreading: bool
) -> None:
    cause = explain(seen(TASKS["registry denied, at once"], deployments=deployments), backend())
    assert cause is not None
    assert cause.remedy == f"{RESTORE}{SPREADING if spreading else ''}"


def test_a_secret_is_known_by_the_part_of_its_arn_that_aws_repeats() -> None:
    shorter = "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/jwt"
    shared: Edit = (JWT, f'"{shorter}:a::"\n        OTHER: "{shorter}:b::"')
    task = {**TASKS["no secret, old"]}
    for asked in (f"{shorter}-key-AbCdEf", f"{shorter}.key"):
        task["stoppedReason"] = TASKS["no secret, old"]["stoppedReason"].replace(JWT, asked)
        assert sentence(seen(task), shared) == "There is no secret with the ARN of backend.secrets."
    task["stoppedReason"] = TASKS["no secret, old"]["stoppedReason"].replace(JWT, shorter)
    assert sentence(seen(task), shared) == (
        "There is no secret with the ARN of backend.secrets.JWT_SECRET and backend.secrets.OTHER."
    )


def test_a_parameter_is_known_by_its_whole_name() -> None:
    task = {**TASKS["no parameter"]}
    task["stoppedReason"] = task["stoppedReason"].replace("/pairva/", "/old-pairva/")
    assert sentence(seen(task)) == "There is no parameter /old-pairva/mail-key, which backend.secrets names."


@pytest.mark.parametrize(
    "name", ["secret denied", "log denied, old", "secret denied by the organisation", "key denied", "image forbidden"]
)
def test_whatever_iam_refuses_may_pass_soon_after_the_deployment(name: str) -> None:
    cause = explain(seen(TASKS[name], deployments=(deployment(after=590),)), backend())
    assert cause == Cause(sentence=OF_TASKS[name][0], remedy=f"{OF_TASKS[name][1]}{SPREADING}")


SPOT: Edit = ("count: 1", "count: 3\n      spot: {onDemand: 1, percent: 70}")
LEFT: Edit = ("count: 1", "count: 3\n      spot: {onDemand: 1, percent: 0}")
OTHER_SIZES = f"change backend.cpu and backend.memory in {FILE}: other sizes may have capacity"
SPARED = "raise backend.spot.onDemand or lower backend.spot.percent, since Spot runs out first, or "


@pytest.mark.parametrize(("edits", "spared"), [((), ""), ((LEFT,), ""), ((SPOT,), SPARED)])
def test_where_spot_may_be_what_has_run_out_less_of_it_is_a_remedy(edits: tuple[Edit, ...], spared: str) -> None:
    words = EVENTS["no capacity"]["message"]
    cause = explain(seen(events=["no capacity"]), backend(*edits))
    assert cause
    assert cause.remedy == f"wait: ECS tries again by itself; if it lasts, {spared}{OTHER_SIZES}"
    of_a_release = explain_words(words, backend(*edits), again="the next pulumi up tries again")
    assert of_a_release
    assert of_a_release.remedy == f"wait: the next pulumi up tries again; if it lasts, {OTHER_SIZES}"


def test_spot_has_a_quota_of_its_own() -> None:
    cause = explain(seen(events=["no quota"]), backend(SPOT))
    assert cause
    assert cause.remedy == (
        "ask for more (Service Quotas, AWS Fargate, On-Demand vCPU resource count, and that of Fargate Spot), or "
        f"lower backend.count or backend.cpu in {FILE}"
    )


def test_what_spot_took_back_is_why_tasks_are_missing_and_no_failure() -> None:
    taken = seen(TASKS["interrupted"], TASKS["scaled in"], TASKS["interrupted"])
    assert explain(taken, backend(SPOT)) is None
    assert interruption(taken, backend(SPOT)) == Cause(
        sentence=f"Spot took back the capacity of 2 of its tasks, the last of which was {4:032x}: no fault of theirs.",
        remedy="wait: ECS tries again by itself, as soon as Spot has capacity; if it lasts, raise "
        f"backend.spot.onDemand or lower backend.spot.percent in {FILE}",
    )
    assert interruption(seen(TASKS["scaled in"], crash(1)), backend(SPOT)) is None
    assert sentence(seen(TASKS["interrupted"], crash(1))) == sentence(seen(crash(1)))

"""`pairva status`: stacks side by side, what is wrong with each, and an exit code that a script can trust."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click import unstyle
from typer.testing import CliRunner, Result

from checks import condition
from checks.condition.condition import Condition, Deviation, Health, Proven, Running, Share, State, Wanted
from components import definition
from operations import overview
from operations.__main__ import app
from settings.stack import Stack
from tests.program import STACKS

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DIGEST = f"sha256:{'1' * 64}"
TAIL = "aws logs tail /pairva/prod/backend --since 1h --follow --region us-east-1"

WELL = Condition(
    stack="prod",
    service="backend",
    state=State.AS_WANTED,
    wanted=Wanted(version="1.0.1", digest=DIGEST, tasks_least=2, tasks_most=4),
    running=Running(
        version="1.0.1",
        digests=(DIGEST,),
        revision="pairva-prod-backend:7",
        since=NOW - timedelta(hours=3),
        tasks=3,
        tasks_desired=3,
    ),
    health=Health(targets=Share(3, 3), containers=Share(2, 3)),
    proven=Proven(
        version="1.0.1",
        digest=DIGEST,
        revision="pairva-prod-backend:7",
        by="arn:aws:sts::039612856036:assumed-role/deploy/alice",
        at=NOW - timedelta(minutes=119),
    ),
    commands=(TAIL,),
)
AHEAD = replace(
    WELL,
    state=State.NOT_DEPLOYED,
    deviations=(
        Deviation(state=State.NOT_DEPLOYED, field="version", wanted="1.0.2", found="1.0.1", why="not deployed yet"),
        Deviation(state=State.IN_TROUBLE, field="tasks", wanted="2", found="1/2 running", why=""),
    ),
    last_failure="1.0.1: it ended",
    remedies=("pulumi up -s prod",),
)
UNASKED = Condition(
    stack="staging",
    service="backend",
    state=State.UNKNOWN,
    wanted=Wanted(version="20250430-fix3", digest=None, tasks_least=1, tasks_most=1),
    unanswered=("the credentials are of another account",),
)
ABSENT = replace(
    UNASKED,
    stack="local",
    state=State.NEVER_DEPLOYED,
    deviations=(Deviation(state=State.NEVER_DEPLOYED, field="service", wanted="x", found="nothing", why="never"),),
    unanswered=(),
)


class Status:
    """The command, and what it asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.finds: Sequence[Condition] = ()
        self.asked: Sequence[tuple[Stack, Any]] = ()

        def conditions(stacks: Sequence[tuple[Stack, Any]]) -> Sequence[Condition]:
            self.asked = stacks
            return self.finds

        monkeypatch.setattr(condition, "conditions", conditions)

    def __call__(self, *arguments: str, finds: Sequence[Condition] = ()) -> Result:
        self.finds = finds
        return CliRunner().invoke(app, ["status", *arguments])


@pytest.fixture
def status(monkeypatch: pytest.MonkeyPatch) -> Status:
    return Status(monkeypatch)


def test_environments_stand_side_by_side_and_what_is_wrong_below() -> None:
    frontend = replace(UNASKED, service="frontend")
    text = overview.text([WELL, ABSENT, UNASKED, frontend], NOW, in_full=False)
    assert unstyle(text) == (
        "2026-11-22 12:00 UTC\n"
        "\n"
        "backend   prod                         local           staging\n"
        "state     as wanted                    never deployed  unknown\n"
        "wanted    1.0.1                        20250430-fix3   20250430-fix3\n"
        "running   1.0.1                        nothing\n"
        "digest    sha256:111111111111\n"
        "revision  7\n"
        "since     22 Nov 09:00, 3 h ago\n"
        "tasks     3/3\n"
        "healthy   3/3 targets, 2/3 containers\n"
        "proven    1.0.1, revision 7\n"
        "when      22 Nov 10:01, 119 min ago\n"
        "by        deploy/alice\n"
        "\n"
        "frontend  staging\n"
        "state     unknown\n"
        "wanted    20250430-fix3\n"
        "running\ndigest\nrevision\nsince\ntasks\nhealthy\nproven\nwhen\nby\n"
        "\n"
        "local backend\n"
        "    service: wanted x, found nothing: never\n"
        "\n"
        "staging backend, frontend\n"
        "    unknown: the credentials are of another account"
    )


def test_colours_are_for_terminals(status: Status) -> None:
    finds = [WELL, ABSENT, UNASKED]
    text = overview.text(finds, NOW, in_full=False)
    assert [f"\x1b[{colour}m{each.state}\x1b[0m" in text for each, colour in zip(finds, (32, 31, 33), strict=True)] == [
        True
    ] * 3
    assert "\x1b" not in status("prod", finds=finds).stdout


def test_a_service_that_is_not_as_wanted_has_a_paragraph_with_all_that_can_be_typed_next() -> None:
    assert overview.text([AHEAD], NOW, in_full=False).partition("\n\nprod backend\n")[2] == (
        "    version: wanted 1.0.2, found 1.0.1: not deployed yet\n"
        "    tasks: wanted 2, found 1/2 running\n"
        "    last failure: 1.0.1: it ended\n"
        "    mend: pulumi up -s prod\n"
        f"    {TAIL}"
    )


def test_one_that_is_as_wanted_has_none_unless_its_stack_is_named_or_a_task_failed() -> None:
    assert TAIL not in overview.text([WELL], NOW, in_full=False)
    assert overview.text([WELL], NOW, in_full=True).endswith(f"\n\nprod backend\n    {TAIL}")
    failed = replace(WELL, last_failure="1.0.1: it ended")
    assert overview.text([failed], NOW, in_full=False).endswith(f"    last failure: 1.0.1: it ended\n    {TAIL}")


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(-3, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h"), (172799, "47 h"), (172800, "2 d")],
)
def test_an_age_is_in_the_largest_unit_of_which_there_are_two(seconds: int, told: str) -> None:
    assert WELL.running
    began = replace(WELL, running=replace(WELL.running, since=NOW - timedelta(seconds=seconds)))
    since = next(line for line in overview.text([began], NOW, in_full=False).splitlines() if line.startswith("since"))
    assert since.endswith(f", {told} ago")


@pytest.mark.parametrize("more", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize(
    ("finds", "code"),
    [([WELL, WELL], 0), ([WELL, UNASKED], 3), ([UNASKED, AHEAD, WELL], 1), ([ABSENT], 1)],
    ids=["as wanted", "unknown", "ahead", "absent"],
)
def test_the_exit_code_tells_the_worst(
    finds: Sequence[Condition], code: int, more: tuple[str, ...], status: Status
) -> None:
    assert status("prod", *more, finds=finds).exit_code == code


@pytest.mark.parametrize("state", State)
def test_every_state_but_as_wanted_and_unknown_is_an_error(state: State, status: Status) -> None:
    codes = {State.AS_WANTED: 0, State.UNKNOWN: 3}
    assert status("prod", finds=[replace(WELL, state=state)]).exit_code == codes.get(state, 1)


def test_json_names_every_field_and_says_nothing_else(status: Status) -> None:
    ended = status("prod", "--json", finds=[AHEAD, UNASKED])
    ahead, unasked = json.loads(ended.stdout)
    assert ahead == {
        "stack": "prod",
        "service": "backend",
        "state": "not deployed yet",
        "wanted": {"version": "1.0.1", "digest": DIGEST, "tasks_least": 2, "tasks_most": 4},
        "running": {
            "version": "1.0.1",
            "digests": [DIGEST],
            "revision": "pairva-prod-backend:7",
            "since": "2026-11-22T09:00:00+00:00",
            "tasks": 3,
            "tasks_desired": 3,
        },
        "health": {"targets": {"healthy": 3, "all": 3}, "containers": {"healthy": 2, "all": 3}},
        "proven": {
            "version": "1.0.1",
            "digest": DIGEST,
            "revision": "pairva-prod-backend:7",
            "by": "arn:aws:sts::039612856036:assumed-role/deploy/alice",
            "at": "2026-11-22T10:01:00+00:00",
        },
        "deviations": [
            {
                "state": "not deployed yet",
                "field": "version",
                "wanted": "1.0.2",
                "found": "1.0.1",
                "why": "not deployed yet",
            },
            {"state": "in trouble", "field": "tasks", "wanted": "2", "found": "1/2 running", "why": ""},
        ],
        "last_failure": "1.0.1: it ended",
        "remedies": ["pulumi up -s prod"],
        "commands": [TAIL],
        "unanswered": [],
    }
    assert unasked["running"] is None
    assert unasked["unanswered"] == ["the credentials are of another account"]


def test_without_a_name_every_stack_with_a_file_is_asked_about(status: Status) -> None:
    status(finds=[WELL])
    assert [stack.name for stack, _ in status.asked] == list(STACKS)


def test_each_named_stack_is_asked_about_once_with_what_its_tasks_would_be(status: Status) -> None:
    status("staging", "prod", "staging", finds=[WELL])
    assert [stack.name for stack, _ in status.asked] == ["staging", "prod"]
    staging, definitions = status.asked[0]
    backend = staging.services["backend"]
    assert list(definitions) == list(staging.services)
    assert definitions["backend"] == definition.request(backend, backend.repository_address)


def test_a_stack_that_there_is_not_is_told_with_those_that_there_are(status: Status) -> None:
    ended = status("production")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr == f"There is no Pulumi.production.yaml; the stacks are {', '.join(STACKS)}.\n"
    assert status.asked == ()

"""When a gate whose value stays the same asks for a verdict all the same."""

import re
from dataclasses import replace
from typing import Any

import pulumi
import pytest

from checks import rollout, smoke
from checks.smoke import Origin
from settings.health import Smoke
from tests.checks.aws import ARGS
from tests.checks.deployments import NEW, deployment, seen, stopped, target
from tests.checks.looking import BAD, GOOD, SMOKE, STARTING, TWO, VALUE, Look, Looks, refused
from tests.recording import record
from tests.samples import Edit, stack


def gate(
    monkeypatch: pytest.MonkeyPatch, *looks: Look, edits: tuple[Edit, ...] = (), preview: bool = False
) -> tuple[str, list[str]]:
    """The description and the ignored changes that the gate is registered with."""
    sequence, sample = Looks(looks), stack(TWO, *edits)

    async def sleep(seconds: float) -> None:
        assert seconds == 2

    monkeypatch.setattr(rollout, "sleep", sleep)
    monkeypatch.setattr(rollout, "Observer", sequence.observer)
    results = list[pulumi.ResourceTransformResult]()

    async def program() -> None:
        value = pulumi.Output.from_input(VALUE)
        props = {"description": "What the last good verdict was about", "insecureValue": value}
        transforms: Any = rollout.verdict(sample, sample.services["backend"]).transforms
        args = pulumi.ResourceTransformArgs(
            custom=True, type_=ARGS.type, name=ARGS.name, props=props, opts=pulumi.ResourceOptions()
        )
        results.append(await transforms[0](args))

    record(program, preview=preview)
    assert sequence.taken == (0 if preview else len(looks))
    options: Any = results[0].opts
    inputs: Any = results[0].props
    return inputs["description"], list(options.ignore_changes or [])


def test_a_gate_of_a_service_that_is_as_wanted_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gate(monkeypatch, GOOD) == ("What the last good verdict was about", ["description"])


@pytest.mark.parametrize(
    ("look", "why"),
    [
        (STARTING, "0/2 running, 0 failed: tasks are starting"),
        (
            seen(deployment(NEW, "COMPLETED", 2), targets=(target("unhealthy"),)),
            "2/2 running, 0 failed: 0 of 2 targets",
        ),
        (BAD, "the deployment failed"),
        (None, "the service is gone"),
        (refused("AccessDeniedException"), r"AWS could not be asked \(ClientError\)"),
    ],
    ids=["scaled or mended", "unhealthy", "failed", "gone", "not to be asked"],
)
def test_a_service_that_is_not_as_wanted_gets_a_verdict_although_the_gate_stays_the_same(
    look: Look, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    description, ignored = gate(monkeypatch, look)
    pattern = rf"What the last good verdict was about; asked again \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC: {why}"
    assert re.match(pattern, description)
    assert ignored == []


def test_a_preview_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gate(monkeypatch, BAD, preview=True) == ("What the last good verdict was about", ["description"])


CRASHED_ONCE = replace(GOOD, stopped=(stopped(1),))


def test_a_task_that_failed_long_ago_is_looked_at_twice_and_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gate(monkeypatch, CRASHED_ONCE, CRASHED_ONCE)[1] == ["description"]


@pytest.mark.parametrize(
    ("second", "why"),
    [(replace(GOOD, stopped=(stopped(2), stopped(1))), "a task has just failed"), (STARTING, "0/2 running")],
    ids=["another failed", "none runs"],
)
def test_a_crash_loop_in_which_a_task_runs_now_and_then_gets_a_verdict(
    second: Look, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    description, ignored = gate(monkeypatch, CRASHED_ONCE, second)
    assert f" UTC: {why}" in description
    assert ignored == []


def test_a_service_that_answers_otherwise_than_its_version_gets_a_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = ["names version 1.0.1, not 1.0.2", ""]

    def ask(origin: Origin, wanted: Smoke, version: str) -> str:
        return answers.pop(0)

    monkeypatch.setattr(smoke, "ask", ask)
    description, ignored = gate(monkeypatch, GOOD, edits=(SMOKE,))
    assert description.endswith(" UTC: names version 1.0.1, not 1.0.2")
    assert ignored == []
    assert gate(monkeypatch, GOOD, edits=(SMOKE,))[1] == ["description"]


def test_a_gate_whose_value_is_not_known_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine drops it where what it depends on was left out (--target, --continue-on-error)."""
    sample = stack(TWO)
    results = list[pulumi.ResourceTransformResult]()

    async def program() -> None:
        transforms: Any = rollout.verdict(sample, sample.services["backend"]).transforms
        args = pulumi.ResourceTransformArgs(
            custom=True, type_=ARGS.type, name=ARGS.name, props={}, opts=pulumi.ResourceOptions()
        )
        results.append(await transforms[0](args))

    record(program)
    options: Any = results[0].opts
    assert options.ignore_changes == ["description"]

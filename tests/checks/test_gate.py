"""When a gate whose value stays the same asks for a verdict all the same."""

import re
from typing import Any

import pulumi
import pytest

from checks import rollout
from tests.checks.aws import ARGS
from tests.checks.deployments import NEW, deployment, seen, target
from tests.checks.looking import BAD, GOOD, STARTING, TWO, VALUE, Look, Looks, refused
from tests.recording import record
from tests.samples import stack


def gate(monkeypatch: pytest.MonkeyPatch, look: Look, *, preview: bool = False) -> tuple[str, list[str]]:
    """The description and the ignored changes that the gate is registered with."""
    sequence, sample = Looks([look]), stack(TWO)
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
    assert sequence.taken == (0 if preview else 1)
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

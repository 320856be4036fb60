"""How long `up` takes: 60 s until a task runs, 30 s for its first check, 30 s to drain, and what AWS needs before."""

import json
from pathlib import Path

import pytest

from review import duration
from review.unknown import UNKNOWN
from settings import stack_file
from settings.stack import Stack
from tests.review.captured import PREVIEWS
from tests.review.steps import Step, create, delete, planned, update

SERVICE = {"name": "s", "desiredCount": 2, "taskDefinition": "f:1", "tags": {"a": "b"}}
REVISION = {"taskDefinition": UNKNOWN}
# Three attempts of 150 + 180 + 7 × 45 s, and 90 s to drain.
GIVES_UP = 2025


def stack() -> Stack:
    config = json.loads((PREVIEWS / "scale.json").read_text())["config"]
    result = stack_file.read("test", config, Path("nowhere"))
    assert isinstance(result, Stack)
    return result


@pytest.mark.parametrize(
    ("steps", "seconds", "most_seconds"),
    [
        ([update("ecs/service", "s", SERVICE, REVISION)], 120, GIVES_UP),
        (
            [
                update("ecs/service", "s", SERVICE, REVISION),
                update("ecs/service", "t", SERVICE, REVISION, component="frontend"),
            ],
            240,
            2 * GIVES_UP,
        ),
        ([create("ecs/service", "s", SERVICE)], 90, GIVES_UP),
        ([update("ecs/service", "s", SERVICE, {"desiredCount": 3})], 120, GIVES_UP),
        ([update("ecs/service", "s", SERVICE, {"desiredCount": 1})], 30, None),
        ([update("ecs/service", "s", SERVICE, {"tags": {"a": "c"}})], 30, None),
        ([delete("ecs/service", "s", SERVICE)], 90, None),
        ([update("ec2/vpc", "v", {}, {"tags": {"a": "b"}}, component="pairva")], 30, None),
        ([create("ec2/natGateway", "n", {}), create("lb/loadBalancer", "b", {})], 180, None),
        ([create("acm/certificateValidation", "v", {}), create("ecs/service", "s", SERVICE)], 390, 300 + GIVES_UP),
    ],
    ids=[
        *(
            "a revision",
            "of both services",
            "a new service",
            "more tasks",
            "fewer tasks",
            "tags",
            "a service that goes",
        ),
        *("what takes seconds", "what AWS makes at the same time", "a certificate, and then a service"),
    ],
)
def test_the_typical_time_and_the_most(steps: list[Step], seconds: int, most_seconds: int | None) -> None:
    found = duration.of(planned(*steps), stack())
    assert found
    assert (found.seconds, found.most_seconds) == (seconds, most_seconds)


def test_a_build_takes_nobody_knows_how_long() -> None:
    built = update("index/image", "i", {"imageName": "r:1"}, {"imageName": "r:2"})
    assert str(duration.of(planned(built), stack())) == "about 1 min plus the build of backend"


def test_nothing_takes_no_time_and_unknown_settings_an_unknown_one() -> None:
    assert duration.of(planned(), stack()) is None
    assert duration.of(planned(update("ecs/service", "s", SERVICE, REVISION)), None) is None

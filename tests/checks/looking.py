"""A service of two tasks, as it is found at each look."""

import json
from collections.abc import Sequence
from typing import Any

import pulumi
import pytest
from botocore.exceptions import ClientError

from checks import rollout
from checks.observation import Observation
from checks.session import Session
from settings.stack import ServiceSettings
from tests.checks.aws import ARGS
from tests.checks.deployments import CRASHED, NEW, OLD, ROLLED_BACK, SERVING, deployment, seen, stopped
from tests.recording import record
from tests.samples import Edit, stack

TWO: Edit = ("count: 1", "count: 2")
SMOKE: Edit = (
    "path: /api/*\n",
    'path: /api/*\n      smoke: {path: /api/version, version: "json:version"}\n',
)
VALUE = json.dumps({"taskDefinition": NEW, "version": "1.0.2", "digest": "sha256:1", "url": "http://balancer.example"})
BEFORE = json.dumps({"taskDefinition": OLD, "version": "1.0.1", "digest": "sha256:0", "url": "http://balancer.example"})

STARTING = seen(deployment(NEW, "IN_PROGRESS"), SERVING)
CRASHING = seen(deployment(NEW, "IN_PROGRESS", failed=1), SERVING, stopped=(stopped(),), log=("TypeError",))
GOOD = seen(deployment(NEW, "COMPLETED", 2))
BAD = seen(ROLLED_BACK, deployment(NEW, "FAILED", status="ACTIVE", failed=3, reason=CRASHED), stopped=(stopped(),))

Look = Observation | Exception | None


class Looks:
    """What is seen at each look, in their order; the last one for ever."""

    def __init__(self, looks: Sequence[Look]) -> None:
        self.left, self.taken = list(looks), 0

    def observer(self, session: Session, service: ServiceSettings, *, attempts: int | None = None) -> "Looks":
        assert service.names.family == "pairva-test-backend"
        return self

    def look(self, task_definition: str) -> Observation | None:
        assert task_definition == NEW
        self.taken += 1
        look = self.left.pop(0) if len(self.left) > 1 else self.left[0]
        if isinstance(look, Exception):
            raise look
        return look


def refused(code: str, status: int = 400) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}},  # pyright: ignore[reportArgumentType]
        "DescribeServices",
    )


def followed(monkeypatch: pytest.MonkeyPatch, looks: Sequence[Look], *edits: Edit) -> tuple[list[str], int]:
    """What is said, and how often ECS is looked at, while the hook follows a deployment through these looks."""
    sequence, sample = Looks(looks), stack(TWO, *edits)
    monkeypatch.setattr(rollout, "Observer", sequence.observer)
    args = pulumi.ResourceHookArgs(
        urn=ARGS.urn,
        id="",
        name=ARGS.name,
        type=ARGS.type,
        new_inputs={"insecureValue": VALUE},
        old_inputs={"insecureValue": BEFORE},
    )

    async def program() -> None:
        hooks = rollout.verdict(sample, sample.services["backend"]).hooks
        assert hooks
        assert hooks.before_create == hooks.before_update
        hook = (hooks.before_create or [])[0]
        assert isinstance(hook, pulumi.ResourceHook)
        assert hook.name == "backend-verdict"
        assert hook.opts is None
        running: Any = hook.callback(args)
        await running

    return record(program).messages, sequence.taken

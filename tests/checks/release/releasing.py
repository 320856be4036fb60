"""A release of the sample's backend, run against an ECS that answers as it is told."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import pulumi
import pytest

from checks import release
from checks.release import wait
from checks.release.order import Order
from settings.stack import ServiceSettings
from tests.checks.aws import ARGS, stubs
from tests.checks.responses import CREATED, ECS
from tests.checks.responses import task as stopped_task
from tests.recording import record
from tests.samples import Edit, stack

RELEASE: Edit = ("port: 3000\n", "port: 3000\n      release: [node, migrate.js]\n")
DEFINITION = f"{ECS}:task-definition/pairva-test-backend:7"
VALUE = json.dumps(
    {
        "command": ["node", "migrate.js"],
        "digest": "sha256:1",
        "securityGroups": ["sg-1"],
        "subnets": ["subnet-1", "subnet-2"],
        "taskDefinition": DEFINITION,
        "version": "1.0.2",
    }
)
TOKEN = UUID(int=1)
CLUSTER = {"cluster": "pairva-test"}
LISTED = {**CLUSTER, "startedBy": "pairva-test-backend-release"}

# What is asked of which service, and its answer: a dict, or an error's code, message and status.
Step = tuple[str, dict[str, Any] | tuple[str, str, int], dict[str, Any] | None]


def service(*edits: Edit) -> ServiceSettings:
    return stack(RELEASE, *edits).services["backend"]


ORDER = Order.of(VALUE, service())


def task_id(number: int = 1) -> str:
    return f"{number:032x}"


def arn(number: int = 1) -> str:
    return f"{ECS}:task/pairva-test/{task_id(number)}"


def task(status: str, number: int = 1, group: str = ORDER.group) -> dict[str, Any]:
    """A task that has not stopped, as ECS describes it."""
    return {
        "taskArn": arn(number),
        "taskDefinitionArn": DEFINITION,
        "group": group,
        "startedBy": "pairva-test-backend-release",
        "lastStatus": status,
        "desiredStatus": "RUNNING",
        "createdAt": CREATED,
        "containers": [{"name": "backend", "lastStatus": status}],
    }


def ended(exit_code: int | None = 0, code: str = "EssentialContainerExited", **others: Any) -> dict[str, Any]:
    """One that has stopped, 12 s after it was started."""
    facts: dict[str, Any] = {"lived": 12.0, "reason": "Essential container in task exited", **others}
    return {**stopped_task(facts.pop("reason"), code, exit_code=exit_code, **facts), "group": ORDER.group}


def listed(*numbers: int) -> Step:
    return "list_tasks", {"taskArns": [arn(number) for number in numbers]}, LISTED


def described(*tasks: dict[str, Any], number: int = 1) -> Step:
    return "describe_tasks", {"tasks": list(tasks), "failures": []}, {**CLUSTER, "tasks": [arn(number)]}


def started() -> Step:
    return "run_task", {"tasks": [task("PROVISIONING")], "failures": []}, ORDER.request(TOKEN.hex)


def refused(operation: str, code: str, message: str = "no", status: int = 400) -> Step:
    return operation, (code, message, status), None


def logged(*lines: str, number: int = 1) -> Step:
    stream = {"logGroupName": "/pairva/test/backend", "logStreamName": f"backend/backend/{task_id(number)}"}
    return "get_log_events", {"events": [{"message": line} for line in lines]}, {**stream, "limit": 20}


def released(monkeypatch: pytest.MonkeyPatch, *steps: Step) -> list[str]:
    """What is said while the hook releases, and AWS is asked exactly this, in this order."""
    said = list[str]()
    run(monkeypatch, steps, said)
    return said


def failed(monkeypatch: pytest.MonkeyPatch, *steps: Step) -> str:
    """What the hook raises."""
    with pytest.raises(pulumi.RunError) as raised:
        run(monkeypatch, steps, [])
    return str(raised.value)


def run(monkeypatch: pytest.MonkeyPatch, steps: Sequence[Step], said: list[str]) -> None:
    monkeypatch.setattr(wait, "uuid4", lambda: TOKEN)
    stubbed = stubs(monkeypatch, "ecs", "logs")
    for operation, answer, asked in steps:
        stub = stubbed["logs" if operation == "get_log_events" else "ecs"]
        if isinstance(answer, tuple):
            code, message, status = answer
            stub.add_client_error(operation, code, message, http_status_code=status, expected_params=asked)
        else:
            stub.add_response(operation, answer, asked)
    args = pulumi.ResourceHookArgs(
        urn=ARGS.urn, id="", name=ARGS.name, type=ARGS.type, new_inputs={"insecureValue": VALUE}
    )

    async def program() -> None:
        running: Any = hook().callback(args)
        await running

    with ExitStack() as active:
        for stub in stubbed.values():
            active.enter_context(stub)
        try:
            said += record(program).messages
        finally:
            for stub in stubbed.values():
                stub.assert_no_pending_responses()


def hook() -> pulumi.ResourceHook:
    sample = stack(RELEASE)
    hooks = release.gate(sample, sample.services["backend"]).hooks
    assert hooks
    assert hooks.before_create == hooks.before_update
    (made,) = hooks.before_create or []
    assert isinstance(made, pulumi.ResourceHook)
    return made

"""What runs where, as `pairva status` tells it of stacks that the engine deployed."""

import json
import shutil
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import pytest

from local.machine import Machine
from local.preparation import Toolchain
from tests.engine.project import CRASHED, Project


@dataclass
class Stacks:
    """One that builds, and one that promotes what it built; beside their files lies that of one never deployed."""

    origin: Project
    target: Project

    def status(self, *names: str) -> tuple[int, dict[str, dict[str, Any]]]:
        """The exit code, and the condition of each `<stack> <service>`."""
        ended = self.origin.pairva("status", *names, "--json")
        return ended.code, {f"{each['stack']} {each['service']}": each for each in json.loads(ended.said)}


@pytest.fixture(scope="module")
def stacks(machine: tuple[Machine, Toolchain], tmp_path_factory: pytest.TempPathFactory) -> Generator[Stacks]:
    origin, target, unborn = (
        Project.create(tmp_path_factory.mktemp(name), name, *machine) for name in ("origin", "target", "unborn")
    )
    origin.build_once()
    for each in (target, unborn):
        each.promote()
        shutil.copy(each.stack_file, origin.folder)
    assert origin.up().code == 0
    assert target.up().code == 0
    yield Stacks(origin, target)
    for each in (target, origin):
        each.pulumi("destroy", "--yes", "--skip-preview", "--refresh=false", "--non-interactive")


def _said(condition: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(each["field"], each["wanted"], each["found"]) for each in condition["deviations"]]


def test_what_one_builds_and_another_promotes_is_as_wanted_with_the_same_digest(stacks: Stacks) -> None:
    code, found = stacks.status("origin", "target")
    assert code == 0
    assert {name: (each["state"], each["deviations"]) for name, each in found.items()} == {
        name: ("as wanted", []) for name in ("origin backend", "origin frontend", "target backend", "target frontend")
    }
    built, promoted = found["origin backend"], found["target backend"]
    assert built["running"]["digests"] == promoted["running"]["digests"] == [built["wanted"]["digest"]]
    assert promoted["running"]["version"] == "1.0.1"
    assert promoted["running"]["revision"] == promoted["proven"]["revision"] == "pairva-target-backend:1"
    assert promoted["proven"]["by"] == "arn:aws:iam::000000000000:root"
    assert (promoted["running"]["tasks"], promoted["health"]["targets"]) == (1, {"healthy": 1, "all": 1})


def test_every_stack_with_a_file_is_a_column_also_one_that_was_never_deployed(stacks: Stacks) -> None:
    ended = stacks.origin.pairva("status")
    assert ended.code == 1
    lines = [line.split() for line in ended.said.splitlines()]
    assert ["backend", "origin", "target", "unborn"] in lines
    assert ["state", "as", "wanted", "as", "wanted", "never", "deployed"] in lines
    assert ["running", "1.0.1", "1.0.1", "nothing"] in lines
    assert "    mend: pulumi up -s unborn" in ended.said.splitlines()
    assert max(len(line) for line in ended.said.partition("\n\nunborn")[0].splitlines()) <= 100


def test_a_raised_stack_file_is_not_deployed_yet(stacks: Stacks) -> None:
    stacks.origin.raise_version("backend", "1.0.2")
    code, found = stacks.status("origin")
    stacks.origin.raise_version("backend", "1.0.1")
    backend = found["origin backend"]
    assert code == 1
    assert (backend["state"], _said(backend)) == ("not deployed yet", [("version", "1.0.2", "1.0.1")])
    assert backend["remedies"] == ["pulumi up -s origin"]
    assert found["origin frontend"]["state"] == "as wanted"
    assert stacks.status("origin")[0] == 0


def test_a_service_that_was_scaled_by_hand_is_in_trouble(stacks: Stacks) -> None:
    target = stacks.target
    target.aws("ecs").update_service(cluster=target.prefix, service=f"{target.prefix}-frontend", desiredCount=0)
    code, found = stacks.status("target")
    assert code == 1
    assert found["target frontend"]["state"] in ("in trouble", "differs")
    assert _said(found["target frontend"]) == [("count", "1", "0")]
    assert target.up().code == 0
    assert stacks.status("target")[0] == 0


def test_a_revision_registered_by_hand_is_what_nobody_proved(stacks: Stacks) -> None:
    target = stacks.target
    ecs, proven = target.aws("ecs"), target.service("frontend")["taskDefinition"]
    now = ecs.describe_task_definition(taskDefinition=proven)["taskDefinition"]
    taken = ecs.meta.service_model.operation_model("RegisterTaskDefinition").input_shape.members
    other = {**{name: now[name] for name in taken if now.get(name)}, "memory": "1024"}
    arn = ecs.register_task_definition(**other)["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(cluster=target.prefix, service=f"{target.prefix}-frontend", taskDefinition=arn)
    ecs.get_waiter("services_stable").wait(
        cluster=target.prefix, services=[f"{target.prefix}-frontend"], WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    code, found = stacks.status("target")
    frontend, revision = found["target frontend"], arn.rpartition("/")[2]
    assert (code, frontend["state"]) == (1, "unproven")
    assert _said(frontend) == [
        ("revision", f"{proven.rpartition('/')[2]}, which is 1.0.1", revision),
        ("memory", "512", "1024"),
    ]
    assert target.up().code == 0
    assert stacks.status("target")[0] == 0


def test_a_failed_deployment_is_told_with_its_cause_while_the_proven_version_runs(stacks: Stacks) -> None:
    origin = stacks.origin
    origin.crash_at_once(3)
    origin.raise_versions()
    assert origin.up().code != 0
    code, found = stacks.status("origin")
    backend = found["origin backend"]
    assert (code, backend["state"]) == (1, "deployment failed")
    assert _said(backend) == [("version", "1.0.2", "1.0.1")]
    assert (backend["running"]["tasks"], backend["proven"]["version"]) == (1, "1.0.1")
    assert "with exit code 3" in backend["last_failure"]
    assert CRASHED in backend["last_failure"]

    origin.mend()
    origin.raise_versions()
    assert origin.up().code == 0
    code, found = stacks.status("origin")
    assert (code, found["origin backend"]["last_failure"]) == (0, "")
    ended = origin.pairva("status", "origin")
    assert "aws logs tail /pairva/origin/backend --since 1h --follow --region us-east-1" in ended.said

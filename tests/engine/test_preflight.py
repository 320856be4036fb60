"""A prerequisite that is missing ends the preview, and nothing is made; all that are missing are named at once."""

import time
from collections.abc import Generator
from typing import Any

import pytest

from local.machine import Machine
from local.preparation import Toolchain
from tests.engine.conftest import Incident
from tests.engine.incident import Caught
from tests.engine.project import Project
from tests.engine.world import Lack, World, edited, lacking

pytestmark = pytest.mark.incident

BACKEND = "pairva:deployment.backend"


def _another_architecture(deployment: dict[str, Any]) -> None:
    deployment["architecture"] = "ARM64"


def _another_vpc(deployment: dict[str, Any]) -> None:
    deployment["network"]["vpc"] = "vpc-0123456789abcdef0"


def _build_without_sources(deployment: dict[str, Any]) -> None:
    deployment["frontend"]["build"] = {"context": "nowhere"}


def _a_domain(deployment: dict[str, Any]) -> None:
    deployment["domain"] = {"name": "pairva.example.com", "zone": "example.com"}


LACKS = {
    "secret": Lack(World.delete_secret, World.create_secret, f"{BACKEND}.secrets.SESSION_KEY: there is no such secret"),
    "image": Lack(
        lambda world: world.remove_image("backend"),
        lambda world: world.push("backend"),
        f"{BACKEND}.version: there is no image pairva-backend:1.0.1 to promote",
    ),
    "platform": edited(
        _another_architecture, f"{BACKEND}.version: pairva-backend:1.0.1 is not made for linux/arm64, and could not run"
    ),
    "proof": Lack(
        lambda world: world.forget_proof("frontend"),
        lambda world: world.prove("frontend"),
        "pairva:deployment.frontend.version: builder has never proven pairva-frontend:1.0.1 with the image sha256:",
    ),
    "execution role": Lack(
        lambda world: world.delete_role("execution"),
        lambda world: world.create_role("execution"),
        f"{BACKEND}.executionRole: there is no role lacking-execution in account 000000000000",
    ),
    "task role's trust": Lack(
        lambda world: world.trust("task", "ec2.amazonaws.com"),
        lambda world: world.trust("task"),
        f"{BACKEND}.taskRole: ECS could not start tasks with lacking-task",
    ),
    "secret that is not yet gone": Lack(
        World.mark_secret, World.restore_secret, f"{BACKEND}.secrets.SESSION_KEY: the secret is marked for deletion"
    ),
    "vpc": edited(_another_vpc, "pairva:deployment.network.vpc: there is no such VPC"),
    "way out": Lack(World.cut_off, World.connect, "pairva:deployment.network.privateSubnets[0]: "),
    "sources": edited(_build_without_sources, "pairva:deployment.frontend.build: there is no Dockerfile to build from"),
    "zone": edited(_a_domain, "pairva:deployment.domain.zone: Route 53 does not have one public zone example.com"),
}


# What can be missing at the same time: of two that cannot, each stands in one of these.
TOGETHER = ["secret", "image", "execution role", "vpc", "sources", "zone"]
REST = [name for name in LACKS if name not in TOGETHER]


@pytest.fixture(scope="module")
def world(machine: tuple[Machine, Toolchain], tmp_path_factory: pytest.TempPathFactory) -> Generator[World]:
    world = World(Project.create(tmp_path_factory.mktemp("lacking"), "lacking", *machine))
    world.make()
    yield world
    world.remove()


def refused(world: World, *arguments: str, environment: dict[str, str] | None = None) -> str:
    """The reasons for which a preview ends that finds something missing; it has made nothing."""
    ended = world.project.pulumi(*(arguments or ("preview",)), "--non-interactive", environment=environment)
    assert ended.code != 0
    assert "Traceback" not in ended.said
    assert world.there() == []
    _, told, reasons = ended.said.rpartition("lacking cannot be deployed; nothing was changed.")
    assert told
    return reasons


def test_with_everything_in_place_the_preview_goes_through(world: World) -> None:
    planned = world.project.planned()
    assert planned["aws:ecs/service:Service/backend-service"] == "create"
    assert world.there() == []


def test_all_that_is_missing_is_named_at_once(world: World, incident: Incident) -> None:
    begun = time.monotonic()
    with lacking(world, *(LACKS[name] for name in TOGETHER)):
        reasons = refused(world, "up", "--yes", environment={"DOCKER_HOST": "unix:///nonexistent"})
    seconds = time.monotonic() - begun
    wanted = [*(LACKS[name].said for name in TOGETHER), "services are built here, and Docker does not answer"]
    assert [each for each in wanted if each not in reasons] == []
    for row in (4, 10):
        incident(Caught(row=row, where="preview", seconds=seconds, failed_tasks=0))


def test_the_rest_of_what_can_be_missing_is_named_too(world: World) -> None:
    with lacking(world, *(LACKS[name] for name in REST)):
        reasons = refused(world)
    assert [LACKS[name].said for name in REST if LACKS[name].said not in reasons] == []


@pytest.mark.parametrize("name", ["secret", "task role's trust"])
def test_one_that_is_missing_is_enough(name: str, world: World) -> None:
    with lacking(world, LACKS[name]):
        assert LACKS[name].said in refused(world)


def test_a_name_that_somebody_else_has_is_refused_at_preview(world: World) -> None:
    ecs = world.aws("ecs")
    ecs.create_cluster(clusterName="pairva-lacking")
    try:
        ended = world.project.pulumi("preview", "--non-interactive")
    finally:
        ecs.delete_cluster(cluster="pairva-lacking")
    assert ended.code != 0
    assert "cluster pairva-lacking: exists already, and the state of this stack does not know it" in ended.said
    assert "Traceback" not in ended.said

"""A service moves to Spot and off it in place; without the key it would be replaced, and is not."""

from typing import Any

from tests.engine.conftest import Create
from tests.engine.project import Project

SERVICE, GATE = "aws:ecs/service:Service/backend-service", "aws:ssm/parameter:Parameter/backend-proven"
CAPACITY = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders/pairva-capacity"
BASE = {"capacityProvider": "FARGATE", "base": 1}
ON_SPOT = [{**BASE, "weight": 30}, {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 70}]


def test_a_service_moves_to_spot_and_off_it_in_place(create: Create) -> None:
    project = create("spot")
    _placed(project, None)
    assert project.up().code == 0
    made = project.service("backend")
    assert (made["launchType"], made.get("capacityProviderStrategy")) == ("FARGATE", None)

    _placed(project, {"onDemand": 1, "percent": 70})
    assert project.planned() == {CAPACITY: "create", SERVICE: "update", GATE: "update"}
    _is_deployed(project, ON_SPOT)

    _placed(project, {"onDemand": 1, "percent": 0})
    assert project.planned() == {SERVICE: "update", GATE: "update"}
    _is_deployed(project, [{**BASE, "weight": 100}])
    assert project.service("backend")["createdAt"] == made["createdAt"]

    _placed(project, None)
    for refused in (project.pulumi("preview", "--non-interactive"), project.up()):
        assert refused.code != 0
        assert "is gone, and its service would be replaced: one that was on Spot keeps the key" in refused.said
        assert "write spot: {onDemand: 1, percent: 0}" in refused.said
        assert "Traceback" not in refused.said
    assert project.service("backend")["createdAt"] == made["createdAt"]

    ended = project.pulumi("destroy", "--yes", "--skip-preview", "--non-interactive")
    assert ended.code == 0
    gone = [ended.said.index(f"{name} deleted") for name in ("backend-service", "pairva-capacity", "pairva-cluster")]
    assert gone == sorted(gone)


def _placed(project: Project, spot: dict[str, int] | None) -> None:
    """Three tasks of the backend, in these places."""

    def change(config: dict[str, Any]) -> None:
        backend = config["pairva:deployment"]["backend"]
        backend.pop("spot", None)
        backend.update({"count": 3, **({"spot": spot} if spot else {})})

    project.change(change)


def _is_deployed(project: Project, strategy: list[dict[str, Any]]) -> None:
    """By a deployment with a good verdict, which nothing follows."""
    before = {each["id"] for each in project.service("backend")["deployments"]}
    assert project.up().code == 0
    service = project.service("backend")
    by_provider = {each["capacityProvider"]: each for each in service["capacityProviderStrategy"]}
    assert by_provider == {each["capacityProvider"]: each for each in strategy}
    assert service.get("launchType") is None
    assert {each["id"] for each in service["deployments"]}.isdisjoint(before)
    assert project.planned() == {}
    assert project.served() == {"backend": "1.0.1", "frontend": "1.0.1"}

"""Two stacks of one account: what one builds and proves, the other runs by the same digest, and nothing else."""

from typing import Any

from tests.engine.conftest import Create
from tests.engine.project import Project


def _demand_proof(config: dict[str, Any]) -> None:
    config["pairva:deployment"] |= {"builtBy": "maker", "requireProof": True}


def _digests(project: Project) -> dict[str, str]:
    """Of what is pushed, by version."""
    images = project.aws("ecr").describe_images(repositoryName="pairva-backend")["imageDetails"]
    return {tag: image["imageDigest"] for image in images for tag in image.get("imageTags", [])}


def _runs(project: Project) -> str:
    """The image of the backend's task definition that ECS runs."""
    definition = project.service("backend")["taskDefinition"]
    described = project.aws("ecs").describe_task_definition(taskDefinition=definition)["taskDefinition"]
    return described["containerDefinitions"][0]["image"]


def test_a_version_is_built_proven_promoted_and_taken_back(create: Create) -> None:
    maker, taker = create("maker"), create("taker")
    maker.build_once()
    assert maker.up().code == 0
    taker.promote()
    taker.change(_demand_proof)
    assert taker.up().code == 0
    first = _digests(maker)["1.0.1"]

    # Pushed and never proven: refused at preview, and nothing is changed.
    maker.crash_at_once(3)
    maker.raise_version("backend", "1.0.2")
    assert maker.up().code != 0
    assert sorted(_digests(maker)) == ["1.0.1", "1.0.2"]
    taker.raise_version("backend", "1.0.2")
    refused = taker.up()
    assert refused.code != 0
    assert "maker has never proven pairva-backend:1.0.2 with the image sha256:" in refused.said
    assert _runs(taker).endswith(f"/pairva-backend@{first}")

    # Proven: the same digest runs in both.
    maker.mend()
    maker.raise_version("backend", "1.0.3")
    assert maker.up().code == 0
    taker.raise_version("backend", "1.0.3")
    assert taker.up().code == 0
    pushed = _digests(maker)
    assert _runs(taker).endswith(f"/pairva-backend@{pushed['1.0.3']}")
    assert _runs(maker).endswith("/pairva-backend:1.0.3")
    assert taker.served()["backend"] == maker.served()["backend"] == "1.0.3"

    # Back: the earlier version, in both, and nothing is built.
    taker.raise_version("backend", "1.0.1")
    assert taker.up().code == 0
    maker.raise_version("backend", "1.0.1")
    maker.change(lambda config: config["pairva:deployment"]["backend"].pop("build"))
    assert maker.up().code == 0
    assert _runs(taker).endswith(f"@{first}")
    assert _runs(maker).endswith(f"@{first}")
    assert _digests(maker) == pushed
    assert taker.served()["backend"] == maker.served()["backend"] == "1.0.1"

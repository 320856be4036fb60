"""A version is built once, promoted by its digest, and never built over."""

from typing import Any

from tests.engine.conftest import Create
from tests.engine.project import Project


def _pushed(project: Project, service: str) -> dict[str, str]:
    images = project.aws("ecr").describe_images(repositoryName=f"pairva-{service}")["imageDetails"]
    return {tag: image["imageDigest"] for image in images for tag in image.get("imageTags", [])}


def test_a_version_is_built_once_and_promoted_by_its_digest(create: Create) -> None:
    building = create("building")
    building.build_once()
    assert building.up().code == 0
    digest = _pushed(building, "backend")["1.0.1"]

    # The same version with a changed context: nothing is built.
    source = building.folder / "apps" / "backend" / "backend.py"
    source.write_text(source.read_text() + "# changed since\n")
    assert building.planned() == {}
    assert building.up().code == 0
    assert _pushed(building, "backend") == {"1.0.1": digest}

    # Another stack runs that digest, and Docker is not asked for the preview.
    promoting = create("promoting")
    promoting.promote()
    planned = promoting.planned(environment={"DOCKER_HOST": "unix:///nonexistent"})
    assert "docker:index/image:Image/backend-image" not in planned
    assert promoting.up().code == 0
    assert promoting.outputs()["backend"]["image"].endswith(f"/pairva-backend@{digest}")
    assert promoting.get("/api/version").json() == {"service": "backend", "version": "1.0.1"}

    # A version that nobody pushed is refused, and what runs stays.
    promoting.raise_version("backend", "9.9.9")
    refused = promoting.up()
    assert refused.code != 0
    assert "there is no image pairva-backend:9.9.9 to promote" in refused.said
    assert "Traceback" not in refused.said
    assert promoting.get("/api/version").json() == {"service": "backend", "version": "1.0.1"}


def test_a_version_whose_tag_is_taken_is_refused_at_preview(create: Create) -> None:
    first = create("first")
    first.build_once()
    assert first.up().code == 0
    digest = _pushed(first, "backend")["1.0.1"]

    def build_existing(config: dict[str, Any]) -> None:
        for service in ("backend", "frontend"):
            config["pairva:deployment"][service]["repository"] = "existing"

    second = create("second")
    second.build_once()
    second.change(build_existing)
    refused = second.pulumi("preview", "--non-interactive")
    assert refused.code != 0
    assert "pairva-backend:1.0.1 exists already, and a pushed version is never built again" in refused.said
    assert digest in refused.said
    assert (
        "raise backend.version to build a new one, or remove backend.build to run the one that exists" in refused.said
    )
    assert "Traceback" not in refused.said

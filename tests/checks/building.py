"""A folder to build from, an ECR that answers, and the hook run as the engine runs it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.stub import Stubber

from checks import build
from tests.checks.aws import ARGS
from tests.recording import Recording, record
from tests.samples import BUILD, OWNED_BUILD, Edit, stack

DIGEST = f"sha256:{'1' * 64}"
PUSHED = datetime(2025, 4, 30, 9, 41, tzinfo=UTC)
STAGED, PLACEHOLDER = Path(".images/test/backend"), "# The build context is put here when a version is built"
MUTABLE = (OWNED_BUILD[0], OWNED_BUILD[1].replace("app}", "app, mutableTag: true}"))
ASKED = {"repositoryName": "pairva-backend", "imageIds": [{"imageTag": "1.0.1"}]}


def free(ecr: Stubber, code: str = "ImageNotFoundException", *, account: str = "039612856036") -> None:
    asked = {**ASKED, "registryId": account}
    ecr.add_client_error("describe_images", code, "no such image", expected_params=asked)


def taken(ecr: Stubber, pushed: datetime = PUSHED, *, account: str = "039612856036") -> None:
    answer = {"imageDetails": [{"imageDigest": DIGEST, "imagePushedAt": pushed}]}
    ecr.add_response("describe_images", answer, expected_params={**ASKED, "registryId": account})


def made(ecr: Stubber, *edits: Edit, preview: bool = False) -> Recording:
    """The program makes the hook, and no more."""
    sample = stack(*(edits or (BUILD,)))
    with ecr:
        recording = record(lambda: build.once(sample, sample.services["backend"]), preview=preview)
        ecr.assert_no_pending_responses()
    return recording


def run(ecr: Stubber, *edits: Edit, preview: bool = False) -> None:
    """The program makes the hook, and the engine runs it."""
    sample = stack(*(edits or (BUILD,)))

    async def program() -> None:
        running: Any = build.once(sample, sample.services["backend"]).callback(ARGS)
        await running

    with ecr:
        record(program, preview=preview)
        ecr.assert_no_pending_responses()


def staged() -> dict[str, str]:
    return {str(file.relative_to(STAGED)): file.read_text() for file in sorted(STAGED.rglob("*")) if file.is_file()}

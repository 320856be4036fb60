"""What a stack promotes: the image of that version, for its tasks' platform, with a verdict that speaks for it."""

import json
from datetime import datetime
from typing import Any

import httpx
import pytest
from botocore.stub import Stubber

from checks.preflight import image
from checks.preflight.result import Result, failed, ok, unchecked, warning
from finding import Finding
from settings.stack import Stack
from tests.checks.aws import stubs
from tests.checks.preflight.asking import DIGEST, OTHER_DIGEST, Unanswered, no_answer, refuse, results
from tests.samples import BUILD, REPOSITORY, Edit, stack

ARCHITECTURE, FRONTEND = "architecture: X86_64", "cpu: 256"
BUILT_BY = (ARCHITECTURE, f"{ARCHITECTURE}\n    builtBy: staging")
REQUIRED = (ARCHITECTURE, f"{ARCHITECTURE}\n    builtBy: staging\n    requireProof: true")
ARM = (ARCHITECTURE, "architecture: ARM64")
FRONTEND_BUILDS = (FRONTEND, f"build: {{context: app}}\n      {FRONTEND}")

OCI, DOCKER = "application/vnd.oci.image", "application/vnd.docker.distribution"
MANIFEST, INDEX = f"{OCI}.manifest.v1+json", f"{OCI}.index.v1+json"
DOCKER_MANIFEST, DOCKER_LIST = f"{DOCKER}.manifest.v2+json", f"{DOCKER}.manifest.list.v2+json"
CONFIG = f"sha256:{'c' * 64}"
PLACE = "https://layers.example/blob?X-Amz-Signature=c0ffee"
ASKED = {
    "registryId": "039612856036",
    "repositoryName": "pairva-backend",
    "imageIds": [{"imageTag": "1.0.1"}],
    "acceptedMediaTypes": [MANIFEST, INDEX, DOCKER_MANIFEST, DOCKER_LIST],
}
NAME = "pairva-backend:1.0.1"


class Aws:
    """ECR and SSM as stubs; every question must have been asked by the end."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stubs: dict[str, Stubber] = stubs(monkeypatch, "ecr", "ssm")
        self.ecr, self.ssm = self.stubs["ecr"], self.stubs["ssm"]

    def holds(self, digest: str = DIGEST, manifest: dict[str, Any] | None = None) -> None:
        found = {"imageId": {"imageDigest": digest}, "imageManifest": json.dumps(manifest or {})}
        self.ecr.add_response("batch_get_image", {"images": [found], "failures": []}, ASKED)

    def holds_nothing(self, code: str = "ImageNotFound") -> None:
        failure = {"failureCode": code, "failureReason": "Requested image not found"}
        self.ecr.add_response("batch_get_image", {"images": [], "failures": [failure]}, ASKED)

    def proven(self, parameter: str, *verdicts: tuple[str, str]) -> None:
        values = [
            json.dumps({"taskDefinition": "a revision", "version": version, "digest": digest})
            for version, digest in verdicts
        ]
        said = {"LastModifiedUser": "arn:aws:iam::039612856036:user/me", "LastModifiedDate": datetime(2026, 11, 22)}
        answer = [{"Value": value, **said} for value in values]
        self.ssm.add_response("get_parameter_history", {"Parameters": answer}, {"Name": parameter})

    def never_proven(self, parameter: str) -> None:
        self.ssm.add_client_error("get_parameter_history", "ParameterNotFound", expected_params={"Name": parameter})

    def asked(self, only: str, *edits: Edit) -> list[Result]:
        """What is found of the backend; the frontend builds."""
        with self.ecr, self.ssm:
            found = results(image.checks, stack(FRONTEND_BUILDS, *edits), only)
            self.ecr.assert_no_pending_responses()
            self.ssm.assert_no_pending_responses()
        return found


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    return Aws(monkeypatch)


def fault(key: str, what: str, remedy: str, found: str = "") -> Finding:
    return Finding(where=f"Pulumi.test.yaml: pairva:deployment.{key}", what=what, found=found, remedy=remedy)


def subjects(sample: Stack) -> list[str]:
    return [check.subject for check in image.checks(sample)]


def test_only_what_is_promoted_is_asked_about_and_its_proof_only_if_it_is_said_whose() -> None:
    both = ["image of backend", "platform of backend", "image of frontend", "platform of frontend"]
    assert subjects(stack()) == both
    assert subjects(stack(BUILD, BUILT_BY)) == ["image of frontend", "platform of frontend", "proof of frontend"]
    assert subjects(stack(BUILD, FRONTEND_BUILDS)) == []


def test_the_digest_of_the_version_is_told(aws: Aws) -> None:
    aws.holds()
    assert aws.asked("image") == [ok("image of backend", f"{NAME} is {DIGEST}")]


def test_the_pinned_digest_may_be_the_one_that_is_there(aws: Aws) -> None:
    aws.holds()
    assert aws.asked("image", (REPOSITORY, f"{REPOSITORY}\n      digest: {DIGEST}")) == [
        ok("image of backend", f"{NAME} is {DIGEST}")
    ]


def test_a_tag_that_was_moved_away_from_its_pin_is_a_failure(aws: Aws) -> None:
    aws.holds(OTHER_DIGEST)
    what = f"1.0.1 is another image by now: its tag names {OTHER_DIGEST}"
    remedy = "find out who moved the tag; then pin the digest that is meant"
    assert aws.asked("image", (REPOSITORY, f"{REPOSITORY}\n      digest: {DIGEST}")) == [
        failed("image of backend", fault("backend.digest", what, remedy, DIGEST))
    ]


def test_a_version_that_nobody_pushed_is_a_failure_told_once(aws: Aws) -> None:
    for _ in range(3):
        aws.holds_nothing()
    remedy = "push it from the stack that builds (pulumi up -s staging), or name a version that exists"
    assert aws.asked("", REQUIRED) == [
        failed("image of backend", fault("backend.version", f"there is no image {NAME} to promote", remedy))
    ]


def test_a_repository_that_is_not_there_is_a_failure_told_once(aws: Aws) -> None:
    for _ in range(3):
        aws.ecr.add_client_error("batch_get_image", "RepositoryNotFoundException", expected_params=ASKED)
    what = "there is no repository pairva-backend in account 039612856036, us-east-1"
    remedy = "push a version there from the stack that builds (README, first deployment)"
    assert aws.asked("", REQUIRED) == [failed("image of backend", fault("backend.repository", what, remedy))]


def test_an_image_that_ecr_cannot_give_is_not_called_missing(aws: Aws) -> None:
    aws.holds_nothing("KmsError")
    assert aws.asked("image") == [unchecked("image of backend", "BatchGetImage: KmsError: Requested image not found")]


def index(*platforms: tuple[str, str], media_type: str = INDEX) -> dict[str, Any]:
    children = [{"digest": DIGEST, "platform": {"os": os, "architecture": name}} for os, name in platforms]
    return {"schemaVersion": 2, "mediaType": media_type, "manifests": children}


AMD, ARM64, ATTESTATION = ("linux", "amd64"), ("linux", "arm64"), ("unknown", "unknown")


@pytest.mark.parametrize("media_type", [INDEX, DOCKER_LIST])
@pytest.mark.parametrize(("edits", "platform"), [((), "linux/amd64"), ((ARM,), "linux/arm64")])
def test_an_index_that_lists_the_tasks_platform_is_well(
    edits: tuple[Edit, ...], platform: str, media_type: str, aws: Aws
) -> None:
    aws.holds(manifest=index(AMD, ARM64, ATTESTATION, media_type=media_type))
    assert aws.asked("platform", *edits) == [ok("platform of backend", f"{NAME} is made for {platform}")]


def test_an_index_without_it_is_a_failure_that_names_what_there_is(aws: Aws) -> None:
    aws.holds(manifest=index(ATTESTATION, ARM64, ("windows", "amd64")))
    assert aws.asked("platform") == [
        failed(
            "platform of backend",
            fault(
                "backend.version",
                f"{NAME} is not made for linux/amd64, and could not run",
                "build it for linux/amd64, or correct pairva:deployment.architecture",
                "linux/arm64, windows/amd64",
            ),
        )
    ]


def test_an_index_of_attestations_alone_names_no_platform(aws: Aws) -> None:
    aws.holds(manifest=index(ATTESTATION))
    assert aws.asked("platform") == [unchecked("platform of backend", f"{NAME} names no platform")]


def blob(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, answer: httpx.Response | Exception, media_type: str = MANIFEST
) -> None:
    """A single manifest, whose configuration is elsewhere."""
    aws.holds(manifest={"schemaVersion": 2, "mediaType": media_type, "config": {"digest": CONFIG}, "layers": []})
    asked = {"registryId": "039612856036", "repositoryName": "pairva-backend", "layerDigest": CONFIG}
    aws.ecr.add_response("get_download_url_for_layer", {"downloadUrl": PLACE}, asked)

    def handle(_: Any, request: httpx.Request) -> httpx.Response:
        assert (request.method, str(request.url)) == ("GET", PLACE)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)


@pytest.mark.parametrize("media_type", [MANIFEST, DOCKER_MANIFEST])
def test_a_single_image_names_its_platform_in_its_configuration(
    media_type: str, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob(aws, monkeypatch, httpx.Response(200, json={"os": "linux", "architecture": "amd64"}), media_type)
    assert aws.asked("platform") == [ok("platform of backend", f"{NAME} is made for linux/amd64")]


def test_a_single_image_of_another_platform_is_a_failure(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    blob(aws, monkeypatch, httpx.Response(200, json={"os": "linux", "architecture": "arm64"}))
    (found,) = aws.asked("platform")
    assert (found.outcome.value, found.finding and found.finding.found) == ("failed", "linux/arm64")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (httpx.Response(403, text="no"), "the image's configuration was answered with 403"),
        (httpx.ConnectError(f"no way to {PLACE}"), "the image's configuration could not be fetched: ConnectError"),
        (httpx.ReadTimeout("too late"), "the image's configuration could not be fetched: ReadTimeout"),
        (httpx.Response(200, content=b" " * 1_000_001), "the image's configuration is longer than 1000000 bytes"),
        (httpx.Response(200, json={"config": {}}), f"{NAME} names no platform"),
        (httpx.Response(200, text="<html>"), "JSONDecodeError: Expecting value: line 1 column 1 (char 0)"),
    ],
    ids=["refused", "no way", "hangs", "huge", "no platform", "not JSON"],
)
def test_a_configuration_that_cannot_be_read_is_no_answer_and_its_address_is_not_shown(
    answer: httpx.Response | Exception, why: str, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob(aws, monkeypatch, answer)
    assert aws.asked("platform") == [unchecked("platform of backend", why)]


STAGING, OWN = "/pairva/staging/backend/proven", "/pairva/test/backend/proven"


@pytest.mark.parametrize("edit", [BUILT_BY, REQUIRED])
@pytest.mark.parametrize(
    "verdicts",
    [[("1.0.1", DIGEST)], [("1.0.0", OTHER_DIGEST), ("1.0.1", DIGEST), ("1.0.2", OTHER_DIGEST)]],
    ids=["the last", "an earlier one"],
)
def test_a_good_verdict_where_it_was_built_speaks_for_a_version(
    verdicts: list[tuple[str, str]], edit: Edit, aws: Aws
) -> None:
    aws.holds()
    aws.proven(STAGING, *verdicts)
    assert aws.asked("proof", edit) == [ok("proof of backend", "staging has proven 1.0.1 with this image")]


def test_what_the_stack_itself_has_proven_may_come_back(aws: Aws) -> None:
    aws.holds()
    aws.proven(STAGING, ("1.0.2", OTHER_DIGEST))
    aws.proven(OWN, ("1.0.1", DIGEST), ("1.0.2", OTHER_DIGEST))
    assert aws.asked("proof", REQUIRED) == [ok("proof of backend", "test itself has proven 1.0.1 with this image")]


@pytest.mark.parametrize(("edit", "outcome"), [(BUILT_BY, warning), (REQUIRED, failed)], ids=["told", "required"])
@pytest.mark.parametrize(
    ("verdicts", "last"),
    [
        ([("1.0.1", OTHER_DIGEST)], f"its last good verdict: 1.0.1 with {OTHER_DIGEST}"),
        ([("1.0.2", DIGEST)], f"its last good verdict: 1.0.2 with {DIGEST}"),
        ([], "no good verdict there"),
    ],
    ids=["another image", "another version", "nothing"],
)
def test_a_version_without_a_verdict_on_this_image_is_told_or_refused(
    verdicts: list[tuple[str, str]], last: str, edit: Edit, outcome: Any, aws: Aws
) -> None:
    aws.holds()
    aws.proven(STAGING, *verdicts) if verdicts else aws.never_proven(STAGING)
    aws.never_proven(OWN)
    what = f"staging has never proven {NAME} with the image {DIGEST}"
    remedy = "deploy it there first (pulumi up -s staging), or name a version that was proven there"
    assert aws.asked("proof", edit) == [outcome("proof of backend", fault("backend.version", what, remedy, last))]


def test_a_proof_that_may_not_be_read_is_no_proof_and_no_failure(aws: Aws) -> None:
    aws.holds()
    aws.ssm.add_client_error("get_parameter_history", "AccessDeniedException", "no")
    assert aws.asked("proof", REQUIRED) == [
        unchecked("proof of backend", "GetParameterHistory: AccessDeniedException: no")
    ]


@no_answer
def test_what_ecr_does_not_answer_is_unchecked(unanswered: Unanswered, monkeypatch: pytest.MonkeyPatch) -> None:
    why = refuse(monkeypatch, unanswered)("BatchGetImage")
    nouns = ("image", "platform", "proof")
    expected = [unchecked(f"{noun} of {name}", why) for name in ("backend", "frontend") for noun in nouns]
    assert results(image.checks, stack(REQUIRED)) == expected

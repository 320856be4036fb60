"""Whether the tag of a version that is built is free, or this stack's own."""

import pytest
from botocore.stub import Stubber

from checks.preflight import build
from checks.preflight.result import Result, failed, ok, to_come, unchecked
from finding import Finding
from tests.checks.aws import stubs
from tests.checks.preflight.asking import Unanswered, no_answer, refuse, results
from tests.samples import BUILD, OWNED_BUILD, Edit, stack

ASKED = {"registryId": "039612856036", "repositoryName": "pairva-backend", "imageIds": [{"imageTag": "1.0.1"}]}
PUSHED = "039612856036.dkr.ecr.us-east-1.amazonaws.com/pairva-backend"


class Aws:
    """ECR and ECS as stubs; every question must have been asked by the end."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stubs: dict[str, Stubber] = stubs(monkeypatch, "ecr", "ecs")

    def free(self, code: str = "ImageNotFoundException") -> None:
        self.stubs["ecr"].add_client_error("describe_images", code, expected_params=ASKED)

    def taken(self, newest: str) -> None:
        self.stubs["ecr"].add_response("describe_images", {"imageDetails": [{}]}, ASKED)
        asked, ecs = {"taskDefinition": "pairva-test-backend"}, self.stubs["ecs"]
        if newest:
            beside = {"name": "aws-guardduty-agent-1", "image": "another"}
            containers = [beside, {"name": "backend", "image": newest}]
            ecs.add_response(
                "describe_task_definition", {"taskDefinition": {"containerDefinitions": containers}}, asked
            )
        else:
            ecs.add_client_error("describe_task_definition", "ClientException", expected_params=asked)

    def asked(self, edit: Edit) -> list[Result]:
        with self.stubs["ecr"], self.stubs["ecs"]:
            found = results(build.checks, stack(edit), "tag")
            for stub in self.stubs.values():
                stub.assert_no_pending_responses()
        return found


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    return Aws(monkeypatch)


@pytest.mark.parametrize("edit", [BUILD, OWNED_BUILD], ids=["existing", "owned"])
def test_a_free_tag_is_well(edit: Edit, aws: Aws) -> None:
    aws.free()
    assert aws.asked(edit) == [ok("tag of backend", "pairva-backend:1.0.1 is free")]


def test_a_repository_that_the_stack_makes_is_to_come(aws: Aws) -> None:
    aws.free("RepositoryNotFoundException")
    assert aws.asked(OWNED_BUILD) == [to_come("tag of backend", "pairva-backend, and then the tag")]


def test_a_repository_that_nobody_makes_is_a_failure(aws: Aws) -> None:
    aws.free("RepositoryNotFoundException")
    fault = Finding(
        where="Pulumi.test.yaml: pairva:deployment.backend.repository",
        what="there is no repository pairva-backend in account 039612856036, us-east-1",
        found="existing",
        remedy="create it with immutable tags (README, first deployment), or write repository: owned",
    )
    assert aws.asked(BUILD) == [failed("tag of backend", fault)]


def test_a_tag_that_this_stack_deployed_is_its_own(aws: Aws) -> None:
    aws.taken(f"{PUSHED}:1.0.1")
    assert aws.asked(BUILD) == [ok("tag of backend", "pairva-backend:1.0.1 was pushed by this stack")]


@pytest.mark.parametrize(
    "newest",
    [f"{PUSHED}:1.0.0", f"{PUSHED}:1.0.10", f"{PUSHED}@sha256:{'1' * 64}", ""],
    ids=["another version", "a longer one", "promoted", "nothing"],
)
def test_whose_any_other_taken_tag_is_only_preview_knows(newest: str, aws: Aws) -> None:
    aws.taken(newest)
    why = "pairva-backend:1.0.1 exists: only preview knows whether this stack pushed it, and refuses it if not"
    assert aws.asked(BUILD) == [unchecked("tag of backend", why)]


@no_answer
def test_a_tag_that_ecr_says_nothing_about_is_unchecked(
    unanswered: Unanswered, monkeypatch: pytest.MonkeyPatch
) -> None:
    why = refuse(monkeypatch, unanswered)("DescribeImages")
    assert results(build.checks, stack(BUILD), "tag") == [unchecked("tag of backend", why)]

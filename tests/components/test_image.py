"""The image: built once, built at every change, or promoted; and how a missing one is told."""

import json

import pulumi
import pytest

from components.image import pull_policy
from tests.cloud import DIGEST
from tests.components.parts import PROMOTED, backend, image_of, recorded_image
from tests.recording import Recording, record
from tests.samples import BUILD, KEY, OWNED_BUILD, Edit, in_region, keys

IMAGE, REPOSITORY, COMPONENT = "docker:index/image:Image", "aws:ecr/repository:Repository", "pairva:index:ServiceImage"
REGISTRY = "039612856036.dkr.ecr.us-east-1.amazonaws.com"
MUTABLE = (OWNED_BUILD[0], OWNED_BUILD[1].replace("app}", "app, mutableTag: true}"))
UNPROTECTED = ("logRetentionDays: 30", "logRetentionDays: 30\n    protect: false")
FULL = (
    BUILD[0],
    BUILD[1].replace("app}", "app, dockerfile: docker/web, target: run, args: {NODE: '22'}}"),
)


def test_a_version_is_built_once_from_the_folder_that_the_hook_fills() -> None:
    image = recorded_image(BUILD).one(IMAGE, "backend-image")
    assert image.inputs == {
        "imageName": f"{REGISTRY}/pairva-backend:1.0.1",
        "build": {
            "context": ".images/test/backend",
            "dockerfile": ".images/test/backend/Dockerfile",
            "platform": "linux/amd64",
            "args": {"VERSION": "1.0.1"},
        },
        "registry": {"server": REGISTRY, "username": "AWS", "password": "token"},
        "buildOnPreview": False,
        "skipPush": False,
    }
    assert image.hooks == {"before_create": ("once",), "before_update": ("once",)}
    assert image.secrets == ("registry",)


def test_with_a_mutable_tag_the_context_itself_is_built_at_every_change() -> None:
    image = recorded_image(MUTABLE).one(IMAGE, "backend-image")
    assert image.inputs["build"]["context"] == "app"
    assert image.inputs["build"]["dockerfile"] == "app/Dockerfile"
    assert image.hooks == {}


def test_dockerfile_target_and_arguments_are_passed_on() -> None:
    assert recorded_image(FULL).one(IMAGE, "backend-image").inputs["build"] == {
        "context": ".images/test/backend",
        "dockerfile": ".images/test/backend/docker/web",
        "platform": "linux/amd64",
        "args": {"NODE": "22", "VERSION": "1.0.1"},
        "target": "run",
    }


def test_arm_is_built_for_arm() -> None:
    inputs = recorded_image(BUILD, ("X86_64", "ARM64")).one(IMAGE, "backend-image").inputs
    assert inputs["build"]["platform"] == "linux/arm64"


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_a_built_image_is_known_by_its_version_and_its_digest_once_pushed(preview: bool) -> None:
    assert recorded_image(BUILD, preview=preview).component_outputs[f"{COMPONENT}/backend"] == {
        "reference": f"{REGISTRY}/pairva-backend:1.0.1",
        "digest": "<unknown>" if preview else DIGEST,
        "repository_arn": "arn:aws:ecr:us-east-1:039612856036:repository/pairva-backend",
    }


@pytest.mark.parametrize("edits", [(), (UNPROTECTED,)], ids=["protected", "unprotected"])
@pytest.mark.parametrize(("build", "tags"), [(OWNED_BUILD, "IMMUTABLE"), (MUTABLE, "MUTABLE")])
def test_an_owned_repository_scans_and_keeps_its_images(build: Edit, tags: str, edits: tuple[Edit, ...]) -> None:
    recording, protect = recorded_image(build, *edits), not edits
    repository = recording.one(REPOSITORY, "backend-repository")
    assert repository.inputs == {
        "name": "pairva-backend",
        "imageTagMutability": tags,
        "imageScanningConfiguration": {"scanOnPush": True},
        "forceDelete": not protect,
    }
    assert (repository.protect, repository.retain_on_delete) == (protect, protect)
    assert repository.ignore_changes == ("encryptionConfigurations",)
    assert recording.one(IMAGE, "backend-image").depends_on == (repository.key,)


def test_an_owned_repository_is_encrypted_with_the_key_that_is_named() -> None:
    recording = recorded_image(OWNED_BUILD, keys(f"{{repositories: {KEY}}}"))
    assert recording.one(REPOSITORY, "backend-repository").inputs == {
        "name": "pairva-backend",
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": KEY}],
        "forceDelete": False,
    }


def test_only_untagged_images_expire() -> None:
    policy = recorded_image(OWNED_BUILD).one("aws:ecr/lifecyclePolicy:LifecyclePolicy", "backend-repository-lifecycle")
    assert policy.inputs["repository"] == "pairva-backend"
    assert json.loads(policy.inputs["policy"]) == {
        "rules": [
            {
                "rulePriority": 1,
                "description": "Untagged images expire after two weeks",
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": 14,
                },
                "action": {"type": "expire"},
            }
        ]
    }


def test_an_existing_repository_is_left_alone() -> None:
    recording = recorded_image(BUILD)
    assert recording.invokes == [
        (
            "aws:ecr/getAuthorizationToken:getAuthorizationToken",
            {"registryId": "039612856036", "region": "us-east-1"},
        )
    ]
    assert [each.type for each in recording.resources] == [COMPONENT, IMAGE]


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_a_promoted_version_is_resolved_to_its_digest_also_at_preview(preview: bool) -> None:
    recording = recorded_image(preview=preview)
    assert recording.invokes == [
        (
            "aws:ecr/getImage:getImage",
            {
                "repositoryName": "pairva-backend",
                "imageTag": "1.0.1",
                "registryId": "039612856036",
                "region": "us-east-1",
            },
        )
    ]
    assert recording.component_outputs[f"{COMPONENT}/backend"] == {
        "reference": f"{REGISTRY}/pairva-backend@{DIGEST}",
        "digest": DIGEST,
        "repository_arn": "arn:aws:ecr:us-east-1:039612856036:repository/pairva-backend",
    }
    assert [each.type for each in recording.resources] == [COMPONENT]


ELSEWHERE = ("logRetentionDays: 30", "logRetentionDays: 30\n    registry: {account: '111111111111', region: eu-west-1}")
THERE = "111111111111.dkr.ecr.eu-west-1.amazonaws.com"


def test_a_version_is_promoted_from_the_registry_of_another_account_and_region() -> None:
    recording = recorded_image(ELSEWHERE)
    assert recording.invokes == [
        (
            "aws:ecr/getImage:getImage",
            {
                "repositoryName": "pairva-backend",
                "imageTag": "1.0.1",
                "registryId": "111111111111",
                "region": "eu-west-1",
            },
        )
    ]
    assert recording.component_outputs[f"{COMPONENT}/backend"] == {
        "reference": f"{THERE}/pairva-backend@{DIGEST}",
        "digest": DIGEST,
        "repository_arn": "arn:aws:ecr:eu-west-1:111111111111:repository/pairva-backend",
    }


def test_a_version_is_pushed_to_the_registry_of_another_account_and_region() -> None:
    recording = recorded_image(ELSEWHERE, BUILD)
    image = recording.one(IMAGE, "backend-image")
    assert image.inputs["imageName"] == f"{THERE}/pairva-backend:1.0.1"
    assert image.inputs["registry"] == {"server": THERE, "username": "AWS", "password": "token"}
    assert recording.invokes == [
        (
            "aws:ecr/getAuthorizationToken:getAuthorizationToken",
            {"registryId": "111111111111", "region": "eu-west-1"},
        )
    ]
    assert recording.component_outputs[f"{COMPONENT}/backend"]["digest"] == DIGEST


POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"


@pytest.mark.parametrize("build", ["", "\n      build: {context: app}"], ids=["promoted", "built"])
def test_other_accounts_may_pull_from_an_owned_repository_and_look_a_version_up(build: str) -> None:
    owned = "repository: owned\n      pullAccounts: ['222222222222', '111111111111']"
    (policy,) = recorded_image(("repository: existing", f"{owned}{build}")).all(POLICY)
    assert (policy.name, policy.parent) == ("backend-repository-policy", f"{COMPONENT}/backend")
    assert policy.inputs["repository"] == "pairva-backend"
    assert json.loads(policy.inputs["policy"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "PullFromOtherAccounts",
                "Effect": "Allow",
                "Principal": {"AWS": ["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"]},
                "Action": [
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:DescribeImages",
                    "ecr:DescribeRepositories",
                    "ecr:GetDownloadUrlForLayer",
                ],
            }
        ],
    }


def test_an_owned_repository_that_names_no_accounts_has_no_policy() -> None:
    assert recorded_image(OWNED_BUILD).all(POLICY) == []


def test_the_accounts_of_another_partition_are_named_in_it() -> None:
    owned = ("repository: existing", "repository: owned\n      pullAccounts: ['111111111111']")
    (statement,) = pull_policy(backend(*in_region("cn-north-1"), owned))["Statement"]
    assert statement["Principal"] == {"AWS": ["arn:aws-cn:iam::111111111111:root"]}


def pinned(digest: str) -> Edit:
    return ("repository: existing", f"repository: existing\n      digest: {digest}")


def test_a_pin_that_matches_is_promoted() -> None:
    assert recorded_image(pinned(DIGEST)).component_outputs[f"{COMPONENT}/backend"]["digest"] == DIGEST


def refusal(*edits: Edit, images: dict[str, str] | None = None, says: str | None = None) -> str:
    """How the run ends, with nothing but the component registered."""
    recording = Recording()
    with pytest.raises(pulumi.RunError) as raised:
        record(lambda: image_of(backend(*edits)), images=images, refusal=says, into=recording)
    assert [each.type for each in recording.resources] in ([], [COMPONENT])
    return str(raised.value)


def test_a_moved_tag_is_refused_with_both_digests() -> None:
    pin = f"sha256:{'0' * 64}"
    assert refusal(pinned(pin), images=PROMOTED) == (
        "Pulumi.test.yaml: pairva:deployment.backend.digest: 1.0.1 is another image by now: its tag names "
        f"{DIGEST}\n    found: {pin}\n    mend:  find out who moved the tag; then pin the digest that is meant"
    )


NO_IMAGE = (
    "Pulumi.test.yaml: pairva:deployment.backend.version: there is no image pairva-backend:1.0.1 to promote\n"
    "    mend:  push it from the stack that builds (pulumi up -s staging), or name a version that exists"
)


@pytest.mark.parametrize(
    "says", [None, "reading ECR Images: empty result", "ImageNotFoundException: no", "couldn't find resource"]
)
def test_an_image_that_is_not_there_is_told_as_such(says: str | None) -> None:
    assert refusal(says=says) == NO_IMAGE


def test_trouble_with_aws_is_told_as_itself() -> None:
    said = refusal(says="AccessDeniedException: not authorized to perform: ecr:DescribeImages")
    what, found, mend = said.split("\n")
    assert what == (
        "Pulumi.test.yaml: pairva:deployment.backend.version: ECR could not be asked for pairva-backend:1.0.1"
    )
    assert found.startswith("    found: ")
    assert "AccessDeniedException: not authorized to perform: ecr:DescribeImages" in found
    assert mend == (
        "    mend:  mend the access to AWS (credentials, region, network; in another account, the policy of the "
        "repository), then run again"
    )


def test_an_owned_repository_stays_when_a_version_in_it_is_promoted() -> None:
    owned = ("repository: existing", "repository: owned")
    repository = recorded_image(owned).one("aws:ecr/repository:Repository", "backend-repository")
    assert (repository.inputs["imageTagMutability"], repository.protect) == ("IMMUTABLE", True)

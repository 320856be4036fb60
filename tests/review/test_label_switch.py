"""Single fields whose values open something: each is named once, and its closing is not."""

from typing import Any

import pytest

from tests.review.steps import SERVICE, container, create, labels, swap, update

PRIVATE = dict.fromkeys(("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True)
SHELL = "people may open a shell in its tasks, as root (ECS Exec)"


@pytest.mark.parametrize(
    ("kind", "closed", "opened", "why"),
    [
        ("ecs/service", {**SERVICE, "enableExecuteCommand": False}, {"enableExecuteCommand": True}, SHELL),
        ("ecs/service", SERVICE, {"enableExecuteCommand": True}, SHELL),
        (
            "ecr/repository",
            {"name": "r", "imageTagMutability": "IMMUTABLE"},
            {"imageTagMutability": "MUTABLE"},
            "tags of its images may be pushed over: MUTABLE (was IMMUTABLE)",
        ),
        (
            "s3/bucketPublicAccessBlock",
            {"bucket": "b", **PRIVATE},
            {"blockPublicPolicy": False, "restrictPublicBuckets": False},
            "the bucket for logs may be made public",
        ),
    ],
    ids=["a shell that was shut", "a shell", "tags", "a bucket"],
)
def test_what_opens_is_named_once_and_closing_it_is_not(
    kind: str, closed: dict[str, Any], opened: dict[str, Any], why: str
) -> None:
    assert labels("opens", update(kind, "x", closed, opened)) == [("backend", why)]
    assert labels("opens", update(kind, "x", {**closed, **opened}, closed)) == []


def test_a_block_of_public_access_that_is_no_longer_said_is_off() -> None:
    step = update("s3/bucketPublicAccessBlock", "x", {"bucket": "b", **PRIVATE}, {})
    del step["newState"]["inputs"]["blockPublicAcls"]
    step["diffReasons"] = ["blockPublicAcls"]
    assert labels("opens", step) == [("backend", "the bucket for logs may be made public")]
    assert labels("opens", create("s3/bucketPublicAccessBlock", "x", {"bucket": "b", **PRIVATE})) == []


def test_a_container_that_may_change_its_own_files_is_named() -> None:
    steps = [
        swap(
            "ecs/taskDefinition",
            "d",
            {"containerDefinitions": container(readonlyRootFilesystem=before)},
            {"containerDefinitions": container(readonlyRootFilesystem=not before)},
        )
        for before in (True, False)
    ]
    assert [labels("opens", each) for each in steps] == [[("backend", "its container may change its own files")], []]

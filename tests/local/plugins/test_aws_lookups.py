"""The lookups in ECR, against recorded answers of AWS."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from botocore.stub import Stubber

from local.plugins.wire import Props, from_struct
from tests.local.plugins.engine_calls import Calls, RefusedError

Stub = Callable[[str], Stubber]


def test_an_image_is_found_by_its_tag(engine: Calls, stub: Stub) -> None:
    ecr = stub("ecr")
    pushed = datetime(2026, 11, 22, tzinfo=UTC)
    image: Props = {
        "imageDigest": "sha256:1",
        "imagePushedAt": pushed,
        "imageTags": ["1.0.0"],
        "imageSizeInBytes": 9,
        "registryId": "000000000000",
        "repositoryName": "backend",
    }
    ecr.add_response(
        "describe_images", {"imageDetails": [image]}, {"repositoryName": "backend", "imageIds": [{"imageTag": "1.0.0"}]}
    )
    ecr.add_response("describe_repositories", {"repositories": [{"repositoryUri": "host/backend"}]})

    answer = engine.invoke("aws:ecr/getImage:getImage", {"repositoryName": "backend", "imageTag": "1.0.0"})

    assert from_struct(getattr(answer, "return")) == {
        "id": "sha256:1",
        "imageDigest": "sha256:1",
        "imagePushedAt": 1795305600,
        "imageSizeInBytes": 9,
        "imageTag": "1.0.0",
        "imageTags": ["1.0.0"],
        "imageUri": "host/backend@sha256:1",
        "region": "us-east-1",
        "registryId": "000000000000",
        "repositoryName": "backend",
    }


def test_an_image_that_is_absent_is_an_error(engine: Calls, stub: Stub) -> None:
    stub("ecr").add_client_error("describe_images", "ImageNotFoundException")

    with pytest.raises(RefusedError, match=r"reading ECR Images: couldn't find resource \(backend: 9\): empty result"):
        engine.invoke("aws:ecr/getImage:getImage", {"repositoryName": "backend", "imageTag": "9"})


def test_the_password_of_the_registry_is_a_secret(engine: Calls, stub: Stub) -> None:
    token: Props = {
        "authorizationToken": "QVdTOnBhc3M=",
        "expiresAt": datetime(2026, 11, 22, tzinfo=UTC),
        "proxyEndpoint": "https://host",
    }
    stub("ecr").add_response("get_authorization_token", {"authorizationData": [token]}, {"registryIds": ["1"]})

    answer = engine.invoke("aws:ecr/getAuthorizationToken:getAuthorizationToken", {"registryId": "1"})
    returned = getattr(answer, "return")

    assert from_struct(returned)["userName"] == "AWS"
    assert from_struct(returned)["password"] == "pass"
    assert returned.fields["password"].WhichOneof("kind") == "struct_value"

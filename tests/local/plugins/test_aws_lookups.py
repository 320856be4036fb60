"""The lookups in ECR, against recorded answers of AWS."""

from collections.abc import Callable

import pytest
from botocore.stub import Stubber

from local.plugins.amazon.account import Account
from local.plugins.wire import Props, from_struct
from tests.local.plugins.engine_calls import Calls, RefusedError

Stub = Callable[[str], Stubber]


def test_an_image_is_found_by_its_tag(engine: Calls, stub: Stub) -> None:
    wanted: Props = {"registryId": "1", "repositoryName": "backend", "imageIds": [{"imageTag": "1.0.0"}]}
    stub("ecr").add_response("describe_images", {"imageDetails": [{"imageDigest": "sha256:1"}]}, wanted)
    arguments = {"registryId": "1", "repositoryName": "backend", "imageTag": "1.0.0", "region": "us-east-1"}

    answer = engine.invoke("aws:ecr/getImage:getImage", arguments)

    assert from_struct(getattr(answer, "return")) == {**arguments, "id": "sha256:1", "imageDigest": "sha256:1"}


def test_an_image_that_is_absent_is_an_error(engine: Calls, stub: Stub) -> None:
    stub("ecr").add_client_error("describe_images", "ImageNotFoundException")
    stub("ecr").add_response("describe_images", {"imageDetails": []})
    arguments = {"registryId": "1", "repositoryName": "backend", "imageTag": "9", "region": "us-east-1"}

    for reason in ("ImageNotFoundException", r"couldn't find resource \(backend:9\): empty result"):
        with pytest.raises(RefusedError, match=reason):
            engine.invoke("aws:ecr/getImage:getImage", arguments)


def test_the_password_of_the_registry_is_a_secret(engine: Calls, stub: Stub) -> None:
    token: Props = {"authorizationToken": "QVdTOnBhc3M="}
    stub("ecr").add_response("get_authorization_token", {"authorizationData": [token]}, {"registryIds": ["1"]})

    arguments = {"registryId": "1", "region": "us-east-1"}
    answer = engine.invoke("aws:ecr/getAuthorizationToken:getAuthorizationToken", arguments)
    returned = getattr(answer, "return")

    assert from_struct(returned) == {**arguments, "id": "1", "userName": "AWS", "password": "pass"}
    assert returned.fields["password"].WhichOneof("kind") == "struct_value"


def test_another_region_is_asked_there(engine: Calls, account: Account) -> None:
    arguments = {"registryId": "1", "repositoryName": "backend", "imageTag": "1.0.0", "region": "eu-west-1"}
    elsewhere = account.client("ecr", "eu-west-1")

    with Stubber(elsewhere) as ecr:
        ecr.add_response("describe_images", {"imageDetails": [{"imageDigest": "sha256:2"}]})
        answer = engine.invoke("aws:ecr/getImage:getImage", arguments)

    assert from_struct(getattr(answer, "return"))["imageDigest"] == "sha256:2"
    assert elsewhere.meta.region_name == "eu-west-1"

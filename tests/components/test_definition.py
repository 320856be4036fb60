"""The task definition as ECS is asked for it, and the ARNs and addresses in it that follow from names."""

import json

import pytest

from components import container, definition
from tests.components.parts import backend
from tests.samples import in_region


def test_the_request_is_exactly_this() -> None:
    service = backend(("[/tmp]", "[/tmp, /var/cache]"))
    assert definition.request(service, "image") == {
        "family": "pairva-test-backend",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "cpu": "512",
        "memory": "1024",
        "executionRoleArn": "arn:aws:iam::039612856036:role/pairva-test-backend-execution",
        "taskRoleArn": "arn:aws:iam::039612856036:role/pairva-test-backend-task",
        "containerDefinitions": json.loads(container.definitions(service, "image")),
        "volumes": [{"name": "tmp"}, {"name": "var-cache"}],
    }


@pytest.mark.parametrize(
    ("region", "partition", "domain"),
    [
        ("eu-west-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
    ],
)
def test_roles_and_repository_are_those_of_the_regions_partition(region: str, partition: str, domain: str) -> None:
    service = backend(*in_region(region))
    assert service.execution_role_arn == f"arn:{partition}:iam::039612856036:role/pairva-test-backend-execution"
    assert service.task_role_arn == f"arn:{partition}:iam::039612856036:role/pairva-test-backend-task"
    assert service.repository_address == f"039612856036.dkr.ecr.{region}.{domain}/pairva-backend"

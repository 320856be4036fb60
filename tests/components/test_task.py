"""The task: its log group, its definition, and what each waits for."""

import pytest

from components import container
from tests.cloud import DIGEST
from tests.components.parts import backend, recorded_task
from tests.samples import KEY, OWNED_BUILD, Edit, keys

DEFINITION, LOGS = "aws:ecs/taskDefinition:TaskDefinition", "aws:cloudwatch/logGroup:LogGroup"
REGISTRY = "039612856036.dkr.ecr.us-east-1.amazonaws.com"
UNPROTECTED = ("logRetentionDays: 30", "logRetentionDays: 30\n    protect: false")


def test_the_definition_is_exactly_this() -> None:
    definition = recorded_task(("[/tmp]", "[/tmp, /var/cache]")).one(DEFINITION, "backend-definition")
    service = backend(("[/tmp]", "[/tmp, /var/cache]"))
    assert definition.inputs == {
        "family": "pairva-test-backend",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "cpu": "512",
        "memory": "1024",
        "executionRoleArn": "arn:aws:iam::039612856036:role/pairva-test-backend-execution",
        "taskRoleArn": "arn:aws:iam::039612856036:role/pairva-test-backend-task",
        "containerDefinitions": container.definitions(service, f"{REGISTRY}/pairva-backend@{DIGEST}"),
        "volumes": [{"name": "tmp"}, {"name": "var-cache"}],
        "skipDestroy": True,
    }
    assert not definition.protect


def test_arm_is_asked_for_where_the_stack_says_so() -> None:
    definition = recorded_task(("X86_64", "ARM64")).one(DEFINITION, "backend-definition")
    assert definition.inputs["runtimePlatform"]["cpuArchitecture"] == "ARM64"


@pytest.mark.parametrize(("edits", "kept"), [((), True), ((UNPROTECTED,), False)], ids=["by default", "unprotected"])
def test_the_log_group_keeps_its_lines_for_a_while_and_outlives_its_stack(edits: tuple[Edit, ...], kept: bool) -> None:
    group = recorded_task(*edits).one(LOGS, "backend-logs")
    assert (group.inputs["name"], group.inputs["retentionInDays"]) == ("/pairva/test/backend", 30)
    assert (group.protect, group.retain_on_delete) == (kept, kept)


def test_the_log_group_is_encrypted_with_the_key_that_is_named_for_logs() -> None:
    assert "kmsKeyId" not in recorded_task(keys(f"{{secrets: [{KEY}]}}")).one(LOGS, "backend-logs").inputs
    assert recorded_task(keys(f"{{logs: {KEY}}}")).one(LOGS, "backend-logs").inputs == {
        "name": "/pairva/test/backend",
        "retentionInDays": 30,
        "kmsKeyId": KEY,
    }


def test_the_definition_waits_for_its_log_group_and_its_roles() -> None:
    assert set(recorded_task().one(DEFINITION, "backend-definition").depends_on) == {
        f"{LOGS}/backend-logs",
        "aws:iam/role:Role/backend-execution",
        "aws:iam/role:Role/backend-task",
    }


def test_the_definition_of_a_built_image_waits_for_its_push() -> None:
    waits = recorded_task(OWNED_BUILD).one(DEFINITION, "backend-definition").depends_on
    assert "docker:index/image:Image/backend-image" in waits


def test_other_components_are_given_the_revision_and_the_log_group() -> None:
    assert recorded_task().component_outputs["pairva:index:FargateTask/backend"] == {
        "definition_arn": "arn:aws:ecs:us-east-1:039612856036:task-definition/pairva-test-backend:7",
        "log_group": "/pairva/test/backend",
    }

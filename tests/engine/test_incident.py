"""The incident of April 2025, row by row of its report: `make incident` prints where each is caught now."""

import json
import subprocess
import time
from typing import Any

import pytest

from local.machine import CHECKOUT
from tests.engine.conftest import Incident
from tests.engine.explanation import watch
from tests.engine.incident import Caught
from tests.engine.project import CRASHED, UP, Project
from tests.engine.proxy import Proxy, Refusal

pytestmark = pytest.mark.incident

SERVICES = ("backend", "frontend")


def test_what_every_task_stands_on_is_there_before_it(running: Project, incident: Incident) -> None:
    iam, logs = running.aws("iam"), running.aws("logs")
    secrets = running.aws("secretsmanager")
    shapes = list[list[str]]()
    for service in SERVICES:
        definition = _definition(running, service)
        (container,) = definition["containerDefinitions"]
        role = f"{running.prefix}-{service}-execution"
        assert definition["executionRoleArn"] == f"arn:aws:iam::000000000000:role/{role}"
        assert container["logConfiguration"]["logDriver"] == "awslogs"

        trust: dict[str, Any] = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        assert trust["Statement"][0]["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
        allowed = _allowed(iam, role)
        assert {"ecr:BatchGetImage", "logs:CreateLogStream", "logs:PutLogEvents"} <= allowed
        for secret in container.get("secrets", []):
            assert secrets.describe_secret(SecretId=secret["valueFrom"])["Name"] == "pairva/local/session-key"
            assert "secretsmanager:GetSecretValue" in allowed

        group = container["logConfiguration"]["options"]["awslogs-group"]
        assert [each["logGroupName"] for each in logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]] == [
            group
        ]
        shapes.append(sorted(container))
    assert shapes[0] == shapes[1]
    assert _definition(running, "backend")["containerDefinitions"][0]["secrets"]
    for row in (2, 3, 4, 6, 11):
        incident(Caught(row=row, where="construction", seconds=None, failed_tasks=0))


def test_a_placeholder_ends_the_run_before_anything_is_asked(running: Project, incident: Incident) -> None:
    before, good = running.service("backend")["deployments"], running.stack_file.read_text()

    def forgotten(config: dict[str, Any]) -> None:
        backend = config["pairva:deployment"]["backend"]
        backend["version"] = "${VERSION}"
        backend["environment"] = {"API": "https://${API_HOST}/"}
        backend["secrets"] = {"KEY": "arn:aws:secretsmanager:${AWS_REGION}:${AWS_ACCOUNT_ID}:secret:pairva/key"}

    running.change(forgotten)
    begun = time.monotonic()
    refused = running.up()
    seconds = time.monotonic() - begun
    running.stack_file.write_text(good)
    assert refused.code != 0
    keys = {"version": "${VERSION}", "environment.API": "${API_HOST}", "secrets.KEY": "${AWS_REGION}"}
    for key, found in keys.items():
        assert f"pairva:deployment.backend.{key}: is a placeholder that nobody replaced\n" in refused.said
        assert f"found: {found}\n" in refused.said
    assert running.service("backend")["deployments"] == before
    incident(Caught(row=1, where="stack file", seconds=seconds, failed_tasks=0))


def test_the_old_templates_are_told_all_their_defects_at_once(incident: Incident) -> None:
    begun = time.monotonic()
    files = [f"tests/operations/old/{service}.json" for service in SERVICES]
    adopted = subprocess.run(
        [CHECKOUT / "pairva", "adopt", *files], check=False, capture_output=True, text=True, cwd=CHECKOUT
    )
    seconds = time.monotonic() - begun
    assert adopted.returncode == 1
    for defect in (
        "backend.json:7: executionRoleArn: holds a placeholder that nothing replaced",
        "Fargate requires task definition to have execution role ARN to support log driver awslogs",
    ):
        assert defect in adopted.stdout
    for row in (1, 2, 11):
        incident(Caught(row=row, where="review", seconds=seconds, failed_tasks=0))


def test_a_registration_that_is_refused_changes_no_service(running: Project, proxy: Proxy, incident: Incident) -> None:
    before = {service: running.service(service)["deployments"] for service in SERVICES}
    good = running.stack_file.read_text()
    running.raise_versions()
    refusal = "Fargate requires task definition to have execution role ARN to support log driver awslogs."
    proxy.fail(Refusal(400, "ClientException", refusal), "RegisterTaskDefinition")
    begun = time.monotonic()
    refused = running.up()
    seconds = time.monotonic() - begun
    assert refused.code != 0
    assert refusal in refused.said
    assert {service: running.service(service)["deployments"] for service in SERVICES} == before
    running.stack_file.write_text(good)
    incident(Caught(row=5, where="registration", seconds=seconds, failed_tasks=0))


def test_a_backend_that_crashes_is_explained_and_no_frontend_is_deployed_meanwhile(
    running: Project, incident: Incident
) -> None:
    frontend, good = running.service("frontend"), running.version
    running.crash_at_once(1)
    bad = running.raise_versions()
    with running.start(*UP) as up:
        timeline = watch(running, "backend", up)
        failed = up.ended()
    error = failed.error_of("backend-proven")
    assert failed.code != 0
    assert f"{bad} does not run: The container backend ended " in error
    assert "with exit code 1: the application gave up over an error. " in error
    assert f". {good} serves 1/1; nothing is down\n" in error
    assert f"| {CRASHED}\n" in error
    seconds = timeline.seconds("failed task", "explained")
    assert seconds < 10
    assert 1 <= timeline.failed_tasks <= 5
    incident(Caught(row=7, where="rollout", seconds=seconds, failed_tasks=timeline.failed_tasks))

    now = running.service("frontend")
    assert (now["taskDefinition"], len(now["deployments"])) == (frontend["taskDefinition"], 1)
    incident(Caught(row=8, where="rollout", seconds=seconds, failed_tasks=0))

    running.mend()


def test_a_slow_start_has_its_time(running: Project, incident: Incident) -> None:
    running.switch(SLOW_START_SECONDS="8")
    version = running.raise_versions()
    assert running.up().code == 0
    assert running.served()["backend"] == version
    health = _definition(running, "backend")["containerDefinitions"][0]["healthCheck"]
    assert (health["startPeriod"], health["retries"], health["timeout"], health["interval"]) == (180, 7, 15, 30)
    assert running.service("backend")["healthCheckGracePeriodSeconds"] == 180
    incident(Caught(row=9, where="construction", seconds=None, failed_tasks=0))


def _definition(project: Project, service: str) -> dict[str, Any]:
    revision = project.service(service)["taskDefinition"]
    return project.aws("ecs").describe_task_definition(taskDefinition=revision)["taskDefinition"]


def _allowed(iam: Any, role: str) -> set[str]:
    """Every action that the role's own policies allow."""
    actions = set[str]()
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        policy: Any = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        document: Any = json.loads(policy) if isinstance(policy, str) else policy
        for statement in document["Statement"]:
            named = statement["Action"]
            actions |= {named} if isinstance(named, str) else set(named)
    return actions

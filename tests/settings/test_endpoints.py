"""What of AWS the tasks of a stack need a way to."""

import pytest

from tests.samples import KEY, Edit, keys, stack

SECRET = "JWT_SECRET: arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/jwt-AbCdEf"
PARAMETER = "arn:aws:ssm:us-east-1:039612856036:parameter/pairva/jwt"
NO_SECRETS = (f"      secrets:\n        {SECRET}\n", "")
IN_THE_OTHER_SERVICE = (
    "health: {path: /, command: [CMD, python3, /app/health.py]}",
    f"health: {{path: /, command: [CMD, python3, /app/health.py]}}\n      secrets: {{KEY: {PARAMETER}}}",
)
REGISTRY = ("alarmEmails: []", "alarmEmails: []\n    registry: {region: us-west-2}")

HERE, IMAGES = "us-east-1", ["ecr.api", "ecr.dkr", "s3"]


def of_exec(entered: str) -> Edit:
    return ("port: 3000", f"port: 3000\n      readOnlyRoot: false\n      exec: {entered}")


@pytest.mark.parametrize(
    ("edits", "more"),
    [
        ([], ["secretsmanager"]),
        ([NO_SECRETS], []),
        ([(SECRET, f"JWT_SECRET: {PARAMETER}")], ["ssm"]),
        ([IN_THE_OTHER_SERVICE], ["secretsmanager", "ssm"]),
        ([NO_SECRETS, of_exec("true")], ["ssmmessages"]),
        ([NO_SECRETS, of_exec("true"), keys(f"{{logs: {KEY}}}")], ["ssmmessages", "kms"]),
        ([NO_SECRETS, of_exec("false"), keys(f"{{logs: {KEY}}}")], []),
        ([keys(f"{{secrets: [{KEY}]}}"), of_exec("true")], ["secretsmanager", "ssmmessages"]),
    ],
    ids=["secrets", "none", "a parameter", "both", "ECS Exec", "encrypted", "ECS Exec off", "other keys"],
)
def test_tasks_need_images_logs_and_what_their_services_name(edits: list[Edit], more: list[str]) -> None:
    assert stack(*edits).needed_endpoints == dict.fromkeys([*IMAGES, "logs", *more], HERE)


def test_images_are_where_the_registry_is() -> None:
    needed = stack(REGISTRY).needed_endpoints
    assert needed == dict.fromkeys(IMAGES, "us-west-2") | dict.fromkeys(["logs", "secretsmanager"], HERE)

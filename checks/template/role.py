"""The two roles of a task: as whom ECS starts it, and as whom the application runs."""

import re
from collections.abc import Iterator

from checks.template.table import Table
from finding import Finding
from settings.placeholder import unreplaced

# AWS's own words; the incident had the first two.
_FOR_LOGS = "Fargate requires task definition to have execution role ARN to support log driver awslogs"
_FOR_SECRETS = "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'"
_FOR_IMAGES = "Fargate requires task definition to have execution role ARN to support ECR images."

_MADE_HERE = "nothing to name: this program makes an execution role for each service, with just the rights it needs"
_INSTEAD = {
    "executionRoleArn": "nothing to name: this program makes the role and passes on its ARN",
    "taskRoleArn": "write the role's ARN as taskRole in the stack file, or nothing: this program then makes a role",
}
_ROLE_ARN = r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+"


def findings(task: Table) -> Iterator[Finding]:
    execution, own = task.text("executionRoleArn"), task.text("taskRoleArn")
    if not task.states("executionRoleArn"):
        yield from _without_execution_role(task)
    for key, remedy in _INSTEAD.items():
        yield from _incomplete(task, key, remedy)
    if execution and execution == own:
        yield task.fault(
            "taskRoleArn",
            "is the execution role, too: the application may read every secret and image that ECS may",
            "write the ARN of another as taskRole in the stack file, or nothing: this program then makes one",
        )


def _without_execution_role(task: Table) -> Iterator[Finding]:
    for container in task.tables("containerDefinitions"):
        if ".dkr.ecr." in container.text("image"):
            yield container.fault("image", f"AWS refuses the file: {_FOR_IMAGES}", _MADE_HERE, found="")
        logs = container.table("logConfiguration")
        if logs.text("logDriver") == "awslogs":
            yield container.fault("logConfiguration", f"AWS refuses the file: {_FOR_LOGS}", _MADE_HERE)
        if container.states("secrets") or logs.states("secretOptions"):
            where, key = (container, "secrets") if container.states("secrets") else (logs, "secretOptions")
            yield where.fault(key, f"AWS refuses the file: {_FOR_SECRETS}", _MADE_HERE)


def _incomplete(task: Table, key: str, remedy: str) -> Iterator[Finding]:
    role = task.text(key)
    if not role or unreplaced(role) or re.fullmatch(_ROLE_ARN, role, re.ASCII):
        return
    if re.fullmatch(r"[\w+=,.@-]+", role, re.ASCII):
        what = "is a role's name: ECS takes it for one of whichever account the file is registered in"
    else:
        what = "is not the whole ARN of a role (arn:aws:iam::<12 digits>:role/<name>): AWS refuses the file"
    yield task.fault(key, what, remedy)

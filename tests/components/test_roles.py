"""The two roles of a service: exactly what they trust and what they may do."""

import json
from typing import Any

import pytest

from components.roles import TaskRolesArgs, execution_policies, task_policies, trust_policy
from settings.stack import ServiceSettings
from tests.components.parts import backend, recorded_service, recorded_task
from tests.recording import Recording
from tests.samples import KEY, Edit, in_region, keys, stack

REPOSITORY = "arn:aws:ecr:us-east-1:039612856036:repository/pairva-backend"
SECRET = "arn:aws:secretsmanager:us-east-1:039612856036:secret"
PARAMETER = "arn:aws:ssm:us-east-1:039612856036:parameter/pairva"
SECRETS = f"JWT_SECRET: {SECRET}:pairva/jwt-AbCdEf"

START = [
    {"Effect": "Allow", "Action": ["ecr:GetAuthorizationToken"], "Resource": "*"},
    {
        "Effect": "Allow",
        "Action": ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        "Resource": REPOSITORY,
    },
    {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": "arn:aws:logs:us-east-1:039612856036:log-group:/pairva/test/backend:*",
    },
]


def reads(*arns: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue"], "Resource": list(arns)}


def asks(*arns: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": ["ssm:GetParameters"], "Resource": list(arns)}


def policies_of(service: ServiceSettings) -> dict[str, Any]:
    return execution_policies(TaskRolesArgs(service=service, repository_arn=REPOSITORY))


def granted(arns: list[str], of_keys: str = "") -> list[dict[str, Any]]:
    """The statements about secrets, of a backend with these."""
    written = "".join(f"\n        NAME_{position}: '{arn}'" for position, arn in enumerate(arns)) or " {}"
    named = [keys(f"{{secrets: {of_keys}}}")] if of_keys else []
    policies = policies_of(backend((f"\n        {SECRETS}", written), *named))
    assert policies.pop("start-tasks") == {"Version": "2012-10-17", "Statement": START}
    return [statement for policy in policies.values() for statement in policy["Statement"]]


@pytest.mark.parametrize(
    ("arns", "statements"),
    [
        ([], []),
        ([f"{SECRET}:pairva/jwt"], [reads(f"{SECRET}:pairva/jwt-??????")]),
        ([f"{SECRET}:pairva/mongodb-uri"], [reads(f"{SECRET}:pairva/mongodb-uri-??????")]),
        ([f"{SECRET}:pairva/jwt-AbCdE"], [reads(f"{SECRET}:pairva/jwt-AbCdE-??????")]),
        ([f"{SECRET}:pairva/jwt:key::"], [reads(f"{SECRET}:pairva/jwt-??????")]),
        (
            [f"{SECRET}:b:one::", f"{SECRET}:a", f"{SECRET}:b:two::"],
            [reads(f"{SECRET}:a-??????", f"{SECRET}:b-??????")],
        ),
        ([f"{PARAMETER}/b", f"{PARAMETER}/a"], [asks(f"{PARAMETER}/a", f"{PARAMETER}/b")]),
        ([f"{PARAMETER}/a", f"{SECRET}:a"], [reads(f"{SECRET}:a-??????"), asks(f"{PARAMETER}/a")]),
    ],
    ids=["none", "name", "hyphen", "five characters", "key", "one secret twice", "parameters", "both"],
)
def test_the_execution_role_may_read_exactly_the_named_secrets(
    arns: list[str], statements: list[dict[str, Any]]
) -> None:
    assert granted(arns) == statements


@pytest.mark.parametrize("rest", ["", ":key::", ":key:AWSCURRENT:", ":key:AWSCURRENT:0b1c", ":::"])
@pytest.mark.parametrize("name", ["pairva/jwt-AbCdEf", "pairva/jwt-Secret", "pairva/master-Passwd", "a-123456"])
def test_what_may_be_a_whole_arn_or_a_name_is_granted_as_both(name: str, rest: str) -> None:
    """Secrets Manager adds its own suffix: the secret `pairva/jwt-Secret` is `…:pairva/jwt-Secret-AbCdEf`."""
    assert granted([f"{SECRET}:{name}{rest}"]) == [reads(f"{SECRET}:{name}", f"{SECRET}:{name}-??????")]


VIA_SECRETS, VIA_PARAMETERS = "secretsmanager.us-east-1.amazonaws.com", "ssm.us-east-1.amazonaws.com"
OTHER_KEY = KEY.replace("1234abcd", "0234abcd")


@pytest.mark.parametrize(
    ("arns", "via"),
    [
        ([f"{SECRET}:a"], [VIA_SECRETS]),
        ([f"{PARAMETER}/a"], [VIA_PARAMETERS]),
        ([f"{PARAMETER}/a", f"{SECRET}:a"], [VIA_SECRETS, VIA_PARAMETERS]),
    ],
    ids=["secret", "parameter", "both"],
)
def test_the_named_keys_decrypt_secrets_and_only_through_the_stores_that_are_asked(
    arns: list[str], via: list[str]
) -> None:
    assert granted(arns, f"[{KEY}, {OTHER_KEY}]") == [
        *granted(arns),
        {
            "Effect": "Allow",
            "Action": ["kms:Decrypt"],
            "Resource": [OTHER_KEY, KEY],
            "Condition": {"StringEquals": {"kms:ViaService": via}},
        },
    ]


def test_a_service_without_secrets_may_not_decrypt() -> None:
    frontend = stack(keys(f"{{secrets: [{KEY}]}}")).services["frontend"]
    assert list(execution_policies(TaskRolesArgs(service=frontend, repository_arn=REPOSITORY))) == ["start-tasks"]


def test_another_key_is_granted_by_another_policy() -> None:
    (_, without), (_, one), (_, other) = (
        list(policies_of(backend(*edits)))
        for edits in ((), (keys(f"{{secrets: [{KEY}]}}"),), (keys(f"{{secrets: [{OTHER_KEY}]}}"),))
    )
    assert len({without, one, other}) == 3


def test_other_secrets_are_granted_by_another_policy_so_that_the_old_one_can_stay_until_they_are_proven() -> None:
    names = [list(policies_of(backend((SECRETS, f"JWT_SECRET: {SECRET}:{name}")))) for name in ("a", "b", "a")]
    assert names[0] == names[2] != names[1]
    assert names[0] == ["start-tasks", "read-secrets-caf22224"]


def test_ecs_may_take_a_role_for_this_account_and_region_only() -> None:
    assert trust_policy(stack().account) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": "039612856036"},
                    "ArnLike": {"aws:SourceArn": "arn:aws:ecs:us-east-1:039612856036:*"},
                },
            }
        ],
    }


def test_another_partition_is_in_every_arn() -> None:
    service = backend(*in_region("cn-north-1", "aws-cn"))
    logs = policies_of(service)["start-tasks"]["Statement"][2]["Resource"]
    assert logs == "arn:aws-cn:logs:cn-north-1:039612856036:log-group:/pairva/test/backend:*"
    (trust,) = trust_policy(service.account)["Statement"]
    assert trust["Condition"]["ArnLike"] == {"aws:SourceArn": "arn:aws-cn:ecs:cn-north-1:039612856036:*"}


def test_the_two_roles_are_these_and_only_execution_has_a_policy() -> None:
    recording = recorded_task()
    trust = json.dumps(trust_policy(stack().account))
    roles = {each.name: each.inputs for each in recording.all("aws:iam/role:Role")}
    policies = recording.all("aws:iam/rolePolicy:RolePolicy")
    assert roles == {
        "backend-execution": {
            "name": "pairva-test-backend-execution",
            "description": "ECS starts pairva-test-backend with it",
            "assumeRolePolicy": trust,
        },
        "backend-task": {
            "name": "pairva-test-backend-task",
            "description": "pairva-test-backend runs as it",
            "assumeRolePolicy": trust,
        },
    }
    documents = policies_of(backend())
    assert {each.name: each.inputs for each in policies} == {
        f"backend-execution-{name}": {
            "name": name,
            "role": "pairva-test-backend-execution",
            "policy": json.dumps(document),
        }
        for name, document in documents.items()
    }


EXEC = ("writable: [/tmp]", "readOnlyRoot: false\n      exec: true")


def test_with_ecs_exec_the_task_role_may_open_a_session_and_log_it_and_nothing_else() -> None:
    channels = ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"]
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": [f"ssmmessages:{channel}" for channel in channels], "Resource": "*"},
            {"Effect": "Allow", "Action": ["logs:DescribeLogGroups"], "Resource": "*"},
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                "Resource": "arn:aws:logs:us-east-1:039612856036:log-group:/pairva/test/exec:*",
            },
        ],
    }
    recording = recorded_service(EXEC)
    policy = recording.one("aws:iam/rolePolicy:RolePolicy", "backend-task-execute-command")
    assert {**policy.inputs, "policy": json.loads(policy.inputs["policy"])} == {
        "name": "execute-command",
        "role": "pairva-test-backend-task",
        "policy": document,
    }
    assert policy.key in recording.one("aws:ecs/service:Service", "backend-service").depends_on


def test_with_a_key_for_logs_a_session_of_ecs_exec_may_decrypt_with_it() -> None:
    without, with_key, with_others = (
        task_policies(backend(EXEC, *edits))["execute-command"]["Statement"]
        for edits in ((), (keys(f"{{logs: {KEY}}}"),), (keys(f"{{secrets: [{KEY}]}}"),))
    )
    assert with_key == [*without, {"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": KEY}]
    assert with_others == without


def test_without_ecs_exec_the_task_role_may_nothing() -> None:
    assert task_policies(backend()) == {}
    assert task_policies(backend(keys(f"{{logs: {KEY}}}"))) == {}


def named(**roles: str) -> Edit:
    """The backend with roles that exist."""
    return ("port: 3000", "\n      ".join(["port: 3000", *(f"{key}: {arn}" for key, arn in roles.items())]))


EXECUTION, TASK = "arn:aws:iam::039612856036:role/team/start", "arn:aws:iam::039612856036:role/run"
COMPONENT, DEFINITION = "pairva:index:TaskRoles/backend", "aws:ecs/taskDefinition:TaskDefinition"
ARNS = "arn:aws:iam::039612856036:role/pairva-test-backend"


def iam(recording: Recording) -> list[str]:
    return sorted(each.name for each in recording.resources if each.type.startswith("aws:iam/"))


@pytest.mark.parametrize(
    ("roles", "execution_role_arn", "task_role_arn", "made"),
    [
        ({"executionRole": EXECUTION}, EXECUTION, f"{ARNS}-task", ["backend-task"]),
        (
            {"taskRole": TASK},
            f"{ARNS}-execution",
            TASK,
            ["backend-execution", "backend-execution-read-secrets-5fefbd87", "backend-execution-start-tasks"],
        ),
        ({"executionRole": EXECUTION, "taskRole": TASK}, EXECUTION, TASK, []),
    ],
    ids=["execution", "task", "both"],
)
def test_a_role_that_exists_is_used_as_it_is_and_granted_nothing(
    roles: dict[str, str], execution_role_arn: str, task_role_arn: str, made: list[str]
) -> None:
    recording = recorded_task(named(**roles))
    inputs = recording.one(DEFINITION, "backend-definition").inputs
    assert (inputs["executionRoleArn"], inputs["taskRoleArn"]) == (execution_role_arn, task_role_arn)
    assert recording.component_outputs[COMPONENT] == {
        "execution_role_arn": execution_role_arn,
        "task_role_arn": task_role_arn,
    }
    assert iam(recording) == made


def test_the_service_waits_for_no_permission_that_others_grant() -> None:
    def awaited(*edits: Edit) -> list[str]:
        waits = recorded_service(*edits).one("aws:ecs/service:Service", "backend-service").depends_on
        return [key.rpartition("/")[2] for key in waits if key.startswith("aws:iam/")]

    assert awaited(named(executionRole=EXECUTION, taskRole=TASK)) == []
    assert awaited(named(taskRole=TASK)) == [
        "backend-execution-read-secrets-5fefbd87",
        "backend-execution-start-tasks",
    ]


def test_images_of_another_account_are_pulled_from_exactly_there() -> None:
    elsewhere = (
        "logRetentionDays: 30",
        "logRetentionDays: 30\n    registry: {account: '111111111111', region: eu-west-1}",
    )
    (policy,) = (
        each
        for each in recorded_task(elsewhere).all("aws:iam/rolePolicy:RolePolicy")
        if each.inputs["name"] == "start-tasks"
    )
    token, pull, log = json.loads(policy.inputs["policy"])["Statement"]
    assert pull["Resource"] == "arn:aws:ecr:eu-west-1:111111111111:repository/pairva-backend"
    assert (token, log) == (START[0], START[2])


def test_each_service_has_its_own_repository_and_log_in_its_policy() -> None:
    frontend = stack().services["frontend"]
    arn = "arn:aws:ecr:us-east-1:039612856036:repository/pairva-frontend"
    policies = execution_policies(TaskRolesArgs(service=frontend, repository_arn=arn))
    _, pull, log = policies["start-tasks"]["Statement"]
    assert pull["Resource"] == arn
    assert log["Resource"] == "arn:aws:logs:us-east-1:039612856036:log-group:/pairva/test/frontend:*"

"""Who may do what: the roles of the tasks, their policies, and who may take them."""

from collections.abc import Callable, Iterator
from typing import Any

from audit.program import Program
from audit.rule import TASK_DEFINITION, Breach, Judgement, Rule, at, listed, statements

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"

# What ECS needs to start a task (ECS developer guide, "Task execution IAM role").
_TO_START = {
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "kms:Decrypt",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameters",
}


def _each_statement(bad: Callable[[dict[str, Any]], object]) -> Judgement:
    """`bad` gives what a statement that allows must not hold."""

    def judged(program: Program) -> Iterator[Breach]:
        for policy in program.all(ROLE_POLICY):
            for statement in statements(policy.inputs["policy"]):
                if statement["Effect"] == "Allow" and (found := bad(statement)):
                    yield Breach(policy, "policy", found)

    return judged


def _everywhere(*actions: str) -> Judgement:
    return _each_statement(
        lambda statement: "*" in statement["Resource"] and [each for each in statement["Action"] if each in actions]
    )


def _managed_by_aws(program: Program) -> Iterator[Breach]:
    granted = [
        *((role, role.inputs.get("managedPolicyArns")) for role in program.all(ROLE)),
        *(
            (each, each.inputs["policyArn"])
            for each in program.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        ),
    ]
    for resource, policies in granted:
        for policy in listed(policies):
            if ":iam::aws:policy/" in policy:
                yield Breach(resource, "policyArn", policy)


def _trusts_others(program: Program) -> Iterator[Breach]:
    for role in program.all(ROLE):
        for statement in statements(role.inputs["assumeRolePolicy"]):
            condition = statement.get("Condition")
            limited = at(condition, "StringEquals.aws:SourceAccount") and at(condition, "ArnLike.aws:SourceArn")
            if statement["Principal"] != {"Service": "ecs-tasks.amazonaws.com"} or not limited:
                yield Breach(role, "assumeRolePolicy", {"Principal": statement["Principal"], "Condition": condition})


def _more_than_starting(program: Program) -> Iterator[Breach]:
    starting = {definition.inputs["executionRoleArn"] for definition in program.all(TASK_DEFINITION)}
    roles = {role.inputs["name"] for role in program.all(ROLE) if role.identities["arn"] in starting}
    for policy in program.all(ROLE_POLICY):
        if policy.inputs["role"] not in roles:
            continue
        for statement in statements(policy.inputs["policy"]):
            wide = (
                {*statement["Action"]} - {"ecr:GetAuthorizationToken"} if "*" in statement["Resource"] else set[str]()
            )
            if more := sorted(({*statement["Action"]} - _TO_START) | wide):
                yield Breach(policy, "policy", more)


RULES = (
    Rule("I1", "nobody may do everything", _each_statement(lambda statement: "*" in statement["Action"])),
    Rule(
        "I2",
        "nobody may do all that a service knows",
        _each_statement(lambda statement: [each for each in statement["Action"] if each.endswith(":*")]),
    ),
    Rule("I3", "no policy of AWS's own is attached", _managed_by_aws),
    Rule(
        "I4",
        "no task changes who may do what, or passes a role on",
        _each_statement(lambda statement: [each for each in statement["Action"] if each.startswith("iam:")]),
    ),
    Rule(
        "I5",
        "secrets are read by their names",
        _everywhere("secretsmanager:GetSecretValue", "ssm:GetParameter", "ssm:GetParameters"),
    ),
    Rule("I6", "only ECS takes a role, on behalf of this account and region", _trusts_others),
    Rule("I7", "decrypting is about keys that are named", _everywhere("kms:Decrypt", "kms:GenerateDataKey")),
    Rule("I8", "the role that starts a task may do exactly that", _more_than_starting),
)

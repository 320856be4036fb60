"""Who may do what: the roles of the tasks, their policies, and who may take them."""

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from audit.program import Program, Resource
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


def _documents(program: Program) -> Iterator[tuple[Resource, str, str]]:
    """Every policy that a role may have: the resource that holds it, its property there, and its text."""
    for policy in program.all(ROLE_POLICY, "aws:iam/policy:Policy"):
        yield policy, "policy", policy.inputs["policy"]
    for role in program.all(ROLE):
        for inline in role.inputs.get("inlinePolicies", []):
            yield role, "inlinePolicies", inline["policy"]


def _each_statement(bad: Callable[[dict[str, Any]], object]) -> Judgement:
    """`bad` gives what a statement that allows must not hold."""

    def judged(program: Program) -> Iterator[Breach]:
        for resource, where, document in _documents(program):
            for statement in statements(document):
                if statement["Effect"] == "Allow" and (found := bad(statement)):
                    yield Breach(resource, where, found)

    return judged


def _is_anything(pattern: str) -> bool:
    return not pattern.strip("*?")


def _everything(statement: dict[str, Any]) -> list[str]:
    """`NotAction` allows all but what it names, and so does `NotResource`."""
    others = [key for key in ("NotAction", "NotResource") if key in statement]
    return others + [each for each in statement["Action"] if _is_anything(each)]


def _where_none_is_named(*actions: str) -> Judgement:
    """What allows one of these for resources that it does not name in full; Secrets Manager ends names by itself."""

    def bad(statement: dict[str, Any]) -> list[str]:
        unnamed = [each for each in statement["Resource"] if set("*?") & {*each.removesuffix("-??????")}]
        allowed = [
            each
            for each in statement["Action"]
            if not _is_anything(each) and any(fnmatchcase(action.lower(), each.lower()) for action in actions)
        ]
        return allowed if unnamed else []

    return _each_statement(bad)


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
            account = role.identities["arn"].split(":")[4]
            limited = at(condition, "StringEquals.aws:SourceAccount") == account and re.fullmatch(
                rf"arn:aws[a-z-]*:ecs:[a-z]+(-[a-z]+)+-\d:{account}:\*", str(at(condition, "ArnLike.aws:SourceArn"))
            )
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
    Rule("I1", "nobody may do everything, or all but something", _each_statement(_everything)),
    Rule(
        "I2",
        "nobody may do all that a service knows",
        _each_statement(
            lambda statement: [each for each in statement["Action"] if ":" in each and _is_anything(each.split(":")[1])]
        ),
    ),
    Rule("I3", "no policy of AWS's own is attached", _managed_by_aws),
    Rule(
        "I4",
        "no task changes who may do what, or passes a role on",
        _each_statement(lambda statement: [each for each in statement["Action"] if each.lower().startswith("iam:")]),
    ),
    Rule(
        "I5",
        "secrets are read by their names",
        _where_none_is_named("secretsmanager:GetSecretValue", "ssm:GetParameter", "ssm:GetParameters"),
    ),
    Rule("I6", "only ECS takes a role, on behalf of this account and region", _trusts_others),
    Rule("I7", "decrypting is about keys that are named", _where_none_is_named("kms:Decrypt", "kms:GenerateDataKey")),
    Rule("I8", "the role that starts a task may do exactly that", _more_than_starting),
)

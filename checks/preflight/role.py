"""The roles that AWS works with on the stack's behalf, and whether a role may be given to tasks."""

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from checks.preflight.policy import listed, services
from checks.preflight.result import Check, Result, failed, ok, to_come
from checks.session import Session
from finding import Finding
from settings.stack import ServiceSettings, Stack

_TASKS = "ecs-tasks.amazonaws.com"
_ASSUME = "sts:assumerole"
_EQUALS = re.compile(r"(ForA(ll|ny)Values?:)?String(Equals|EqualsIgnoreCase|Like)(IfExists)?", re.IGNORECASE)

# A service's own role, and what makes it if nobody did: each service does, for a caller who may
# iam:CreateServiceLinkedRole (ECS API reference, CreateCluster; ELB user guide, "Service-linked role").
_LINKED = {
    "AWSServiceRoleForECS": "the first cluster",
    "AWSServiceRoleForElasticLoadBalancing": "the first load balancer or target group",
}


# Only where a service has `scaling` (Application Auto Scaling user guide, "Service-linked roles").
_SCALING = {"AWSServiceRoleForApplicationAutoScaling_ECSService": "the first scalable target"}


def checks(stack: Stack) -> list[Check]:
    scaled = any(service.own.scaling for service in stack.services.values())
    makers = _LINKED | _SCALING if scaled else _LINKED
    linked = [Check(subject=f"role {name}", ask=partial(_linked, name, maker)) for name, maker in makers.items()]
    existing = [
        Check(subject=f"{key} of {name}", ask=partial(_existing, service, key, arn))
        for name, service in stack.services.items()
        for key, arn in service.existing_roles.items()
    ]
    return [*linked, *existing]


def _linked(name: str, maker: str, session: Session) -> Iterable[Result]:
    try:
        role = session.client("iam").get_role(RoleName=name)["Role"]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "NoSuchEntity":
            raise
        return [to_come(f"role {name}", f"AWS makes it with {maker}, if the caller may iam:CreateServiceLinkedRole")]
    return [ok(f"role {name}", role["Arn"])]


def _existing(service: ServiceSettings, key: str, arn: str, session: Session) -> Iterable[Result]:
    """A role that the stack file names: it is there, under this very ARN, and may be given to tasks."""
    subject, name, account = f"{key} of {service.names.service}", arn.rpartition("/")[2], service.account.id
    try:
        role = session.client("iam").get_role(RoleName=name)["Role"]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "NoSuchEntity":
            raise
        remedy = f"create it, or remove {key}: the stack then makes one"
        return [failed(subject, _fault(service, key, f"there is no role {name} in account {account}", arn, remedy))]
    if role["Arn"] != arn:
        what = f"the role {name} has another path: its ARN is {role['Arn']}"
        return [failed(subject, _fault(service, key, what, arn, "write that one"))]
    if not trusts_ecs(role["AssumeRolePolicyDocument"], account):
        what = f"ECS could not start tasks with {name}: its trust policy does not let {_TASKS} assume it"
        remedy = f"allow sts:AssumeRole for {_TASKS}, of account {account}, in its trust policy"
        return [failed(subject, _fault(service, key, what, arn, remedy))]
    return [ok(subject, arn)]


def _fault(service: ServiceSettings, key: str, what: str, found: str, remedy: str) -> Finding:
    return Finding(where=service.where(key), what=what, found=found, remedy=remedy)


def trusts_ecs(document: Mapping[str, Any], account: str) -> bool:
    """True if a role with this trust policy may be given to tasks of that account.

    Not looked at: conditions, but for an `aws:SourceAccount` that must equal something, and statements that deny.
    What is said by exception (`NotPrincipal`, `NotAction`) counts as allowed.
    """
    return any(_trusts(statement, account) for statement in listed(document.get("Statement", [])))


def _trusts(statement: Mapping[str, Any], account: str) -> bool:
    actions = ["*"] if "NotAction" in statement else listed(statement.get("Action", []))
    return (
        statement.get("Effect") == "Allow"
        and not {_TASKS, "*"}.isdisjoint(services(statement))
        and any(fnmatchcase(_ASSUME, action.lower()) for action in actions)
        and all(_holds(operator, keys, account) for operator, keys in statement.get("Condition", {}).items())
    )


def _holds(operator: str, keys: Mapping[str, Any], account: str) -> bool:
    """False if the account must be another one; neither operators nor keys of conditions are case-sensitive."""
    if not _EQUALS.fullmatch(operator):
        return True
    accounts = [listed(values) for key, values in keys.items() if key.lower() == "aws:sourceaccount"]
    return all(any(fnmatchcase(account, each) for each in values) for values in accounts)

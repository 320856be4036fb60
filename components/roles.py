"""The two IAM roles of a service."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from settings.stack import Account, ServiceSettings


@dataclass(frozen=True, kw_only=True)
class TaskRolesArgs:
    service: ServiceSettings
    repository_arn: str


class TaskRoles(pulumi.ComponentResource):
    """`execution` is what ECS uses to pull the image, read the secrets and write the log; `task` is what the
    application runs as, and may do nothing until it is granted; with ECS Exec, what its agent needs. A role that the
    stack file names is used as it is: whoever owns it grants it what it needs.

    What starts a task waits for `granted`: tasks that start before their permissions fail with "unable to pull
    secrets or registry auth" (hashicorp/terraform#2869).
    """

    execution_role_arn: pulumi.Output[str]
    task_role_arn: pulumi.Output[str]
    granted: list[pulumi.Resource]

    def __init__(self, name: str, args: TaskRolesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pairva:index:TaskRoles", name, None, opts)
        self._name, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        own, names = args.service.own, args.service.names
        self.granted = []
        self.execution_role_arn = pulumi.Output.from_input(
            own.execution_role_arn
            or self._role(
                "execution", names.execution_role, f"ECS starts {names.family} with it", execution_policies(args)
            )
        )
        self.task_role_arn = pulumi.Output.from_input(
            own.task_role_arn
            or self._role("task", names.task_role, f"{names.family} runs as it", task_policies(args.service))
        )
        self.register_outputs({"execution_role_arn": self.execution_role_arn, "task_role_arn": self.task_role_arn})

    def _role(
        self, purpose: str, name: str, description: str, policies: Mapping[str, dict[str, Any]]
    ) -> pulumi.Output[str]:
        """The ARN of a role that is made here, and may do what these documents say."""
        role = aws.iam.Role(
            f"{self._name}-{purpose}",
            name=name,
            description=description,
            assume_role_policy=json.dumps(trust_policy(self._args.service.account)),
            opts=self._child,
        )
        self.granted += [
            aws.iam.RolePolicy(
                f"{self._name}-{purpose}-{policy}",
                name=policy,
                role=role.name,
                policy=json.dumps(document),
                opts=self._child,
            )
            for policy, document in policies.items()
        ]
        return role.arn


def trust_policy(account: Account) -> dict[str, Any]:
    """ECS, on behalf of this account and region only (the confused deputy: ECS developer guide, task IAM role)."""
    return _policy(
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": account.id},
                "ArnLike": {"aws:SourceArn": f"arn:{account.partition}:ecs:{account.region}:{account.id}:*"},
            },
        }
    )


def execution_policies(args: TaskRolesArgs) -> dict[str, dict[str, Any]]:
    """Exactly what starting this task needs, by name. `ecr:GetAuthorizationToken` knows no resource: the only `*`.

    The secrets have a policy of their own, named by what it grants. Where they change, the new one comes before the
    tasks that need it, and Pulumi deletes the old one last, only after a good verdict: until then ECS may have to roll
    back to tasks that read the old ones.
    """
    account, names = args.service.account, args.service.names
    log_group = f"arn:{account.partition}:logs:{account.region}:{account.id}:log-group:{names.log_group}"
    policies = {
        "start-tasks": _policy(
            _allow("ecr:GetAuthorizationToken", resource="*"),
            _allow(
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
                resource=args.repository_arn,
            ),
            _allow("logs:CreateLogStream", "logs:PutLogEvents", resource=f"{log_group}:*"),
        )
    }
    if statements := _secret_statements(args.service):
        fingerprint = hashlib.sha256(json.dumps(statements).encode()).hexdigest()[:8]
        policies[f"read-secrets-{fingerprint}"] = _policy(*statements)
    return policies


def task_policies(service: ServiceSettings) -> dict[str, dict[str, Any]]:
    """What the application's role may do, by name: nothing, or what ECS Exec needs to open a session and to log it.

    As the ECS developer guide lists it ("Using ECS Exec", IAM permissions and logging); the `ssmmessages` actions and
    `logs:DescribeLogGroups` know no resource. With a key for logs, the session itself is encrypted with it.
    """
    if not service.own.exec:
        return {}
    account, key = service.account, service.keys.logs
    log_group = f"arn:{account.partition}:logs:{account.region}:{account.id}:log-group:{service.names.exec_log_group}"
    return {
        "execute-command": _policy(
            _allow(
                "ssmmessages:CreateControlChannel",
                "ssmmessages:CreateDataChannel",
                "ssmmessages:OpenControlChannel",
                "ssmmessages:OpenDataChannel",
                resource="*",
            ),
            _allow("logs:DescribeLogGroups", resource="*"),
            _allow("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents", resource=f"{log_group}:*"),
            *([_allow("kms:Decrypt", resource=key)] if key else []),
        )
    }


def _secret_statements(service: ServiceSettings) -> list[dict[str, Any]]:
    arns, keys = service.own.secrets.values(), sorted(service.keys.secrets)
    secrets = sorted({resource for arn in arns if ":secretsmanager:" in arn for resource in _secret_resources(arn)})
    parameters = sorted({arn for arn in arns if ":ssm:" in arn})
    statements = list[dict[str, Any]]()
    if secrets:
        statements.append(_allow("secretsmanager:GetSecretValue", resource=secrets))
    if parameters:
        statements.append(_allow("ssm:GetParameters", resource=parameters))
    if statements and keys:
        asked = [api for api, named in (("secretsmanager", secrets), ("ssm", parameters)) if named]
        statements.append({**_allow("kms:Decrypt", resource=keys), "Condition": _asked_through(service.account, asked)})
    return statements


def _asked_through(account: Account, apis: Iterable[str]) -> dict[str, Any]:
    """Only while such a service works for the role, never by itself (KMS developer guide, "kms:ViaService")."""
    return {"StringEquals": {"kms:ViaService": [f"{api}.{account.region}.{account.domain}" for api in apis]}}


def _secret_resources(arn: str) -> list[str]:
    """What a policy must name so that ECS can read the secret: without the `:key:stage:version` at the ARN's end.

    Secrets Manager ends each ARN with a hyphen and six characters of its own. An ARN written without them finds the
    secret, too, but a policy must match the whole one (Secrets Manager user guide, "Finding a secret from a partial
    ARN"). `…/jwt-secret` may be either, so both are named.
    """
    secret = ":".join(arn.split(":")[:7])
    completed = f"{secret}-??????"
    return [secret, completed] if re.search(r"-[A-Za-z0-9]{6}$", secret) else [completed]


def _allow(*actions: str, resource: str | list[str]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}

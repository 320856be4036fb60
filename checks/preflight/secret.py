"""Whether each secret that the stack file names is there for ECS to read. No value is asked for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from checks.preflight.result import Check, Result, failed, ok, unchecked, warning
from checks.session import Session, answer
from finding import Finding
from settings.stack import Stack

# What encrypts where nobody names a key.
_KEYS_OF_AWS = {"", "alias/aws/secretsmanager", "alias/aws/ssm"}

# https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
_USABLE = {"Enabled", "Updating"}

# The most that one answer holds, and one filter takes (SSM API reference, ParameterStringFilter).
_MOST_PARAMETERS = 50


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A secret or parameter by its ARN, without `:key:stage:version`. `users` are the services and variables that it
    is for, `stages` the versions that they ask for, by stage.
    """

    arn: str
    users: tuple[tuple[str, str], ...]
    stages: tuple[str, ...]
    stack: Stack

    @property
    def is_parameter(self) -> bool:
        return ":ssm:" in self.arn

    @property
    def name(self) -> str:
        """Without the ARN's head; a secret's may end with the six characters that Secrets Manager appends."""
        return self.arn.split(":", 5)[5].removeprefix("parameter").removeprefix("secret:")

    @property
    def names(self) -> list[str]:
        """A parameter's: without a second slash it may have its first one or not, and has one ARN for both."""
        return [self.name] if self.name.count("/") > 1 else [self.name, self.name[1:]]

    @property
    def subject(self) -> str:
        return f"{'parameter' if self.is_parameter else 'secret'} {self.name}"

    def fault(self, what: str, remedy: str) -> Finding:
        keys = ", ".join(f"pairva:deployment.{service}.secrets.{variable}" for service, variable in self.users)
        return Finding(where=f"Pulumi.{self.stack.name}.yaml: {keys}", what=what, found=self.arn, remedy=remedy)


class Parameters:
    """What Systems Manager shows of the parameters of these names: asked once, by the first who wants to know.

    A question for each, all at the same time and without a second try, might be throttled.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._asking = Lock()
        self._shown = Future[dict[str, Mapping[str, Any]]]()

    def of(self, secret: Secret, session: Session) -> Mapping[str, Any] | None:
        """None if there is none. Raises what botocore raises, to all who want to know."""
        with self._asking:
            if not self._shown.done():
                self._ask(session)
        shown = self._shown.result()
        return next((shown[name] for name in secret.names if name in shown), None)

    def _ask(self, session: Session) -> None:
        try:
            ask = session.client("ssm").get_paginator("describe_parameters").paginate
            shown = dict[str, Mapping[str, Any]]()
            for first in range(0, len(self._names), _MOST_PARAMETERS):
                names = self._names[first : first + _MOST_PARAMETERS]
                filters = [{"Key": "Name", "Option": "Equals", "Values": names}]
                pages = ask(ParameterFilters=filters, PaginationConfig={"PageSize": _MOST_PARAMETERS})
                shown |= {each["Name"]: each for each in pages.build_full_result()["Parameters"]}
            self._shown.set_result(shown)
        except Exception as error:
            self._shown.set_exception(error)


def checks(stack: Stack) -> list[Check]:
    secrets = named(stack)
    parameters = Parameters([name for secret in secrets if secret.is_parameter for name in secret.names])
    return [Check(subject=secret.subject, ask=partial(_look, secret, parameters)) for secret in secrets]


def named(stack: Stack) -> list[Secret]:
    """Each secret of the stack file, once."""
    uses = dict[str, dict[tuple[str, str], str]]()
    for service, settings in stack.services.items():
        for variable, arn in settings.own.secrets.items():
            uses.setdefault(":".join(arn.split(":")[:7]), {})[service, variable] = _stage(arn)
    return [
        Secret(arn=arn, users=tuple(used), stages=tuple(sorted({*used.values()} - {""})), stack=stack)
        for arn, used in uses.items()
    ]


def _stage(arn: str) -> str:
    """What ECS asks Secrets Manager for; empty where the ARN names a version by its id."""
    _, stage, version = arn.split(":")[7:] or ("", "", "")
    return "" if version else stage or "AWSCURRENT"


def _look(secret: Secret, parameters: Parameters, session: Session) -> Iterator[Result]:
    found = _parameter(secret, parameters, session) if secret.is_parameter else _secret(secret, session)
    if isinstance(found, Finding):
        yield failed(secret.subject, found)
        return
    yield ok(secret.subject, found["ARN"])
    yield from _key(secret, found.get("KeyId" if secret.is_parameter else "KmsKeyId", ""), session)


def _secret(secret: Secret, session: Session) -> Mapping[str, Any] | Finding:
    try:
        shown = session.client("secretsmanager").describe_secret(SecretId=secret.arn)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "ResourceNotFoundException":
            raise
        return _missing(secret)
    if "DeletedDate" in shown:
        remedy = f"aws secretsmanager restore-secret --secret-id {secret.arn}"
        return secret.fault(f"the secret is marked for deletion ({shown['DeletedDate']:%Y-%m-%d})", remedy)
    has = {stage for stages in shown.get("VersionIdsToStages", {}).values() for stage in stages}
    if missing := [stage for stage in secret.stages if stage not in has]:
        remedy = f"aws secretsmanager put-secret-value --secret-id {secret.arn} --secret-string file://secret.txt"
        others = (
            "" if missing == ["AWSCURRENT"] else f", or name one of its stages ({', '.join(sorted(has)) or 'none'})"
        )
        return secret.fault(f"the secret has no value of stage {', '.join(missing)}", f"{remedy}{others}")
    return shown


def _missing(secret: Secret) -> Finding:
    """Secrets Manager takes what ends like one of its own ARNs for the whole of one (settings/resource.py)."""
    create = "aws secretsmanager create-secret --name {} --secret-string file://secret.txt"
    if re.search(r"-[A-Za-z0-9]{6}$", secret.name):
        remedy = f"{create.format(secret.name[:-7])}, and write the ARN that it answers"
        return secret.fault("there is no secret of this ARN", remedy)
    return secret.fault("there is no such secret", create.format(secret.name))


def _parameter(secret: Secret, parameters: Parameters, session: Session) -> Mapping[str, Any] | Finding:
    if found := parameters.of(secret, session):
        return found
    remedy = f"aws ssm put-parameter --type SecureString --name {secret.name} --value file://secret.txt"
    return secret.fault("there is no such parameter", remedy)


def _key(secret: Secret, key: str, session: Session) -> Iterator[Result]:
    """Of a customer's key that the stack file does not name: its own policy may admit the role, or the role's owner."""
    if key in _KEYS_OF_AWS:
        return
    subject = f"key of {secret.subject}"
    # What was encrypted names its key itself; an alias may lead to another one by now, or be gone.
    by_alias = key.startswith("alias/") or ":alias/" in key
    unseen = "and nobody can see from here which key the value is encrypted with"
    try:
        shown = session.client("kms").describe_key(KeyId=key)["KeyMetadata"]
    except (BotoCoreError, ClientError) as error:
        gone = isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") == "NotFoundException"
        if gone and not by_alias:
            yield failed(subject, secret.fault(f"its key {key} is gone", "store the value again, under another key"))
        else:
            yield unchecked(subject, f"the alias {key} is gone, {unseen}" if gone else answer(error))
        return
    usable = shown["KeyState"] in _USABLE
    if not usable and by_alias:
        yield unchecked(subject, f"the key of {key} is {shown['KeyState']}, {unseen}")
    elif not usable:
        remedy = f"aws kms enable-key --key-id {key} (after cancel-key-deletion, if that is pending)"
        yield failed(subject, secret.fault(f"its key {key} cannot decrypt: it is {shown['KeyState']}", remedy))
    elif shown.get("KeyManager") == "CUSTOMER":
        yield _of_a_customer(secret, key, shown.get("Arn", key))
    else:
        yield ok(subject, f"{key}, of AWS")


def _of_a_customer(secret: Secret, key: str, arn: str) -> Result:
    subject, services = f"key of {secret.subject}", [secret.stack.services[name] for name, _ in secret.users]
    made = dict.fromkeys(each.execution_role for each in services if not each.own.execution_role_arn)
    existing = dict.fromkeys(each.execution_role for each in services if each.own.execution_role_arn)
    unnamed = made if arn not in secret.stack.deployment.keys.secrets else {}
    if not unnamed and not existing:
        return ok(subject, f"{key}, which keys.secrets names")
    what = f"it is encrypted with a key of yours, {key}, and this program does not let {{}} decrypt with it"
    name_it = [f"add {arn} to keys.secrets, or allow kms:Decrypt for {', '.join(unnamed)} in the key's policy"]
    grant_it = [f"whoever owns {', '.join(existing)} must allow it kms:Decrypt, if that is not done"]
    remedy = "; ".join([*(name_it if unnamed else []), *(grant_it if existing else [])])
    return warning(subject, secret.fault(what.format(", ".join(unnamed | existing)), remedy))

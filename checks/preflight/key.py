"""Whether the keys that the stack file names can be used for what it names them for. Nothing is encrypted or read."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from checks.preflight.policy import listed, services
from checks.preflight.result import Check, Result, failed, ok, to_come, unchecked
from checks.session import Session, answer
from finding import Finding
from settings.stack import ServiceSettings, Stack

# The context that CloudWatch Logs encrypts with: the ARN of the log group, by which a key's policy may admit it.
_CONTEXT = "kms:encryptioncontext:aws:logs:arn"
_COMPARES = re.compile(r"(For\w+:)?(String|Arn)(Equals|Like)\w*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key by its ARN, and the places of the stack file that name it: `logs`, `secrets[0]`."""

    arn: str
    places: tuple[str, ...]
    stack: Stack

    @property
    def subject(self) -> str:
        return f"key {self.arn.rpartition('/')[2]}"

    def fault(self, what: str, remedy: str) -> Finding:
        keys = ", ".join(f"pairva:deployment.keys.{place}" for place in self.places)
        return Finding(where=f"Pulumi.{self.stack.name}.yaml: {keys}", what=what, found=self.arn, remedy=remedy)


def checks(stack: Stack) -> list[Check]:
    owned = [service for service in stack.services.values() if service.own.repository == "owned"]
    repositories = owned if stack.deployment.keys.repositories else []
    return [
        *(Check(subject=each.subject, ask=partial(_look, each)) for each in _named(stack)),
        *(Check(subject=_encryption(each), ask=partial(_repository, each)) for each in repositories),
    ]


def _named(stack: Stack) -> list[Key]:
    """Each key of the stack file, once."""
    keys, places = stack.deployment.keys, dict[str, list[str]]()
    named = {"logs": keys.logs, "repositories": keys.repositories}
    named |= {f"secrets[{position}]": arn for position, arn in enumerate(keys.secrets)}
    for place, arn in named.items():
        if arn:
            places.setdefault(arn, []).append(place)
    return [Key(arn=arn, places=tuple(each), stack=stack) for arn, each in places.items()]


def _look(key: Key, session: Session) -> Iterator[Result]:
    try:
        shown = session.client("kms").describe_key(KeyId=key.arn)["KeyMetadata"]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "NotFoundException":
            raise
        remedy = "name one that exists: aws kms list-keys"
        yield failed(key.subject, key.fault("there is no such key", remedy))
        return
    if fault := _unfit(key, shown):
        yield failed(key.subject, fault)
        return
    yield ok(key.subject, f"{shown['KeyState']}, for {', '.join(key.places)}")
    if "logs" in key.places:
        yield _for_logs(replace(key, places=("logs",)), session)


def _unfit(key: Key, shown: Mapping[str, Any]) -> Finding | None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html, and what each service says of its keys."""
    state = shown["KeyState"]
    if shown["KeyManager"] != "CUSTOMER":
        remedy = "name a key of yours, or remove it: where no key is named, AWS uses one of its own"
        return key.fault("it is a key of AWS's own, whose policy nobody can change", remedy)
    if state not in ("Enabled", "Updating"):
        remedy = f"aws kms enable-key --key-id {key.arn} (after cancel-key-deletion, if that is pending)"
        return key.fault(f"it cannot be used: it is {state}", remedy)
    if (shown["KeySpec"], shown["KeyUsage"]) != ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"):
        what = f"it is a key of kind {shown['KeySpec']} for {shown['KeyUsage']}"
        return key.fault(what, "name a symmetric one for encryption: aws kms create-key makes such by default")
    return None


def _for_logs(key: Key, session: Session) -> Result:
    """Without it, CreateLogGroup fails: "The specified KMS key does not exist or is not allowed to be used"."""
    subject, account = f"policy of {key.subject}", key.stack.account
    try:
        text = session.client("kms").get_key_policy(KeyId=key.arn, PolicyName="default")["Policy"]
    except (BotoCoreError, ClientError) as error:
        return unchecked(subject, answer(error))
    statements = listed(json.loads(text).get("Statement", []))
    groups = [
        f"arn:{account.partition}:logs:{account.region}:{account.id}:log-group:{name}" for name in key.stack.log_groups
    ]
    refused = [group for group in groups if not any(_admits(each, group, key.stack) for each in statements)]
    if not refused:
        return ok(subject, f"lets CloudWatch Logs encrypt {', '.join(key.stack.log_groups)}")
    what = f"its policy does not let CloudWatch Logs encrypt {', '.join(each.split(':', 6)[6] for each in refused)}"
    return failed(subject, key.fault(what, f"add to its policy: {json.dumps(_missing(key.stack))}"))


def _admits(statement: Mapping[str, Any], group: str, stack: Stack) -> bool:
    """Not looked at: actions, statements that deny, and conditions, but for the log group that they may name."""
    account = stack.account
    principal = statement.get("Principal", {})
    everybody = isinstance(principal, Mapping) and "*" in listed(principal.get("AWS", []))
    logs = {f"logs.{account.region}.{account.domain}", f"logs.{account.domain}", "*"}
    return (
        statement.get("Effect") == "Allow"
        and (everybody or not logs.isdisjoint(services(statement)))
        and all(_holds(operator, keys, group) for operator, keys in statement.get("Condition", {}).items())
    )


def _holds(operator: str, keys: Mapping[str, Any], group: str) -> bool:
    """False if it must be another log group; neither operators nor keys of conditions are case-sensitive."""
    if not _COMPARES.fullmatch(operator):
        return True
    named = [listed(values) for key, values in keys.items() if key.lower() == _CONTEXT]
    return all(any(fnmatchcase(group, each) for each in values) for values in named)


def _missing(stack: Stack) -> Mapping[str, Any]:
    """The statement of the CloudWatch Logs user guide, "Encrypt log data", for the log groups of this stack."""
    account = stack.account
    groups = f"arn:{account.partition}:logs:{account.region}:{account.id}:log-group:/pairva/{stack.name}/*"
    return {
        "Effect": "Allow",
        "Principal": {"Service": f"logs.{account.region}.{account.domain}"},
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        "Resource": "*",
        "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
    }


def _encryption(service: ServiceSettings) -> str:
    return f"encryption of {service.names.repository}"


def _repository(service: ServiceSettings, session: Session) -> Iterator[Result]:
    """ECR encrypts a repository as it was made to, for good (ECR user guide, "Encryption at rest")."""
    subject, name, key = _encryption(service), service.names.repository, service.keys.repositories or ""
    ecr = session.client("ecr")
    try:
        (shown,) = ecr.describe_repositories(repositoryNames=[name])["repositories"]
    except ecr.exceptions.RepositoryNotFoundException:
        yield to_come(subject, f"the repository is made under {key}")
        return
    under = shown.get("encryptionConfiguration", {})
    found = under.get("kmsKey") or under.get("encryptionType", "AES256")
    if found == key:
        yield ok(subject, found)
        return
    keep = f"remove it (or name {found} there, if that is a key of yours)" if "kmsKey" in under else "remove it"
    fault = Finding(
        where=f"Pulumi.{service.names.stack}.yaml: pairva:deployment.keys.repositories",
        what=f"the repository {name} exists, is encrypted with {found}, and stays so for as long as it exists",
        found=key,
        remedy=f"{keep}; or delete the repository, with every image in it, so that up makes it under the key (README)",
    )
    yield failed(subject, fault)

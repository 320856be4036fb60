"""What must be of the stack's own account and region, and what of another: registry, repositories, roles, secrets,
keys.

These rules read the values as they were written, as those of `settings/rules.py` do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from pydantic import TypeAdapter, ValidationError

from settings.partition import partition
from settings.resource import KeyArn, RoleArn, SecretArn
from settings.rules import Fault, table_of
from settings.types import AccountId, Region


@dataclass(frozen=True, kw_only=True)
class _Place:
    """An account and region."""

    account: str
    region: str

    def __str__(self) -> str:
        return f"account {self.account}, region {self.region}"


def broken(tables: Mapping[str, Any], services: tuple[str, ...]) -> list[Fault]:
    """Every such rule that these settings break; `tables` as `settings.model.Settings` takes them."""
    deployment, own = table_of(tables, "deployment"), _own_place(table_of(tables, "aws"))
    return [
        *_one_kind_of_registry(deployment),
        *_a_task_role_of_its_own(deployment, services),
        *(_of_the_stacks_account(deployment, own, services) if own else []),
    ]


def _of_the_stacks_account(deployment: Mapping[str, Any], own: _Place, services: tuple[str, ...]) -> Iterator[Fault]:
    images = _place_of_images(deployment, own)
    yield from _a_registry_elsewhere(deployment, own, images)
    yield from _a_proof_within_reach(deployment, own, images)
    yield from _images_within_reach(deployment, own, images)
    yield from _keys_within_reach(table_of(deployment, "keys"), own)
    for service in services:
        table = table_of(deployment, service)
        yield from _a_repository_made_here(service, table, own, images)
        yield from _roles_of_the_account(service, table, own)
        yield from _secrets_within_reach(service, table, own)


def _one_kind_of_registry(deployment: Mapping[str, Any]) -> Iterator[Fault]:
    """In ECR, elsewhere, or at an address."""
    registry = deployment.get("registry")
    if not isinstance(registry, Mapping):
        return
    if not registry:
        yield Fault(
            location=("deployment", "registry"),
            value=registry,
            what="names nothing",
            remedy="name the account or region whose ECR holds the images, or remove it",
        )
    elif "address" in registry and {"account", "region"} & registry.keys():
        yield Fault(
            location=("deployment", "registry", "address"),
            value=registry["address"],
            what="is for a registry that is not ECR, and account and region are for ECR",
            remedy="keep address (of an emulator), or account and region",
        )


def _a_registry_elsewhere(deployment: Mapping[str, Any], own: _Place, images: _Place) -> Iterator[Fault]:
    registry = table_of(deployment, "registry")
    named = [registry[key] for key in ("account", "region") if key in registry]
    if named and "address" not in registry and all(value in (own.account, own.region) for value in named):
        yield Fault(
            location=("deployment", "registry"),
            value=registry,
            what=f"is the stack's own ({own})",
            remedy="remove it",
        )
    elif partition(images.region) != partition(own.region):
        yield Fault(
            location=("deployment", "registry", "region"),
            value=images.region,
            what=f"is in the partition {partition(images.region)}, and aws:region {own.region} in "
            f"{partition(own.region)}: nothing is pulled across",
            remedy=f"name a region of {partition(own.region)}, and push the images there",
        )


def _a_proof_within_reach(deployment: Mapping[str, Any], own: _Place, images: _Place) -> Iterator[Fault]:
    """The stack that builds keeps its verdicts beside its images, and this one's credentials do not lead there."""
    if "builtBy" in deployment and images != own:
        yield Fault(
            location=("deployment", "builtBy"),
            value=deployment["builtBy"],
            what=f"names a stack whose verdicts are in {images}, with its images, and cannot be read from {own}",
            remedy="remove builtBy and requireProof; digest: sha256:… in each service pins what was proven",
        )


def _images_within_reach(deployment: Mapping[str, Any], own: _Place, images: _Place) -> Iterator[Fault]:
    if table_of(deployment, "network").get("endpoints") is True and images.region != own.region:
        yield Fault(
            location=("deployment", "network", "endpoints"),
            value=True,
            what=f"lead to {own.region} alone, and the images are in {images.region}",
            remedy=f"use nat: one, or perZone, without endpoints; or push the images to {own.region}",
        )


def _a_repository_made_here(service: str, table: Mapping[str, Any], own: _Place, images: _Place) -> Iterator[Fault]:
    if table.get("repository") == "owned" and images != own:
        yield Fault(
            location=("deployment", service, "repository"),
            value="owned",
            what=f"is made in {own}, and registry says {images}",
            remedy=f"write existing, and let a stack of {images} own it; or remove registry",
        )
    accounts = table.get("pullAccounts")
    for position, account in enumerate(accounts if isinstance(accounts, list) else []):
        if account == own.account:
            yield Fault(
                location=("deployment", service, "pullAccounts", position),
                value=account,
                what="is the stack's own account, which may pull anyway",
                remedy="remove it",
            )


def _roles_of_the_account(service: str, table: Mapping[str, Any], own: _Place) -> Iterator[Fault]:
    for key in ("executionRole", "taskRole"):
        if _is(arn := table.get(key), RoleArn) and (account := arn.split(":")[4]) != own.account:
            yield Fault(
                location=("deployment", service, key),
                value=arn,
                what=f"is a role of account {account}, and the stack's is {own.account}: ECS takes no role of another",
                remedy=f"name a role of account {own.account}, or remove {key}: the stack then makes one",
            )


def _a_task_role_of_its_own(deployment: Mapping[str, Any], services: tuple[str, ...]) -> Iterator[Fault]:
    tables = {service: table_of(deployment, service) for service in services}
    execution_roles = {
        arn: service for service, table in tables.items() if _is(arn := table.get("executionRole"), RoleArn)
    }
    for service, table in tables.items():
        if _is(arn := table.get("taskRole"), RoleArn) and arn in execution_roles:
            yield Fault(
                location=("deployment", service, "taskRole"),
                value=arn,
                what=f"is the executionRole of {execution_roles[arn]}, too: one role for both purposes lets the "
                "application read the secrets as ECS does",
                remedy="name another role, or remove taskRole: the stack then makes one that may do nothing",
            )


def _secrets_within_reach(service: str, table: Mapping[str, Any], own: _Place) -> Iterator[Fault]:
    """In the stack's own account and region, though AWS can do more: ECS takes the ARN of another region (developer
    guide, "Specifying sensitive data"), and Secrets Manager shares a secret under a customer's key (user guide,
    "Access secrets from a different account"). Tasks would then need two places to start; far more often an ARN was
    copied from another stack file.
    """
    for name, arn in table_of(table, "secrets").items():
        if not _is(arn, SecretArn):
            continue
        _, _, kind, region, account, *_ = arn.split(":")
        noun = "secret" if kind == "secretsmanager" else "parameter"
        if account != own.account:
            what, remedy = f"is of account {account}, region {region}", f"copy the {noun} into {own}"
        elif region != own.region and noun == "secret":
            what, remedy = f"is of region {region}", f"replicate the secret to {own.region}"
        elif region != own.region:
            what, remedy = f"is of region {region}", f"copy the parameter to {own.region}"
        else:
            continue
        yield Fault(
            location=("deployment", service, "secrets", name),
            value=arn,
            what=f"{what}, and the stack is in {own}",
            remedy=f"{remedy}, and write the ARN that it has there",
        )


def _keys_within_reach(keys: Mapping[str, Any], own: _Place) -> Iterator[Fault]:
    """CloudWatch Logs, ECR and Secrets Manager each want a key of their own region; that of another account would need
    its owner's word for all that is decrypted.
    """
    secrets = keys.get("secrets")
    named = [(("secrets", position), arn) for position, arn in enumerate(secrets if isinstance(secrets, list) else [])]
    for place, arn in [(("logs",), keys.get("logs")), (("repositories",), keys.get("repositories")), *named]:
        if not _is(arn, KeyArn):
            continue
        region, account = arn.split(":")[3:5]
        if (account, region) != (own.account, own.region):
            yield Fault(
                location=("deployment", "keys", *place),
                value=arn,
                what=f"is of account {account}, region {region}, and the stack is in {own}",
                remedy="name a key of that account and region",
            )


def _own_place(aws: Mapping[str, Any]) -> _Place | None:
    """Where the stack is; None if the file does not say it rightly."""
    region, accounts = aws.get("region"), aws.get("allowedAccountIds")
    account = accounts[0] if isinstance(accounts, list) and accounts else None
    return _Place(account=account, region=region) if _is(account, AccountId) and _is(region, Region) else None


def _place_of_images(deployment: Mapping[str, Any], own: _Place) -> _Place:
    """The registry's account and region; the stack's own where it names none, or one that is malformed."""
    account, region = (table_of(deployment, "registry").get(key) for key in ("account", "region"))
    return _Place(
        account=account if _is(account, AccountId) else own.account,
        region=region if _is(region, Region) else own.region,
    )


def _is(value: Any, kind: Any) -> TypeGuard[str]:
    """Whether it is one to the models, which name it if it is not."""
    try:
        TypeAdapter[Any](kind).validate_python(value)
    except ValidationError:
        return False
    return True

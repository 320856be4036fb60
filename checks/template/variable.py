"""What the application is told: environment in plain text, and secrets by their addresses."""

from collections import Counter
from collections.abc import Iterator

from pydantic import TypeAdapter, ValidationError

from checks.template.arn import gap
from checks.template.table import Table
from finding import Finding
from masking import masked
from settings.placeholder import unreplaced
from settings.resource import SecretArn
from settings.secret import looks_like_a_secret, reads_like_a_whole_arn

_STORE = "store it in Secrets Manager and name its ARN in secrets: this program reads it with a role for just that"
_SECRET_ARN = TypeAdapter[str](SecretArn)


def findings(task: Table) -> Iterator[Finding]:
    for container in task.tables("containerDefinitions"):
        yield from _names(container)
        for variable in container.tables("environment"):
            yield from _plain_secret(variable)
        for secret in container.tables("secrets"):
            yield from _address(secret)


def holds_credentials(value: str) -> bool:
    """Whether a value has the shape of a credential: a password in an address, an access key, a token."""
    return "***" not in value and "***" in masked(value)


def _names(container: Table) -> Iterator[Finding]:
    plain, secret = (
        Counter(each.text("name") for each in container.tables(key) if each.text("name"))
        for key in ("environment", "secrets")
    )
    chance = "ECS does not say which value counts"
    for key, names, consequence in (("environment", plain, chance), ("secrets", secret, "AWS refuses the file")):
        for name, times in names.items():
            if times == 1:
                continue
            what = f"names {masked(name)} {times} times: {consequence}"
            yield container.fault(key, what, "keep one; the stack file has each name once")
    for name in sorted(plain.keys() & secret.keys()):
        yield container.fault(
            "secrets",
            f"names {masked(name)}, which is in environment, too: AWS refuses the file",
            "keep it in secrets; the stack file has each name in one of the two",
        )


def _plain_secret(variable: Table) -> Iterator[Finding]:
    name, value = variable.text("name"), variable.text("value")
    if value and looks_like_a_secret(name):
        what = f"{masked(name)} looks like a secret, and is plain text for everyone who may read ECS"
        yield variable.fault("value", what, _STORE, found="")
    elif holds_credentials(value):
        what = f"{masked(name)} holds credentials, in plain text for everyone who may read ECS"
        yield variable.fault("value", what, _STORE)


def _address(secret: Table) -> Iterator[Finding]:
    arn = secret.text("valueFrom")
    if reads_like_a_whole_arn(arn):
        name = masked(arn.rpartition(":")[2])
        yield secret.fault(
            "valueFrom",
            "ends like a whole ARN (a hyphen and six letters), so Secrets Manager finds no secret of this name",
            f"write the whole ARN: aws secretsmanager describe-secret --secret-id {name} --query ARN; "
            "if this is the whole one, end it with :::, in quotes",
            found=name,
        )
    if not arn or unreplaced(arn) or gap(arn) or reads_like_a_whole_arn(arn):
        return
    try:
        _SECRET_ARN.validate_python(arn)
    except ValidationError:
        if ":" not in arn:
            what = "is a name: ECS takes it for a parameter of SSM in the task's own account and region"
        else:
            what = "is not the ARN of a secret or parameter: no task starts"
        yield secret.fault("valueFrom", what, "write the ARN, in secrets of the stack file")

"""The settings of a stack as tables of names and types; plain values only, all known before anything runs.

`Settings` is all that a stack file says.
"""

from typing import Annotated, Literal, get_args

from pydantic import Field, ValidationInfo, field_validator

from settings import fargate, names
from settings.health import Health, Smoke
from settings.network import Network
from settings.provider import Provider
from settings.resource import KeyArn, RoleArn, SecretArn
from settings.table import Model
from settings.types import (
    AbsolutePath,
    AccountId,
    CertifiedName,
    Cidr,
    Command,
    Digest,
    EmailAddress,
    EnvironmentName,
    EnvironmentValue,
    HostName,
    PathPattern,
    Percent,
    Port,
    Region,
    RegistryAddress,
    RuleDescription,
    StackName,
    Switch,
    VariableName,
    Version,
    Whole,
    fault,
)


class Domain(Model):
    """The name that the world reaches a stack by, over HTTPS; `zone` is the public Route 53 zone that it lies in."""

    zone: HostName
    name: CertifiedName

    @field_validator("name")
    @classmethod
    def within_the_zone(cls, name: str, info: ValidationInfo) -> str:
        zone = info.data.get("zone")
        if zone and name != zone and not name.endswith(f".{zone}"):
            raise fault(f"does not lie in the zone {zone}", f'end it with the zone, for example "pairva.{zone}"')
        return name


class Registry(Model):
    """Where images live: in the stack's own ECR, or that of another account or region, or (an emulator's) at an
    address.
    """

    account: AccountId | None = None
    region: Region | None = None
    address: RegistryAddress | None = None


class Keys(Model):
    """Keys of yours in KMS, instead of AWS's own: for every log group, for every repository that the stack makes, and
    those that the execution roles may decrypt secrets with. They exist; the stack makes and changes none.
    """

    logs: KeyArn | None = None
    repositories: KeyArn | None = None
    secrets: Annotated[list[KeyArn], Field(min_length=1)] = []

    @field_validator("secrets")
    @classmethod
    def each_key_once(cls, keys: list[str]) -> list[str]:
        if len(set(keys)) < len(keys):
            raise fault("names a key twice", "name each key once")
        return keys


class Build(Model):
    """How the image is built. Paths are relative to the stack file.

    `mutable_tag`: the version's tag may be overwritten, and the image is built again whenever its context changes;
    otherwise a version is built and pushed once.
    """

    context: Annotated[str, Field(min_length=1)]
    dockerfile: str = "Dockerfile"
    args: dict[EnvironmentName, EnvironmentValue] = {}
    target: str | None = None
    mutable_tag: Switch = False

    @field_validator("args")
    @classmethod
    def version_comes_from_the_service(cls, args: dict[str, str]) -> dict[str, str]:
        if "VERSION" in args:
            raise fault("sets VERSION, which every build is given", "remove it: the service's version is passed")
        return args


class Egress(Model):
    """One thing outside AWS that the tasks may reach, over TCP."""

    cidr: Cidr
    port: Annotated[Whole, Field(ge=1, le=65535)]
    description: RuleDescription


# What every task may do without saying so: reach AWS, and other services that speak HTTPS.
HTTPS = Egress(cidr="0.0.0.0/0", port=443, description="To AWS and other HTTPS services")


class Scaling(Model):
    """A number of tasks that follows the load. Percents are of a task's own cpu and memory, on average;
    `requests_per_target` are a minute's, for each task.
    """

    min: Annotated[Whole, Field(ge=1)]
    max: Annotated[Whole, Field(le=1000)]
    cpu_percent: Percent | None = None
    memory_percent: Percent | None = None
    requests_per_target: Annotated[Whole, Field(ge=1)] | None = None

    @field_validator("max")
    @classmethod
    def above_min(cls, most: int, info: ValidationInfo) -> int:
        if most <= info.data.get("min", most - 1):
            raise fault("is not above min, and leaves nothing to scale", "raise it, or write count instead of scaling")
        return most


class Spot(Model):
    """How many tasks are always on demand, and how many percent of the others run on Fargate Spot, which is cheaper and
    may be taken back with two minutes' notice. `percent: 0` leaves Spot again (`components/service.py`).

    Both architectures run there, on platform 1.4.0, which is the latest. Not 100: AWS places no tasks where the weight
    is 0, and so might not keep what is to be on demand (API_CapacityProviderStrategyItem).
    """

    on_demand: Annotated[Whole, Field(ge=0)]
    percent: Annotated[Whole, Field(ge=0, le=99)]


class Service(Model):
    """One service: which version, from where, how large, how many, how it is reached and what it is given.

    `pull_accounts` may pull from an owned repository. The two roles exist already; the stack makes those that are not
    named. `release` is run once, as a task of the new version, before the service changes: migrations.
    """

    version: Version
    build: Build | None = None
    digest: Digest | None = None
    repository: Literal["owned", "existing"]
    pull_accounts: list[AccountId] = []
    execution_role_arn: RoleArn | None = Field(default=None, alias="executionRole")
    task_role_arn: RoleArn | None = Field(default=None, alias="taskRole")
    port: Port
    path: PathPattern | None = None
    cpu: Whole
    memory: Whole
    # 0 where scaling says how many: one of the two is there (settings/rules.py).
    count: Annotated[Whole, Field(ge=1, le=1000)] = 0
    scaling: Scaling | None = None
    spot: Spot | None = None
    health: Health
    smoke: Smoke | None = None
    environment: dict[EnvironmentName, EnvironmentValue] = {}
    secrets: dict[VariableName, SecretArn] = {}
    read_only_root: Switch = True
    writable: list[AbsolutePath] = []
    exec: Switch = False
    egress: list[Egress] = []
    release: Command | None = None
    restart: str | None = None

    @field_validator("cpu")
    @classmethod
    def cpu_of_fargate(cls, cpu: int) -> int:
        if cpu not in fargate.cpu_sizes():
            raise fault("is no CPU size of Fargate", f"use one of {_listed(fargate.cpu_sizes())}")
        return cpu

    @field_validator("memory")
    @classmethod
    def memory_of_fargate(cls, memory: int, info: ValidationInfo) -> int:
        cpu = info.data.get("cpu")
        if cpu and memory not in fargate.memory_sizes(cpu):
            raise fault(
                f"is no memory size of Fargate with cpu {cpu}", f"use one of {_listed(fargate.memory_sizes(cpu))}"
            )
        return memory

    @field_validator("digest")
    @classmethod
    def only_promotion_pins(cls, digest: str | None, info: ValidationInfo) -> str | None:
        if digest and info.data.get("build"):
            raise fault("pins an image that build makes", "keep digest to promote, or build to build")
        return digest

    @field_validator("pull_accounts")
    @classmethod
    def an_owned_repository_is_pulled_from(cls, accounts: list[str], info: ValidationInfo) -> list[str]:
        if accounts and info.data.get("repository") == "existing":
            raise fault(
                "is of a repository that this stack makes, and this one exists",
                "write it beside repository: owned, in the stack that makes it",
            )
        if len(set(accounts)) < len(accounts):
            raise fault("names an account twice", "name each account once")
        return accounts

    @field_validator("writable")
    @classmethod
    def a_volume_for_each_path(cls, writable: list[str]) -> list[str]:
        if len({names.volume(path) for path in writable}) < len(writable):
            raise fault(
                "names a path twice, or two that would share a volume", "name each path once; rename one of two"
            )
        return writable

    @field_validator("exec")
    @classmethod
    def only_on_a_root_that_can_be_written(cls, entered: bool, info: ValidationInfo) -> bool:
        """ECS developer guide, "Monitor Amazon ECS containers with ECS Exec", considerations."""
        if entered and info.data.get("read_only_root"):
            raise fault(
                "cannot work on a read-only root: the agent of ECS Exec writes to the container's own file system",
                "write readOnlyRoot: false beside it, or exec: false",
            )
        return entered

    @field_validator("egress")
    @classmethod
    def each_way_out_once(cls, egress: list[Egress]) -> list[Egress]:
        ways = [(way.cidr, way.port) for way in [HTTPS, *egress]]
        if len(set(ways)) < len(ways):
            raise fault("names one network and port twice (0.0.0.0/0:443 is always open)", "name each of them once")
        return egress


class Deployment(Model):
    """`pairva:deployment`: one environment. A third service is one more field here, `Service` or `Service | None` (what
    a stack file leaves out, the stack does not run), and one block in `__main__.py`.

    `built_by`: the stack whose good verdict speaks for a version that is promoted here; with `require_proof`, a
    version that it has not proven is refused (not one that could not be asked about: that is said).
    """

    architecture: Literal["X86_64", "ARM64"]
    log_retention_days: Literal[
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
    ]
    network: Network
    domain: Domain | None = None
    registry: Registry = Registry()
    keys: Keys = Keys()
    protect: Switch = True
    built_by: StackName | None = None
    require_proof: Switch = False
    alarm_emails: list[EmailAddress]
    backend: Service
    frontend: Service

    @field_validator("alarm_emails")
    @classmethod
    def each_address_once(cls, emails: list[str]) -> list[str]:
        if len({each.casefold() for each in emails}) < len(emails):
            raise fault("names an address twice", "name each address once")
        return emails

    @classmethod
    def service_names(cls) -> tuple[str, ...]:
        """The fields above that are services, in their order."""
        fields = cls.model_fields.items()
        return tuple(name for name, field in fields if Service in (field.annotation, *get_args(field.annotation)))


class Settings(Model):
    """All of a stack file's `config:`. What must hold between the two tables is in `settings/rules.py`."""

    aws: Provider
    deployment: Deployment


def _listed(sizes: tuple[int, ...]) -> str:
    return ", ".join(str(size) for size in sizes)

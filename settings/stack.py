"""A stack: its name, its settings, and what follows from the two."""

from dataclasses import dataclass
from typing import Literal

from settings import fargate, names
from settings.fargate import Share, TimeBudget
from settings.model import Deployment, Keys, Service
from settings.names import ServiceNames
from settings.partition import partition
from settings.provider import Provider


@dataclass(frozen=True, kw_only=True)
class Account:
    """Where a stack lives: the AWS account and region."""

    id: str
    region: str
    partition: str

    @property
    def domain(self) -> str:
        """How the names of AWS's services end there."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    def role_arn(self, name: str) -> str:
        """The ARN of a role of this account, which its name decides."""
        return f"arn:{self.partition}:iam::{self.id}:role/{name}"


@dataclass(frozen=True, kw_only=True)
class Registry:
    """Where a stack's images live: the account and region of their ECR, and its address as Docker knows it."""

    account_id: str
    region: str
    address: str

    def __str__(self) -> str:
        return f"account {self.account_id}, {self.region}"


@dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """All that the components of one service know: its own settings, its names, and what its stack says of every
    service.
    """

    names: ServiceNames
    own: Service
    account: Account
    registry: Registry
    architecture: Literal["X86_64", "ARM64"]
    log_retention_days: int
    keys: Keys
    protect: bool

    @property
    def time_budget(self) -> TimeBudget:
        """How long a deployment of this service may take."""
        health = self.own.health
        return fargate.time_budget(
            grace_seconds=health.grace_seconds,
            retries=health.retries,
            interval_seconds=health.interval_seconds,
            timeout_seconds=health.timeout_seconds,
            balanced=self.own.path is not None,
        )

    def where(self, key: str) -> str:
        """The place of one of its own settings, for a finding."""
        return f"Pulumi.{self.names.stack}.yaml: {names.PROJECT}:deployment.{self.names.service}.{key}"

    @property
    def platform(self) -> str:
        """What the image must be made for, for example `linux/amd64`."""
        return fargate.PLATFORMS[self.architecture]

    @property
    def least_tasks(self) -> int:
        """How many tasks always run: the fixed count, or the least that scaling leaves."""
        return self.own.scaling.min if self.own.scaling else self.own.count

    @property
    def most_tasks(self) -> int:
        """How many tasks run at most, while nothing is deployed."""
        return self.own.scaling.max if self.own.scaling else self.own.count

    def wanted_tasks(self, desired: int) -> int:
        """How many tasks must run where ECS wants `desired`: that many, within what the stack file allows."""
        return min(max(desired, self.least_tasks), self.most_tasks)

    @property
    def shares(self) -> tuple[Share, ...]:
        """Where its tasks are placed; none if it names no `spot`: all are on demand, then, by their launch type."""
        spot = self.own.spot
        return fargate.shares(spot.on_demand, spot.percent) if spot else ()

    @property
    def execution_role(self) -> str:
        """The name of the role that ECS starts the tasks with, whoever made it."""
        return self.execution_role_arn.rpartition("/")[2]

    @property
    def existing_roles(self) -> dict[str, str]:
        """The ARNs of the roles that others own, by the keys of the stack file that name them."""
        named = {"executionRole": self.own.execution_role_arn, "taskRole": self.own.task_role_arn}
        return {key: arn for key, arn in named.items() if arn}

    @property
    def execution_role_arn(self) -> str:
        """Known before the role exists; so is the task's."""
        return self.own.execution_role_arn or self.account.role_arn(self.names.execution_role)

    @property
    def task_role_arn(self) -> str:
        return self.own.task_role_arn or self.account.role_arn(self.names.task_role)

    @property
    def repository_address(self) -> str:
        """Where the service's images are, as Docker knows it: without version or digest."""
        return f"{self.registry.address}/{self.names.repository}"

    @property
    def mutable_tag(self) -> bool:
        """True if the version's tag may be pushed over, so that it does not say which image runs."""
        return self.own.build is not None and self.own.build.mutable_tag


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack: its name, its settings, and what follows from them."""

    name: str
    aws: Provider
    deployment: Deployment

    @property
    def prefix(self) -> str:
        """How the names of what the services share begin; also the cluster's name."""
        return names.cluster(self.name)

    @property
    def account(self) -> Account:
        region = self.aws.region
        return Account(id=self.aws.allowed_account_ids[0], region=region, partition=partition(region))

    @property
    def registry(self) -> Registry:
        named = self.deployment.registry
        account_id, region = named.account or self.account.id, named.region or self.account.region
        address = named.address or f"{account_id}.dkr.ecr.{region}.{self.account.domain}"
        return Registry(account_id=account_id, region=region, address=address)

    @property
    def exec_log_group(self) -> str | None:
        """The log of what is done with ECS Exec; None if no service names `exec`. `exec: false` keeps what was logged:
        a log group that was let go could not be made again, and pulumi-aws cannot take its name from the cluster.
        """
        named = any("exec" in service.own.model_fields_set for service in self.services.values())
        return names.exec_log_group(self.name) if named else None

    @property
    def dashboard(self) -> str:
        return names.dashboard(self.name)

    @property
    def spot(self) -> bool:
        """Whether a service names `spot`: with `percent: 0`, too, the cluster's capacity providers place its tasks."""
        return any(service.shares for service in self.services.values())

    @property
    def log_groups(self) -> list[str]:
        """The names of all that it makes."""
        named = [service.names.log_group for service in self.services.values()]
        return [*named, self.exec_log_group] if self.exec_log_group else named

    @property
    def log_bucket(self) -> str:
        return names.log_bucket(self.name, self.account.id)

    @property
    def needed_endpoints(self) -> dict[str, str]:
        """What ECS asks for a task through the task's own subnet, as endpoints call it, and of which region:
        https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html (platform 1.4.0),
        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html (ECS Exec)
        Only a session of ECS Exec asks KMS from there; for logs, images and secrets, AWS's services do.
        """
        services = self.services.values()
        arns = [arn for service in services for arn in service.own.secrets.values()]
        of_tasks = ["logs", *(name for name in ("secretsmanager", "ssm") if any(f":{name}:" in arn for arn in arns))]
        if any(service.own.exec for service in services):
            of_tasks += ["ssmmessages", "kms"] if self.deployment.keys.logs else ["ssmmessages"]
        of_images = dict.fromkeys(["ecr.api", "ecr.dkr", "s3"], self.registry.region)
        return of_images | dict.fromkeys(of_tasks, self.account.region)

    @property
    def encrypted(self) -> bool:
        """Whether the world asks over HTTPS: without a domain there is no certificate for it."""
        return self.deployment.domain is not None

    @property
    def services(self) -> dict[str, ServiceSettings]:
        """Every service that the stack runs, by its name."""
        return {
            name: ServiceSettings(
                names=ServiceNames(stack=self.name, service=name),
                own=own,
                account=self.account,
                registry=self.registry,
                architecture=self.deployment.architecture,
                log_retention_days=self.deployment.log_retention_days,
                keys=self.deployment.keys,
                protect=self.deployment.protect,
            )
            for name in self.deployment.service_names()
            if (own := getattr(self.deployment, name))
        }

"""All that a stack which makes little of its own needs in AWS: images, their proof, secrets, roles and a network."""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import docker

from local import base_image
from tests.engine.project import Project

_ACCOUNT = "000000000000"
_VERSION = "1.0.1"
_INDEX = "application/vnd.oci.image.index.v1+json"
BUILDER = "builder"


@dataclass
class World:
    """What is there for the project's stack, made by hand; the stack file names it."""

    project: Project
    digests: dict[str, str] = field(default_factory=dict[str, str])
    made: dict[str, str] = field(default_factory=dict[str, str])

    def make(self) -> None:
        """Everything, and a stack file that promotes both services and runs them there."""
        for service in ("backend", "frontend"):
            self.aws("ecr").create_repository(repositoryName=f"pairva-{service}", imageTagMutability="MUTABLE")
            self.push(service)
            self.prove(service)
        self.create_secret()
        for role in ("execution", "task"):
            self.create_role(role)
        self.create_network()
        self.project.change(self._name_it)

    def aws(self, service: str) -> Any:
        return self.project.aws(service)

    def there(self) -> list[str]:
        """What the stack itself has made, in AWS and in its state."""
        prefix = self.project.prefix
        clusters = [arn for arn in self.aws("ecs").list_clusters()["clusterArns"] if arn.endswith(f"/{prefix}")]
        roles = [role["RoleName"] for role in self.aws("iam").list_roles()["Roles"]]
        groups = self.aws("logs").describe_log_groups(logGroupNamePrefix=f"/pairva/{self.project.stack}")["logGroups"]
        state = [each["urn"] for each in self.project.state().get("resources", []) if "aws:" in each["type"]]
        return [
            *clusters,
            *(role for role in roles if role.startswith(prefix)),
            *(str(each) for each in groups),
            *state,
        ]

    def push(self, service: str) -> None:
        """The base image will do, since nothing is run. An index names its platform, which the emulator hides of a
        single image.
        """
        client, ecr = docker.from_env(), self.aws("ecr")
        base_image.ensure(client)
        repository = f"localhost:{self.project.machine.port}/pairva-{service}"
        client.images.get(base_image.NAME).tag(repository, "single")
        client.images.push(repository, "single")
        client.close()
        (single,) = ecr.batch_get_image(repositoryName=f"pairva-{service}", imageIds=[{"imageTag": "single"}])["images"]
        manifest = {
            "mediaType": single["imageManifestMediaType"],
            "digest": single["imageId"]["imageDigest"],
            "size": len(single["imageManifest"]),
            "platform": {"os": "linux", "architecture": "amd64"},
        }
        index = {"schemaVersion": 2, "mediaType": _INDEX, "manifests": [manifest]}
        put = ecr.put_image(
            repositoryName=f"pairva-{service}",
            imageManifest=json.dumps(index),
            imageManifestMediaType=_INDEX,
            imageTag=_VERSION,
        )
        self.digests[service] = put["image"]["imageId"]["imageDigest"]

    def remove(self) -> None:
        """What other tests of the same emulator would stumble over: repositories are called the same for every stack,
        and parameters are counted.
        """
        for service in ("backend", "frontend"):
            self.aws("ecr").delete_repository(repositoryName=f"pairva-{service}", force=True)
            self.forget_proof(service)

    def remove_image(self, service: str) -> None:
        self.aws("ecr").batch_delete_image(repositoryName=f"pairva-{service}", imageIds=[{"imageTag": _VERSION}])

    def prove(self, service: str, version: str = _VERSION) -> None:
        """The builder's good verdict, as its gate writes it."""
        proof = {"taskDefinition": "a revision", "version": version, "digest": self.digests[service]}
        value = json.dumps({**proof, "url": "http://nowhere.example"})
        name = f"/pairva/{BUILDER}/{service}/proven"
        self.aws("ssm").put_parameter(Name=name, Value=value, Type="String", Overwrite=True)

    def forget_proof(self, service: str) -> None:
        self.aws("ssm").delete_parameter(Name=f"/pairva/{BUILDER}/{service}/proven")

    def create_secret(self) -> None:
        self.aws("secretsmanager").create_secret(Name=f"{self.project.prefix}/session-key", SecretString="s")

    def delete_secret(self) -> None:
        self.aws("secretsmanager").delete_secret(
            SecretId=f"{self.project.prefix}/session-key", ForceDeleteWithoutRecovery=True
        )

    def mark_secret(self) -> None:
        self.aws("secretsmanager").delete_secret(SecretId=f"{self.project.prefix}/session-key", RecoveryWindowInDays=7)

    def restore_secret(self) -> None:
        self.aws("secretsmanager").restore_secret(SecretId=f"{self.project.prefix}/session-key")

    def create_role(self, purpose: str) -> None:
        self.aws("iam").create_role(
            RoleName=f"{self.project.stack}-{purpose}", AssumeRolePolicyDocument=_trust("ecs-tasks.amazonaws.com")
        )

    def trust(self, purpose: str, trusted: str = "ecs-tasks.amazonaws.com") -> None:
        self.aws("iam").update_assume_role_policy(
            RoleName=f"{self.project.stack}-{purpose}", PolicyDocument=_trust(trusted)
        )

    def delete_role(self, purpose: str) -> None:
        self.aws("iam").delete_role(RoleName=f"{self.project.stack}-{purpose}")

    def cut_off(self) -> None:
        """The private subnets lose their way out."""
        self.aws("ec2").delete_route(RouteTableId=self.made["private"], DestinationCidrBlock="0.0.0.0/0")

    def connect(self) -> None:
        self.aws("ec2").create_route(
            RouteTableId=self.made["private"], DestinationCidrBlock="0.0.0.0/0", NatGatewayId=self.made["nat"]
        )

    def create_network(self) -> None:
        ec2 = self.aws("ec2")
        vpc = self.made["vpc"] = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        for position, (side, zone) in enumerate([("public", "a"), ("public", "b"), ("private", "a"), ("private", "b")]):
            subnet = ec2.create_subnet(
                VpcId=vpc, CidrBlock=f"10.9.{position}.0/24", AvailabilityZone=f"us-east-1{zone}"
            )
            self.made[f"{side}-{zone}"] = subnet["Subnet"]["SubnetId"]
        internet = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=internet, VpcId=vpc)
        for side in ("public", "private"):
            table = self.made[side] = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
            for zone in "ab":
                ec2.associate_route_table(RouteTableId=table, SubnetId=self.made[f"{side}-{zone}"])
        ec2.create_route(RouteTableId=self.made["public"], DestinationCidrBlock="0.0.0.0/0", GatewayId=internet)
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        gateway = ec2.create_nat_gateway(SubnetId=self.made["public-a"], AllocationId=address)["NatGateway"]
        self.made["nat"] = gateway["NatGatewayId"]
        self.connect()

    def name_network(self, deployment: dict[str, Any]) -> None:
        deployment["network"] = {
            "vpc": self.made["vpc"],
            "publicSubnets": [self.made["public-a"], self.made["public-b"]],
            "privateSubnets": [self.made["private-a"], self.made["private-b"]],
        }

    def _name_it(self, config: dict[str, Any]) -> None:
        deployment, stack = config["pairva:deployment"], self.project.stack
        deployment.update(builtBy=BUILDER, requireProof=True)
        self.name_network(deployment)
        for service in ("backend", "frontend"):
            del deployment[service]["build"]
            deployment[service]["repository"] = "existing"
        roles = f"arn:aws:iam::{_ACCOUNT}:role/{stack}"
        deployment["backend"].update(executionRole=f"{roles}-execution", taskRole=f"{roles}-task")
        secret = f"arn:aws:secretsmanager:us-east-1:{_ACCOUNT}:secret:{self.project.prefix}/session-key"
        deployment["backend"]["secrets"] = {"SESSION_KEY": secret}


def _trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@dataclass(frozen=True)
class Lack:
    """One prerequisite: how it is taken away and given back, and what preview then says."""

    take: Callable[[World], object]
    give: Callable[[World], object]
    said: str


@contextmanager
def lacking(world: World, *lacks: Lack) -> Generator[None]:
    for each in lacks:
        each.take(world)
    try:
        yield
    finally:
        for each in reversed(lacks):
            each.give(world)


def edited(change: Callable[[dict[str, Any]], None], said: str) -> Lack:
    """Taken away by an edit of the stack file, which then names what is not there; given back by the file before it."""
    before = list[str]()

    def take(world: World) -> None:
        before.append(world.project.stack_file.read_text())
        world.project.change(lambda config: change(config["pairva:deployment"]))

    return Lack(take, lambda world: world.project.stack_file.write_text(before.pop()), said)

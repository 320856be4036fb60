"""A state that is gone, cut off or old, that nobody can decrypt or write: refused, or mended as the README says.

The state is in a bucket with versions, as that of the real stacks.
"""

import shutil
import subprocess
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.machine import Machine
from local.preparation import Toolchain
from tests.engine import readme
from tests.engine.project import UP, Project
from tests.engine.running import Ended

BUCKET = "pairva-state-of-tests"
ASKED_UP = ("up", "--yes", "--non-interactive")


@dataclass(frozen=True)
class Kept:
    """A stack that is up and well, and the object that is its state."""

    project: Project

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "PULUMI_BACKEND_URL": f"s3://{BUCKET}?region=us-east-1&s3ForcePathStyle=true",
            "AWS_ENDPOINT_URL_S3": self.project.machine.endpoint,
        }

    @property
    def key(self) -> str:
        return f".pulumi/stacks/pairva/{self.project.stack}.json"

    def pulumi(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Ended:
        return self.project.pulumi(*arguments, environment={**self.environment, **(environment or {})})

    def planned(self) -> dict[str, str]:
        return self.project.planned(self.environment)

    def state(self) -> bytes:
        return self.project.aws("s3").get_object(Bucket=BUCKET, Key=self.key)["Body"].read()

    def put(self, state: bytes) -> None:
        self.project.aws("s3").put_object(Bucket=BUCKET, Key=self.key, Body=state)

    def version(self) -> str:
        return self.project.aws("s3").head_object(Bucket=BUCKET, Key=self.key)["VersionId"]

    def restore(self, version: str) -> None:
        """By the README: its first command lists the versions, of which `version` is the wanted one; the second takes
        it back, and the third shows what has changed since.
        """
        project = self.project
        names = {"pairva-pulumi-state": BUCKET, "prod": project.stack, "<VersionId>": version}
        listing, taking, looking = readme.commands("If the state is lost", names)
        listed = readme.run_aws(listing, project.aws)
        assert version in [each["VersionId"] for each in listed["Versions"] if each["Key"] == self.key]
        readme.run_aws(taking, project.aws)
        assert readme.run_pulumi(looking, self.pulumi).code == 0

    def there(self) -> dict[str, list[str]]:
        """What of this stack is in AWS, of each kind that could be there twice or be touched."""
        project, prefix = self.project, self.project.prefix
        ec2, elbv2, ecs = project.aws("ec2"), project.aws("elbv2"), project.aws("ecs")
        services = ecs.describe_services(cluster=prefix, services=[f"{prefix}-backend", f"{prefix}-frontend"])
        found: dict[str, list[Any]] = {
            "vpcs": [each["VpcId"] for each in ec2.describe_vpcs()["Vpcs"]],
            "subnets": [each["SubnetId"] for each in ec2.describe_subnets()["Subnets"]],
            "groups": [each["GroupId"] for each in ec2.describe_security_groups()["SecurityGroups"]],
            "rules": [
                each["SecurityGroupRuleId"] for each in ec2.describe_security_group_rules()["SecurityGroupRules"]
            ],
            "balancers": [each["LoadBalancerArn"] for each in elbv2.describe_load_balancers()["LoadBalancers"]],
            "target groups": [each["TargetGroupArn"] for each in elbv2.describe_target_groups()["TargetGroups"]],
            "roles": [each["RoleName"] for each in project.aws("iam").list_roles()["Roles"]],
            "buckets": [each["Name"] for each in project.aws("s3").list_buckets()["Buckets"]],
            "clusters": ecs.list_clusters()["clusterArns"],
            "services": [each["serviceArn"] for each in services["services"]],
            "topics": [each["TopicArn"] for each in project.aws("sns").list_topics()["Topics"]],
        }
        return {kind: sorted(each) for kind, each in found.items()}

    def revisions(self) -> list[str]:
        return sorted(self.project.aws("ecs").list_task_definitions()["taskDefinitionArns"])


@pytest.fixture(scope="module")
def kept(machine: tuple[Machine, Toolchain], tmp_path_factory: pytest.TempPathFactory) -> Generator[Kept]:
    project = Project.create(tmp_path_factory.mktemp("kept"), "kept", *machine)
    kept, s3 = Kept(project), project.aws("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    try:
        assert kept.pulumi("stack", "init", project.stack).code == 0
        assert kept.pulumi(*UP).code == 0
        yield kept
    finally:
        kept.pulumi("destroy", "--yes", "--skip-preview", "--refresh=false", "--non-interactive")
        for each in s3.list_object_versions(Bucket=BUCKET).get("Versions", []):
            s3.delete_object(Bucket=BUCKET, Key=each["Key"], VersionId=each["VersionId"])


def test_without_its_state_a_stack_is_not_there_and_an_empty_one_is_refused_by_name(kept: Kept) -> None:
    good, there, revisions = kept.version(), kept.there(), kept.revisions()
    kept.project.aws("s3").delete_object(Bucket=BUCKET, Key=kept.key)
    gone = kept.pulumi(*ASKED_UP, "--stack", kept.project.stack)
    assert gone.code != 0
    assert "no stack named 'kept' found" in gone.said

    # Somebody helps himself.
    assert kept.pulumi("stack", "init", kept.project.stack).code == 0
    for command in (("preview", "--non-interactive"), ASKED_UP):
        refused = kept.pulumi(*command)
        assert refused.code != 0
        assert "exists already, and the state of this stack does not know it" in refused.said
        assert "if its state was lost, with an earlier one (README, If the state is lost)" in refused.said
        assert "Traceback" not in refused.said
    assert (kept.there(), kept.revisions()) == (there, revisions)

    kept.restore(good)
    assert kept.planned() == {}


def test_a_state_that_is_cut_off_is_refused_and_left_as_it_is(kept: Kept) -> None:
    good, there = kept.version(), kept.there()
    rest = kept.state()[:5000]
    kept.put(rest)
    refused = kept.pulumi(*ASKED_UP)
    assert refused.code != 0
    assert "failed to load checkpoint: " in refused.said
    assert "unexpected end of JSON input" in refused.said
    assert kept.state() == rest
    assert kept.there() == there

    kept.restore(good)
    assert kept.planned() == {}


def test_with_an_older_state_an_up_finds_what_runs_and_makes_nothing_twice(kept: Kept) -> None:
    project, old = kept.project, kept.version()
    version = project.raise_versions()
    assert kept.pulumi(*UP).code == 0
    there, revisions = kept.there(), kept.revisions()

    kept.restore(old)
    assert kept.pulumi(*UP).code == 0
    assert kept.there() == there
    # Of the version that the state did not know, another revision.
    assert len(kept.revisions()) == len(revisions) + 2
    running = {name: project.service(name) for name in ("backend", "frontend")}
    assert {each["taskDefinition"] for each in running.values()}.isdisjoint(revisions)
    for name, each in running.items():
        definition = project.aws("ecs").describe_task_definition(taskDefinition=each["taskDefinition"])
        assert definition["taskDefinition"]["containerDefinitions"][0]["image"].endswith(f"pairva-{name}:{version}")
    assert kept.planned() == {}


@pytest.mark.parametrize("passphrase", ["not the one", ""], ids=["wrong", "empty"])
def test_without_the_passphrase_nothing_begins(kept: Kept, passphrase: str) -> None:
    state, there = kept.state(), kept.there()
    refused = kept.pulumi(*ASKED_UP, environment={"PULUMI_CONFIG_PASSPHRASE": passphrase})
    assert refused.code != 0
    assert "error: getting stack configuration: get stack secrets manager: incorrect passphrase" in refused.said
    assert len(refused.said.splitlines()) == 1
    assert (kept.state(), kept.there()) == (state, there)


def test_a_disk_without_room_for_a_lock_stops_an_up_before_it_begins(kept: Kept, disk: Path) -> None:
    file, there = disk / ".pulumi" / "stacks" / "pairva" / f"{kept.project.stack}.json", kept.there()
    file.parent.mkdir(parents=True)
    state, on_disk = kept.state(), {"PULUMI_BACKEND_URL": disk.as_uri()}
    file.write_bytes(state)
    # The engine's own, without which it does not take the folder for one of states.
    (disk / ".pulumi" / "meta.yaml").write_text("version: 1\n")
    _fill(disk / "ballast")

    refused = kept.project.pulumi(*ASKED_UP, environment=on_disk)
    assert refused.code != 0
    assert "no space left on device" in refused.said
    assert "Traceback" not in refused.said
    assert (file.read_bytes(), kept.there()) == (state, there)

    (disk / "ballast").unlink()
    assert kept.project.planned(on_disk) == {}


@pytest.fixture
def disk(tmp_path: Path) -> Generator[Path]:
    """A small one of its own."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", tmp_path], check=False)
    if mounted.returncode:
        pytest.skip("only root may mount the small disk that is to be full")
    yield tmp_path
    subprocess.run(["umount", "--lazy", tmp_path], check=True)


def _fill(ballast: Path) -> None:
    """Up to the last page."""
    ballast.touch()
    ballast.write_bytes(bytes(shutil.disk_usage(ballast.parent).free))
    assert shutil.disk_usage(ballast.parent).free == 0

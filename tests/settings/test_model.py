"""What follows from the settings: the account, the registry, and each service's part."""

import pytest

from settings.model import Deployment
from settings.stack import Account
from tests.samples import BUILD, Edit, stack


@pytest.mark.parametrize(
    ("region", "partition", "domain"),
    [
        ("us-east-1", "aws", "amazonaws.com"),
        ("ap-southeast-2", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
    ],
)
def test_partition_and_registry_follow_from_the_region(region: str, partition: str, domain: str) -> None:
    edits: list[Edit] = [("us-east-1\n", f"{region}\n"), ("us-east-1a, us-east-1b", f"{region}a, {region}b")]
    assert stack(*edits).account == Account(
        id="039612856036",
        region=region,
        partition=partition,
        registry=f"039612856036.dkr.ecr.{region}.{domain}",
    )


def test_a_registry_of_this_machine_is_used_instead() -> None:
    local = ("logRetentionDays: 30", "logRetentionDays: 30\n    registry: {address: 'localhost:4566'}")
    assert stack(local).account.registry == "localhost:4566"


def test_the_services_are_the_fields_that_are_services_in_their_order() -> None:
    assert Deployment.service_names() == ("backend", "frontend")
    assert list(stack().services) == ["backend", "frontend"]


def test_a_service_knows_its_own_part_and_what_the_stack_says_of_all() -> None:
    sample = stack(("logRetentionDays: 30", "logRetentionDays: 7\n    protect: false"), ("X86_64", "ARM64"))
    frontend = sample.services["frontend"]
    assert (frontend.names.stack, frontend.names.service) == ("test", "frontend")
    assert frontend.own is sample.deployment.frontend
    assert (frontend.log_retention_days, frontend.protect, frontend.architecture) == (7, False, "ARM64")
    assert frontend.account == sample.account
    assert sample.prefix == "pairva-test"


def test_what_a_stack_file_leaves_out_is_safe() -> None:
    sample = stack()
    health, own = sample.deployment.backend.health, sample.deployment.backend
    assert sample.deployment.protect is True
    assert (health.grace_seconds, health.interval_seconds, health.timeout_seconds, health.retries) == (180, 30, 15, 7)
    assert health.codes == "200"
    assert sample.deployment.frontend.writable == []
    assert (own.build, own.digest, own.egress, own.restart) == (None, None, [], None)
    assert (sample.aws.max_retries, sample.aws.skip_requesting_account_id, sample.aws.endpoints) == (5, False, [])


def test_a_build_writes_an_immutable_tag_from_a_dockerfile_unless_told_otherwise() -> None:
    build = stack(BUILD).deployment.backend.build
    assert build is not None
    assert (build.dockerfile, build.args, build.target, build.mutable_tag) == ("Dockerfile", {}, None, False)


SCALING = ("count: 1", "scaling: {min: 2, max: 6, memoryPercent: 70}")


@pytest.mark.parametrize(
    ("edit", "least", "most", "wanted"),
    [(("count: 1", "count: 4"), 4, 4, [4, 4, 4, 4, 4, 4]), (SCALING, 2, 6, [2, 2, 2, 4, 6, 6])],
    ids=["count", "scaling"],
)
def test_how_many_tasks_are_wanted_is_what_ecs_wants_within_what_the_stack_file_allows(
    edit: Edit, least: int, most: int, wanted: list[int]
) -> None:
    service = stack(edit).services["backend"]
    assert (service.least_tasks, service.most_tasks) == (least, most)
    assert [service.wanted_tasks(desired) for desired in (0, 1, 2, 4, 6, 9)] == wanted


def test_nobody_is_let_into_a_container_and_its_root_is_read_only_unless_told_otherwise() -> None:
    sample = stack()
    assert [(each.own.exec, each.own.read_only_root) for each in sample.services.values()] == [(False, True)] * 2
    assert sample.exec_log_group is None


@pytest.mark.parametrize("edit", ["readOnlyRoot: false\n      exec: true", "exec: false"], ids=["on", "off again"])
def test_the_log_of_ecs_exec_stays_when_it_is_turned_off_again(edit: str) -> None:
    sample = stack(("writable: [/tmp]", edit))
    assert sample.exec_log_group == sample.services["frontend"].names.exec_log_group == "/pairva/test/exec"


def test_settings_never_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        stack().deployment.backend.version = "2"  # pyright: ignore[reportAttributeAccessIssue]

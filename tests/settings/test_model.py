"""What follows from the settings: the account, the registry, and each service's part."""

from dataclasses import replace
from typing import Any

import pytest

from settings.model import Deployment, Service
from settings.stack import Account, Registry
from tests.samples import BUILD, Edit, in_region, stack


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
    sample = stack(*in_region(region, partition))
    assert sample.account == Account(id="039612856036", region=region, partition=partition)
    assert sample.registry == Registry(
        account_id="039612856036", region=region, address=f"039612856036.dkr.ecr.{region}.{domain}"
    )


def in_registry(registry: str) -> Edit:
    return ("logRetentionDays: 30", f"logRetentionDays: 30\n    registry: {registry}")


@pytest.mark.parametrize(
    ("written", "account_id", "region", "address"),
    [
        ("{address: 'localhost:4566'}", "039612856036", "us-east-1", "localhost:4566"),
        ("{account: '111111111111'}", "111111111111", "us-east-1", "111111111111.dkr.ecr.us-east-1.amazonaws.com"),
        ("{region: eu-west-1}", "039612856036", "eu-west-1", "039612856036.dkr.ecr.eu-west-1.amazonaws.com"),
        (
            "{account: '111111111111', region: eu-west-1}",
            "111111111111",
            "eu-west-1",
            "111111111111.dkr.ecr.eu-west-1.amazonaws.com",
        ),
    ],
    ids=["this machine", "account", "region", "both"],
)
def test_a_registry_elsewhere_is_used_instead(written: str, account_id: str, region: str, address: str) -> None:
    sample = stack(in_registry(written))
    assert sample.registry == Registry(account_id=account_id, region=region, address=address)
    assert {service.registry for service in sample.services.values()} == {sample.registry}
    assert sample.account == Account(id="039612856036", region="us-east-1", partition="aws")


def test_china_has_a_domain_of_its_own_also_for_another_account() -> None:
    sample = stack(*in_region("cn-north-1"), in_registry("{account: '111111111111', region: cn-northwest-1}"))
    assert sample.registry.address == "111111111111.dkr.ecr.cn-northwest-1.amazonaws.com.cn"


def test_the_roles_that_exist_are_known_by_their_keys() -> None:
    arn = "arn:aws:iam::039612856036:role"
    both = ("port: 3000", f"port: 3000\n      executionRole: {arn}/team/start\n      taskRole: {arn}/run")
    services = stack(both).services
    assert services["backend"].existing_roles == {"executionRole": f"{arn}/team/start", "taskRole": f"{arn}/run"}
    assert services["backend"].execution_role == "start"
    assert services["frontend"].existing_roles == {}
    assert services["frontend"].execution_role == "pairva-test-frontend-execution"


def test_the_services_are_the_fields_that_are_services_in_their_order() -> None:
    assert Deployment.service_names() == ("backend", "frontend")
    assert list(stack().services) == ["backend", "frontend"]


class WithOneMore(Deployment):
    one_more: Service | None = None


@pytest.mark.parametrize("runs", [False, True])
def test_a_stack_runs_the_services_that_its_file_names(runs: bool) -> None:
    two = stack()
    more: dict[str, Any] = {"one_more": two.deployment.frontend} if runs else {}
    three = replace(two, deployment=WithOneMore.model_construct(**vars(two.deployment), **more))
    assert WithOneMore.service_names() == (*Deployment.service_names(), "one_more")
    assert list(three.services) == ["backend", "frontend", *more]


def test_a_service_knows_its_own_part_and_what_the_stack_says_of_all() -> None:
    sample = stack(("logRetentionDays: 30", "logRetentionDays: 7\n    protect: false"), ("X86_64", "ARM64"))
    frontend = sample.services["frontend"]
    assert (frontend.names.stack, frontend.names.service) == ("test", "frontend")
    assert frontend.own is sample.deployment.frontend
    assert (frontend.log_retention_days, frontend.protect, frontend.architecture) == (7, False, "ARM64")
    assert (frontend.account, frontend.registry) == (sample.account, sample.registry)
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

"""What follows from the settings: the account, the registry, and each service's part."""

import pytest

from settings.model import Deployment
from settings.stack import Account
from tests.samples import BUILD, in_region, stack


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
    assert stack(*in_region(region, partition)).account == Account(
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


def test_settings_never_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        stack().deployment.backend.version = "2"  # pyright: ignore[reportAttributeAccessIssue]

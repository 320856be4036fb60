"""What everything is called: released names, which never change."""

import pytest

from settings.names import ServiceNames, TooLong, cluster, dashboard, log_bucket, too_long


@pytest.mark.parametrize(
    ("noun", "name"),
    [
        ("cluster", "pairva-prod"),
        ("family", "pairva-prod-backend"),
        ("execution_role", "pairva-prod-backend-execution"),
        ("task_role", "pairva-prod-backend-task"),
        ("failed_tasks", "pairva-prod-backend-failed-tasks"),
        ("log_group", "/pairva/prod/backend"),
        ("proven", "/pairva/prod/backend/proven"),
        ("released", "/pairva/prod/backend/released"),
        ("release", "pairva-prod-backend-release"),
        ("staged_context", ".images/prod/backend"),
        ("repository", "pairva-backend"),
    ],
)
def test_a_name_follows_from_stack_and_service(noun: str, name: str) -> None:
    assert getattr(ServiceNames(stack="prod", service="backend"), noun) == name


def test_an_alarm_is_named_by_its_service_and_what_it_is_about() -> None:
    assert ServiceNames(stack="prod", service="backend").alarm("crash-loop") == "pairva-prod-backend-crash-loop"


def test_the_cluster_and_the_dashboard_are_named_after_the_stack() -> None:
    assert cluster("staging") == dashboard("staging") == "pairva-staging"


def test_the_log_bucket_is_named_after_the_stack_and_its_account() -> None:
    assert log_bucket("staging", "039612856036") == "pairva-staging-logs-039612856036"


@pytest.mark.parametrize(
    ("length", "told"), [(38, None), (39, TooLong(noun="the name of a bucket", limit=63, excess=1))]
)
def test_a_log_buckets_name_has_63_characters_at_most(length: int, told: TooLong | None) -> None:
    assert len(log_bucket("s" * 38, "039612856036")) == 63
    assert too_long("s" * length, []) == told

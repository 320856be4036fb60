"""What everything is called: released names, which never change."""

import pytest

from settings.names import ServiceNames, cluster


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


def test_the_cluster_is_named_after_the_stack() -> None:
    assert cluster("staging") == "pairva-staging"

"""A service's part in a run."""

import json
from pathlib import Path

import pytest

from report import event_log, run
from report.service import ServiceRun, services
from tests.report.recorded import SERVICES, configured, lines, of, told, written


@pytest.mark.parametrize(
    ("name", "outcomes"),
    [
        ("first", ["good", "good"]),
        ("good", ["good", "good"]),
        ("failed", ["failed", "not asked"]),
        ("refused", ["not asked", "not asked"]),
        ("unbuilt", ["not asked", "not asked"]),
        ("interrupted", ["unanswered", "not known"]),
        ("cancelled", ["good", "not asked"]),
        ("nothing", ["unchanged", "unchanged"]),
    ],
)
def test_the_gate_tells_the_verdict(name: str, outcomes: list[str]) -> None:
    assert [each.outcome for each in told(name)[1]] == outcomes


def test_the_gate_names_what_is_proven_and_what_was() -> None:
    backend, _ = told("good")[1]
    assert backend.wanted == {
        "deployment": backend.proven_before["deployment"],
        "digest": "sha256:3bf6f87a39ef5cb9b4c8d305b4b9a7f7c9c74346dcaa51f947007016a40cf7f1",
        "taskDefinition": "arn:aws:ecs:us-east-1:000000000000:task-definition/pairva-local-backend:2",
        "url": backend.proven_before["url"],
        "version": "1.0.2",
    }
    assert backend.proven_before["version"] == "1.0.1"
    assert told("first")[1][0].proven_before == {}


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("first", ["", ""]),
        ("unbuilt", ["1.0.9", "1.0.2"]),
        ("cancelled", ["pairva-local-backend:6", "1.0.2"]),
    ],
    ids=["nothing", "proven", "a revision that nobody proved"],
)
def test_what_ran_before_is_the_proven_version_or_a_revision(name: str, before: list[str]) -> None:
    assert [each.before for each in told(name)[1]] == before


def test_a_failed_verdict_is_quoted() -> None:
    backend, frontend = told("failed")[1]
    assert backend.error == (
        "1.0.10 does not run: The container backend ended 0 s after its start with exit code 3: a code of the "
        "application's own. 1.0.9 serves 1/1; nothing is down"
    )
    assert backend.serving == "1.0.9 serves 1/1; nothing is down"
    assert (frontend.error, frontend.serving) == ("", "")


def test_a_gate_that_aws_would_not_write_is_quoted_as_the_provider_said_it(tmp_path: Path) -> None:
    events = lines("failed")
    for event in events:
        if event.get("diagnosticEvent", {}).get("severity") == "error":
            event["diagnosticEvent"]["message"] = "putting SSM Parameter: AccessDenied\n  because of a policy\n"
    backend = _services(tmp_path, events)[0]
    assert (backend.outcome, backend.error) == ("failed", "putting SSM Parameter: AccessDenied")


def test_what_is_deleted_before_it_is_made_again_is_made(tmp_path: Path) -> None:
    """A service that is replaced under its own name."""
    events = lines("good")
    for event in events:
        for kind in ("resourcePreEvent", "resOutputsEvent"):
            metadata = event.get(kind, {}).get("metadata", {"op": "", "urn": ""})
            if metadata["urn"].endswith("::backend-service") and metadata["op"] == "update":
                metadata["op"] = "create-replacement"
    first = next(n for n, event in enumerate(events) if '"create-replacement"' in json.dumps(event))
    deleted = json.loads(json.dumps(events[first:]).replace("create-replacement", "delete-replaced"))
    only = [each for each in deleted if "::backend-service" in str(each) and "delete-replaced" in str(each)]
    backend = _services(tmp_path, [*events[:first], *only, *events[first:]])[0]
    assert backend.service is not None
    assert backend.service.operation == "create-replacement"


@pytest.mark.parametrize("deployment", ["[secret]", "[]", "{", 7, None, '{"backend": "x"}', '{"backend": {}}'])
def test_a_configuration_that_says_no_version_is_no_obstacle(deployment: object, tmp_path: Path) -> None:
    events = lines("good")
    events[0]["preludeEvent"]["config"]["pairva:deployment"] = deployment
    assert [each.version for each in _services(tmp_path, events)] == ["version unknown", "version unknown"]


def test_a_service_that_the_stack_does_not_run_is_not_told() -> None:
    assert [each.name for each in services(of("good"), (*SERVICES, "not_run"))] == [*SERVICES]


def test_a_run_whose_log_knows_no_service_tells_all(tmp_path: Path) -> None:
    events = lines("refused")
    configured(events[0], lambda deployment: deployment.clear())
    assert [each.name for each in _services(tmp_path, events)] == [*SERVICES]


def test_a_version_that_yaml_made_a_number_is_shown(tmp_path: Path) -> None:
    events = lines("refused")
    configured(events[0], lambda deployment: deployment["backend"].update(version=1.1))
    assert _services(tmp_path, events)[0].version == "1.1"


def _services(folder: Path, events: list[dict[str, object]]) -> list[ServiceRun]:
    return services(run.of(event_log.events(written(folder / "log", events))), SERVICES)

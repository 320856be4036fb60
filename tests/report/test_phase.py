"""The phases: what belongs to each, when it began and how long it took."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from report import event_log, phase, run
from report.phase import Phase
from report.service import services
from tests.report.recorded import SERVICES, configured, lines, releasing, told, written

DIGEST = "sha256:3bf6f87a39ef…"


def phases(name: str) -> list[Phase]:
    return phase.phases(*told(name))


def outcomes(found: Sequence[Phase]) -> list[str]:
    return [each.outcome for each in found]


def of(folder: Path, events: list[dict[str, Any]]) -> list[Phase]:
    changed = run.of(event_log.events(written(folder / "log", events)))
    return phase.phases(changed, services(changed, SERVICES))


def test_a_good_deployment_goes_through_all_of_them() -> None:
    assert [
        (each.name, each.subject, each.what, each.outcome, each.began and f"{each.began:%M:%S}", each.took)
        for each in phases("good")
    ] == [
        ("Environment verification", "", "what is there, and what the deployment needs", "done", "59:44", _seconds(8)),
        ("Infrastructure", "", "", "unchanged", None, None),
        ("Image build and push", "backend", f"pairva-backend:1.0.2 {DIGEST}", "done", "59:52", _seconds(1)),
        (
            "Image build and push",
            "frontend",
            "pairva-frontend:1.0.2 sha256:a84b9070eb1b…",
            "done",
            "59:52",
            _seconds(1),
        ),
        ("Task-definition registration", "backend", "pairva-local-backend:2", "done", "59:53", _seconds(0)),
        ("Task-definition registration", "frontend", "pairva-local-frontend:2", "done", "59:53", _seconds(0)),
        ("Service update", "backend", "pairva-local-backend:1 → pairva-local-backend:2", "done", "59:53", _seconds(0)),
        (
            *("Service update", "frontend", "pairva-local-frontend:1 → pairva-local-frontend:2", "done"),
            *("59:56", _seconds(0)),
        ),
        ("Verification", "backend", "1.0.2", "done", "59:54", _seconds(2)),
        ("Verification", "frontend", "1.0.2", "done", "59:56", _seconds(4)),
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("first", ["done"] * 10),
        ("nothing", ["done", *["unchanged"] * 9]),
        ("failed", ["done", "unchanged", *["done"] * 5, "not reached", "failed", "not reached"]),
        ("refused", ["failed", *["not reached"] * 9]),
        ("unbuilt", ["done", "unchanged", "done", "failed", "done", "not reached", "done", *["not reached"] * 3]),
        ("interrupted", ["done", "unchanged", *["done"] * 5, "not known", "interrupted", "not known"]),
    ],
)
def test_each_says_how_far_it_came(name: str, expected: list[str]) -> None:
    assert outcomes(phases(name)) == expected


def test_a_release_is_a_phase_of_its_own_before_the_services(tmp_path: Path) -> None:
    found = of(tmp_path, releasing("good"))
    assert [f"{each.name} {each.subject}" for each in found[6:9]] == [
        "Release backend",
        "Service update backend",
        "Service update frontend",
    ]
    assert (found[6].what, found[6].outcome, found[6].took) == ("1.0.2", "done", _seconds(2))


def test_a_release_that_failed_is_where_the_run_ended(tmp_path: Path) -> None:
    found = of(tmp_path, releasing("failed"))
    assert [each.outcome for each in found if each.name == "Release"] == ["failed"]


def test_a_release_that_was_not_reached_says_so(tmp_path: Path) -> None:
    found = of(tmp_path, releasing("unbuilt"))
    assert [each.outcome for each in found if each.name == "Release"] == ["not reached"]


@pytest.mark.parametrize("name", ["first", "good", "failed", "refused", "unbuilt", "interrupted", "cancelled"])
def test_each_is_within_the_run(name: str) -> None:
    recorded, _ = told(name)
    for each in phases(name):
        if each.began and each.took is not None:
            assert recorded.began <= each.began <= each.began + each.took <= recorded.ended


def test_infrastructure_is_all_that_the_services_stand_on() -> None:
    assert phases("first")[1].what == "59 created"


def test_infrastructure_names_what_failed_and_what_was_not_finished(tmp_path: Path) -> None:
    events = [line for line in lines("first") if "summaryEvent" not in line]
    vpc = next(line for line in events if "::pairva-vpc" in str(line.get("resOutputsEvent")))
    vpc["resOpFailedEvent"] = vpc.pop("resOutputsEvent")
    events.remove(next(line for line in events if "::pairva-cluster" in str(line.get("resOutputsEvent"))))
    found = of(tmp_path, events)[1]
    assert (found.what, found.outcome) == ("57 created, pairva-vpc failed, pairva-cluster not finished", "failed")


def test_steps_beside_each_other_count_once_and_pauses_do_not_count(tmp_path: Path) -> None:
    """10 s to 20 s, 12 s to 15 s and 16 s to 25 s are 15 s of work; so far from them, 60 s to 61 s is one more."""
    events = lines("good")[:1]
    for name, began, ended in (("a", 10, 20), ("b", 12, 15), ("c", 16, 25), ("d", 60, 61)):
        for kind, seconds in (("resourcePreEvent", began), ("resOutputsEvent", ended)):
            events.append(
                {
                    "sequence": 1,
                    "timestamp": events[0]["timestamp"] + seconds,
                    kind: {
                        "metadata": {
                            "op": "create",
                            "urn": f"urn:pulumi:local::pairva::aws:sns/topic:Topic::{name}",
                            "type": "aws:sns/topic:Topic",
                            "new": {"custom": True},
                        }
                    },
                }
            )
    found = of(tmp_path, sorted(events, key=lambda event: event["timestamp"]))[1]
    assert (found.what, found.took) == ("4 created", timedelta(seconds=16))


def test_what_is_promoted_is_not_built(tmp_path: Path) -> None:
    events = [line for line in lines("good") if "backend-image" not in str(line)]
    configured(events[0], lambda deployment: deployment["backend"].pop("build"))
    found = of(tmp_path, events)[2]
    assert (found.what, found.outcome, found.took) == (f"1.0.2 {DIGEST}", "promoted", None)


def test_nothing_is_promoted_before_the_program_runs(tmp_path: Path) -> None:
    events = lines("refused")
    configured(events[0], lambda deployment: deployment["backend"].pop("build"))
    assert outcomes(of(tmp_path, events))[2] == "not reached"


def test_what_is_to_be_built_and_was_not_is_not_promoted(tmp_path: Path) -> None:
    events = [line for line in lines("good") if "backend-image" not in str(line)]
    assert outcomes(of(tmp_path, events))[2] == "not reached"


def test_what_is_removed_comes_last_and_is_no_task_definition(tmp_path: Path) -> None:
    """The engine forgets revisions (`delete-replaced`); ECS keeps them."""
    assert "Removal" not in [each.name for each in phases("good")]
    events = lines("good")
    for kind in ("resourcePreEvent", "resOutputsEvent"):
        metadata = {
            "op": "delete",
            "urn": "urn:pulumi:local::pairva::aws:lb/targetGroup:TargetGroup::backend-target",
            "type": "aws:lb/targetGroup:TargetGroup",
            "old": {"custom": True},
        }
        events.insert(-2, {**events[-2], kind: {"metadata": metadata}, "summaryEvent": None})
    found = of(tmp_path, events)
    last = found[-1]
    assert found[1].outcome == "unchanged"
    assert (last.name, last.what, last.outcome) == ("Removal", "backend-target", "done")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "under 1 s"), (1, "1 s"), (59, "59 s"), (60, "1 min"), (99, "1 min 39 s"), (7200, "120 min")],
)
def test_durations_are_told_as_the_team_tells_them(seconds: int, words: str) -> None:
    assert phase.spoken(_seconds(seconds)) == words


def _seconds(number: int) -> timedelta:
    return timedelta(seconds=number)

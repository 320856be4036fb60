"""What a reviewer is told of a command that runs before a service changes."""

import json
from dataclasses import replace
from typing import Any

import pytest

from review import duration, label, release, service
from review.service import Row
from review.unknown import UNKNOWN
from settings.stack import Stack
from tests.review.steps import Step, create, delete, deployed, planned, refresh, update
from tests.review.test_duration import GIVES_UP, stack

BEFORE = {"taskDefinition": "f:1", "version": "1.0.1", "command": ["migrate", "--to", "a b"]}


def with_release(*words: str) -> Stack:
    found = stack()
    backend = found.deployment.backend
    assert backend
    changed = backend.model_copy(update={"release": list(words) or None})
    return replace(found, deployment=found.deployment.model_copy(update={"backend": changed}))


def gate(value: Any) -> dict[str, Any]:
    return {"name": "/pairva/test/backend/released", "insecureValue": value}


def moved(value: Any = UNKNOWN) -> Step:
    """The gate of a service that was released before."""
    return update("ssm/parameter", "backend-released", gate(json.dumps(BEFORE)), gate(value))


def rows(stack: Stack | None, *steps: Step) -> list[Row]:
    return [row for row in service.rows(planned(*steps), "backend", stack) if row.what == "release"]


def test_a_first_one_is_a_row_and_a_label() -> None:
    begun = create("ssm/parameter", "backend-released", gate(UNKNOWN))
    assert rows(with_release("migrate"), begun) == [Row("release", None, "migrate")]
    (found,) = label.releases(planned(begun), ["backend", "frontend"], with_release("migrate"))
    assert (found.kind, found.about) == ("release", "backend")
    assert found.why == "migrate runs once before the service changes; no rollback undoes what it does"


def test_another_command_is_shown_beside_the_one_before_as_a_shell_takes_it() -> None:
    assert rows(with_release("migrate", "--all"), moved()) == [
        Row("release", "migrate --to 'a b'", "migrate --all"),
    ]


def test_the_same_command_for_another_version_is_a_label_and_no_row() -> None:
    same = with_release(*BEFORE["command"])
    assert rows(same, *deployed(), moved()) == []
    (found,) = label.releases(planned(moved()), ["backend"], same)
    assert found.why.startswith("migrate --to 'a b' runs once before the service changes")


def test_where_the_settings_are_not_known_the_command_is_the_one_before() -> None:
    assert rows(None, moved()) == []
    begun = create("ssm/parameter", "backend-released", gate(UNKNOWN))
    assert [each.why[:17] for each in label.releases(planned(begun), ["backend"], None)] == ["its command runs "]


def test_one_that_goes_is_a_row_and_runs_no_more() -> None:
    gone = delete("ssm/parameter", "backend-released", gate(json.dumps(BEFORE)))
    assert rows(with_release(), gone) == [Row("release", "migrate --to 'a b'", None)]
    assert not release.runs(planned(gone), "backend")
    assert list(label.releases(planned(gone), ["backend"], with_release())) == []
    assert list(label.deletions(planned(gone))) == []


def test_it_takes_nobody_knows_how_long_and_half_an_hour_at_most() -> None:
    found = duration.of(planned(*deployed(), moved()), with_release("migrate"))
    assert found
    assert str(found) == "about 2 min plus the release of backend"
    assert found.most_seconds == GIVES_UP + 1800


def test_a_release_that_succeeded_is_no_proof_of_the_version() -> None:
    """Its gate stands beside the verdict's, and says the new version while the verdict is bad."""
    ahead = {"insecureValue": json.dumps({"taskDefinition": "a/f:2", "version": "1.0.2"})}
    proven = {"insecureValue": json.dumps({"taskDefinition": "a/f:1", "version": "1.0.1"})}
    plan = planned(
        refresh("ecs/taskDefinition", "backend-definition", {}, outputs={"arn": "a/f:2"}),
        refresh("ssm/parameter", "backend-proven", proven),
        refresh("ssm/parameter", "backend-released", ahead),
    )
    found = service.proof(plan, "backend")
    assert found
    assert (found.version, found.is_stale) == ("1.0.1", True)


@pytest.mark.parametrize("value", [None, UNKNOWN, "[]", '{"command": "sh"}', '{"command": []}', "{"])
def test_a_gate_that_somebody_wrote_names_no_command(value: Any) -> None:
    plan = planned(update("ssm/parameter", "backend-released", gate(value), gate("{}")))
    assert release.commands(plan, "backend", None) == (None, None)

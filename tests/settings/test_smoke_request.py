"""The smoke request of a service: its values, and that the load balancer leads it there."""

from pathlib import Path

import pytest

from finding import Finding
from settings.health import Smoke
from tests.samples import Edit, faults, stack

BACKEND, FRONTEND = "pairva:deployment.backend", "pairva:deployment.frontend"
PLACES = 'write "json:version" (a key of its JSON, build.version within another), "header:X-Version", or "body"'
FRONTENDS = "health: {path: /, command: [CMD, python3, /app/health.py]}"


def of_backend(smoke: str) -> Edit:
    return "      environment:\n", f"      smoke: {{{smoke}}}\n      environment:\n"


def of_frontend(smoke: str) -> Edit:
    return FRONTENDS, f"{FRONTENDS}\n      smoke: {{{smoke}}}"


def place(smoke: str) -> str | None:
    settings = stack(of_backend(smoke)).deployment.backend.smoke
    assert settings is not None
    return settings.version


def test_a_service_without_a_smoke_request_is_asked_nothing() -> None:
    assert stack().deployment.backend.smoke is None


def test_a_smoke_request_wants_200_and_no_version_unless_told_otherwise() -> None:
    assert stack(of_backend("path: /api/version")).deployment.backend.smoke == Smoke(
        path="/api/version", status=200, version=None
    )


@pytest.mark.parametrize(
    "named", ["json:version", "json:build.version", "json:a_b-c.0", "header:X-Version", "header:etag", "body"]
)
def test_a_version_may_stand_in_a_json_key_a_header_or_the_body(named: str) -> None:
    assert place(f'path: /api/version, version: "{named}"') == named


@pytest.mark.parametrize(
    "named", ["", "json", "json:", "json:.a", "json:a.", "json:a b", "header:", "header:X_V", "body:x", "Body"]
)
def test_a_version_stands_nowhere_else(named: str, tmp_path: Path) -> None:
    assert faults(tmp_path, of_backend(f'path: /api/version, version: "{named}"')) == [
        Finding(
            where=f"Pulumi.test.yaml:23: {BACKEND}.smoke.version",
            what="is not a place in an answer",
            found=f'"{named}"',
            remedy=PLACES,
        )
    ]


@pytest.mark.parametrize(("status", "what"), [(199, "is below 200"), (600, "is above 599")])
def test_a_status_that_ends_no_answer_is_refused(status: int, what: str, tmp_path: Path) -> None:
    assert faults(tmp_path, of_backend(f"path: /api/version, status: {status}")) == [
        Finding(
            where=f"Pulumi.test.yaml:23: {BACKEND}.smoke.status",
            what=what,
            found=str(status),
            remedy="write 200 to 599",
        )
    ]


@pytest.mark.parametrize("status", [200, 301, 599])
def test_a_status_that_ends_an_answer_is_taken(status: int, tmp_path: Path) -> None:
    assert faults(tmp_path, of_backend(f"path: /api/version, status: {status}")) == []


@pytest.mark.parametrize("path", ["/api/", "/api/version", "/api/a/b"])
def test_a_path_that_the_balancer_leads_to_the_service_is_taken(path: str, tmp_path: Path) -> None:
    assert faults(tmp_path, of_backend(f"path: {path}"), of_frontend("path: /")) == []


def test_a_path_that_the_balancer_leads_to_another_service_is_refused(tmp_path: Path) -> None:
    assert faults(tmp_path, of_backend("path: /version"), of_frontend("path: /api/version")) == [
        Finding(
            where=f"Pulumi.test.yaml:23: {BACKEND}.smoke.path",
            what="is a path that the load balancer leads to frontend (/*)",
            found="/version",
            remedy="ask for one that it leads to backend (/api/*)",
        ),
        Finding(
            where=f"Pulumi.test.yaml:38: {FRONTEND}.smoke.path",
            what="is a path that the load balancer leads to backend (/api/*)",
            found="/api/version",
            remedy="ask for one that it leads to frontend (/*)",
        ),
    ]


def test_a_path_that_the_balancer_leads_nowhere_is_refused(tmp_path: Path) -> None:
    assert faults(tmp_path, ("path: /*", "path: /app/*"), of_frontend("path: /")) == [
        Finding(
            where=f"Pulumi.test.yaml:37: {FRONTEND}.smoke.path",
            what="is a path that the load balancer leads to no service",
            found="/",
            remedy="ask for one that it leads to frontend (/app/*)",
        )
    ]


def test_a_worker_cannot_be_asked(tmp_path: Path) -> None:
    worker = ("      path: /api/*\n", "      smoke: {path: /version}\n")
    assert faults(tmp_path, worker) == [
        Finding(
            where=f"Pulumi.test.yaml:16: {BACKEND}.smoke",
            what="is asked through the load balancer, which leads nothing to a service without a path",
            remedy="give the service a path, or remove smoke",
        )
    ]


@pytest.mark.parametrize(
    ("edits", "wheres"),
    [
        ([of_backend("path: version")], [f"23: {BACKEND}.smoke.path"]),
        ([of_backend("path: 5")], [f"23: {BACKEND}.smoke.path"]),
        ([of_backend("status: 200")], [f"23: {BACKEND}.smoke.path"]),
        ([("      environment:\n", "      smoke: /version\n      environment:\n")], [f"23: {BACKEND}.smoke"]),
        ([of_backend("path: /api/version"), ("path: /api/*", "path: api/*")], [f"16: {BACKEND}.path"]),
        ([of_backend("path: /api/version"), ("path: /api/*", "path: 5")], [f"16: {BACKEND}.path"]),
    ],
    ids=["no path", "a number", "none", "no table", "the service's is no pattern", "the service's is a number"],
)
def test_what_the_models_have_named_is_not_named_twice(edits: list[Edit], wheres: list[str], tmp_path: Path) -> None:
    assert [each.where for each in faults(tmp_path, *edits)] == [f"Pulumi.test.yaml:{where}" for where in wheres]

"""Which listener rule is tried first, and which service a request reaches."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings.routing import answering, rule_priority

PATHS = st.text("abcxyz0189/_.~$@*?-", max_size=127).map(lambda rest: f"/{rest}")


@given(PATHS)
def test_every_path_has_a_priority_that_elastic_load_balancing_takes(path: str) -> None:
    assert 1 <= rule_priority(path) <= 50000


@given(PATHS, PATHS)
def test_the_longer_path_is_tried_first(one: str, other: str) -> None:
    if len(one) > len(other):
        assert rule_priority(one) < rule_priority(other)


@pytest.mark.parametrize(("path", "priority"), [("/*", 49413), ("/api/*", 47622)])
def test_a_released_priority_never_changes(path: str, priority: int) -> None:
    assert rule_priority(path) == priority


@pytest.mark.parametrize("choose", [min, max])
def test_the_shortest_and_the_longest_path_stay_in_bounds(choose: Callable[..., int]) -> None:
    lengths = choose(rule_priority("/" + "a" * extra) for extra in (0, 127))
    assert 1 <= lengths <= 49920


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/", "page"),
        ("/api", "page"),
        ("/API/version", "page"),
        ("/api/", "interface"),
        ("/api/a/b/c", "interface"),
        ("/api/v1/x", "first"),
        ("/api/v12/x", "interface"),
        ("/api/v/x", "interface"),
    ],
)
def test_a_request_reaches_the_service_whose_rule_is_tried_first_of_those_that_match(path: str, service: str) -> None:
    patterns = {"page": "/*", "interface": "/api/*", "first": "/api/v?/*"}
    assert answering(path, patterns) == service
    assert answering(path, dict(reversed(patterns.items()))) == service


@pytest.mark.parametrize("path", ["/", "/api", "/apixversion", "/api/version/", "x/api/version"])
def test_a_request_that_no_pattern_matches_reaches_nobody(path: str) -> None:
    assert answering(path, {"backend": "/api/version", "frontend": "/a.i/*"}) is None


def test_a_query_does_not_lead_a_request() -> None:
    patterns = {"backend": "/api/health", "frontend": "/*"}
    assert answering("/api/health?deep=1", patterns) == "backend"

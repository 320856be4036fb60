"""Which listener rule is tried first."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings.routing import rule_priority

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

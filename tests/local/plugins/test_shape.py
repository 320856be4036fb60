from typing import Any

import pytest

from local.plugins.shape import JSON, SetOf, Shape, faults, same, seen
from local.plugins.wire import UNKNOWN


@pytest.mark.parametrize(
    ("shape", "value", "expected"),
    [
        (str, 80, ["x must be of type str, not 80"]),
        (int, "80", ["x must be of type int, not '80'"]),
        (bool, "true", ["x must be of type bool, not 'true'"]),
        (JSON, {}, ["x must be of type str, not {}"]),
        ([str], "a", ["x must be of type list, not 'a'"]),
        ([str], ["a", 1], ["x[1] must be of type str, not 1"]),
        ({"path": str}, {"path": "/", "pth": "/"}, ["x.pth is new"]),
        (SetOf({"path": str}), [{"pth": "/"}], ["x[0].pth is new"]),
        ({"path": str}, "/", ["x must be of type dict, not '/'"]),
        (SetOf(str), ["a"], []),
        (int, UNKNOWN, []),
    ],
)
def test_what_does_not_fit_is_named_by_its_path(shape: Shape, value: Any, expected: list[str]) -> None:
    assert list(faults(shape, value, "x", "is new")) == expected


def test_a_json_document_is_the_same_in_another_layout() -> None:
    assert same(JSON, '{"a": [1, 2], "b": 1}', '{"b":1,"a":[1,2]}')
    assert not same(JSON, '{"a": [1, 2]}', '{"a": [2, 1]}')


def test_the_order_of_a_set_is_no_difference() -> None:
    assert same(SetOf({"name": str}), [{"name": "a"}, {"name": "b"}], [{"name": "b"}, {"name": "a"}])
    assert not same([str], ["a", "b"], ["b", "a"])


def test_an_unknown_value_always_differs() -> None:
    assert not same(str, UNKNOWN, UNKNOWN)
    assert not same([str], [UNKNOWN], [UNKNOWN])


def test_a_refresh_only_looks_at_the_fields_that_the_program_sets() -> None:
    shape = {"path": str, "port": str, "timeout": int}

    assert seen(shape, {"path": "/"}, {"path": "/", "port": "80", "timeout": 5}) == {"path": "/"}
    assert seen(shape, {"path": "/", "port": "80"}, {"path": "/other", "timeout": 5}) == {"path": "/other"}


def test_a_refresh_keeps_the_order_of_a_set_that_did_not_change() -> None:
    shape = SetOf({"name": str, "port": int})
    a, b, c = ({"name": name, "port": 80} for name in "abc")

    assert seen(shape, [b, a], [a, b]) == [b, a]
    assert seen(shape, [b, a], [a, c]) == [a, c]


def test_a_refresh_of_tags_shows_those_that_somebody_added() -> None:
    assert seen(dict, {"a": "1"}, {"a": "1", "b": "2"}) == {"a": "1", "b": "2"}

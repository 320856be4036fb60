from typing import Any

import pytest

from local.plugins.shape import JSON, SetOf, Shape, differences, faults, same, seen
from local.plugins.wire import UNKNOWN


@pytest.mark.parametrize(
    ("shape", "value", "expected"),
    [
        (str, 80, ["x must be a string, not 80"]),
        (int, "80", ["x must be a whole number, not '80'"]),
        (int, True, ["x must be a whole number, not True"]),
        (bool, "true", ["x must be true or false, not 'true'"]),
        (dict, {"a": 1}, ["x must be a map of strings, not {'a': 1}"]),
        ([str], "a", ["x must be a list, not 'a'"]),
        ([str], ["a", 1], ["x[1] must be a string, not 1"]),
        ({"path": str}, {"path": "/", "pth": "/"}, ["x.pth is new"]),
        ([{"path": str}], [{"pth": "/"}], ["x[0].pth is new"]),
        ({"path": str}, "/", ["x must be an object, not '/'"]),
        (JSON, "{", ["x does not have the form it needs: Expecting property name enclosed in double quotes"]),
        (SetOf(str), ["a"], []),
        (int, UNKNOWN, []),
    ],
)
def test_what_does_not_fit_is_named_by_its_path(shape: Shape, value: Any, expected: list[str]) -> None:
    found = list(faults(shape, value, "x", "is new"))

    assert [reason.partition(": line")[0] for reason in found] == expected


def test_a_json_document_is_the_same_in_another_layout() -> None:
    assert same(JSON, '{"a": [1, 2], "b": 1}', '{"b":1,"a":[1,2]}')
    assert not same(JSON, '{"a": [1, 2]}', '{"a": [2, 1]}')


def test_the_order_of_a_set_is_no_difference() -> None:
    assert same(SetOf({"name": str}), [{"name": "a"}, {"name": "b"}], [{"name": "b"}, {"name": "a"}])
    assert not same([str], ["a", "b"], ["b", "a"])


def test_an_unknown_value_always_differs() -> None:
    assert not same(str, UNKNOWN, UNKNOWN)
    assert not same([str], [UNKNOWN], [UNKNOWN])


def test_differences_carry_the_path_that_pulumi_writes() -> None:
    shape = {"check": {"path": str, "port": str}, "tags": dict, "actions": [{"type": str}]}
    old = {"check": {"path": "/", "port": "1"}, "tags": {"a": "1", "b.c": "2"}, "actions": [{"type": "x"}]}
    new = {"check": {"path": "/new"}, "tags": {"a": "1", "b.c": "3", "d": "4"}, "actions": [{"type": "y"}]}

    assert dict(differences(shape, old, new, "")) == {
        "check.path": "update",
        "check.port": "delete",
        'tags["b.c"]': "update",
        "tags.d": "add",
        "actions[0].type": "update",
    }


def test_a_refresh_only_looks_at_the_fields_that_the_program_sets() -> None:
    shape = {"path": str, "port": str, "timeout": int}

    assert seen(shape, {"path": "/"}, {"path": "/", "port": "80", "timeout": 5}) == {"path": "/"}
    assert seen(shape, {"path": "/", "port": "80"}, {"path": "/other", "timeout": 5}) == {"path": "/other"}


def test_a_refresh_keeps_the_order_of_a_set_and_shows_what_came_or_went() -> None:
    shape = SetOf({"name": str, "port": int})
    a, b, c = ({"name": name, "port": 80} for name in "abc")

    assert seen(shape, [b, a], [a, b]) == [b, a]
    assert seen(shape, [b, a], [a, c]) == [a, c]


def test_a_refresh_of_tags_shows_those_that_somebody_added() -> None:
    assert seen(dict, {"a": "1"}, {"a": "1", "b": "2"}) == {"a": "1", "b": "2"}

"""What differs, field by field: never a blob."""

import json
from typing import Any

import pytest

from review.difference import Difference, between
from review.unknown import UNKNOWN
from tests.review.steps import policy


def fields(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    return [(each.path, each.old, each.new) for each in between(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": "1"}, {"a": 1}, []),
        ({"a": []}, {}, []),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, []),
        ({"__defaults": ["a"]}, {"__defaults": []}, []),
        ({"a": None}, {"a": ""}, [("a", None, "(empty)")]),
        ({"a": True}, {"a": False}, [("a", "true", "false")]),
        ({"a": {"b": 1}}, {"a": {"c": 2}}, [("a.c", None, "2"), ("a.b", "1", None)]),
        ({"command": ["x", "y"]}, {"command": ["y", "x"]}, [("command", "x y", "y x")]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, [("a.b", "1", "2")]),
        (
            {"a": [{"b": 1}, {"b": 2}]},
            {"a": [{"b": 1}, {"b": 3}]},
            [("a[1].b", "2", "3")],
        ),
        (
            {
                "j": json.dumps(
                    [{"name": "x", "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]}]
                )
            },
            {"j": json.dumps([{"name": "x", "environment": [{"name": "B", "value": "3"}]}])},
            [("j.x.environment.B", "2", "3"), ("j.x.environment.A", "1", None)],
        ),
        (
            {"a": [{"capacityProvider": "X", "weight": 1}, {"capacityProvider": "Y", "weight": 2}]},
            {"a": [{"capacityProvider": "Y", "weight": 3}, {"capacityProvider": "X", "weight": 1}]},
            [("a.Y.weight", "2", "3")],
        ),
        ({"a": "x"}, {"a": UNKNOWN}, [("a", "x", "(known after up)")]),
        ({"a": "x"}, {"a": f"r@{UNKNOWN}"}, [("a", "x", "r@(known after up)")]),
        ({"a": json.dumps({"b": 1, "c": 2})}, {"a": UNKNOWN}, [("a", "…", "(known after up)")]),
        ({"a": "{no json"}, {"a": "[either"}, [("a", "{no json", "[either")]),
    ],
)
def test_each_field_that_differs_is_named_with_both_texts(
    old: dict[str, Any], new: dict[str, Any], expected: list[tuple[str, str | None, str | None]]
) -> None:
    assert fields(old, new) == expected


def test_a_policy_is_what_it_grants() -> None:
    old = {"policy": policy("s3:Get", "s3:List", resource="a")}
    new = {"policy": policy("s3:Get", "s3:Put", "s3:Tag", resource="a", Condition={"Bool": {"aws:Secure": "true"}})}
    assert fields(old, new) == [
        ("policy", "s3:Get, s3:List on a", None),
        ("policy", None, "s3:Get, s3:Put, s3:Tag on a if aws:Secure Bool true"),
    ]


def test_a_policy_that_is_only_written_otherwise_grants_the_same() -> None:
    one = json.dumps({"Statement": {"Effect": "Allow", "Action": "s3:Get", "Resource": ["b", "a"]}})
    other = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": ["s3:Get"], "Resource": each} for each in "ab"],
        }
    )
    assert between({"policy": one}, {"policy": other}) == []


def body(*titles: str) -> dict[str, str]:
    return {"dashboardBody": json.dumps({"widgets": [{"type": "metric", "title": title} for title in titles]})}


def test_a_dashboard_is_one_field_however_many_of_its_widgets_move() -> None:
    one, other = fields(body("a", "b"), body("new", "a", "b")), fields(body("a", "b"), body("b", "a"))
    assert one == [("dashboardBody", "2 widgets (499c386)", "3 widgets (da6b829)")]
    assert other == [("dashboardBody", "2 widgets (499c386)", "2 widgets (3cde38a)")]


def test_a_dashboard_that_is_only_written_otherwise_is_the_same() -> None:
    one, other = ('{"start": "-PT3H", "widgets": []}', '{ "widgets": [], "start": "-PT3H" }')
    assert fields({"dashboardBody": one}, {"dashboardBody": other}) == []


def test_a_dashboard_that_is_not_known_yet_was_one_before() -> None:
    assert fields(body("a"), {"dashboardBody": UNKNOWN}) == [
        ("dashboardBody", "1 widgets (43a56db)", "(known after up)")
    ]


def test_what_a_statement_excludes_is_said() -> None:
    statement = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*", "Principal": "*"}
    assert between({}, {"policy": json.dumps({"Statement": [statement]})}) == [
        Difference(path="policy", old=None, new="NOT iam:* on * by *")
    ]

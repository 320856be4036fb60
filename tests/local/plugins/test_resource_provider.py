"""The provider with a type of its own, whose world is a dictionary."""

from collections.abc import Callable

import pytest

from local.plugins.resource import Plugin
from local.plugins.wire import UNKNOWN, from_struct
from tests.local.plugins.engine_calls import Calls, RefusedError
from tests.local.plugins.toy_plugin import PLUGIN, THING


@pytest.fixture
def test_engine(calls_of: Callable[[Plugin], Calls]) -> Calls:
    calls = calls_of(PLUGIN)
    calls.configure(region="here")
    return calls


def test_a_type_that_is_not_implemented_is_named(test_engine: Calls) -> None:
    with pytest.raises(RefusedError, match=r"^resource type test:index:Other is not implemented by the stand-in for"):
        test_engine.check("test:index:Other", "x", {})


def test_an_input_that_is_not_implemented_is_named_with_its_type(test_engine: Calls) -> None:
    assert test_engine.refusals(THING, "x", {"size": 1, "colour": "red"}) == [
        "colour of test:index:Thing is not implemented by the stand-in for pulumi-test 1.2.3"
    ]


def test_a_value_that_is_not_implemented_is_named_with_its_input(test_engine: Calls) -> None:
    assert test_engine.refusals(THING, "x", {"size": 1, "wait": True}) == [
        "wait True of test:index:Thing is not implemented by the stand-in for pulumi-test 1.2.3"
    ]


def test_every_fault_is_told_at_once(test_engine: Calls) -> None:
    assert test_engine.refusals(THING, "x", {"kind": 1}) == ["kind must be of type str, not 1", "size is required"]


def test_a_function_or_argument_that_is_not_implemented_is_named(test_engine: Calls) -> None:
    with pytest.raises(RefusedError, match="function test:index:lose is not implemented"):
        test_engine.invoke("test:index:lose", {})
    with pytest.raises(RefusedError, match=r"^where of test:index:find is not implemented .*; name is required$"):
        test_engine.invoke("test:index:find", {"where": "there"})


def test_secret_results_of_a_function_are_marked(test_engine: Calls) -> None:
    answer = getattr(test_engine.invoke("test:index:find", {"name": "n"}), "return")

    assert answer.fields["password"].WhichOneof("kind") == "struct_value"
    assert from_struct(answer) == {"name": "n", "password": "p"}


def test_a_configuration_key_that_is_not_implemented_is_named(test_engine: Calls) -> None:
    assert test_engine.check_config(region="here", profile="p", version="1.2.3") == [
        "profile of provider test is not implemented by the stand-in for pulumi-test 1.2.3"
    ]


def test_configuration_arrives_as_text_and_is_checked_in_its_own_type(test_engine: Calls) -> None:
    assert test_engine.check_config(retries="3", skip="true", tags='{"tags": {"a": "b"}}') == []
    assert test_engine.check_config(retries="many", tags='{"keys": []}') == [
        "retries must be of type int, not 'many'",
        "tags.keys of provider test is not implemented by the stand-in for pulumi-test 1.2.3",
    ]


def test_a_name_is_chosen_and_kept(test_engine: Calls) -> None:
    first = test_engine.checked(THING, "box", {"size": 1})
    again = test_engine.checked(THING, "box", {"size": 2}, olds=first)

    assert first == {"size": 1, "name": "box-19b2585", "__defaults": ["name"]}
    assert again["name"] == "box-19b2585"


def test_a_name_that_the_program_no_longer_gives_is_not_kept(test_engine: Calls) -> None:
    given = test_engine.checked(THING, "box", {"size": 1, "name": "mine"})

    assert test_engine.checked(THING, "box", {"size": 1}, olds=given)["name"] == "box-19b2585"


def test_a_name_that_would_be_too_long_is_refused(test_engine: Calls) -> None:
    assert test_engine.refusals(THING, "container", {"size": 1}) == [
        "name 'container-' plus 7 random chars is longer than maximum length 16"
    ]


def test_only_what_forces_it_is_a_replacement(test_engine: Calls) -> None:
    old = {"size": 1, "kind": "small", "tags": {"a": "1"}}
    new = {"size": 2, "kind": "large", "tags": {"a": "1", "b": "2"}}

    assert test_engine.differences(THING, old, new) == {"size": "update", "kind": "replace", "tags": "update"}


def test_no_difference_says_so(test_engine: Calls) -> None:
    response = test_engine.diff(THING, {"size": 1, "policy": '{"a": 1}'}, {"size": 1, "policy": '{"a":1}'})

    assert response.changes == response.DIFF_NONE


def test_a_replacement_of_something_with_a_name_of_its_own_deletes_first(test_engine: Calls) -> None:
    given = {"name": "mine", "kind": "small"}
    chosen = {**given, "__defaults": ["name"]}

    assert test_engine.diff(THING, given, {**given, "kind": "large"}).deleteBeforeReplace is True
    assert test_engine.diff(THING, chosen, {**chosen, "kind": "large"}).deleteBeforeReplace is False


def test_a_preview_of_a_creation_leaves_computed_outputs_unknown(test_engine: Calls) -> None:
    response = test_engine.create(THING, {"size": 1, "__defaults": []}, preview=True)

    assert response.id == ""
    assert from_struct(response.properties) == {"size": 1, "arn": UNKNOWN, "revision": UNKNOWN}
    assert test_engine.provider.session == {}


def test_a_preview_of_an_update_keeps_what_stays_and_leaves_the_rest_unknown(test_engine: Calls) -> None:
    state = {"size": 1, "arn": "arn:thing-1", "revision": 3, "tags": {"a": "1"}}
    change = ({"size": 1, "tags": {"a": "1"}}, {"size": UNKNOWN})

    response = test_engine.update(THING, "thing-1", change, state, preview=True)

    assert from_struct(response.properties) == {"size": UNKNOWN, "arn": "arn:thing-1", "revision": UNKNOWN}


def test_a_creation_answers_what_is_really_there(test_engine: Calls) -> None:
    response = test_engine.create(THING, {"size": 1, "policy": '{"a":1}', "force": True})

    assert response.id == "thing-1"
    assert from_struct(response.properties) == {
        "size": 1,
        "policy": '{"a":1}',
        "force": True,
        "arn": "arn:thing-1",
        "revision": 1,
    }


def test_a_refresh_finds_drift_in_what_was_set_and_only_there(test_engine: Calls) -> None:
    thing = {"size": 9, "kind": "small", "policy": '{"a": 1}', "tags": {"x": "y"}, "arn": "a"}
    test_engine.provider.session["thing-1"] = thing
    inputs = {"size": 1, "kind": "small", "policy": '{"a":1}', "force": True, "__defaults": ["kind"]}

    response = test_engine.read(THING, "thing-1", inputs)

    assert from_struct(response.inputs) == {**inputs, "size": 9}
    assert from_struct(response.properties) == {**thing, "policy": '{"a":1}', "force": True}


def test_a_refresh_finds_that_an_input_was_taken_away(test_engine: Calls) -> None:
    test_engine.provider.session["thing-1"] = {"size": 1}

    response = test_engine.read(THING, "thing-1", {"size": 1, "tags": {"a": "1"}})

    assert from_struct(response.inputs) == {"size": 1}


def test_reading_what_is_gone_answers_without_an_id(test_engine: Calls) -> None:
    assert test_engine.read(THING, "thing-1", {"size": 1}).id == ""


def test_a_fault_of_our_own_shows_where_it_is(test_engine: Calls) -> None:
    with pytest.raises(RefusedError, match="in update"):
        test_engine.update(THING, "absent", ({}, {}), {})

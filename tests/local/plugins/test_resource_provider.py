"""The provider with a type of its own, whose world is a dictionary."""

from collections.abc import Callable
from typing import Any

import pytest

from local.plugins.resource import Plugin
from local.plugins.wire import UNKNOWN, from_struct
from tests.local.plugins.engine_calls import Calls, RefusedError
from tests.local.plugins.toy_plugin import PLUGIN, THING


@pytest.fixture
def test_engine(calls_of: Callable[[Plugin[Any]], Calls]) -> Calls:
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


def test_every_fault_is_told_at_once(test_engine: Calls) -> None:
    assert test_engine.refusals(THING, "x", {"kind": 1}) == ["kind must be a string, not 1", "size is required"]


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
        "provider configuration test:profile is not implemented by the stand-in for pulumi-test 1.2.3"
    ]


def test_configuration_arrives_as_text_and_is_checked_in_its_own_type(test_engine: Calls) -> None:
    assert test_engine.check_config(retries="3", skip="true", tags='{"tags": {"a": "b"}}') == []
    assert test_engine.check_config(retries="many", tags='{"keys": []}') == [
        "retries must be a whole number, not 'many'",
        "tags.keys of test:tags is not implemented by the stand-in for pulumi-test 1.2.3",
    ]


def test_a_name_is_chosen_and_kept(test_engine: Calls) -> None:
    first = test_engine.checked(THING, "box", {"size": 1})
    again = test_engine.checked(THING, "box", {"size": 2}, olds=first)

    assert first == {"size": 1, "kind": "small", "name": "box-19b2585", "__defaults": ["kind", "name"]}
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

    assert test_engine.differences(THING, old, new) == {
        "size": "UPDATE",
        "kind": "UPDATE_REPLACE",
        "tags.b": "ADD",
    }
    assert list(test_engine.diff(THING, old, new).replaces) == ["kind"]


def test_no_difference_says_so(test_engine: Calls) -> None:
    response = test_engine.diff(THING, {"size": 1, "policy": '{"a": 1}'}, {"size": 1, "policy": '{"a":1}'})

    assert response.changes == response.DIFF_NONE
    assert dict(response.detailedDiff) == {}


def test_a_replacement_of_something_with_a_name_of_its_own_deletes_first(test_engine: Calls) -> None:
    given = {"name": "mine", "kind": "small"}
    chosen = {**given, "__defaults": ["name"]}

    assert test_engine.diff(THING, given, {**given, "kind": "large"}).deleteBeforeReplace is True
    assert test_engine.diff(THING, chosen, {**chosen, "kind": "large"}).deleteBeforeReplace is False


def test_no_longer_asking_for_a_computed_input_is_no_difference(test_engine: Calls) -> None:
    assert test_engine.differences(THING, {"size": 1, "zone": "a"}, {"size": 1}) == {}


def test_a_preview_of_a_creation_leaves_computed_outputs_unknown(test_engine: Calls) -> None:
    response = test_engine.create(THING, {"size": 1, "__defaults": []}, preview=True)

    assert response.id == ""
    assert from_struct(response.properties) == {"size": 1, "arn": UNKNOWN, "revision": UNKNOWN, "zone": UNKNOWN}
    assert test_engine.provider.session.things == {}


def test_a_preview_of_an_update_keeps_what_stays_and_leaves_the_rest_unknown(test_engine: Calls) -> None:
    state = {"size": 1, "arn": "arn:thing-1", "revision": 3, "zone": "a", "tags": {"a": "1"}}
    change = ({"size": 1, "tags": {"a": "1"}}, {"size": UNKNOWN})

    response = test_engine.update(THING, "thing-1", change, state, preview=True)

    assert from_struct(response.properties) == {"size": UNKNOWN, "arn": "arn:thing-1", "revision": UNKNOWN, "zone": "a"}


def test_a_creation_answers_what_is_really_there_in_the_programs_words(test_engine: Calls) -> None:
    response = test_engine.create(THING, {"size": 1, "policy": '{"a":1}', "force": True, "zone": "b"})

    assert response.id == "thing-1"
    assert from_struct(response.properties) == {
        "size": 1,
        "policy": '{"a":1}',
        "force": True,
        "zone": "b",
        "arn": "arn:thing-1",
        "revision": 1,
    }


def test_what_exists_but_could_not_be_finished_reaches_the_state(test_engine: Calls) -> None:
    test_engine.provider.session.broken = True

    with pytest.raises(RefusedError, match=r"^no more quota$"):
        test_engine.create(THING, {"size": 1})

    failed = test_engine.unfinished()
    assert (failed.id, list(failed.reasons)) == ("thing-1", ["no more quota"])
    assert from_struct(failed.properties) == {"size": 1, "__unfinished": True}


def test_what_was_not_finished_is_asked_for_again_although_nothing_changed(test_engine: Calls) -> None:
    world = test_engine.provider.session
    world.things["thing-1"], world.broken = {"arn": "a", "revision": 1}, True
    inputs = {"size": 1}

    with pytest.raises(RefusedError, match=r"^no more quota$"):
        test_engine.update(THING, "thing-1", (inputs, inputs), {"size": 1, "__unfinished": True})

    world.broken = False
    response = test_engine.update(THING, "thing-1", (inputs, inputs), {"size": 1, "__unfinished": True})
    assert from_struct(response.properties) == {"size": 1, "arn": "a", "revision": 2}


def test_a_refresh_finds_drift_in_what_was_set_and_only_there(test_engine: Calls) -> None:
    test_engine.provider.session.things["thing-1"] = {"size": 9, "kind": "small", "tags": {"x": "y"}, "arn": "a"}
    inputs = {"size": 1, "kind": "small", "force": True, "zone": "b", "__defaults": ["kind"]}

    response = test_engine.read(THING, "thing-1", inputs)

    assert from_struct(response.inputs) == {**inputs, "size": 9}
    assert from_struct(response.properties) == {
        "size": 9, "kind": "small", "tags": {"x": "y"}, "arn": "a", "force": True, "zone": "b",
    }  # fmt: skip


def test_a_refresh_finds_that_an_input_was_taken_away(test_engine: Calls) -> None:
    test_engine.provider.session.things["thing-1"] = {"size": 1}

    response = test_engine.read(THING, "thing-1", {"size": 1, "tags": {"a": "1"}})

    assert from_struct(response.inputs) == {"size": 1}


def test_reading_what_is_gone_answers_without_an_id(test_engine: Calls) -> None:
    assert test_engine.read(THING, "thing-1", {"size": 1}).id == ""


def test_reading_without_inputs_takes_them_from_what_is_there(test_engine: Calls) -> None:
    test_engine.provider.session.things["thing-1"] = {"size": 4, "arn": "a"}

    assert from_struct(test_engine.read(THING, "thing-1", {}).inputs) == {"size": 4}


def test_deleting_what_is_gone_is_a_success(test_engine: Calls) -> None:
    test_engine.delete(THING, "thing-1", {})


def test_deleting_waits_until_nothing_depends_on_it(test_engine: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    world = test_engine.provider.session
    world.things["thing-1"], world.busy = {}, 2
    waits: list[float] = []
    monkeypatch.setattr(test_engine.provider.cancelled, "wait", waits.append)

    test_engine.delete(THING, "thing-1", {})

    assert (world.things, waits) == ({}, [1, 1])


def test_a_cancelled_deletion_gives_up(test_engine: Calls) -> None:
    test_engine.provider.session.busy = 100
    test_engine.provider.cancelled.set()

    with pytest.raises(RefusedError, match=r"^still in use$"):
        test_engine.delete(THING, "thing-1", {})


def test_a_fault_of_our_own_shows_where_it_is(test_engine: Calls) -> None:
    with pytest.raises(RefusedError, match="in _update"):
        test_engine.update(THING, "absent", ({}, {}), {})

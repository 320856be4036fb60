import pytest
from google.protobuf import struct_pb2

from local.plugins.wire import UNKNOWN, from_struct, to_struct

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"


def test_secrets_are_unwrapped_at_any_depth() -> None:
    struct = struct_pb2.Struct()
    struct["registry"] = {"password": {SIGNATURE: SECRET, "value": "open sesame"}, "server": "localhost"}
    struct["all"] = {SIGNATURE: SECRET, "value": {"port": 80}}

    assert from_struct(struct) == {
        "registry": {"password": "open sesame", "server": "localhost"},
        "all": {"port": 80},
    }


def test_whole_numbers_are_integers_and_nulls_are_left_out() -> None:
    struct = struct_pb2.Struct()
    struct.update({"port": 80, "share": 0.5, "nothing": None, "yes": True, "list": [1, "a"]})

    plain = from_struct(struct)

    assert plain == {"port": 80, "share": 0.5, "yes": True, "list": [1, "a"]}
    assert isinstance(plain["port"], int)


def test_an_unknown_value_stays_what_it_is_both_ways() -> None:
    assert from_struct(to_struct({"arn": UNKNOWN})) == {"arn": UNKNOWN}


def test_secret_outputs_are_marked_for_the_engine() -> None:
    struct = to_struct({"value": "v", "version": 1}, frozenset({"value"}))

    assert struct.fields["value"].struct_value.fields[SIGNATURE].string_value == SECRET
    assert struct.fields["value"].struct_value.fields["value"].string_value == "v"
    assert struct.fields["version"].number_value == 1


def test_a_kind_of_value_that_is_not_implemented_is_named() -> None:
    struct = struct_pb2.Struct()
    struct["code"] = {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "path": "app.zip"}

    with pytest.raises(NotImplementedError, match="c44067f5952c0a294b673a41bacd8c17 is not implemented"):
        from_struct(struct)

"""Pulumi's property values on the wire: protobuf structs to plain Python and back."""

from collections.abc import Set as AbstractSet
from typing import Any, cast

from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

Props = dict[str, Any]

UNKNOWN = rpc.UNKNOWN
"""What a preview sends for a value that is only known once something else was created."""

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET_MARK = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  the protocol's mark of a secret, not a secret


def from_struct(struct: struct_pb2.Struct) -> Props:
    """Plain values in the order of their names: secrets unwrapped, whole numbers as `int`, nulls left out."""
    return _plain(json_format.MessageToDict(struct))


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in cast(list[Any], value)]
    if isinstance(value, dict):
        given = cast(Props, value)
        match given.get(_SIGNATURE):
            case None:
                return {key: _plain(item) for key, item in sorted(given.items()) if item is not None}
            case signature if signature == _SECRET_MARK:
                return _plain(given["value"])
            case signature:
                raise NotImplementedError(f"a property value with the signature {signature} is not implemented")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def to_struct(properties: Props, secrets: AbstractSet[str] = frozenset()) -> struct_pb2.Struct:
    """The opposite of `from_struct`; the properties named in `secrets` are marked secret."""
    struct = struct_pb2.Struct()
    for key, value in properties.items():
        if value is not None:
            struct[key] = {_SIGNATURE: _SECRET_MARK, "value": value} if key in secrets else value
    return struct

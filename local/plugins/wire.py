"""Pulumi's property values on the wire: protobuf structs to plain Python and back."""

from typing import Any

from google.protobuf import struct_pb2

Props = dict[str, Any]

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What a preview sends for a value that is only known once something else was created."""

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET_MARK = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  the protocol's mark of a secret, not a secret


def from_struct(struct: struct_pb2.Struct) -> Props:
    """Plain values in the order of their names: secrets unwrapped, whole numbers as `int`, nulls left out."""
    plain = {key: _from_value(struct.fields[key]) for key in sorted(struct.fields)}
    return {key: value for key, value in plain.items() if value is not None}


def _from_value(value: struct_pb2.Value) -> Any:
    match value.WhichOneof("kind"):
        case "struct_value":
            return _from_object(value.struct_value)
        case "list_value":
            return [_from_value(item) for item in value.list_value.values]
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case _:
            return None


def _from_object(struct: struct_pb2.Struct) -> Any:
    if _SIGNATURE not in struct.fields:
        return from_struct(struct)
    signature = struct.fields[_SIGNATURE].string_value
    if signature != _SECRET_MARK:
        raise NotImplementedError(f"a property value with the signature {signature} is not implemented")
    return _from_value(struct.fields["value"])


def to_struct(properties: Props, secrets: frozenset[str] = frozenset()) -> struct_pb2.Struct:
    """The opposite of `from_struct`; the properties named in `secrets` are marked secret."""
    struct = struct_pb2.Struct()
    for key, value in properties.items():
        if value is not None:
            struct[key] = {_SIGNATURE: _SECRET_MARK, "value": value} if key in secrets else value
    return struct

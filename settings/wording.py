"""What pydantic finds, in our words: https://docs.pydantic.dev/latest/errors/validation_errors"""

from typing import Any

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic_core import ErrorDetails

from settings import keys
from settings.lines import KeyPath, in_file, spelled
from settings.rules import Fault

# There is no value, or nobody can say whether it is a secret.
_NOT_SHOWN = {"missing", "extra_forbidden"}
_MAY_HOLD_SECRETS = {"args", "environment", "release", "secrets"}

_WHAT = {
    "missing": "the key is missing",
    "extra_forbidden": "no such key",
    "string_type": "is not text",
    "string_too_short": "is empty",
    "model_type": "is not a table",
    "dict_type": "is not a table",
    "list_type": "is not a list",
    "int_type": "is not a whole number",
    "int_parsing": "is not a whole number",
    "int_from_float": "is not a whole number",
    "bool_type": "is neither true nor false",
    "literal_error": "is not a value that means something here",
}
_REMEDY = {
    "string_too_short": "write a value",
    "model_type": "write a table of keys here",
    "dict_type": "write a table of keys here",
    "list_type": "write a list, for example [one, two], or [] for none",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "bool_type": "write true or false, without quotes",
}


def faults(errors: list[ErrorDetails]) -> list[Fault]:
    """One for each key: a key that is misspelled is not missing as well."""
    by_location = dict[KeyPath, Fault]()
    for each in errors:
        by_location.setdefault(_location(each), _fault(each))
    unknown = [_location(each) for each in errors if each["type"] == "extra_forbidden"]
    misspelled = {in_file((*location[:-1], keys.meant(location) or "")) for location in unknown}
    missing = {in_file(_location(each)) for each in errors if each["type"] == "missing"}
    return [fault for location, fault in by_location.items() if in_file(location) not in missing & misspelled]


def _fault(details: ErrorDetails) -> Fault:
    kind, context, location = details["type"], details.get("ctx", {}), _location(details)
    hidden = kind in _NOT_SHOWN or not _MAY_HOLD_SECRETS.isdisjoint(location)
    what, remedy = context.get("what"), context.get("remedy")
    if not what:
        what, remedy = _bound(details, location) or (_WHAT.get(kind) or _message(details), _remedy(details, location))
    return Fault(
        location=location, value=details["input"], what=what, remedy=remedy or "", found="" if hidden else None
    )


def _location(details: ErrorDetails) -> KeyPath:
    location = tuple(part for part in details["loc"] if part != "[key]")
    return location if details["type"] == "extra_forbidden" else keys.as_written(location)


def _remedy(details: ErrorDetails, location: KeyPath) -> str:
    path = in_file(location)[:-1]
    table = spelled(path) if path else "config:"
    match details["type"], details["input"]:
        case "missing", _:
            return f"add it to {table}"
        case "extra_forbidden", _:
            meant = keys.meant(location)
            known = spelled(in_file((*location[:-1], meant))[-1:]) if meant else ""
            return f"did you mean {known}?" if known else f"correct its name, or remove it from {table}"
        case "literal_error", _:
            return details["msg"].replace("Input should be", "write")
        case "string_type", float():
            return "write it in quotes: without them YAML makes the number 1.1 of 1.10"
        case "string_type", dict() | list():
            return "write a text here"
        case "string_type", _:
            return "write it in quotes"
        case kind, _:
            return _REMEDY.get(kind) or f"{_message(details)}: correct it"


def _bound(details: ErrorDetails, location: KeyPath) -> tuple[str, str] | None:
    """What a value outside its bounds is, and what they are; both are said, whichever it missed."""
    context, bounds = details.get("ctx", {}), keys.bounds(location)
    match details["type"]:
        case "greater_than_equal":
            return f"is below {context['ge']}", f"write {_range(bounds)}"
        case "less_than_equal":
            return f"is above {context['le']}", f"write {_range(bounds)}"
        case "too_short" | "too_long":
            return f"has {_items(len(details['input']))}", f"list {_length(bounds)}"
        case _:
            return None


def _range(bounds: list[Any]) -> str:
    least = next((each.ge for each in bounds if isinstance(each, Ge)), None)
    most = next((each.le for each in bounds if isinstance(each, Le)), None)
    return f"at least {least}" if most is None else f"at most {most}" if least is None else f"{least} to {most}"


def _length(bounds: list[Any]) -> str:
    least = next((each.min_length for each in bounds if isinstance(each, MinLen)), 0)
    most = next((each.max_length for each in bounds if isinstance(each, MaxLen)), None)
    return _items(least) if least == most else f"at least {_items(least)}" if most is None else f"{least} to {most}"


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"


def _message(details: ErrorDetails) -> str:
    return details["msg"][0].lower() + details["msg"][1:]

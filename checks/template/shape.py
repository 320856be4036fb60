"""A task definition against AWS's own description of RegisterTaskDefinition, which botocore brings along."""

import json
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, cast

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

from checks.template.document import Document, Unreadable
from checks.template.position import KeyPath
from checks.template.table import Table, fault
from finding import Finding
from settings.placeholder import unreplaced

# What ECS demands as well, though its description does not say so.
_DEMANDED = {"ContainerDefinition": ("name", "image"), "KeyValuePair": ("name",)}

_MAY_HOLD_SECRETS = {"environment", "options", "dockerLabels", "command", "entryPoint"}

_TYPES: Mapping[str, tuple[type, str]] = {
    "string": (str, "a text"),
    "integer": (int, "a whole number"),
    "boolean": (bool, "true or false"),
    "list": (list, "a list"),
    "map": (dict, "an object"),
    "structure": (dict, "an object"),
}
_NAMES = {type(None): "null", bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list"}


@cache
def _ecs() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("ecs", "service-2"))


def _shape(name: str) -> StructureShape:
    return cast(StructureShape, _ecs().shape_for(name))


class Reading:
    """A definition read by its shape: the `task`, and the `findings` where the file has another. Raises Unreadable
    if it is the shape of something else.
    """

    def __init__(self, document: Document) -> None:
        if not any(_own_key(key, _shape("TaskDefinition")) for key in document.definition):
            raise Unreadable("holds no task definition: ECS knows none of its keys")
        self.findings = list[Finding]()
        self._document = document
        request = _shape("RegisterTaskDefinitionRequest")
        # describe-task-definition adds some that nobody registers.
        added = _shape("TaskDefinition").members.keys() - request.members.keys()
        own = {key: value for key, value in document.definition.items() if key not in added}
        self.task = self._table(own, request, document.inside)

    def _table(self, content: Mapping[str, Any], shape: StructureShape, path: KeyPath) -> Table:
        written = dict(self._keys(content, shape, path))
        values = {
            key: self._value(content[spelling], shape.members[key], (*path, spelling))
            for key, spelling in written.items()
        }
        table = Table(document=self._document, path=path, values=values, written=written)
        for key in (*shape.required_members, *_DEMANDED.get(shape.name, ())):
            if content.get(written.get(key, key), "") in ("", [], {}):
                self.findings.append(table.fault(key, "is missing: AWS refuses the file", "add it", found=""))
        return table

    def _keys(self, content: Mapping[str, Any], shape: StructureShape, path: KeyPath) -> Iterator[tuple[str, str]]:
        """Each key that ECS knows, and how the file spells it."""
        for key in content:
            own = _own_key(key, shape)
            close = get_close_matches(key, shape.members, n=1, cutoff=0.8)
            if key in shape.members:
                yield key, key
            elif own:
                self._fault((*path, key), "no such key, for case counts: the AWS CLI refuses the file", f"write {own}")
                if own not in content:
                    yield own, key
            else:
                remedy = f"write {close[0]}, or remove it" if close else "remove it"
                self._fault((*path, key), "no such key: the AWS CLI refuses the file", remedy)

    def _value(self, value: Any, shape: Shape, path: KeyPath) -> Any:
        """The value in the type that ECS expects; None if it cannot be had."""
        if shape.type_name != "string" and isinstance(value, str) and unreplaced(value):
            return None
        meant = _meant(value, shape.type_name)
        if meant is None or type(meant) is not type(value):
            self._wrong_type(value, meant, shape, path)
        if meant is None:
            return None
        match shape:
            case StructureShape():
                return self._table(meant, shape, path)
            case ListShape():
                each = [self._value(item, shape.member, (*path, place)) for place, item in enumerate(meant)]
                return [item for item in each if item is not None]
            case MapShape():
                values = {key: self._value(item, shape.value, (*path, key)) for key, item in meant.items()}
                return Table(document=self._document, path=path, values=values, written={})
            case _:
                return self._known(meant, shape, path)

    def _known(self, value: Any, shape: Shape, path: KeyPath) -> Any:
        known: list[str] = shape.metadata.get("enum", [])
        if not known or value in known or unreplaced(value):
            return value
        close = [each for each in known if each.lower() == value.lower()]
        self._fault(path, "is no value that ECS knows", f"write {' or '.join(close or known)}", found=value)
        return close[0] if close else None

    def _wrong_type(self, value: Any, meant: Any, shape: Shape, path: KeyPath) -> None:
        if isinstance(value, str) and shape.type_name == "string":
            self._fault(path, "holds half a character", "write the text anew")
            return
        wanted = _TYPES[shape.type_name][1]
        what = f"is {_NAMES.get(type(value), 'an object')} instead of {wanted}: the AWS CLI refuses the file"
        if value is None:
            remedy = "remove it"
        elif meant is None:
            remedy = f"write {wanted}"
        else:
            remedy = "write it in quotes" if isinstance(meant, str) else "write it without quotes"
        hidden = isinstance(value, (dict, list)) or value is None or not _MAY_HOLD_SECRETS.isdisjoint(path)
        self._fault(path, what, remedy, found="" if hidden else json.dumps(value))

    def _fault(self, path: KeyPath, what: str, remedy: str, *, found: str = "") -> None:
        self.findings.append(fault(self._document, path, what, remedy, found=found))


def _own_key(key: str, shape: StructureShape) -> str:
    """ECS's spelling of a key; empty if it has none like it."""
    return next((own for own in shape.members if own.lower() == key.lower()), "")


def _meant(value: Any, type_name: str) -> Any:
    """What the file plainly means, in the type that ECS expects; None if that is not plain."""
    match type_name, value:
        case "string", str():
            return value if _is_whole(value) else None
        case "string", bool() | int() | float():
            return json.dumps(value)
        case "integer", str() if re.fullmatch(r"-?\d{1,9}", value, re.ASCII):
            return int(value)
        case "boolean", "true" | "false":
            return value == "true"
        case _:
            return value if type(value) is _TYPES[type_name][0] else None


def _is_whole(text: str) -> bool:
    """JSON can hold half of a surrogate pair, which no encoding can write."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)

"""Which keys a table of the stack file may have, and which of them somebody may have meant."""

from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from settings.lines import DEPLOYMENT, KeyPath
from settings.model import Settings
from settings.provider import Provider


def meant(location: KeyPath) -> str | None:
    """The key that a key unknown to its table may stand for: it differs in case, in hyphens, or in a letter or two."""
    *table, unknown = location
    if table:
        known = [str(alias) for each in _tables(tuple(table)) for alias in _fields(each)]
    else:
        known = [DEPLOYMENT, *(f"aws:{alias}" for alias in _fields(Provider))]
    return closest(str(unknown), known)


def as_written(location: KeyPath) -> KeyPath:
    """With the key that the file would have: of a default, pydantic tells the field's own name."""
    *table, key = location
    fields = [each.model_fields for each in _tables(tuple(table))]
    written = next((known[str(key)].alias for known in fields if key in known), None)
    return (*table, written or key)


def closest(word: str, known: list[str]) -> str | None:
    """The one of `known` that is most like `word`, if any is like it."""
    plain = {_plain(each): each for each in known}
    begun = [each for each in plain if len(word) >= 3 and each.startswith(_plain(word))]
    close = get_close_matches(_plain(word), plain, cutoff=0.7)
    # `prot` is as like `spot` as `port`, but of two letters that changed places.
    found = begun if len(begun) == 1 else sorted(close, key=lambda each: sorted(each) != sorted(_plain(word)))
    return plain[found[0]] if found else None


def bounds(location: KeyPath) -> list[Any]:
    """What annotated-types says of the field at that place; nothing of an item of a list, or of what no model knows."""
    *table, key = location
    field = next((_fields(each)[key] for each in _tables(tuple(table)) if key in _fields(each)), None)
    return [*field.metadata, *_bounds(field.annotation)] if field else []


def _bounds(annotation: Any) -> list[Any]:
    """Those within an annotation: `Percent | None`."""
    found = list[Any]()
    for each in get_args(annotation):
        found += each.metadata if isinstance(each, FieldInfo) else [each, *_bounds(each)]
    return found


def _tables(location: KeyPath) -> list[type[BaseModel]]:
    """The models that a table at this place may be of; those of its items, if it is a list."""
    models: list[type[BaseModel]] = [Settings]
    for part in location:
        found = [_fields(model)[part] for model in models if part in _fields(model)]
        models = [model for each in found for model in _models(each.annotation)] if found else models
    return models


def _fields(model: type[BaseModel]) -> dict[str | int, FieldInfo]:
    return {each.alias or name: each for name, each in model.model_fields.items()}


def _models(annotation: Any) -> list[type[BaseModel]]:
    """Those that an annotation names: `list[Egress]`, `Build | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for each in get_args(annotation) for model in _models(each)]


def _plain(key: str) -> str:
    return key.lower().replace("_", "").replace("-", "")

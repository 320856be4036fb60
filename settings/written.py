"""What is wrong with keys and values as they are written, in whatever table they stand: placeholders, and nothing at
all where a value belongs.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from settings import placeholder
from settings.arn import Place
from settings.rules import Fault
from settings.types import REGION


def faults(tables: Mapping[str, Any]) -> list[Fault]:
    """Each of them; `tables` as `settings.model.Settings` takes them."""
    return [*_placeholders(tables), *_left_empty(tables, ())]


def place(aws: Any) -> Place:
    """The stack's account and region, and the accounts of the roles to be assumed on the way there."""
    listed: Mapping[str, Any] = aws if isinstance(aws, Mapping) else {}
    region, accounts, roles = listed.get("region"), listed.get("allowedAccountIds"), listed.get("assumeRoles")
    named: list[Any] = accounts if isinstance(accounts, list) else []
    own = {each for each in named if isinstance(each, str) and re.fullmatch(r"\d{12}", each)}
    assumed = set(re.findall(r"arn:aws[a-z-]*:iam::(\d{12}):role/", str(roles)))
    is_region = isinstance(region, str) and re.fullmatch(REGION, region)
    return Place(
        accounts=frozenset(own | assumed if own else ()), regions=frozenset([str(region)] if is_region else ())
    )


def _placeholders(tables: Mapping[str, Any]) -> Iterator[Fault]:
    for each in placeholder.within(tables, place(tables.get("aws"))):
        yield Fault(location=each.path, value=None, what=each.what, remedy=each.remedy, found=each.found)


def _left_empty(value: Any, location: tuple[str | int, ...]) -> Iterator[Fault]:
    """A key with nothing behind it. To the models that is a key left out, and `build:` would then promote."""
    match value:
        case Mapping():
            for key, each in value.items():
                yield from _left_empty(each, (*location, key))
        case list():
            for position, each in enumerate(value):
                yield from _left_empty(each, (*location, position))
        case None:
            yield _empty(location)
        case "" if location[:1] == ("aws",):
            # The engine hands over nothing at all, and an empty text, as the same.
            yield _empty(location)
        case _:
            pass


def _empty(location: tuple[str | int, ...]) -> Fault:
    remedy = "write its value, or remove the key"
    return Fault(location=location, value=None, what="is left empty", remedy=remedy, found="")

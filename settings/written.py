"""What is wrong with keys and values as they are written, in whatever table they stand: placeholders, and nothing at
all where a value belongs.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from settings import placeholder
from settings.arn import Place
from settings.placeholder import Placeholder
from settings.rules import Fault, table_of
from settings.types import REGION


def faults(tables: Mapping[str, Any]) -> list[Fault]:
    """Each of them; `tables` as `settings.model.Settings` takes them."""
    return [*_placeholders(tables), *_left_empty(tables, ())]


def place(tables: Mapping[str, Any]) -> Place:
    """The stack's account and region, and what else the file lists: the registry's, the accounts that pull images, and
    those of the roles to be assumed on the way to the stack's.
    """
    aws, deployment = table_of(tables, "aws"), table_of(tables, "deployment")
    registry = table_of(deployment, "registry")
    pulling = [_matching(r"\d{12}", table_of(deployment, key).get("pullAccounts")) for key in deployment]
    assumed = re.findall(r"arn:aws[a-z-]*:iam::(\d{12}):role/", str(aws.get("assumeRoles")))
    own, region = _matching(r"\d{12}", aws.get("allowedAccountIds")), _matching(REGION, [aws.get("region")])
    others = _matching(r"\d{12}", [registry.get("account")]).union(assumed, *pulling)
    return Place(
        accounts=own | others if own else own,
        regions=region | _matching(REGION, [registry.get("region")]) if region else region,
    )


def _matching(pattern: str, values: Any) -> frozenset[str]:
    """Those that are right; the models name the others."""
    listed: list[Any] = values if isinstance(values, list) else []
    return frozenset(each for each in listed if isinstance(each, str) and re.fullmatch(pattern, each))


def elsewhere(tables: Mapping[str, Any]) -> list[Placeholder]:
    """What the application is told of other accounts and regions: a partner's queue is its own affair, and a note."""
    anywhere = set(placeholder.within(tables, Place()))
    found = placeholder.within(tables, place(tables))
    return [each for each in found if "environment" in each.path and each not in anywhere]


def _placeholders(tables: Mapping[str, Any]) -> Iterator[Fault]:
    meant = elsewhere(tables)
    for each in placeholder.within(tables, place(tables)):
        if each not in meant:
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

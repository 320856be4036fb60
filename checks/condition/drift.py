"""Where AWS differs from what the stack file wants: field by field, of what the program sends. Pure."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from masking import masked
from settings.stack import ServiceSettings

NOTHING = "nothing"

# What tells the entries of a list apart, in the words of ECS; other lists are values, in their order.
_KEYS = ("name", "containerPath", "containerPort")

_LONGEST = 80


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field, by the path that it has in AWS's words, and both values as text, masked."""

    field: str
    wanted: str
    found: str


def of_definition(wanted: Mapping[str, Any], found: Mapping[str, Any], container: str) -> Iterator[Difference]:
    """What RegisterTaskDefinition would be told and DescribeTaskDefinition tells otherwise; not the image's version.

    Of the task itself only what is sent is compared, since AWS adds much of its own. Within it, what AWS fills in is
    empty (components/container.py), and the same as nothing.
    """
    prefix = f"containerDefinitions.{container}."
    for key, value in wanted.items():
        for each in _differences(_without_version(value), _without_version(found.get(key)), key):
            yield Difference(field=each.field.removeprefix(prefix), wanted=each.wanted, found=each.found)


def of_service(service: ServiceSettings, found: Mapping[str, Any]) -> Iterator[Difference]:
    """What CreateService was told (components/service.py) and DescribeServices tells otherwise."""
    network = found.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    deployed = found.get("deploymentConfiguration", {})
    breaker, own = deployed.get("deploymentCircuitBreaker", {}), service.own
    pairs = {
        "assignPublicIp": ("DISABLED", network.get("assignPublicIp", "DISABLED")),
        "securityGroups": (1, len(network.get("securityGroups", []))),
        "deploymentCircuitBreaker.enable": (True, breaker.get("enable", False)),
        "deploymentCircuitBreaker.rollback": (True, breaker.get("rollback", False)),
        "minimumHealthyPercent": (100, deployed.get("minimumHealthyPercent")),
        "maximumPercent": (200, deployed.get("maximumPercent")),
        "enableExecuteCommand": (own.exec, found.get("enableExecuteCommand", False)),
        "capacityProviderStrategy": (_placement(service), _placed(found.get("capacityProviderStrategy"))),
    }
    if own.path:
        grace = found.get("healthCheckGracePeriodSeconds", 0)
        pairs["healthCheckGracePeriodSeconds"] = (own.health.grace_seconds, grace)
    for field, (wanted, is_found) in pairs.items():
        if wanted != is_found:
            yield Difference(field=field, wanted=_text(field, wanted), found=_text(field, is_found))


def _placement(service: ServiceSettings) -> str:
    return _told((each.provider, each.base, each.weight) for each in service.shares)


def _placed(strategy: Sequence[Mapping[str, Any]] | None) -> str:
    return _told((each["capacityProvider"], each.get("base", 0), each.get("weight", 0)) for each in strategy or [])


def _told(shares: Iterable[tuple[str, int, int]]) -> str:
    told = [f"{provider} base {base} weight {weight}" for provider, base, weight in sorted(shares)]
    return ", ".join(told) or NOTHING


def _differences(wanted: Any, found: Any, path: str) -> Iterator[Difference]:
    if not wanted and not found:
        return
    tables = _table(wanted), _table(found)
    if tables[0] is None or tables[1] is None:
        if wanted != found:
            yield Difference(field=path, wanted=_text(path, wanted), found=_text(path, found))
        return
    for key in [*tables[0], *(key for key in tables[1] if key not in tables[0])]:
        if (key in tables[0]) != (key in tables[1]) and _named(wanted, found):
            values = tables[0].get(key, NOTHING), tables[1].get(key, NOTHING)
            yield Difference(field=f"{path}.{key}", wanted=_text(key, values[0]), found=_text(key, values[1]))
        else:
            yield from _differences(tables[0].get(key), tables[1].get(key), f"{path}.{key}")


def _named(*values: Any) -> bool:
    """Whether entries of a list are meant, each of which says something by being there."""
    return any(isinstance(each, list) for each in values)


def _table(value: Any) -> Mapping[str, Any] | None:
    """What can be compared entry by entry: a table, or a list of tables with a key; nothing is an empty one."""
    match value:
        case None | []:
            return {}
        case Mapping():
            return value
        case [Mapping(), *_]:
            key = next((each for each in _KEYS if each in value[0]), None)
            return {str(each[key]): _rest(each, key) for each in value} if key else None
        case _:
            return None


def _rest(entry: Mapping[str, Any], key: str) -> Any:
    """An entry without its key; of a variable, its value."""
    rest = {name: each for name, each in entry.items() if name != key}
    return next(iter(rest.values())) if rest.keys() in ({"value"}, {"valueFrom"}) else rest


def _without_version(value: Any) -> Any:
    """Containers whose image is named without tag and digest, which are told apart."""
    if not isinstance(value, list):
        return value
    entries: Sequence[Any] = value
    return [
        {**each, "image": repository(each["image"])} if isinstance(each, Mapping) and "image" in each else each
        for each in entries
    ]


def repository(image: str) -> str:
    """An image's repository, without tag and digest; a registry's port stays."""
    name = image.partition("@")[0]
    place, slash, last = name.rpartition("/")
    return f"{place}{slash}{last.partition(':')[0]}"


def _text(name: str, value: Any) -> str:
    """The value in one short line, without what its name and shape say is a secret."""
    if value is None or value == NOTHING:
        return NOTHING
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    last = name.rpartition(".")[2]
    return masked(f"{last}={text}", len(last) + 1 + _LONGEST).removeprefix(f"{last}=")

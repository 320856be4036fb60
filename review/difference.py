"""What differs between the inputs of a resource as it is and as the program wants it, field by field."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from review import policy, unknown
from review.policy import Grants
from review.secrecy import decoded_json
from review.unknown import NOT_YET

# Pulumi's own, in every table of inputs.
_BOOKKEEPING = "__defaults"
# A dashboard's widgets.
_DRAWN = "dashboardBody"

# What the things of a list are called by.
_NAMES = ("name", "capacityProvider")

Flat = Mapping[str, str | Grants]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field's texts; None: it is not there. Of a policy, what comes or goes."""

    path: str
    old: str | None
    new: str | None

    @property
    def is_unknown(self) -> bool:
        return self.new is not None and NOT_YET in self.new

    @property
    def is_wholly_unknown(self) -> bool:
        """Nothing around it is known, and nothing beside it in its list."""
        return self.is_unknown and set((self.new or "").split(", ")) == {NOT_YET}


def between(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Each field that differs, in the order of the new inputs."""
    return list(_between(flat(old), flat(new)))


def flat(inputs: Mapping[str, Any]) -> dict[str, str | Grants]:
    """Every field by its path. JSON within a text is followed; lists of named things go by their names."""
    return dict(_leaves(inputs, ""))


def _between(old: Flat, new: Flat) -> Iterator[Difference]:
    not_yet = [path for path, value in new.items() if value == NOT_YET]
    for path in dict.fromkeys([*new, *old]):
        before, after = old.get(path), new.get(path)
        if after is None and any(path.startswith(f"{above}.") for above in not_yet):
            continue
        if after == NOT_YET and before is None and any(each.startswith(f"{path}.") for each in old):
            before = "…"
        if isinstance(before, Grants) or isinstance(after, Grants):
            yield from _grants(path, before, after)
        elif before != after:
            yield Difference(path=path, old=before, new=after)


def _grants(path: str, old: str | Grants | None, new: str | Grants | None) -> Iterator[Difference]:
    before, after = (each if isinstance(each, Grants) else Grants() for each in (old, new))
    if isinstance(new, str):
        yield Difference(path=path, old=None, new=new)
        return
    yield from (Difference(path=path, old=each, new=None) for each in policy.told(before - after))
    yield from (Difference(path=path, old=None, new=each) for each in policy.told(after - before))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str | Grants]]:
    if isinstance(value, str) and value.startswith(("{", "[")):
        decoded = decoded_json(value)
        value = decoded if isinstance(decoded, (dict, list)) else value
    grants = policy.read(value)
    if grants is not None:
        yield path, grants
    elif path == _DRAWN and isinstance(value, dict):
        yield path, _drawn(cast(dict[str, Any], value))
    elif isinstance(value, Mapping):
        for key, each in value.items():
            if key != _BOOKKEEPING:
                yield from _leaves(each, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        yield from _listed(value, path)
    elif value is not None:
        yield path, _text(value)


def _drawn(body: Mapping[str, Any]) -> str:
    """How many widgets, and a fingerprint: one that comes moves all below it, and that is a hundred fields."""
    fingerprint = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:7]
    return f"{len(body.get('widgets', []))} widgets ({fingerprint})"


def _listed(values: list[Any], path: str) -> Iterator[tuple[str, str | Grants]]:
    """ECS and EC2 give lists back in an order of their own; that of a command means something."""
    if not any(isinstance(each, (dict, list)) for each in values):
        texts = [_text(each) for each in values]
        if texts:
            yield path, " ".join(texts) if path.endswith("ommand") else ", ".join(sorted(texts))
        return
    for position, each in enumerate(values):
        name, rest = _name(each)
        if name:
            yield from _leaves(rest, f"{path}.{name}")
        else:
            yield from _leaves(each, f"{path}[{position}]" if len(values) > 1 else path)


def _name(value: Any) -> tuple[str, Any]:
    """`{"name": "PORT", "value": "3000"}` is `3000` under `PORT`."""
    named = [key for key in _NAMES if isinstance(value, dict) and isinstance(value.get(key), str)]
    if not named:
        return "", value
    rest = {key: each for key, each in value.items() if key != named[0]}
    return value[named[0]], next(iter(rest.values())) if rest.keys() in ({"value"}, {"valueFrom"}) else rest


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unknown.text(value) or "(empty)"

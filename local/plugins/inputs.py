"""What a program may ask for: the strict check of types, inputs and arguments."""

from collections.abc import Iterable
from typing import Any

from local.plugins import naming, shape
from local.plugins.resource import Function, Plugin, ResourceType, Session, Target
from local.plugins.wire import Props, from_struct

Faults = list[str]


def resource_type(plugin: Plugin[Session], token: str) -> ResourceType[Session]:
    """The table's entry for a type."""
    if token not in plugin.resources:
        raise NotImplementedError(f"resource type {token} {_not_implemented(plugin)}")
    return plugin.resources[token]


def function(plugin: Plugin[Session], token: str) -> Function[Session]:
    """The table's entry for a lookup."""
    if token not in plugin.functions:
        raise NotImplementedError(f"function {token} {_not_implemented(plugin)}")
    return plugin.functions[token]


def require_arguments(plugin: Plugin[Session], token: str, arguments: Props) -> None:
    """Raise what is wrong with the arguments of a lookup."""
    entry = plugin.functions[token]
    faults = shape.faults(entry.arguments, arguments, "", f"of {token} {_not_implemented(plugin)}")
    wrong = [*faults, *_missing(entry.required, arguments)]
    if wrong:
        raise ValueError("; ".join(wrong))


def check(plugin: Plugin[Session], session: Session, request: Any) -> tuple[Props, Faults]:
    """The inputs with defaults and a name, and what is wrong with them."""
    kind = resource_type(plugin, request.type)
    news, olds = from_struct(request.news), from_struct(request.olds)
    faults = [
        *shape.faults(kind.inputs, news, "", f"of {request.type} {_not_implemented(plugin)}"),
        *_missing(kind.required, news),
    ]
    if faults:
        return news, faults
    given = {key: value for key, value in kind.defaults.items() if key not in news}
    target = Target(urn=request.urn, inputs={**news, **given}, old_inputs=olds)
    try:
        if kind.name_limit is not None and "name" not in news:
            given["name"] = naming.choose(target.name, kind.name_limit, olds, request.randomSeed)
        checked = plugin.prepare(session, kind, target)
    except ValueError as error:
        return news, [str(error)]
    marks = {naming.DEFAULTS: sorted(given)} if given else {}
    return {**checked, **given, **marks}, []


def _missing(required: Iterable[str], given: Props) -> Faults:
    return [f"{name} is required" for name in sorted(required) if name not in given]


def _not_implemented(plugin: Plugin[Any]) -> str:
    return f"is not implemented by the stand-in for pulumi-{plugin.name} {plugin.version}"

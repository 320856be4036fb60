"""A plugin with one type of its own, whose world is a dictionary."""

from dataclasses import dataclass, field

from local.plugins.resource import Function, Plugin, ResourceType, Target
from local.plugins.shape import JSON
from local.plugins.wire import Props

THING = "test:index:Thing"


class BusyError(Exception):
    pass


class MissingError(Exception):
    pass


@dataclass
class World:
    things: dict[str, Props] = field(default_factory=dict[str, Props])
    broken: bool = False
    busy: int = 0


def _create(world: World, target: Target) -> str:
    world.things["thing-1"] = {**target.inputs, "arn": "arn:thing-1", "revision": 1}
    return "thing-1"


def _settle(world: World, _: Target) -> None:
    if world.broken:
        raise ValueError("no more quota")


def _read(world: World, target: Target) -> Props:
    if target.id not in world.things:
        raise MissingError
    hidden = {"force", "zone"}
    return {key: value for key, value in world.things[target.id].items() if key not in hidden}


def _update(world: World, target: Target) -> None:
    thing = world.things[target.id]
    world.things[target.id] = {**target.inputs, "arn": thing["arn"], "revision": thing["revision"] + 1}


def _delete(world: World, target: Target) -> None:
    if world.busy:
        world.busy -= 1
        raise BusyError("still in use")
    if target.id not in world.things:
        raise MissingError
    del world.things[target.id]


def _prepare(_: World, __: ResourceType[World], target: Target) -> Props:
    return target.inputs


PLUGIN = Plugin[World](
    name="test",
    version="1.2.3",
    configuration={"region": str, "retries": int, "skip": bool, "tags": {"tags": dict}},
    connect=lambda _, __: World(),
    prepare=_prepare,
    gone=lambda error: isinstance(error, MissingError),
    busy=lambda error: isinstance(error, BusyError),
    resources={
        THING: ResourceType(
            inputs={"name": str, "size": int, "policy": JSON, "kind": str, "force": bool, "zone": str, "tags": dict},
            required=frozenset({"size"}),
            defaults={"kind": "small"},
            name_limit=16,
            replace_on=frozenset({"name", "kind"}),
            computed=frozenset({"arn", "revision", "zone"}),
            volatile=frozenset({"revision"}),
            secret=frozenset({"policy"}),
            only_here=frozenset({"force"}),
            not_reported={"zone": "the answer lacks it"},
            create=_create,
            settle=(_settle,),
            read=_read,
            update=(_update,),
            delete=_delete,
        )
    },
    functions={
        "test:index:find": Function(
            arguments={"name": str},
            required=frozenset({"name"}),
            call=lambda _, arguments: {**arguments, "password": "p"},
            secret=frozenset({"password"}),
        )
    },
)

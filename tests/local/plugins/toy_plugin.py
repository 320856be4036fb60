"""A plugin with one type of its own, whose world is a dictionary."""

from collections.abc import Set as AbstractSet

from typing_extensions import override

from local.plugins.resource import Function, Plugin, ResourceType, Target
from local.plugins.shape import JSON
from local.plugins.wire import Props

THING = "test:index:Thing"

World = dict[str, Props]


class Thing(ResourceType):
    @property
    @override
    def computed(self) -> AbstractSet[str]:
        return {"arn", "revision"}

    @override
    def create(self, session: World, target: Target) -> tuple[str, Props]:
        session["thing-1"] = {**target.inputs, "arn": "arn:thing-1", "revision": 1}
        return "thing-1", self._reported(session)

    @override
    def read(self, session: World, target: Target) -> Props | None:
        return self._reported(session) if target.id in session else None

    @override
    def update(self, session: World, target: Target) -> Props:
        thing = session[target.id]
        session[target.id] = {**target.inputs, "arn": thing["arn"], "revision": thing["revision"] + 1}
        return self._reported(session)

    @override
    def delete(self, session: World, target: Target) -> None:
        session.pop(target.id, None)

    def _reported(self, world: World) -> Props:
        return {name: value for name, value in world["thing-1"].items() if name not in self.only_here}


PLUGIN = Plugin(
    name="test",
    version="1.2.3",
    configuration={"region": str, "retries": int, "skip": bool, "tags": {"tags": dict}},
    connect=lambda _, __: World(),
    resources={
        THING: Thing(
            inputs={"name": str, "size": int, "policy": JSON, "kind": str, "force": bool, "wait": bool, "tags": dict},
            required={"size"},
            only={"wait": False},
            name_limit=16,
            replace_on={"name", "kind"},
            volatile={"revision"},
            only_here={"force", "wait"},
        )
    },
    functions={
        "test:index:find": Function(
            arguments={"name": str},
            required={"name"},
            call=lambda _, arguments: {**arguments, "password": "p"},
            secret={"password"},
        )
    },
)

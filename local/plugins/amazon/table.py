"""What a row of the table is: the calls that make, change, describe and delete one type of AWS resource.

To add a type is to add a row to the module of its service. Whatever a row does not name is refused: inputs by their
shapes, arguments by botocore.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError
from typing_extensions import override

from local.plugins.amazon.account import Account, gone, wait
from local.plugins.amazon.expression import Expressions, evaluated, search
from local.plugins.amazon.tagging import Tagging
from local.plugins.resource import ResourceType, Target
from local.plugins.wire import Props


@dataclass(frozen=True)
class Call:
    """An operation of the service's client; its arguments are expressions over `id`, inputs and state."""

    operation: str
    arguments: Expressions

    def request(self, target: Target) -> Props:
        """The arguments' values."""
        return evaluated(self.arguments, {**target.state, **target.inputs, "id": target.id})


@dataclass(frozen=True)
class Change(Call):
    """A call that is made only for a reason: a `changing` argument (over `id` and inputs) is another than before, and
    only such ones are sent; or a `trigger`, an input that AWS never hears of, has changed.
    """

    changing: Expressions
    triggers: AbstractSet[str] = frozenset()

    def reason(self, target: Target) -> Props | None:
        """The changed arguments; None if there is no reason for the call."""
        old = evaluated(self.changing, {**target.old_inputs, "id": target.id})
        new = evaluated(self.changing, {**target.inputs, "id": target.id})
        if taken_away := old.keys() - new.keys():
            raise NotImplementedError(f"taking away {', '.join(taken_away)} is not implemented by the stand-in")
        changed = {name: value for name, value in new.items() if old.get(name) != value}
        triggered = any(target.inputs.get(name) != target.old_inputs.get(name) for name in self.triggers)
        return changed if changed or triggered else None


@dataclass(frozen=True, kw_only=True)
class ImportName:
    """What `pulumi import` takes, where it is inputs between separators. `look` asks for the state's id, which is at
    `id` in the answer; without it, both are the same.
    """

    separator: str
    inputs: Sequence[str]
    look: Call | None = None
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class AwsType(ResourceType):
    """One type. A creation that cannot be finished is taken back: nothing exists that the state does not know."""

    service: str
    creation: Call
    id: str
    """Where the id is: an expression over the answer and the inputs."""
    settings: Sequence[Change] = ()
    """What takes calls of its own, after the creation and whenever it changes."""
    changes: Sequence[Change] = ()
    """What the creation takes, but a later change needs a call of its own."""
    ready: str = ""
    """botocore's waiter for a new one, asked as the description is."""
    description: Sequence[Call]
    found: str
    """Where it is in the answer; nothing is there if it is gone. `{name}` stands for an input, or the id."""
    properties: Expressions
    """Over what was found and the whole answer."""
    deletion: Sequence[Call]
    deleted: str = ""
    """botocore's waiter for a deleted one, asked as the description is."""
    tagging: Tagging | None = None
    import_name: ImportName | None = None

    @property
    @override
    def computed(self) -> AbstractSet[str]:
        return self.properties.keys() - self.inputs.keys()

    @override
    def prepare(self, session: Account, inputs: Props) -> Props:
        """With the default tags, which pulumi-aws adds before it compares."""
        tags = {**session.default_tags, **inputs.get("tags", {})}
        return {**inputs, "tags": tags} if self.tagging and tags else inputs

    @override
    def create(self, session: Account, target: Target) -> tuple[str, Props]:
        client = session.client(self.service)
        tags = self.tagging.at_creation(target.inputs) if self.tagging else {}
        answer = getattr(client, self.creation.operation)(**self.creation.request(target), **tags)
        made = replace(target, id=search(self.id, {**target.inputs, **answer}))
        try:
            self._change(client, made, self.settings)
            if self.ready:
                wait(client, self.ready, self.description[0].request(made))
            return made.id, self._present(client, made)
        except Exception:
            with suppress(ClientError):
                self.delete(session, made)
            raise

    @override
    def imported(self, session: Account, identity: str) -> Target:
        if not self.import_name:
            return Target(id=identity)
        name = self.import_name
        target = Target(id=identity, inputs=dict(zip(name.inputs, identity.split(name.separator), strict=True)))
        if not name.look:
            return target
        answer = getattr(session.client(self.service), name.look.operation)(**name.look.request(target))
        return replace(target, id=search(name.id.format(**target.inputs), answer))

    @override
    def read(self, session: Account, target: Target) -> Props | None:
        try:
            return self._described(session.client(self.service), target)
        except ClientError as error:
            if gone(error):
                return None
            raise

    @override
    def update(self, session: Account, target: Target) -> Props:
        client = session.client(self.service)
        self._change(client, target, [*self.settings, *self.changes])
        if self.tagging:
            self.tagging.update(client, target)
        return self._present(client, target)

    @override
    def delete(self, session: Account, target: Target) -> None:
        client = session.client(self.service)
        try:
            for call in self.deletion:
                getattr(client, call.operation)(**call.request(target))
            if self.deleted:
                wait(client, self.deleted, self.description[0].request(target))
        except ClientError as error:
            if not gone(error):
                raise

    def _change(self, client: Any, target: Target, changes: Sequence[Change]) -> None:
        for change in changes:
            reason = change.reason(target)
            if reason is not None:
                getattr(client, change.operation)(**{**change.request(target), **reason})

    def _present(self, client: Any, target: Target) -> Props:
        actual = self._described(client, target)
        if actual is None:
            raise RuntimeError(f"{target.id} is not there although it was just made or changed")
        return actual

    def _described(self, client: Any, target: Target) -> Props | None:
        answer = Props()
        for call in self.description:
            answer |= getattr(client, call.operation)(**call.request(target))
        found = search(self.found.format(**{**target.state, **target.inputs, "id": target.id}), answer)
        if found is None:
            return None
        actual = evaluated(self.properties, {**answer, **found})
        if self.tagging:
            whose = {"id": target.id, "arn": actual.get("arn")}
            actual["tags"] = self.tagging.read(client, whose, {**answer, **found}) or None
        return actual

"""One run of the engine: what it did to each resource, from when to when, what it said, and how it ended."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from report.event_log import Event, Metadata, State

# `refused`: by the preview that an `up` begins with.
Status = Literal["succeeded", "failed", "refused", "interrupted", "nothing changed"]

# What the engine itself says last, after each error, and after Ctrl-C.
_ECHO, _CANCELLED = "update failed", "update canceled"

# What the engine writes for a colour (sdk/go/common/diag/colors), unless it was told to use none.
_COLOUR = re.compile(r"<\{%.*?%\}>")

# Of what it does to a resource, this changes nothing outside of its own books; `replace` stands beside the steps that
# it consists of.
_LOOKS = frozenset({"same", "refresh", "read", "replace", "discard", "discard-replaced", "remove-pending-replace"})


@dataclass(frozen=True, kw_only=True)
class Step:
    """One operation on one resource; without an end it was under way when the run ended."""

    urn: str
    type: str
    operation: str
    began: datetime
    ended: datetime | None = None
    failed: bool = False
    old: State = field(default_factory=State)
    new: State = field(default_factory=State)

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]

    @property
    def changes(self) -> bool:
        """True if it is done to something that exists outside of the engine."""
        return self.operation not in _LOOKS and (self.new.custom or self.old.custom) and not self._of_the_engine

    @property
    def of_the_program(self) -> bool:
        """True if the program asked for it: its own body, not its frame."""
        return self.operation != "refresh" and not self._of_the_engine

    @property
    def _of_the_engine(self) -> bool:
        return self.type.startswith("pulumi:")

    @property
    def deletes(self) -> bool:
        return self.operation in ("delete", "delete-replaced")


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Something that was said, about a resource if it has a name; `passing` if only for the moment."""

    at: datetime
    severity: str
    resource: str
    text: str
    passing: bool


@dataclass(frozen=True, kw_only=True)
class Run:
    """`result` is the engine's own word, empty if the log ends before."""

    began: datetime
    ended: datetime
    events: int
    stack: str
    config: Mapping[str, Any]
    steps: tuple[Step, ...]
    remarks: tuple[Remark, ...]
    result: str
    preview: bool

    @property
    def status(self) -> Status:
        if self.preview and self.result == "failed":
            return "refused"
        if self.cut or any(each.text == _CANCELLED for each in self.remarks):
            return "interrupted"
        if self.result != "succeeded":
            return "failed"
        return "succeeded" if any(step.changes for step in self.steps) else "nothing changed"

    @property
    def cut(self) -> bool:
        """True if the log ends before the run does, or nobody knows whether it did: the engine may have been killed."""
        return not self.result

    @property
    def destroys(self) -> bool:
        """True if nothing was asked for but to delete: an `up` registers its stack at least."""
        return {step.operation for step in self.steps} - {"refresh", "discard"} == {"delete"}

    @property
    def program_began(self) -> datetime | None:
        """When the first resource was registered: all was well until then. None if none ever was."""
        return next((step.began for step in self.steps if step.of_the_program), None)

    @property
    def issues(self) -> tuple[Remark, ...]:
        """Warnings and errors, without what the engine says after each of them."""
        return tuple(each for each in self.remarks if each.severity in ("warning", "error") and each.text != _ECHO)

    @property
    def unfinished(self) -> tuple[Step, ...]:
        """What was under way when the log ended."""
        return tuple(step for step in self.steps if step.changes and step.ended is None)

    def step(self, type_: str, name: str) -> Step | None:
        """What the program asked for a resource: to make it, to change it, or to leave it as it is (`same`)."""
        mine = [each for each in self.steps if (each.type, each.name) == (type_, name) and not each.deletes]
        return next((each for each in mine if each.operation == "same" or each.changes), None)

    def found(self, type_: str, name: str) -> State:
        """A resource as the engine found it when the run began; empty if it did not look."""
        looks = (each for each in self.steps if (each.type, each.name, each.operation) == (type_, name, "refresh"))
        return next((each.new for each in looks if each.ended and not each.failed), State())


def of(events: Iterable[Event]) -> Run:
    """The run that these events tell. Raises what they raise."""
    times, steps, remarks = list[datetime](), dict[tuple[str, str], Step](), list[Remark]()
    config, result, preview = dict[str, Any](), "", False
    for event in events:
        # No time before the one that was told already: a clock that is set back makes no negative duration.
        at = max([datetime.fromtimestamp(event.timestamp, UTC), *times[-1:]])
        times.append(at)
        for resource in (event.begun, event.done, event.failed):
            if resource:
                metadata, failed = resource.metadata, resource is event.failed
                key = (metadata.urn, metadata.operation)
                step = steps.get(key) or _begun(metadata, at)
                steps[key] = step if resource is event.begun else _ended(step, metadata, at, failed=failed)
        preview |= any(each.planning for each in (event.begun, event.done) if each)
        if event.prelude:
            config = event.prelude.config
        if event.summary:
            result, preview = event.summary.result, event.summary.preview
        if event.diagnostic and event.diagnostic.severity != "debug":
            said = event.diagnostic
            name = said.urn.rpartition("::")[2]
            text = _COLOUR.sub("", said.message).strip()
            remarks.append(Remark(at=at, severity=said.severity, resource=name, text=text, passing=said.ephemeral))
    return Run(
        began=times[0],
        ended=times[-1],
        events=len(times),
        stack=next((urn.removeprefix("urn:pulumi:").partition("::")[0] for urn, _ in steps), ""),
        config=config,
        # What a preview plans did not happen.
        steps=() if preview else tuple(steps.values()),
        remarks=tuple(remarks),
        result=result,
        preview=preview,
    )


def _begun(metadata: Metadata, at: datetime) -> Step:
    return Step(
        urn=metadata.urn,
        type=metadata.type,
        operation=metadata.operation,
        began=at,
        old=metadata.old or State(),
        new=metadata.new or State(),
    )


def _ended(step: Step, metadata: Metadata, at: datetime, *, failed: bool) -> Step:
    return replace(step, ended=at, failed=failed, new=metadata.new or step.new)

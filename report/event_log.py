"""The engine's event log: what `pulumi up --event-log FILE` writes, one JSON object a line.

The fields that are read here, by their names in pulumi's sdk/go/common/apitype/events.go; all others are left alone.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

# The last second that Python knows.
_LATEST = 253_402_300_799


class Unreadable(Exception):  # noqa: N818 — its text is read by people
    """The file is no event log."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, validate_by_name=True)


class State(_Part):
    """A resource before or after an operation; `id` is empty while it is unknown, and `custom` is false of what
    exists in the engine only.
    """

    id: str = ""
    custom: bool = False
    inputs: dict[str, Any] | None = None
    outputs: dict[str, Any] | None = None

    def text(self, key: str) -> str:
        """A property as it was asked for, or as it is; empty if it is neither, or no text."""
        for properties in (self.inputs, self.outputs):
            if isinstance(value := (properties or {}).get(key), str):
                return value
        return ""


class Metadata(_Part):
    operation: str = Field(alias="op")
    urn: str
    type: str
    old: State | None = None
    new: State | None = None


class Resource(_Part):
    metadata: Metadata


class Diagnostic(_Part):
    message: str
    severity: str
    ephemeral: bool = False
    urn: str = ""


class Summary(_Part):
    result: str = ""
    preview: bool = Field(default=False, alias="isPreview")


class Planned(Resource):
    """`planning` is true of what a preview only would do."""

    planning: bool = False


class Prelude(_Part):
    config: dict[str, Any]


class Event(_Part):
    """One line; what it is about is in one of its fields, or in none that is read here."""

    sequence: int
    timestamp: int = Field(ge=0, le=_LATEST)
    prelude: Prelude | None = Field(default=None, alias="preludeEvent")
    begun: Planned | None = Field(default=None, alias="resourcePreEvent")
    done: Planned | None = Field(default=None, alias="resOutputsEvent")
    failed: Resource | None = Field(default=None, alias="resOpFailedEvent")
    diagnostic: Diagnostic | None = Field(default=None, alias="diagnosticEvent")
    summary: Summary | None = Field(default=None, alias="summaryEvent")


def events(file: Path) -> Iterator[Event]:
    """In the order of the file. Raises OSError, and Unreadable unless all but the end of the last line are events: the
    engine may have been killed while it wrote that.
    """
    number = 0
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                event = Event.model_validate_json(line)
            except ValidationError:
                if number > 1 and not line.endswith(b"\n"):
                    return
                raise Unreadable(f"line {number} is no event of the engine") from None
            yield event
    if not number:
        raise Unreadable("it is empty")

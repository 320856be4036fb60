"""The output of `pulumi preview --json`, read: https://pkg.go.dev/github.com/pulumi/pulumi/pkg/v3/display#PreviewDigest"""

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from review import secrecy

# A preview of this program has one or two million.
MOST_BYTES = 32 * 1024 * 1024

_EXPECTED = "pipe `pulumi preview --json` into it, or name a file that holds its output"
_LEAST_KEYS = ("steps", "diagnostics", "changeSummary")
_MOST_STARTS = 50


class NotAPreviewError(Exception):
    """Its text says, on one line, what the input is instead."""


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel)


class State(_Read):
    """A resource as the engine knows it. `inputs` hold what nobody knows before `up` as a text of its own."""

    type: str
    parent: str = ""
    inputs: dict[str, Any] = {}
    outputs: dict[str, Any] = {}
    retain_on_delete: bool = False


class PropertyDifference(_Read):
    """`kind` is `add`, `update` or `delete`, and ends with `-replace` if it forces a replacement."""

    kind: str


class Step(_Read):
    """What the engine would do with one resource."""

    op: str
    urn: str
    old_state: State | None = None
    new_state: State | None = None
    diff_reasons: list[str] = []
    replace_reasons: list[str] = []
    detailed_diff: dict[str, PropertyDifference] | None = None

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]


class Diagnostic(_Read):
    """What the engine or the program said. `severity` is `error`, `warning`, `info` or `info#err`."""

    message: str
    severity: str = ""


class Preview(_Read):
    """A preview without any secret's text."""

    config: dict[str, str] = {}
    steps: list[Step] = []
    diagnostics: list[Diagnostic] = []
    change_summary: dict[str, int] = Field(default_factory=dict[str, int])

    @property
    def stack(self) -> str:
        """From the first resource's URN: `urn:pulumi:<stack>::<project>::…`; empty if there is none."""
        found = re.match(r"urn:pulumi:(.+?)::", self.steps[0].urn) if self.steps else None
        return found[1] if found else ""

    @property
    def errors(self) -> list[Diagnostic]:
        return [each for each in self.diagnostics if each.severity == "error"]


def read(content: bytes) -> Preview:
    """The preview that standard input or a file holds, perhaps behind other lines. Raises NotAPreviewError."""
    if len(content) > MOST_BYTES:
        raise NotAPreviewError(f"is larger than {MOST_BYTES // 1024**2} MiB, and no preview; {_EXPECTED}")
    if not content.strip():
        raise NotAPreviewError(f"is empty: the preview ended before it began, and has said why; {_EXPECTED}")
    try:
        document = _document(content.decode("utf-8-sig"))
        return Preview.model_validate(secrecy.hidden(document))
    except UnicodeDecodeError:
        raise NotAPreviewError(f"is not text in UTF-8; {_EXPECTED}") from None
    except RecursionError:
        raise NotAPreviewError(f"is nested too deeply for a preview; {_EXPECTED}") from None
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_url=False, include_input=False)[0]["loc"])
        raise NotAPreviewError(f"is not a preview as this version of pulumi writes it (see {place})") from None


def _document(text: str) -> Mapping[str, Any]:
    """The first object that looks like a preview: the lines before it are make's, or the engine's own."""
    found = list(re.finditer(r"^\{", text, re.MULTILINE))[:_MOST_STARTS]
    for start in found:
        try:
            document, _ = json.JSONDecoder().raw_decode(text, start.end() - 1)
        except ValueError:
            continue
        if "sequence" in document and "timestamp" in document:
            raise NotAPreviewError(
                "is a stream of events, an event a line (of pulumi up --json, or with "
                f"PULUMI_ENABLE_STREAMING_JSON_PREVIEW): {_EXPECTED}, without that variable"
            )
        if any(key in document for key in _LEAST_KEYS):
            return document
    what = "no JSON object in it is one, or whole" if found else "no line of it begins a JSON object"
    raise NotAPreviewError(f"is not a preview: {what}; {_EXPECTED}")

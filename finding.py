"""What is wrong, said so that its reader can mend it."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One fault: `where` (file, line, key or resource), `what` is wrong, the value `found`, the `remedy`."""

    where: str
    what: str
    found: str = ""
    remedy: str


def text(findings: Sequence[Finding]) -> str:
    """The findings as a paragraph each: where and what first, then what was found and what to do."""
    return "\n\n".join(_paragraph(finding) for finding in findings)


def as_json(findings: Sequence[Finding]) -> str:
    """A list of objects with the fields of a Finding, and `file` and `line` where there are any."""
    return json.dumps([{**asdict(each), **_place(each)} for each in findings], indent=2)


def github(findings: Sequence[Finding]) -> str:
    """One workflow command a finding, which GitHub shows beside the line of the pull request:
    https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
    """
    return "\n".join(_annotation(each) for each in findings)


# The forms in which findings are printed, by the name that a command takes.
FORMS: Mapping[str, Callable[[Sequence[Finding]], str]] = {"text": text, "json": as_json, "github": github}


def _paragraph(finding: Finding) -> str:
    lines = [f"{finding.where}: {finding.what}"]
    if finding.found:
        lines.append(f"    found: {finding.found}")
    lines.append(f"    mend:  {finding.remedy}")
    return "\n".join(lines)


def _place(finding: Finding) -> dict[str, Any]:
    """File and line of a `where` that begins with them: `Pulumi.prod.yaml:20: pairva:deployment.backend.version`."""
    found = re.match(r"(?P<file>[^:]+\.(yaml|json))(:(?P<line>\d+))?(?=:|$)", finding.where)
    if not found:
        return {}
    return {"file": found["file"], **({"line": int(found["line"])} if found["line"] else {})}


def _annotation(finding: Finding) -> str:
    place = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in _place(finding).items())
    return f"::error {place}::{_escaped(_paragraph(finding))}" if place else f"::error::{_escaped(_paragraph(finding))}"


def _escaped(value: str, more: str = "") -> str:
    return "".join(f"%{ord(letter):02X}" if letter in f"%\r\n{more}" else letter for letter in value)

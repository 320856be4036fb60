"""What is wrong, said so that its reader can mend it."""

from collections.abc import Sequence
from dataclasses import dataclass


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


def _paragraph(finding: Finding) -> str:
    lines = [f"{finding.where}: {finding.what}"]
    if finding.found:
        lines.append(f"    found: {finding.found}")
    lines.append(f"    mend:  {finding.remedy}")
    return "\n".join(lines)

"""What went wrong in a run, and what its findings say of cause and remedy: their own sentences, and none besides."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import markdown
from masking import masked
from report.fault import MEND, Fault, faults, said
from report.run import Remark, Run
from report.service import ServiceRun

_NONE = "None."
_LONGEST = 1000

_WHERE = re.compile(r"Pulumi\.[\w-]+\.yaml(?::\d+)?: \S+?(?:, \S+?)*: ")

# Of a long message (a build's output), the beginning and the end.
_FIRST_LINES, _LAST_LINES = 10, 20


def issues(run: Run) -> Iterator[str]:
    """Each warning and error, with its evidence; what was under way when the run was cut off."""
    told = [_issue(remark) for remark in run.issues]
    if run.status == "interrupted":
        told += [f"Under way when it ended: {step.operation} of {step.name}." for step in run.unfinished]
    yield "\n\n".join(told) or _NONE


def causes(run: Run) -> Iterator[str]:
    """The sentence of each error."""
    yield _listed(chain.from_iterable(_sentences(each) for each in run.issues if each.severity == "error"))


def actions(run: Run) -> Iterator[str]:
    """What each finding says is to be done."""
    yield _listed(fault.mend for fault in _faults(run))


def next_steps(run: Run, services: Sequence[ServiceRun]) -> Iterator[str]:
    """What each verdict says comes then; where none speaks, `up` asks again for each that is missing."""
    steps = [step for fault in _faults(run) for step in fault.ways_on]
    if not steps and run.status != "succeeded":
        missing = [each.name for each in services if each.outcome not in ("good", "unchanged")]
        asked = f", which asks for the verdicts that are missing: {', '.join(missing)}" if missing else ""
        steps = [f"Run pulumi up again{asked}"]
    yield _listed(steps)


def _faults(run: Run) -> Iterator[Fault]:
    """Warnings are findings, too."""
    return chain.from_iterable(faults(remark.text) for remark in run.issues)


def _sentences(remark: Remark) -> list[str]:
    return [fault.cause for fault in faults(remark.text)] or [said(remark.text).partition("\n")[0]]


def _issue(remark: Remark) -> str:
    about = f" of {markdown.plain(remark.resource)}" if remark.resource else ""
    first, *rest = [line for line in said(remark.text).splitlines() or [""] if not line.startswith(MEND)]
    if len(rest) > _FIRST_LINES + _LAST_LINES:
        left_out = len(rest) - _FIRST_LINES - _LAST_LINES
        rest = [*rest[:_FIRST_LINES], f"… {left_out} more lines", *rest[-_LAST_LINES:]]
    head = f"**{remark.at:%H:%M:%S} {remark.severity}**{about}: {_shown(first)}"
    shown = "\n".join(_indented(line) for line in rest).strip("\n")
    return f"{head}\n\n{markdown.block(shown)}" if shown else head


def _indented(line: str) -> str:
    """Masking takes what stands before a line; what a message sets in stays so."""
    return line[: len(line) - len(line.lstrip(" "))] + _fit(line)


def _listed(sentences: Iterable[str]) -> str:
    """Each once."""
    told = list(dict.fromkeys(_shown(each) for each in sentences))
    return "\n".join(f"- {each}" for each in told) or _NONE


def _shown(sentence: str) -> str:
    return markdown.plain(_fit(sentence))


def _fit(line: str) -> str:
    """Masked, but for the key of a stack file that a finding begins with: the words after it are none of its value."""
    where = match[0] if (match := _WHERE.match(line)) else ""
    return where + masked(line.removeprefix(where), _LONGEST)

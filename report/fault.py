"""A finding as the program prints it (finding.text), found again in what the engine passed on of it."""

import re
from dataclasses import dataclass

# What the engine puts before what a hook raised.
_HOOK = re.compile(r'^(?:before|after) hook "[^"\n]*" failed: ')

_FINDING = re.compile(
    r"^(?P<sentence>[^\s][^\n]*)\n(?: {4}found: (?P<found>.*?)\n)? {4}mend:  (?P<mend>[^\n]*)", re.MULTILINE | re.DOTALL
)

# How its last line begins; the actions have it.
MEND = "    mend:  "

# Where a verdict's remedy goes on from what is wrong to what comes then (checks/diagnosis.py).
_WAYS_ON = ". The same version again: "

# How it quotes a line of a task's log.
_QUOTED = "| "


@dataclass(frozen=True, kw_only=True)
class Fault:
    """`sentence` is where and what; `found` may have lines; `mend` is what to do, and `ways_on` what comes then, which
    only a verdict says.
    """

    sentence: str
    found: str
    mend: str
    ways_on: tuple[str, ...]

    @property
    def cause(self) -> str:
        """The sentence, but for what a verdict says of what serves now; and how the log ends that it quotes."""
        cause = self.sentence.rpartition(". ")[0] or self.sentence if self.ways_on else self.sentence
        log = [line for line in map(str.strip, self.found.splitlines()) if line.startswith(_QUOTED)]
        return f"{cause}; its log ends: {log[-1].removeprefix(_QUOTED)}" if log else cause

    @property
    def serving(self) -> str:
        """What a verdict says of what serves now: the last of its sentences."""
        return self.sentence.rpartition(". ")[2] if self.ways_on else ""


def said(message: str) -> str:
    """A message without what the engine put before it."""
    return _HOOK.sub("", message)


def faults(message: str) -> list[Fault]:
    """Every finding within a message, in its order; none where nobody here wrote it."""
    return [_fault(found) for found in _FINDING.finditer(said(message))]


def _fault(match: re.Match[str]) -> Fault:
    mend, ways_on, rest = match["mend"].partition(_WAYS_ON)
    steps = f"{_WAYS_ON.removeprefix('. ')}{rest}".split(". ") if ways_on else []
    return Fault(sentence=match["sentence"], found=match["found"] or "", mend=mend, ways_on=tuple(steps))

"""Asks many questions at once, and waits for none of them longer than a person would."""

from collections.abc import Sequence
from threading import Thread
from time import monotonic

import pulumi
from botocore.exceptions import BotoCoreError, ClientError

from checks.preflight.result import Check, Result, unchecked
from checks.session import Session, answer

# One question, asked once; and all of them together, which ask one after the other where one needs the other's answer.
ANSWER_SECONDS = 1.8
LONGEST_SECONDS = 2.5


def inspect(session: Session, checks: Sequence[Check], seconds: float = LONGEST_SECONDS) -> list[Result]:
    """The results of all checks, in the order of the checks; what has no answer by then is unchecked."""
    asked = [_Asked(session, check) for check in checks]
    deadline = monotonic() + seconds
    for each in asked:
        each.start()
    for each in asked:
        each.join(max(0.0, deadline - monotonic()))
    return [result for each in asked for result in each.results(seconds)]


class _Asked(Thread):
    """One check at work. As a daemon, one that hangs outlives neither the program nor its patience.

    Whatever it raises is no answer: AWS's refusal, an answer that nobody can read, and a defect of ours, which must not
    keep anybody from deploying.
    """

    def __init__(self, session: Session, check: Check) -> None:
        super().__init__(daemon=True)
        self._session, self._check = session, check
        self._found = list[Result]()

    def run(self) -> None:
        try:
            for result in self._check.ask(self._session):
                self._found.append(result)
        except Exception as error:
            self._found.append(unchecked(self._check.subject, _why(error)))

    def results(self, seconds: float) -> list[Result]:
        """What was found by now, and that more was to come if it was."""
        late = [unchecked(self._check.subject, f"no answer within {seconds:g} s")] if self.is_alive() else []
        return [*self._found, *late]


def _why(error: Exception) -> str:
    """In one line."""
    if isinstance(error, pulumi.RunError):
        return "there is nobody to ask as: see credentials"
    told = " ".join(answer(error).split())
    return told if isinstance(error, (BotoCoreError, ClientError)) else f"{type(error).__name__}: {told}"

"""Asks many questions at once, and waits for none of them longer than a person would."""

from collections.abc import Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from botocore.exceptions import BotoCoreError, ClientError

from checks.preflight.result import Check, Result, unchecked
from checks.session import Session, answer

LONGEST_SECONDS = 3.0


def inspect(session: Session, checks: Sequence[Check], seconds: float = LONGEST_SECONDS) -> list[Result]:
    """The results of all checks, in the order of the checks; what has no answer by then is unchecked.

    The threads are daemons: one that hangs outlives neither the program nor its patience.
    """
    answers = SimpleQueue[tuple[int, list[Result]]]()
    for position, check in enumerate(checks):
        Thread(target=_ask, args=(session, check, position, answers), daemon=True).start()
    deadline = monotonic() + seconds
    results = dict[int, list[Result]]()
    while len(results) < len(checks):
        try:
            position, found = answers.get(timeout=max(0.0, deadline - monotonic()))
        except Empty:
            break
        results[position] = found
    late = f"no answer within {seconds:g} s"
    return [
        result
        for position, check in enumerate(checks)
        for result in results.get(position, [unchecked(check.subject, late)])
    ]


def _ask(session: Session, check: Check, position: int, answers: SimpleQueue[tuple[int, list[Result]]]) -> None:
    try:
        found = list(check.ask(session))
    except (BotoCoreError, ClientError) as error:
        found = [unchecked(check.subject, answer(error))]
    answers.put((position, found))

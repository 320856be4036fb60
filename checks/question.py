"""A question that is asked at once, in a thread of its own, and waited for only so long."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from time import monotonic
from typing import Generic, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from checks.session import answer

_T = TypeVar("_T")


@dataclass(frozen=True)
class Unanswered:
    """Why nobody knows, in one line."""

    why: str


class Question(Thread, Generic[_T]):
    """As a daemon, one that hangs outlives neither the program nor its patience.

    Whatever it raises is no answer: AWS's refusal, and an answer that nobody can read.
    """

    def __init__(self, subject: str, ask: Callable[[], _T | Unanswered]) -> None:
        super().__init__(daemon=True)
        self._ask = ask
        self._subject = subject
        self._answer: _T | Unanswered = Unanswered(f"{subject}: no answer in time")
        self.start()

    def run(self) -> None:
        try:
            self._answer = self._ask()
        except (BotoCoreError, ClientError) as error:
            self._answer = Unanswered(" ".join(answer(error).split()))
        except Exception as error:
            self._answer = Unanswered(" ".join(f"{self._subject}: {type(error).__name__}: {error}".split()))

    def until(self, deadline: float) -> _T | Unanswered:
        """The answer, or why there is none by then; `deadline` is of the monotonic clock."""
        self.join(max(0.0, deadline - monotonic()))
        return self._answer

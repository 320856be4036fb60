"""What is being done and how long it took: one line a step, on a terminal and in a log."""

import time
from collections.abc import Callable
from typing import TypeVar

from rich.console import Console
from rich.markup import escape

Result = TypeVar("Result")

# Tells what a step is doing. A step that has nothing to do says nothing.
Say = Callable[[str], None]


def quiet(_: str) -> None:
    """For callers that show nothing."""


class Progress:
    """Prints on `console`: a moving line where that is a terminal, plain lines elsewhere."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.console = Console(soft_wrap=True, highlight=False, quiet=quiet)

    def step(self, name: str, work: Callable[[Say], Result], outcome: Callable[[Result], str]) -> Result:
        """Does `work` and prints its outcome with the time it took."""
        start = time.monotonic()
        with self.console.status(name) as status:

            def say(doing: str) -> None:
                elapsed = f"{time.monotonic() - start:.0f} s"
                if self.console.is_terminal:
                    status.update(escape(f"{name} ({elapsed}): {doing}"))
                else:
                    self.print(f"{name:<10} … {doing} ({elapsed})")

            result = work(say)
        self.print(f"{name:<10} {outcome(result)} ({time.monotonic() - start:.1f} s)")
        return result

    def print(self, line: str) -> None:
        self.console.print(escape(line))

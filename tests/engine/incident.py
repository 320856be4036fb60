"""The failures of 29 and 30 April 2025, by the rows of the report, and where each is caught now."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

FAILED_TASKS_THEN = 7560

# Row -> what failed then.
FAILURES = {
    1: "a placeholder in the task definition: ${AWS_ACCOUNT_ID}",
    2: "no execution role, although the task logs",
    3: "no execution role, although the task has secrets",
    4: "a role that is not there, or may not do its work",
    5: "the failed registration was ignored, the service updated",
    6: "the log group does not exist",
    7: "the backend crashes shortly after its start, nobody is told",
    8: "the frontend is deployed while the backend is down",
    9: "health checks too strict for a slow start",
    10: "the network was never validated",
    11: "every task definition differs, and nobody checks them",
}

Place = Literal["stack file", "review", "preview", "build", "registration", "rollout", "construction"]


@dataclass(frozen=True, kw_only=True)
class Caught:
    """One row replayed. `seconds` until it was explained (none: it cannot happen); `failed_tasks` in ECS by then."""

    row: int
    where: Place
    seconds: float | None
    failed_tasks: int

    def text(self) -> str:
        return json.dumps(asdict(self))


def table(caught: Iterable[str]) -> list[str]:
    """The rows as lines of text, from what `Caught.text` made of them."""
    replayed = [Caught(**json.loads(text)) for text in caught]
    lines = [f"{'row':>3}  {'what failed then':<62} {'caught now':<13} {'explained':>10} {'failed tasks':>13}"]
    for row, failure in FAILURES.items():
        places = [each for each in replayed if each.row == row]
        if not places:
            lines.append(f"{row:>3}  {failure:<62} not replayed: its test failed or did not run")
        for each in places:
            seconds = "-" if each.seconds is None else f"{each.seconds:.1f} s"
            lines.append(f"{row:>3}  {failure:<62} {each.where:<13} {seconds:>10} {each.failed_tasks:>13}")
    failed = sum(each.failed_tasks for each in replayed)
    return [*lines, f"Failed tasks then: {FAILED_TASKS_THEN}; now: {failed}"]

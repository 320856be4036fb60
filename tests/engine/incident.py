"""The failures of 29 and 30 April 2025, by the rows of the report, and where each is caught now."""

import json
from collections.abc import Iterable, Mapping
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

# What is not caught yet, or not everywhere.
TO_COME = {
    1: "in values of `environment`, `build.args` and the like: a scan of every string of the stack file",
    4: "a role or a network that exists already: preflight, before anything is changed",
    10: "routes from the tasks to ECR, Logs and Secrets Manager: preflight",
    11: "rendered task definitions in the review, and a lint of the old templates",
}

Place = Literal["stack file", "preview", "build", "registration", "rollout", "construction"]


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
    rows: Mapping[int, Caught] = {each.row: each for each in (Caught(**json.loads(text)) for text in caught)}
    lines = [f"{'row':>3}  {'what failed then':<62} {'caught now':<13} {'explained':>10} {'failed tasks':>13}"]
    for row, failure in FAILURES.items():
        if each := rows.get(row):
            seconds = "-" if each.seconds is None else f"{each.seconds:.1f} s"
            lines.append(f"{row:>3}  {failure:<62} {each.where:<13} {seconds:>10} {each.failed_tasks:>13}")
        else:
            unseen = "to come" if row in TO_COME else "not replayed: its test failed or did not run"
            lines.append(f"{row:>3}  {failure:<62} {unseen}")
    failed = sum(each.failed_tasks for each in rows.values())
    still = [f"  row {row}: {what}" for row, what in TO_COME.items()]
    return [*lines, f"Failed tasks then: {FAILED_TASKS_THEN}; now: {failed}", "Still to come:", *still]

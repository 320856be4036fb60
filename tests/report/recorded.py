"""Event logs of real deployments of the sample apps, without what no report reads; and what is changed of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from report import event_log, run
from report.run import Run
from report.service import ServiceRun, services

FOLDER = Path(__file__).parent
SERVICES = ("backend", "frontend")

Change = Callable[[dict[str, Any]], None]


def log(name: str) -> Path:
    return FOLDER / "logs" / f"{name}.jsonl"


def of(name: str) -> Run:
    return run.of(event_log.events(log(name)))


def told(name: str) -> tuple[Run, list[ServiceRun]]:
    """A recorded run, and its services."""
    recorded = of(name)
    return recorded, services(recorded, SERVICES)


def lines(name: str) -> list[dict[str, Any]]:
    """The events as objects, without a last line that was cut off."""
    return [json.loads(line) for line in log(name).read_text().splitlines(keepends=True) if line.endswith("\n")]


def written(file: Path, events: list[dict[str, Any]]) -> Path:
    file.write_text("".join(f"{json.dumps(event)}\n" for event in events))
    return file


def configured(event: dict[str, Any], change: Change) -> None:
    """Changes `pairva:deployment` of a prelude."""
    config = event["preludeEvent"]["config"]
    deployment = json.loads(config["pairva:deployment"])
    change(deployment)
    config["pairva:deployment"] = json.dumps(deployment)


def releasing(name: str) -> list[dict[str, Any]]:
    """A recorded run in which the backend's gate is that of its release."""
    events = json.loads(json.dumps(lines(name)).replace("::backend-proven", "::backend-released"))
    configured(events[0], lambda deployment: deployment["backend"].update(release=["migrate"]))
    return events

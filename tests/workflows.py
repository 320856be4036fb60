"""The GitHub workflows as they are written, and the places of their steps."""

from functools import cache
from typing import Any

from ruamel.yaml import YAML

from operations import stack_argument

ROOT = stack_argument.ROOT
GITHUB = ROOT / ".github"
NAMES = ("check", "deploy", "drift", "preview")

# How a review of the stack prod begins.
MARKER = "<!-- pairva review prod -->"


@cache
def workflow(name: str) -> dict[str, Any]:
    return YAML(typ="safe").load((GITHUB / f"workflows/{name}.yml").read_text())


def jobs(name: str) -> dict[str, Any]:
    return workflow(name)["jobs"]


def step(name: str, job: str, titled: str) -> dict[str, Any]:
    (found,) = (each for each in jobs(name)[job]["steps"] if titled in (each.get("name"), each.get("id")))
    return found


def using(name: str, job: str, action: str) -> list[dict[str, Any]]:
    """What its steps hand over to that action."""
    return [each["with"] for each in jobs(name)[job]["steps"] if each.get("uses", "").startswith(f"{action}@")]


def every_step() -> list[tuple[str, dict[str, Any]]]:
    """With the place that each is in, those of composite actions, too."""
    of_jobs = [(f"{name} {job}", each) for name in NAMES for job in jobs(name) for each in jobs(name)[job]["steps"]]
    actions = [(file.parent.name, YAML(typ="safe").load(file.read_text())) for file in GITHUB.glob("actions/*/*.yml")]
    return of_jobs + [(name, each) for name, action in actions for each in action["runs"]["steps"]]


def shell(place: str, given: dict[str, Any]) -> str | None:
    """The one that is named for a step, by itself, its job or its workflow."""
    name, _, job = place.partition(" ")
    scopes = [jobs(name)[job], workflow(name)] if job else []
    defaults = [scope.get("defaults", {}).get("run", {}).get("shell") for scope in scopes]
    return next(filter(None, [given.get("shell"), *defaults]), None)

"""The gates of a deployment in a plan, by their names (components/gate.py): `released` and `proven`."""

from collections.abc import Mapping
from typing import Any

from review.plan import Change, Plan
from review.preview import State
from review.secrecy import decoded_json


def state(plan: Plan, service: str, name: str) -> State | None:
    """The gate as it is before the plan; None, if it is not there, or not in the preview."""
    return next((each for resource, each in plan.states if resource.name == f"{service}-{name}"), None)


def change(plan: Plan, service: str, name: str) -> Change | None:
    changes = plan.where("ssm/parameter", component=service)
    return next((each for each in changes if each.name == f"{service}-{name}"), None)


def record(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the gate says, by its inputs: nothing, where nobody knows it before `up`."""
    found = decoded_json(inputs.get("insecureValue"))
    return found if isinstance(found, dict) else {}

"""What a role may do: IAM actions on resources, and for which step."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

# `read` is what a preview asks, and `up` as well; `verdict` is asked while a deployment goes on, `write` makes and
# changes, `delete` takes away what is not protected.
Step = Literal["read", "verdict", "write", "delete"]

Condition = Mapping[str, Mapping[str, Any]]

ANY = "*"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """`resources` are ARNs without partition, region and account (`ecs:cluster/{name}`), `*`, or whole ARNs.

    `{…}` in them and in the condition stands for an input of the resource in question, or for a word of the stack.
    """

    step: Step
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: Condition


def _grant(step: Step, actions: str, *resources: str, condition: Condition | None = None) -> Grant:
    """Of `actions`, separated by spaces. What is on everything says so (ANY): a list that came out empty is none."""
    if not resources:
        raise ValueError(f"{actions} on what?")
    return Grant(step=step, actions=tuple(actions.split()), resources=resources, condition=condition or {})


read = partial(_grant, "read")
verdict = partial(_grant, "verdict")
write = partial(_grant, "write")
delete = partial(_grant, "delete")


# The tag by which a stack knows what AWS names itself: of what is made now, and of what was made by it.
NEW: Condition = {"StringEquals": {"aws:RequestTag/{tag}": "{stack}"}}
OWN: Condition = {"StringEquals": {"aws:ResourceTag/{tag}": "{stack}"}}

"""Previews of the engine as the tests keep them, and comments without what each run calls by another name."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PREVIEWS, GOLDEN = Path(__file__).parent / "previews", Path(__file__).parent / "golden"

# A look at these tells something, also if nothing is planned for them.
_LOOKED_AT = ("ecs/taskDefinition", "ecs/service", "ssm/parameter")
_LOOKS = ("refresh", "same")
_KEPT_OF_STATE = ("type", "parent", "retainOnDelete", "inputs")
_KEPT_OF_STEP = ("op", "urn", "diffReasons", "replaceReasons", "detailedDiff")

# Others in each run: ids, digests, what Pulumi and AWS append to names (`backend-target-c199f76/70ytkqq38vcurku0`), and
# a dashboard's fingerprint, since its widgets name such ids.
_NUMBERED = (
    r"(?P<before>\b(?:vpc|subnet|sg)-)(?P<id>[0-9a-f]{8,17})\b",
    r"(?P<before>sha256:)(?P<id>[0-9a-f]{12})(?:…|[0-9a-f]{52})",
    r"(?P<before> widgets \()(?P<id>[0-9a-f]{7})(?=\))",
    r"(?P<before>[a-z]-)(?P<id>[0-9a-f]{7})\b(?:/\w{16}|-\w{8}(?=\.))?",
)
_HIDDEN = (
    # The emulator's port; the containers' own have four digits.
    (r"localhost:\d{5}\b", "localhost:4566"),
    # The gate's hash of what else starts a deployment: of the ids of subnets and groups.
    (r"(?<=deployment: )[0-9a-f]{12} → [0-9a-f]{12}", "… → …"),
    # A busy machine lets the preflight's time end.
    (r"- not checked beforehand: .*\n", ""),
    (r"#### Warnings\n\n+(?=#|<|\Z)", ""),
)


def steady(comment: str) -> str:
    """The comment with what differs in each run numbered in the order in which it appears, or gone."""
    for pattern in _NUMBERED:
        seen = dict[str, str]()
        comment = re.sub(
            pattern,
            lambda found, seen=seen: found["before"] + seen.setdefault(found["id"], f"<{len(seen) + 1}>"),
            comment,
        )
    for pattern, mark in _HIDDEN:
        comment = re.sub(pattern, mark, comment)
    return f"{comment.rstrip()}\n"


def document(said: str) -> dict[str, Any]:
    """The preview in what the engine said."""
    found, _ = json.JSONDecoder().raw_decode(said, said.index("{\n"))
    return found


def written(preview: dict[str, Any]) -> str:
    """Only what `pairva review` reads, a step a line: a twentieth."""
    planned = {step["urn"]: step for step in preview["steps"] if step["op"] not in _LOOKS}
    looked_at = [step for step in preview["steps"] if step["op"] != "refresh" or _tells(step, planned)]
    if all(_repeats(step, planned) for step in looked_at):
        looked_at = [step for step in looked_at if step["op"] != "refresh"]
    steps = [_step(step, planned) for step in looked_at if not _kind(step).startswith("pairva:")]
    lines = ",\n".join(json.dumps(step, ensure_ascii=False) for step in steps)
    rest = {key: value for key, value in preview.items() if key not in ("duration", "steps")}
    return f'{json.dumps(rest, ensure_ascii=False)[:-1]}, "steps": [\n{lines}\n]}}\n'


def _tells(look: dict[str, Any], planned: Mapping[str, Any]) -> bool:
    return look["urn"] in planned or any(f":{each}:" in _kind(look) for each in _LOOKED_AT)


def _repeats(step: dict[str, Any], planned: Mapping[str, Any]) -> bool:
    """Whether a look shows nothing that the planned step does not."""
    after = planned.get(step["urn"], {}).get("oldState", {})
    return step["op"] != "refresh" or (bool(after) and after.get("inputs") == step["oldState"].get("inputs"))


def _kind(step: dict[str, Any]) -> str:
    return step["urn"].split("::")[-2].rpartition("$")[2]


def _step(step: dict[str, Any], planned: Mapping[str, Any]) -> dict[str, Any]:
    sides = ["oldState"] if step["op"] == "refresh" and step["urn"] in planned else ["oldState", "newState"]
    states = {key: _state(step[key]) for key in sides if key in step}
    return {**{key: step[key] for key in _KEPT_OF_STEP if step.get(key)}, **states}


def _state(state: dict[str, Any]) -> dict[str, Any]:
    arn = {"outputs": {"arn": state["outputs"]["arn"]}} if "arn" in state.get("outputs", {}) else {}
    return {**{key: state[key] for key in _KEPT_OF_STATE if key in state}, **arn}

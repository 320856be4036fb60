"""The stack file's JSON schema, for editors: `make schema` writes it, and the first line of each stack file names it.

It knows names, types, patterns and bounds; what must hold between two values only `pairva check` knows.
"""

import json
from typing import Any

from settings import document
from settings.lines import DEPLOYMENT
from settings.model import Settings


def text() -> str:
    """The schema as it is committed."""
    return json.dumps(_stack_file(), indent=2, sort_keys=True) + "\n"


def _stack_file() -> dict[str, Any]:
    """The models' schema in the shape of the file: `aws:` is no table there, and Pulumi's own keys stand beside."""
    definitions = _strict(Settings.model_json_schema()["$defs"])
    provider = definitions.pop("Provider")
    config = {
        "type": "object",
        "properties": {
            **{f"aws:{key}": value for key, value in provider["properties"].items()},
            DEPLOYMENT: {"$ref": "#/$defs/Deployment"},
        },
        "patternProperties": {"^pulumi:": {}},
        "required": [*(f"aws:{key}" for key in provider["required"]), DEPLOYMENT],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Pulumi.<stack>.yaml",
        "type": "object",
        "properties": {**{key: {} for key in document.TOP_LEVEL}, "config": config},
        "required": ["config"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _strict(schema: Any) -> Any:
    """Without `null`, for a key left empty is a fault; a name that fits no pattern is one, too. Without the titles that
    pydantic makes of names."""
    if isinstance(schema, list):
        return [_strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    noise = {"default": type(None), "title": str}
    inner = {key: _strict(each) for key, each in schema.items() if not isinstance(each, noise.get(key, ()))}
    if "patternProperties" in inner:
        inner["additionalProperties"] = False
    choices = [each for each in inner.get("anyOf", []) if each != {"type": "null"}]
    if len(choices) == 1:
        del inner["anyOf"]
        return {**inner, **choices[0]}
    return inner


if __name__ == "__main__":
    print(text(), end="")

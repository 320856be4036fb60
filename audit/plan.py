"""A stack's resources as the JSON of a Terraform plan: the one form in which scanners read resources before they exist.
https://developer.hashicorp.com/terraform/internals/json-format
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from audit.program import Program, Resource, snake

# Maps to Terraform as well; every other object is a block, which a plan shows as a list.
_MAPS = {"dimensions", "tags", "triggers"}


def plan(programs: Iterable[Program]) -> dict[str, Any]:
    """One document of all stacks, so that each scanner starts once. What another resource computes is unknown, and
    referred to: scanners link the two by it, not by a value.
    """
    planned, configured, changes = list[dict[str, Any]](), list[dict[str, Any]](), list[dict[str, Any]]()
    for program in programs:
        for resource in program.resources:
            kind, _, name = _address(program, resource).partition(".")
            head = {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name}
            values, expressions = _attributes(resource.inputs, resource, program)
            planned.append({**head, "provider_name": _PROVIDER, "schema_version": 0, "values": values})
            configured.append({**head, "provider_config_key": "aws", "expressions": expressions})
            changes.append({**head, "provider_name": _PROVIDER, "change": _creation(values)})
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "full_name": _PROVIDER}},
            "root_module": {"resources": configured},
        },
    }


def place(address: str) -> str:
    """`prod/aws_ecs_service.backend-service` for what the plan calls `aws_ecs_service.prod__backend-service`."""
    kind, _, name = address.partition(".")
    stack, _, name = name.partition("__")
    return f"{stack}/{kind}.{name}"


def _address(program: Program, resource: Resource) -> str:
    kind, _, name = resource.address.partition(".")
    return f"{kind}.{program.stack}__{name}"


_PROVIDER = "registry.terraform.io/hashicorp/aws"


def _creation(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"actions": ["create"], "before": None, "after": values, "after_unknown": {}}


def _attributes(inputs: Mapping[str, Any], owner: Resource, program: Program) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values that are known beforehand, and the expressions of the others."""
    values, expressions = dict[str, Any](), dict[str, Any]()
    for key, value in inputs.items():
        name = snake(key)
        match value:
            case str() if key == "containerDefinitions":
                values[name] = _containers(value)
            case Mapping() if key not in _MAPS:
                block, inner = _attributes(value, owner, program)
                values[name], expressions[name] = [block], [inner]
            case [Mapping(), *_]:
                pairs = [_attributes(each, owner, program) for each in value]
                name = _singular(name)
                values[name], expressions[name] = [block for block, _ in pairs], [inner for _, inner in pairs]
            case _:
                references = list(_references(value, owner, program))
                if references:
                    expressions[name] = {"references": references}
                else:
                    values[name], expressions[name] = _number(value), {"constant_value": _number(value)}
    return values, expressions


def _references(value: Any, owner: Resource, program: Program) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        known = program.known_as(each)
        if known and known[0] is not owner:
            resource, attribute = known
            yield f"{_address(program, resource)}.{snake(attribute)}"
            yield _address(program, resource)


def _containers(definitions: str) -> str:
    """Without `cpu`, which trivy takes for text: one that is a number makes it overlook the whole task."""
    return json.dumps([{key: value for key, value in each.items() if key != "cpu"} for each in json.loads(definitions)])


def _number(value: Any) -> Any:
    """Every number of the wire is a float; scanners compare the text of what should be whole ones."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _singular(name: str) -> str:
    """Pulumi names a repeated block in the plural: `rules`, `policies`, `aliases`; not so `ingress` and `egress`."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    if name.endswith("ases"):
        return name[:-2]
    return name if name.endswith("ss") else name.removesuffix("s")

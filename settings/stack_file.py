"""Reads a stack's configuration and turns every fault of it into a Finding, with file and line."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from finding import Finding
from settings import document, place, rules
from settings.lines import KeyPath, Lines
from settings.model import Deployment, Settings
from settings.names import PROJECT
from settings.rules import Fault
from settings.stack import Stack

_DEPLOYMENT = f"{PROJECT}:deployment"

_CONCEALED = object()

# There is no value, or nobody can say whether it is a secret.
_NOT_SHOWN = {"missing", "extra_forbidden"}
_MAY_HOLD_SECRETS = {"args", "environment", "secrets"}

# Faults that pydantic finds by itself, by its error type: https://docs.pydantic.dev/latest/errors/validation_errors
_WHAT = {
    "missing": "the key is missing",
    "extra_forbidden": "no such key",
    "string_type": "is not text",
    "model_type": "is not a table",
    "list_type": "is not a list",
    "int_type": "is not a whole number",
    "int_parsing": "is not a whole number",
    "literal_error": "is not a value that means something here",
}


def read(name: str, configuration: Mapping[str, Any], file: Path) -> Stack | list[Finding]:
    """The stack of that name, or everything that is wrong with its `configuration` (keys as in the file's `config:`).

    `file` is opened only to say where a fault is.
    """
    tables = _tables(configuration)
    services = Deployment.service_names()
    faults: list[Fault] = [*_stack_name(name), *rules.broken(tables, services, name), *place.broken(tables, services)]
    try:
        settings = Settings.model_validate(tables)
    except ValidationError as error:
        faults = [*(_fault(details) for details in error.errors(include_url=False)), *faults]
    else:
        if not faults:
            return Stack(name=name, aws=settings.aws, deployment=settings.deployment)
    lines = Lines(file)
    return [_finding(fault, file.name, lines) for fault in faults]


def load(file: Path) -> Stack | list[Finding]:
    """The stack that `Pulumi.<stack>.yaml` describes, or everything that is wrong with it; no engine is asked."""
    configuration = document.configuration(file)
    if isinstance(configuration, list):
        return configuration
    return read(file.name.removeprefix("Pulumi.").removesuffix(".yaml"), configuration, file)


def _stack_name(name: str) -> list[Fault]:
    """It is part of every name, and a role's ends at 64 characters."""
    if re.fullmatch(r"[a-z][a-z0-9-]{0,31}", name):
        return []
    what = "the stack's name cannot be part of the names of clusters and roles"
    remedy = "use up to 32 lower-case letters, digits and hyphens (pulumi stack rename)"
    return [Fault(location=(), value=name, what=what, remedy=remedy)]


def _tables(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """`{"aws:region": …, "pairva:deployment": …}` as nested tables, without Pulumi's own (`pulumi:tags`)."""
    aws = {key.removeprefix("aws:"): value for key, value in configuration.items() if key.startswith("aws:")}
    rest = {key: value for key, value in configuration.items() if not key.startswith(("aws:", "pulumi:"))}
    deployment = {"deployment": rest.pop(_DEPLOYMENT)} if _DEPLOYMENT in rest else {}
    return {"aws": aws, **deployment, **rest}


def _fault(details: ErrorDetails) -> Fault:
    """A fault that pydantic found, in our words where its own would not help."""
    kind, context = details["type"], details.get("ctx", {})
    location = tuple(part for part in details["loc"] if part != "[key]")
    hidden = kind in _NOT_SHOWN or not _MAY_HOLD_SECRETS.isdisjoint(location)
    return Fault(
        location=location,
        value=_CONCEALED if hidden else details["input"],
        what=context.get("what") or _WHAT.get(kind) or _message(details),
        remedy=context.get("remedy") or _remedy(details, _spelled(_file_path(location[:-1]))),
    )


def _remedy(details: ErrorDetails, table: str) -> str:
    match details["type"], details["input"]:
        case "missing", _:
            return f"add it to {table}"
        case "extra_forbidden", _:
            return f"correct its name, or remove it from {table}"
        case "literal_error", _:
            return details["msg"].replace("Input should be", "write")
        case "string_type", float():
            return "write it in quotes: without them YAML makes the number 1.1 of 1.10"
        case "string_type", _:
            return "write it in quotes"
        case "model_type", _:
            return "write a table of keys here"
        case "list_type", _:
            return "write a list, for example [one, two], or [] for none"
        case "int_type" | "int_parsing", _:
            return "write a whole number"
        case _:
            return f"{_message(details)}: correct it"


def _message(details: ErrorDetails) -> str:
    return details["msg"][0].lower() + details["msg"][1:]


def _finding(fault: Fault, file: str, lines: Lines) -> Finding:
    path = _file_path(fault.location)
    number = lines.number(path)
    conceal = fault.value is _CONCEALED or isinstance(fault.value, (Mapping, list))
    return Finding(
        where=f"{file}:{number}: {_spelled(path)}" if number else f"{file}: {_spelled(path)}",
        what=fault.what,
        found="" if conceal else lines.text(path) or json.dumps(fault.value, default=str),
        remedy=fault.remedy,
    )


def _file_path(location: KeyPath) -> KeyPath:
    """Where pydantic found the fault, in the file's own keys: `("aws", "region")` is `("aws:region",)` there."""
    match location:
        case ("aws", str(key), *rest):
            return (f"aws:{key}", *rest)
        case ("deployment", *rest):
            return (_DEPLOYMENT, *rest)
        case _:
            return location


def _spelled(path: KeyPath) -> str:
    spelled = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return spelled.removeprefix(".") or "config"

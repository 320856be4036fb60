"""Reads a stack's configuration and turns every fault of it into a Finding, with file and line."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from finding import Finding
from settings import document, keys, names, place, rules, wording, written
from settings.document import Document
from settings.lines import DEPLOYMENT, Lines, in_file, spelled
from settings.model import Deployment, Settings
from settings.rules import Fault
from settings.stack import Stack

_FILE_NAME = re.compile(r"Pulumi\.(?P<stack>.+)\.yaml")


def read(name: str, configuration: Mapping[str, str], file: Path) -> Stack | list[Finding]:
    """The stack of that name, or everything that is wrong with its `configuration`, as the engine hands it over (keys
    as in the file's `config:`).

    `file` is opened only to say where a fault is.
    """
    result = _settings(name, configuration)
    return result if isinstance(result, Stack) else _findings(result, file.name, _lines(document.read(file)))


def load(file: Path) -> Stack | list[Finding]:
    """The stack that `Pulumi.<stack>.yaml` describes, or everything that is wrong with it; no engine is asked."""
    name = _FILE_NAME.fullmatch(file.name)
    if not name:
        remedy = "name a stack file, for example Pulumi.prod.yaml (README)"
        return [Finding(where=file.name, what="is not called Pulumi.<stack>.yaml", remedy=remedy)]
    content = document.read(file)
    if isinstance(content, Finding):
        return [content]
    result = _settings(name["stack"], content.config)
    if isinstance(result, Stack) and not content.unknown:
        return result
    beside = [_beside_config(key, file.name, content.lines) for key in content.unknown]
    return beside if isinstance(result, Stack) else [*beside, *_findings(result, file.name, content.lines)]


def _lines(content: Document | Finding) -> Lines:
    """Nobody knows any of a file that is elsewhere (`pulumi --config-file`)."""
    return content.lines if isinstance(content, Document) else Lines()


def _settings(name: str, configuration: Mapping[str, str]) -> Stack | list[Fault]:
    """Of a key that names another account, holds a placeholder, or nothing, only that is said: all else follows."""
    tables, services = _tables(configuration), Deployment.service_names()
    elsewhere = place.broken(tables, services)
    named = {fault.location for fault in elsewhere}
    first = [*elsewhere, *(fault for fault in written.faults(tables) if fault.location not in named)]
    faults = [*_stack_name(name), *rules.broken(tables, services, name)]
    try:
        settings = Settings.model_validate(tables)
    except ValidationError as error:
        faults = [*wording.faults(error.errors(include_url=False)), *faults]
    else:
        if not first and not faults:
            return Stack(name=name, aws=settings.aws, deployment=settings.deployment)
    said = {fault.location for fault in first}
    return [*first, *(fault for fault in faults if fault.location not in said)]


def _stack_name(name: str) -> list[Fault]:
    """It is part of every name."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        what = "the stack's name cannot be part of the names of clusters and roles"
        remedy = "use lower-case letters, digits and hyphens (pulumi stack rename)"
    elif too_long := names.too_long(name, Deployment.service_names()):
        what = f"the stack's name makes {too_long.noun} longer than the {too_long.limit} characters that AWS takes"
        remedy = f"use up to {len(name) - too_long.excess} letters (pulumi stack rename)"
    else:
        return []
    return [Fault(location=(), value=name, what=what, remedy=remedy)]


def _tables(configuration: Mapping[str, str]) -> dict[str, Any]:
    """`{"aws:region": …, "pairva:deployment": …}` as nested tables, without Pulumi's own (`pulumi:tags`)."""
    values = {key: _decoded(value) for key, value in configuration.items() if not key.startswith("pulumi:")}
    aws = {key.removeprefix("aws:"): values.pop(key) for key in list(values) if key.startswith("aws:")}
    deployment = {"deployment": values.pop(DEPLOYMENT)} if DEPLOYMENT in values else {}
    return {**values, "aws": aws, **deployment}


def _decoded(value: str) -> Any:
    """Pulumi hands tables and lists over as JSON, and everything else as text."""
    if not value.startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _findings(faults: list[Fault], file: str, lines: Lines) -> list[Finding]:
    """In the order of the file; first of all what has no line there."""
    numbered = [(lines.number(in_file(fault.location)) or 0, fault) for fault in faults]
    return [_finding(fault, line, file, lines) for line, fault in sorted(numbered, key=lambda each: each[0])]


def _finding(fault: Fault, line: int, file: str, lines: Lines) -> Finding:
    path = in_file(fault.location)
    found = fault.found
    if found is None:
        is_table = isinstance(fault.value, (Mapping, list))
        found = "" if is_table else lines.text(path) or json.dumps(fault.value, default=str)
    return Finding(
        where=f"{file}:{line}: {spelled(path)}" if line else f"{file}: {spelled(path)}",
        what=fault.what,
        found=found,
        remedy=fault.remedy,
    )


def _beside_config(key: str, file: str, lines: Lines) -> Finding:
    """Pulumi passes over such a key in silence, and over all that stands below it."""
    line, meant = lines.beside_config(key), keys.closest(key, list(document.TOP_LEVEL))
    return Finding(
        where=f"{file}:{line}: {key}" if line else f"{file}: {key}",
        what="no such key beside config:",
        remedy=f"did you mean {meant}?" if meant else "move it below config:, or remove it",
    )

"""Placeholders that were never replaced: the incident began with one."""

from collections.abc import Iterator, Mapping
from typing import Any

from checks.template.arn import leaves
from checks.template.position import KeyPath
from checks.template.table import Table, fault
from finding import Finding
from settings.placeholder import unreplaced

# What this program does instead, by the last key of the path.
_INSTEAD: Mapping[Any, str] = {
    "executionRoleArn": "nothing to name: this program makes the role and passes on its ARN",
    "taskRoleArn": "write the role's ARN as taskRole in the stack file, or nothing: this program then makes a role",
    "image": "write the version in the stack file: this program knows registry and repository",
    "valueFrom": "write the secret's ARN in the stack file",
    "awslogs-group": "nothing to name: this program makes the log group",
    "awslogs-region": "nothing to name: the stack file says aws:region once",
}
_WHAT = "holds a placeholder that nothing replaced: AWS gets it as it stands"
_ELSE = "write its value in the stack file, which has no templates: one file for each stack"


def findings(task: Table) -> Iterator[Finding]:
    definition = task.document.definition
    for path, text in leaves(definition):
        found = [each for each in unreplaced(text) if not (each.startswith("${") and _in_shell(definition, path))]
        if found:
            remedy = _INSTEAD.get(path[-1], _ELSE)
            yield fault(task.document, (*task.path, *path), _WHAT, remedy, found=", ".join(found))


def _in_shell(definition: Mapping[str, Any], path: KeyPath) -> bool:
    """Whether a shell in the container will resolve it, as in `["sh", "-c", "exec app --port ${PORT}"]`."""
    if path[-2:-1] not in (("command",), ("entryPoint",)):
        return False
    table: Any = definition
    for part in path[:-2]:
        table = table[part]
    words = [word for key in ("entryPoint", "command") for word in _list(table.get(key))]
    return any(word == "CMD-SHELL" or str(word).rpartition("/")[2] in ("sh", "bash", "ash", "dash") for word in words)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

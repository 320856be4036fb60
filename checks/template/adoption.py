"""What of an old task definition a stack file can say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic.alias_generators import to_camel

from checks.template import health
from checks.template.container import tag
from checks.template.size import cpu_units, memory_mib
from checks.template.table import Table
from checks.template.variable import holds_credentials
from settings.model import Deployment
from settings.names import PROJECT, ServiceNames
from settings.placeholder import unreplaced

# The stack file's tables of a service, in which each key is taken over, or not, by itself.
TABLES = ("health", "environment", "secrets")

_UNRESOLVED = "a placeholder stood here; write the value"
_ROLE = "write the ARN of a role of its own, or nothing: the program then makes one that may do nothing"

# What the stack file says in its own words; what the program decides; and both of these beside the containers.
_TAKEN = frozenset(("name", "image", "portMappings", "environment", "secrets", "healthCheck", "mountPoints"))
_OURS = frozenset(("user", "essential", "privileged", "readonlyRootFilesystem", "logConfiguration", "cpu"))
_OF_TASK = frozenset(("family", "containerDefinitions", "cpu", "memory", "volumes", "taskRoleArn"))
_OUR_TASK = frozenset(("networkMode", "requiresCompatibilities", "executionRoleArn"))

_WHY_LEFT = {
    "command": "the image's own is run",
    "entryPoint": "the image's own is run",
    "runtimePlatform": "architecture, beside the services, says it for all of them",
    "tags": "aws:defaultTags says them for the whole stack",
}


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """The `values` of a service, `notes` for people on some of them or in their place, and what is `left`."""

    service: str
    values: dict[str, Any]
    notes: dict[tuple[str, ...], str]
    left: list[str]


def adopt(task: Table) -> Adoption:
    """What can be taken over of the definition and its main container."""
    containers = task.tables("containerDefinitions")
    empty = Table(document=task.document, path=(), values={}, written={})
    main = max(containers, key=_weight, default=empty)
    adopted = Adoption(service=_service(task, main), values={}, notes={}, left=[])
    adopted.values.update(count=1)
    adopted.notes[("count",)] = "no task definition says how many; write it"
    adopted.notes[("path",)] = "which requests reach it, for example /api/*; none reach a service without"
    _image(main, adopted)
    _role(task, adopted)
    _size(task, adopted)
    _port(main, adopted)
    _health(main, adopted)
    _variables(main, adopted)
    _writable(task, main, adopted)
    adopted.left.extend(_left(task, _OF_TASK | _OUR_TASK))
    adopted.left.extend(_left(main, _TAKEN | _OURS))
    adopted.left.extend(
        f"container {each.text('name')}: a service has one container" for each in containers if each is not main
    )
    return adopted


def _weight(container: Table) -> tuple[bool, bool, bool]:
    """The main container is the heaviest, of several the first: a sidecar may be essential, and have a port, too."""
    return (
        bool(_known(container.text("name"))),
        container.states("portMappings"),
        container.flag("essential") is not False,
    )


def _known(name: str) -> str:
    """The stack's service whose name this one holds; empty if it holds none."""
    return next((each for each in Deployment.service_names() if each in name.lower()), "")


def _service(task: Table, main: Table) -> str:
    """One of the stack's services if the name holds it, otherwise the name as a key."""
    name = main.text("name") or task.text("family")
    as_key = re.sub(r"[^a-z0-9]+", "_", name.lower().removeprefix(f"{PROJECT}-")).strip("_")
    return _known(name) or as_key or "service"


def _image(main: Table, adopted: Adoption) -> None:
    image = main.text("image")
    version, digest = tag(image), image.partition("@")[2]
    if version and not unreplaced(version):
        adopted.values["version"] = version
    else:
        adopted.notes[("version",)] = _UNRESOLVED if version else "the image names none; write a release"
    adopted.values["repository"] = "existing"
    if digest:
        adopted.values["digest"] = digest
    ours = ServiceNames(stack="", service=adopted.service).repository
    if image.partition("@")[0].rpartition(":")[0].rpartition("/")[2] != ours:
        adopted.notes[("repository",)] = f"the image must be in ECR as {ours}"


def _role(task: Table, adopted: Adoption) -> None:
    """The application's; the execution role's rights are known, and the program makes one with just those."""
    role = task.text("taskRoleArn")
    if not role:
        return
    if unreplaced(role):
        adopted.notes[("taskRole",)] = f"a placeholder stood here; {_ROLE}"
    elif role == task.text("executionRoleArn"):
        adopted.notes[("taskRole",)] = f"was the execution role, too, which may read every secret; {_ROLE}"
    else:
        adopted.values["taskRole"] = role


def _size(task: Table, adopted: Adoption) -> None:
    for key, size in (("cpu", cpu_units(task)), ("memory", memory_mib(task))):
        if size is not None:
            adopted.values[key] = size


def _port(main: Table, adopted: Adoption) -> None:
    ports = _ports(main)
    if not ports:
        return
    adopted.values["port"] = moved(ports[0])
    if moved(ports[0]) != ports[0]:
        adopted.notes[("port",)] = f"was {ports[0]}, which only root may listen on: the image must listen here"
    adopted.left.extend(f"port {each}: a service has one" for each in ports[1:])


def _ports(main: Table) -> list[int]:
    ports = [number for each in main.tables("portMappings") if (number := each.number("containerPort"))]
    return list(dict.fromkeys(ports))


def moved(port: int) -> int:
    """Where a port goes that only root may listen on: 80 to 8080, 443 to 8443."""
    return port if port >= 1024 else port + 8000


def _health(main: Table, adopted: Adoption) -> None:
    """Numbers weaker than the stack file's defaults are left to them."""
    check = main.table("healthCheck")
    values = adopted.values["health"] = dict[str, Any]()
    command = [_moved_along(word, main) for word in check.texts("command")]
    if command[:1] == ["CMD-SHELL"]:
        # What the container's shell resolves would read like a placeholder.
        command = [re.sub(r"\$\{([A-Za-z_]\w*)\}(?!\w)", r"$\1", word) for word in command]
    address = re.search(r"https?://[^/\s\"']+(/[^\s\"'|;&)?#]*)?", " ".join(command))
    if address and "$" not in (address[1] or ""):
        values["path"] = address[1] or "/"
    else:
        adopted.notes[("health", "path")] = "what the load balancer asks for; write it"
    if any(unreplaced(word) for word in command):
        adopted.notes[("health", "command")] = _UNRESOLVED
    elif command:
        values["command"] = command
    for number in health.NUMBERS:
        value = check.number(number.key)
        if value is not None and (value > number.fix or (number is health.INTERVAL and value != number.fix)):
            values[to_camel(number.setting)] = value


def _moved_along(word: str, main: Table) -> str:
    """The word of a command that asks where the port is now."""
    for port in _ports(main):
        stated = f":{port}" if port != 80 else "(:80)?"
        word = re.sub(rf"(//(localhost|127\.0\.0\.1)){stated}(?=[/\s\"']|$)", rf"\1:{moved(port)}", word)
    return word


def _variables(main: Table, adopted: Adoption) -> None:
    secrets = {name: each.text("valueFrom") for each in main.tables("secrets") if (name := each.text("name"))}
    plain = {name: each.text("value") for each in main.tables("environment") if (name := each.text("name"))}
    for port in _ports(main):
        if plain.get("PORT") == str(port):
            plain["PORT"] = str(moved(port))
    for name in plain.keys() & secrets.keys():
        plain.pop(name)
    for table, variables in (("environment", plain), ("secrets", secrets)):
        values = adopted.values[table] = dict[str, Any]()
        for name, value in variables.items():
            if unreplaced(value):
                adopted.notes[(table, name)] = "write the secret's ARN" if table == "secrets" else _UNRESOLVED
            elif table == "environment" and holds_credentials(value):
                adopted.notes[(table, name)] = "holds credentials: store it in Secrets Manager and name it in secrets"
            else:
                values[name] = value


def _writable(task: Table, main: Table, adopted: Adoption) -> None:
    """Who had a writable root wrote to nobody knows where; to /tmp at least."""
    paths = list[str]()
    elsewhere = {each.text("name") for each in _elsewhere(task)}
    for mount in main.tables("mountPoints"):
        if mount.text("sourceVolume") in elsewhere:
            adopted.left.append(f"{mount.text('containerPath')}, a volume that outlives its task")
        elif not mount.flag("readOnly"):
            paths.append(mount.text("containerPath"))
    if not main.flag("readonlyRootFilesystem"):
        paths = list(dict.fromkeys(["/tmp", *paths]))  # noqa: S108  a path inside the container
        adopted.notes[("writable",)] = "its whole root was: add what else the application writes to"
    if paths:
        adopted.values["writable"] = paths


def _elsewhere(task: Table) -> list[Table]:
    """Volumes that are not just empty places on the task's own disk."""
    return [each for each in task.tables("volumes") if any(each.states(key) for key in each.values if key != "name")]


def _left(table: Table, known: frozenset[str]) -> Iterator[str]:
    for key in table.values:
        if key not in known and table.states(key) and table.values[key] not in (None, False, 0):
            yield f"{key}{': ' if key in _WHY_LEFT else ''}{_WHY_LEFT.get(key, '')}"

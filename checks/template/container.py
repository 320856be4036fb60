"""A container by itself: its image, its user, its ports and what it may do."""

import re
from collections import Counter
from collections.abc import Iterator

from checks.template.table import Table
from finding import Finding
from settings.placeholder import unreplaced

_USER_HERE = "this program runs every container as user 10001: what it reads must be readable for all"


def findings(task: Table) -> Iterator[Finding]:
    containers = task.tables("containerDefinitions")
    if containers and all(each.flag("essential") is False for each in containers):
        yield task.fault(
            "containerDefinitions",
            "no container is essential, and one must be: AWS refuses the file",
            "this program's one container is essential",
        )
    names = Counter(each.text("name") for each in containers)
    for container in containers:
        if names[container.text("name")] > 1 and container.text("name"):
            yield container.fault(
                "name", "is the name of two containers: AWS refuses the file", "give each a name of its own"
            )
        yield from _image(container)
        yield from _rights(container)
        yield from _ports(container)


def tag(image: str) -> str:
    """The image's tag; empty if it has none. A port of the registry is none: `localhost:5000/app`."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[2]


def _image(container: Table) -> Iterator[Finding]:
    image = container.text("image")
    version = tag(image)
    if not image or "@sha256:" in image or unreplaced(version or image):
        return
    if version in ("", "latest"):
        what = "names no version: it is whatever was pushed last, so nobody knows what runs, nor what to go back to"
        yield container.fault(
            "image", what, "name one release: this program takes a version, and pushes each just once"
        )


def _rights(container: Table) -> Iterator[Finding]:
    user = container.text("user")
    if not container.states("user"):
        what = "is missing: the container runs as whom its image names, which is root unless it says otherwise"
        yield container.fault("user", what, _USER_HERE)
    elif re.fullmatch(r"(root|0+)(:.*)?", user):
        yield container.fault(
            "user", "is root: whoever breaks into the application has all rights in the container", _USER_HERE
        )
    if container.flag("privileged"):
        yield container.fault(
            "privileged",
            "Fargate has no privileged containers: AWS refuses the file",
            "this program's containers drop all capabilities",
        )
    if container.values.get("readonlyRootFilesystem", False) is False:
        yield container.fault(
            "readonlyRootFilesystem",
            "is not true: whoever breaks into the application can change it",
            "this program's root is read-only; name what the application writes to in writable: [/tmp]",
        )


def _ports(container: Table) -> Iterator[Finding]:
    for mapping in container.tables("portMappings"):
        port, on_host = mapping.number("containerPort"), mapping.number("hostPort")
        if on_host is not None and port is not None and on_host != port:
            yield mapping.fault(
                "hostPort",
                f"is not the container's port {port}, as awsvpc demands: AWS refuses the file",
                "leave it out: this program maps each port to itself",
            )
        if port is None:
            continue
        if not 1 <= port <= 65535:
            yield mapping.fault("containerPort", "is not a port: AWS refuses the file", "use 1024 to 65535")
        elif port < 1024:
            yield mapping.fault(
                "containerPort",
                "is a port that only root may listen on",
                "let the image listen on 1024 to 65535: this program runs no container as root",
            )

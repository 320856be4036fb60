"""An old container by itself."""

from pathlib import Path
from typing import Any

import pytest

from tests.checks.template.definitions import CONTAINER, GONE, GOOD, REGISTRY, Place, Told, changed, findings

MAPPING: Place = (*CONTAINER, "portMappings", 0)
NO_VERSION = "names no version: it is whatever was pushed last, so nobody knows what runs, nor what to go back to"
ONE_RELEASE = "name one release: this program takes a version, and pushes each just once"
USER_HERE = "this program runs every container as user 10001: what it reads must be readable for all"
ROOT = "is root: whoever breaks into the application has all rights in the container"
WRITABLE = "is not true: whoever breaks into the application can change it"
READ_ONLY_HERE = "this program's root is read-only; name what the application writes to in writable: [/tmp]"
OTHER_PORT = "is not the container's port 3000, as awsvpc demands: AWS refuses the file"
ITSELF = "leave it out: this program maps each port to itself"
TWICE = "is the name of two containers: AWS refuses the file"
OWN_NAME = "give each a name of its own"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            [((*CONTAINER, "image"), f"{REGISTRY}/pairva-backend:latest")],
            [
                (
                    "containerDefinitions[0].image",
                    NO_VERSION,
                    "039612856036.dkr.ecr.us-east-1.amazonaws.com/pairva-backend:latest",
                    ONE_RELEASE,
                )
            ],
        ),
        (
            [((*CONTAINER, "image"), "localhost:5000/pairva-backend")],
            [("containerDefinitions[0].image", NO_VERSION, "localhost:5000/pairva-backend", ONE_RELEASE)],
        ),
        (
            [
                (
                    (*CONTAINER, "image"),
                    f"{REGISTRY}/pairva-backend@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                )
            ],
            [],
        ),
        ([((*CONTAINER, "user"), "0:0")], [("containerDefinitions[0].user", ROOT, "0:0", USER_HERE)]),
        ([((*CONTAINER, "user"), "root")], [("containerDefinitions[0].user", ROOT, "root", USER_HERE)]),
        (
            [((*CONTAINER, "user"), GONE)],
            [
                (
                    "containerDefinitions[0].user",
                    "is missing: the container runs as whom its image names, which is root unless it says otherwise",
                    "",
                    USER_HERE,
                )
            ],
        ),
        ([((*CONTAINER, "user"), "1000:0")], []),
        (
            [((*CONTAINER, "privileged"), True)],
            [
                (
                    "containerDefinitions[0].privileged",
                    "Fargate has no privileged containers: AWS refuses the file",
                    "true",
                    "this program's containers drop all capabilities",
                )
            ],
        ),
        (
            [((*CONTAINER, "readonlyRootFilesystem"), GONE)],
            [("containerDefinitions[0].readonlyRootFilesystem", WRITABLE, "", READ_ONLY_HERE)],
        ),
        (
            [((*CONTAINER, "readonlyRootFilesystem"), False)],
            [("containerDefinitions[0].readonlyRootFilesystem", WRITABLE, "false", READ_ONLY_HERE)],
        ),
        (
            [((*MAPPING, "hostPort"), 80)],
            [("containerDefinitions[0].portMappings[0].hostPort", OTHER_PORT, "80", ITSELF)],
        ),
        (
            [((*MAPPING, "hostPort"), 0)],
            [("containerDefinitions[0].portMappings[0].hostPort", OTHER_PORT, "0", ITSELF)],
        ),
        ([(MAPPING, {"containerPort": 3000})], []),
        (
            [(MAPPING, {"containerPort": 80})],
            [
                (
                    "containerDefinitions[0].portMappings[0].containerPort",
                    "is a port that only root may listen on",
                    "80",
                    "let the image listen on 1024 to 65535: this program runs no container as root",
                )
            ],
        ),
        (
            [(MAPPING, {"containerPort": 0})],
            [
                (
                    "containerDefinitions[0].portMappings[0].containerPort",
                    "is not a port: AWS refuses the file",
                    "0",
                    "use 1024 to 65535",
                )
            ],
        ),
        (
            [(MAPPING, {"containerPort": 1})],
            [
                (
                    "containerDefinitions[0].portMappings[0].containerPort",
                    "is a port that only root may listen on",
                    "1",
                    "let the image listen on 1024 to 65535: this program runs no container as root",
                )
            ],
        ),
        (
            [(MAPPING, {"containerPort": 1023})],
            [
                (
                    "containerDefinitions[0].portMappings[0].containerPort",
                    "is a port that only root may listen on",
                    "1023",
                    "let the image listen on 1024 to 65535: this program runs no container as root",
                )
            ],
        ),
        ([(MAPPING, {"containerPort": 1024})], []),
        ([(MAPPING, {"containerPort": 65535})], []),
        (
            [(MAPPING, {"containerPort": 70000})],
            [
                (
                    "containerDefinitions[0].portMappings[0].containerPort",
                    "is not a port: AWS refuses the file",
                    "70000",
                    "use 1024 to 65535",
                )
            ],
        ),
        (
            [((*CONTAINER, "essential"), False)],
            [
                (
                    "containerDefinitions",
                    "no container is essential, and one must be: AWS refuses the file",
                    "",
                    "this program's one container is essential",
                )
            ],
        ),
        ([((*CONTAINER, "essential"), GONE)], []),
        (
            [(("containerDefinitions",), GOOD["containerDefinitions"] * 2)],
            [
                ("containerDefinitions[0].name", TWICE, "pairva-backend", OWN_NAME),
                ("containerDefinitions[1].name", TWICE, "pairva-backend", OWN_NAME),
            ],
        ),
        (
            [(("containerDefinitions",), [{**GOOD["containerDefinitions"][0], "name": ""}] * 2)],
            [
                ("containerDefinitions[0].name", "is missing: AWS refuses the file", "", "add it"),
                ("containerDefinitions[1].name", "is missing: AWS refuses the file", "", "add it"),
            ],
        ),
    ],
)
def test_a_container_that_is_unsafe_or_runs_nobody_knows_what_is_told(
    changes: list[tuple[Place, Any]], expected: list[Told], tmp_path: Path
) -> None:
    assert findings(tmp_path, changed(*changes)) == expected

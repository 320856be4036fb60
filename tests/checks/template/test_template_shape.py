"""Old task definitions that AWS would not even read."""

from pathlib import Path
from typing import Any

import pytest

from tests.checks.template.definitions import CONTAINER, GONE, GOOD, SECRETS, Place, Told, changed, findings

CHECK: Place = (*CONTAINER, "healthCheck")
LOG: Place = (*CONTAINER, "logConfiguration")
OPTIONS: Place = (*LOG, "options")
ENVIRONMENT: Place = (*CONTAINER, "environment")
SECRET: Place = (*CONTAINER, "secrets")
MAPPING: Place = (*CONTAINER, "portMappings", 0)
REFUSED_KEY = "no such key: the AWS CLI refuses the file"
CASE = "no such key, for case counts: the AWS CLI refuses the file"
MISSING = "is missing: AWS refuses the file"
UNKNOWN = "is no value that ECS knows"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([(("family",), GONE), (("Family",), "x")], [("Family", CASE, "", "write family")]),
        ([(("Family",), "x")], [("Family", CASE, "", "write family")]),
        (
            [
                (("containerDefinitions",), GONE),
                (("containerdefinitions",), [{**GOOD["containerDefinitions"][0], "privileged": True}]),
            ],
            [
                ("containerdefinitions", CASE, "", "write containerDefinitions"),
                (
                    "containerdefinitions[0].privileged",
                    "Fargate has no privileged containers: AWS refuses the file",
                    "true",
                    "this program's containers drop all capabilities",
                ),
            ],
        ),
        (
            [((*CONTAINER, "enviroment"), [])],
            [("containerDefinitions[0].enviroment", REFUSED_KEY, "", "write environment, or remove it")],
        ),
        ([(("replicas",), 2)], [("replicas", REFUSED_KEY, "", "remove it")]),
        (
            [(("cpu",), 512)],
            [("cpu", "is a number instead of a text: the AWS CLI refuses the file", "512", "write it in quotes")],
        ),
        (
            [((*MAPPING, "containerPort"), "3000")],
            [
                (
                    "containerDefinitions[0].portMappings[0].containerPort",
                    "is a text instead of a whole number: the AWS CLI refuses the file",
                    '"3000"',
                    "write it without quotes",
                )
            ],
        ),
        (
            [((*CONTAINER, "essential"), "true")],
            [
                (
                    "containerDefinitions[0].essential",
                    "is a text instead of true or false: the AWS CLI refuses the file",
                    '"true"',
                    "write it without quotes",
                )
            ],
        ),
        (
            [((*CONTAINER, "essential"), 1)],
            [
                (
                    "containerDefinitions[0].essential",
                    "is a number instead of true or false: the AWS CLI refuses the file",
                    "1",
                    "write true or false",
                )
            ],
        ),
        (
            [((*ENVIRONMENT, 0, "value"), 3000)],
            [
                (
                    "containerDefinitions[0].environment[0].value",
                    "is a number instead of a text: the AWS CLI refuses the file",
                    "",
                    "write it in quotes",
                )
            ],
        ),
        (
            [((*OPTIONS, "awslogs-create-group"), True)],
            [
                (
                    "containerDefinitions[0].logConfiguration.options.awslogs-create-group",
                    "is true or false instead of a text: the AWS CLI refuses the file",
                    "",
                    "write it in quotes",
                )
            ],
        ),
        (
            [((*CONTAINER, "command"), None)],
            [
                (
                    "containerDefinitions[0].command",
                    "is null instead of a list: the AWS CLI refuses the file",
                    "",
                    "remove it",
                )
            ],
        ),
        (
            [(ENVIRONMENT, {"NODE_ENV": "production"})],
            [
                (
                    "containerDefinitions[0].environment",
                    "is an object instead of a list: the AWS CLI refuses the file",
                    "",
                    "write a list",
                )
            ],
        ),
        (
            [((*CHECK, "command"), "curl localhost")],
            [
                (
                    "containerDefinitions[0].healthCheck.command",
                    "is a text instead of a list: the AWS CLI refuses the file",
                    "",
                    "write a list",
                )
            ],
        ),
        (
            [((*CHECK, "interval"), 30.5)],
            [
                (
                    "containerDefinitions[0].healthCheck.interval",
                    "is a number instead of a whole number: the AWS CLI refuses the file",
                    "30.5",
                    "write a whole number",
                )
            ],
        ),
        (
            [(CONTAINER, "backend")],
            [
                (
                    "containerDefinitions[0]",
                    "is a text instead of an object: the AWS CLI refuses the file",
                    '"backend"',
                    "write an object",
                )
            ],
        ),
        ([((*CONTAINER, "image"), GONE)], [("containerDefinitions[0].image", MISSING, "", "add it")]),
        ([((*CONTAINER, "name"), GONE)], [("containerDefinitions[0].name", MISSING, "", "add it")]),
        ([(("containerDefinitions",), [])], [("containerDefinitions", MISSING, "", "add it")]),
        (
            [((*SECRET, 0), {"valueFrom": f"{SECRETS}/x"})],
            [("containerDefinitions[0].secrets[0].name", MISSING, "", "add it")],
        ),
        (
            [((*ENVIRONMENT, 0), {"value": "x"})],
            [("containerDefinitions[0].environment[0].name", MISSING, "", "add it")],
        ),
        (
            [(("runtimePlatform", "cpuArchitecture"), "amd64")],
            [("runtimePlatform.cpuArchitecture", UNKNOWN, "amd64", "write X86_64 or ARM64")],
        ),
        ([(("networkMode",), "AWSVPC")], [("networkMode", UNKNOWN, "AWSVPC", "write awsvpc")]),
        (
            [(("requiresCompatibilities",), ["fargate"])],
            [("requiresCompatibilities[0]", UNKNOWN, "fargate", "write FARGATE")],
        ),
        (
            [((*ENVIRONMENT, 0, "value"), "\ud800")],
            [("containerDefinitions[0].environment[0].value", "holds half a character", "", "write the text anew")],
        ),
        (
            [
                (("revision",), 7),
                (("status",), "ACTIVE"),
                (("registeredBy",), "x"),
                (("requiresAttributes",), [{"name": "x"}]),
                (("compatibilities",), ["EC2"]),
            ],
            [],
        ),
    ],
)
def test_a_key_or_value_that_ecs_does_not_know_is_told(
    changes: list[tuple[Place, Any]], expected: list[Told], tmp_path: Path
) -> None:
    assert findings(tmp_path, changed(*changes)) == expected

"""The table that replaces an old task definition: what it says, and that a stack file takes it."""

from pathlib import Path
from typing import Any

import pytest

from checks import template
from finding import Finding
from settings.model import Deployment, Service
from settings.stack import Stack
from tests.checks.template.definitions import CONTAINER, GONE, GOOD, REGISTRY, SECRETS, Place, changed, written
from tests.samples import SAMPLE, read

OLD = Path(__file__).parents[2] / "operations" / "old"

ENVIRONMENT: Place = (*CONTAINER, "environment")
CHECK: Place = (*CONTAINER, "healthCheck")
ROLE = "write the ARN of a role of its own, or nothing: the program then makes one that may do nothing"
PORT: Place = (*CONTAINER, "portMappings", 0)
UNKNOWN = f'# no service of that name yet ({", ".join(Deployment.service_names())}): CONTRIBUTING.md, "A service"'


def block(folder: Path, *changes: tuple[Place, Any]) -> str:
    return template.report(written(folder, changed(*changes))).replacement


def lines(folder: Path, *changes: tuple[Place, Any]) -> list[str]:
    """What differs from the block of the good definition."""
    before = block(folder).split("\n")
    return [line.strip() for line in block(folder, *changes).split("\n") if line not in before]


def taken(replacement: str, folder: Path, service: str = "backend") -> Service | list[Finding]:
    """The service as the sample stack has it with this block instead of its own; or what is wrong with the stack."""
    head, rest = SAMPLE.split("    backend:\n")
    tail = "    alarmEmails: []\n"
    backend, frontend = rest.removesuffix(tail).split("    frontend:\n")
    blocks = {"backend": f"    backend:\n{backend}", "frontend": f"    frontend:\n{frontend}"}
    blocks[service] = f"{replacement}\n"
    file = folder / "Pulumi.test.yaml"
    file.write_text("".join([head, *blocks.values(), tail]), encoding="utf-8")
    stack = read(file.read_text(encoding="utf-8"), file)
    return stack.services[service].own if isinstance(stack, Stack) else stack


def test_a_good_definition_becomes_a_table_that_a_stack_file_takes(tmp_path: Path) -> None:
    replacement = block(tmp_path)
    assert replacement == (
        "    backend:\n"
        '      version: "1.0.1"\n'
        "      repository: existing\n"
        '      taskRole: "arn:aws:iam::039612856036:role/pairva-backend-task"\n'
        "      port: 3000\n"
        "      # path: which requests reach it, for example /api/*; none reach a service without\n"
        "      cpu: 512\n"
        "      memory: 1024\n"
        "      count: 1  # no task definition says how many; write it\n"
        "      health:\n"
        "        path: /api/health\n"
        "        command: [CMD, python3, /app/health.py, http://localhost:3000/api/health]\n"
        "      environment:\n"
        "        NODE_ENV: production\n"
        '        GREETING: "on"\n'
        "      secrets:\n"
        "        MONGODB_URI: arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/mongodb-uri\n"
        '        JWT_SECRET: "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/jwt-AbCdEf:key::"\n'
        "      writable: [/tmp]\n"
        "      # not taken over: runtimePlatform: architecture, beside the services, says it for all of them\n"
        "      # not taken over: linuxParameters"
    )
    service = taken(replacement, tmp_path)
    assert isinstance(service, Service)
    assert service.model_dump(exclude_defaults=True, by_alias=True) == {
        "version": "1.0.1",
        "repository": "existing",
        "taskRole": "arn:aws:iam::039612856036:role/pairva-backend-task",
        "port": 3000,
        "cpu": 512,
        "memory": 1024,
        "count": 1,
        "health": {
            "path": "/api/health",
            "command": ["CMD", "python3", "/app/health.py", "http://localhost:3000/api/health"],
        },
        "environment": {"NODE_ENV": "production", "GREETING": "on"},
        "secrets": {"MONGODB_URI": f"{SECRETS}/mongodb-uri", "JWT_SECRET": f"{SECRETS}/jwt-AbCdEf:key::"},
        "writable": ["/tmp"],
    }


def test_the_incidents_frontend_becomes_a_table_that_a_stack_file_takes(tmp_path: Path) -> None:
    replacement = template.report(OLD / "frontend.json").replacement
    assert replacement == (
        "    frontend:\n"
        '      version: "1.0.1"\n'
        "      repository: existing\n"
        "      port: 8080  # was 80, which only root may listen on: the image must listen here\n"
        "      # path: which requests reach it, for example /api/*; none reach a service without\n"
        "      cpu: 256\n"
        "      memory: 512\n"
        "      count: 1  # no task definition says how many; write it\n"
        "      health:\n"
        "        path: /\n"
        '        command: [CMD-SHELL, "curl -f http://localhost:8080/ || exit 1"]\n'
        "      environment:\n"
        "        API_URL: http://pairva-backend:3000/api\n"
        "      writable: [/tmp]  # its whole root was: add what else the application writes to"
    )
    assert isinstance(taken(replacement, tmp_path, "frontend"), Service)


def test_the_incidents_backend_lacks_only_the_version_that_nobody_wrote(tmp_path: Path) -> None:
    replacement = template.report(OLD / "backend.json").replacement
    assert replacement == (
        "    backend:\n"
        "      # version: a placeholder stood here; write the value\n"
        "      repository: existing\n"
        "      port: 3000\n"
        "      # path: which requests reach it, for example /api/*; none reach a service without\n"
        "      cpu: 512\n"
        "      memory: 1024\n"
        "      count: 1  # no task definition says how many; write it\n"
        "      health:\n"
        "        path: /api/health\n"
        '        command: [CMD-SHELL, "curl -f http://localhost:3000/api/health || exit 1"]\n'
        "      environment:\n"
        "        NODE_ENV: production\n"
        '        PORT: "3000"\n'
        "      # secrets:\n"
        "      #   MONGODB_URI: write the secret's ARN\n"
        "      #   JWT_SECRET: write the secret's ARN\n"
        "      writable: [/tmp]  # its whole root was: add what else the application writes to"
    )
    assert taken(replacement, tmp_path) == [
        Finding(
            where="Pulumi.test.yaml:12: pairva:deployment.backend.version",
            what="the key is missing",
            remedy="add it to pairva:deployment.backend",
        )
    ]
    written_in = replacement.replace("# version: a placeholder stood here; write the value", 'version: "20250430-fix2"')
    assert isinstance(taken(written_in, tmp_path), Service)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([((*CONTAINER, "image"), f"{REGISTRY}/pairva-backend:1.10")], ['version: "1.10"']),
        (
            [((*CONTAINER, "image"), f"{REGISTRY}/pairva-backend:1.0.1@sha256:{'a' * 64}")],
            [f"digest: sha256:{'a' * 64}"],
        ),
        (
            [((*CONTAINER, "image"), "nginx")],
            [
                "# version: the image names none; write a release",
                "repository: existing  # the image must be in ECR as pairva-backend",
            ],
        ),
        (
            [((*CONTAINER, "image"), f"{REGISTRY}/pairva-backend:latest")],
            [
                "# version: 'latest' is no version: it says nothing about what runs: name one release, for example "
                '"1.0.2"'
            ],
        ),
        ([(("cpu",), "1 vCPU"), (("memory",), "4 GB")], ["cpu: 1024", "memory: 4096"]),
        (
            [(("cpu",), "300")],
            ["# cpu: is no CPU size of Fargate: use one of 256, 512, 1024, 2048, 4096, 8192, 16384, 32768"],
        ),
        ([(("memory",), GONE)], ["# memory: write it"]),
        ([((*CONTAINER, "portMappings"), [])], ["# port: write it"]),
        ([(PORT, {"containerPort": 1024})], ["port: 1024"]),
        (
            [((*CONTAINER, "portMappings"), [{"containerPort": 3000}, {"containerPort": 9090}])],
            ["# not taken over: port 9090: a service has one"],
        ),
        (
            [
                (PORT, {"containerPort": 443}),
                ((*ENVIRONMENT, 0), {"name": "PORT", "value": "443"}),
                ((*CHECK, "command"), ["CMD", "health", "https://localhost:443/api/health"]),
            ],
            [
                "port: 8443  # was 443, which only root may listen on: the image must listen here",
                "command: [CMD, health, https://localhost:8443/api/health]",
                'PORT: "8443"',
            ],
        ),
        (
            [(CHECK, {"command": ["CMD-SHELL", "health http://localhost:${PORT}/well?x=1"], "interval": 60})],
            ["path: /well", 'command: [CMD-SHELL, "health http://localhost:$PORT/well?x=1"]', "intervalSeconds: 60"],
        ),
        (
            [(CHECK, {"command": ["CMD", "health", "${URL}"], "retries": 5, "startPeriod": 240, "timeout": 20})],
            [
                "graceSeconds: 240",
                "timeoutSeconds: 20",
                "# path: what the load balancer asks for; write it",
                "# command: a placeholder stood here; write the value",
            ],
        ),
        (
            [((*CHECK, "command"), ["CMD", "health", "http://localhost:3000"])],
            ["path: /", "command: [CMD, health, http://localhost:3000]"],
        ),
        (
            [((*CHECK, "command"), ["CMD-SHELL", "health http://localhost:3000/${WELL}"])],
            [
                'command: [CMD-SHELL, "health http://localhost:3000/$WELL"]',
                "# path: what the load balancer asks for; write it",
            ],
        ),
        (
            [(CHECK, GONE)],
            ["# health:", "#   path: what the load balancer asks for; write it", "#   command: write it"],
        ),
        (
            [((*CHECK, "timeout"), 40)],
            ["# timeoutSeconds: is not below intervalSeconds: let a check end before the next one begins"],
        ),
        (
            [((*ENVIRONMENT, 0), {"name": "DB_PASSWORD", "value": "hunter2"})],
            [
                "# DB_PASSWORD: looks like a secret, and this is plain text for everyone who may read ECS or the "
                "image: store the value in Secrets Manager and write secrets: {DB_PASSWORD: <its ARN>}"
            ],
        ),
        (
            [((*ENVIRONMENT, 0), {"name": "BACKEND", "value": "https://me:hunter2@example.com/"})],
            ["# BACKEND: holds credentials: store it in Secrets Manager and name it in secrets"],
        ),
        (
            [((*ENVIRONMENT, 0), {"name": "NO", "value": 'C:\\a "b"\n\u200bc # d: e'})],
            ['"NO": "C:\\\\a \\"b\\"\\n\\U0000200Bc # d: e"'],
        ),
        (
            [((*CONTAINER, "secrets", 0, "valueFrom"), "mongodb-uri")],
            [
                "# MONGODB_URI: is not the ARN of a secret or parameter: store the value in Secrets Manager and write "
                'its ARN, for example "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/mongodb-uri"'
            ],
        ),
        (
            [((*CONTAINER, "mountPoints", 0, "containerPath"), "tmp")],
            ['# writable: is not an absolute path inside the container: for example "/tmp"'],
        ),
        ([((*CONTAINER, "interactive"), False), ((*CONTAINER, "stopTimeout"), 0)], []),
        ([((*CHECK, "interval"), 20)], ["intervalSeconds: 20"]),
        ([((*ENVIRONMENT, 0, "name"), "health")], ["health: production"]),
        ([((*ENVIRONMENT, 0, "value"), "${X}")], ["# NODE_ENV: a placeholder stood here; write the value"]),
        (
            [(("containerDefinitions",), [{"name": "xray", "essential": False}, *GOOD["containerDefinitions"]])],
            ["# not taken over: container xray: a service has one container"],
        ),
        (
            [(("volumes",), [{"name": "tmp", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}])],
            ["# not taken over: /tmp, a volume that outlives its task"],
        ),
        (
            [((*CONTAINER, "command"), ["node", "server.js"]), ((*CONTAINER, "ulimits"), [])],
            ["# not taken over: command: the image's own is run"],
        ),
        (
            [(("containerDefinitions",), [*GOOD["containerDefinitions"], {"name": "xray", "image": "xray:1"}])],
            ["# not taken over: container xray: a service has one container"],
        ),
        (
            [
                (
                    ("containerDefinitions",),
                    [{"name": "datadog", "portMappings": [{"containerPort": 8126}]}, *GOOD["containerDefinitions"]],
                )
            ],
            ["# not taken over: container datadog: a service has one container"],
        ),
        (
            [
                (
                    ("containerDefinitions",),
                    [{"name": "xray"}, {**GOOD["containerDefinitions"][0], "name": "frontend"}, {"name": "log"}],
                ),
            ],
            [
                "frontend:",
                "repository: existing  # the image must be in ECR as pairva-frontend",
                "# not taken over: container xray: a service has one container",
                "# not taken over: container log: a service has one container",
            ],
        ),
        (
            [(("containerDefinitions",), [{"name": "datadog"}, {**GOOD["containerDefinitions"][0], "name": "mail"}])],
            [
                UNKNOWN,
                "mail:",
                "repository: existing  # the image must be in ECR as pairva-mail",
                "# not taken over: container datadog: a service has one container",
            ],
        ),
        (
            [
                (
                    ("containerDefinitions",),
                    [
                        {"name": "xray", "essential": False},
                        {**GOOD["containerDefinitions"][0], "name": "mail", "portMappings": []},
                        {"name": "log"},
                    ],
                )
            ],
            [
                UNKNOWN,
                "mail:",
                "repository: existing  # the image must be in ECR as pairva-mail",
                "# port: write it",
                "# not taken over: container xray: a service has one container",
                "# not taken over: container log: a service has one container",
            ],
        ),
        ([(("taskRoleArn",), GONE)], []),
        (
            [(("taskRoleArn",), "arn:aws:iam::${ACCOUNT}:role/x")],
            [f"# taskRole: a placeholder stood here; {ROLE}"],
        ),
        (
            [(("taskRoleArn",), GOOD["executionRoleArn"])],
            [f"# taskRole: was the execution role, too, which may read every secret; {ROLE}"],
        ),
        (
            [(("taskRoleArn",), "pairva-task")],
            ['# taskRole: is not the ARN of a role: for example "arn:aws:iam::039612856036:role/deploy"'],
        ),
        (
            [((*CONTAINER, "name"), GONE), (("family",), "pairva-frontend")],
            ["frontend:", "repository: existing  # the image must be in ECR as pairva-frontend"],
        ),
        (
            [((*CONTAINER, "name"), GONE), (("family",), GONE)],
            [
                UNKNOWN,
                "service:",
                "repository: existing  # the image must be in ECR as pairva-service",
            ],
        ),
        (
            [((*CONTAINER, "name"), "pairva-mail-sender")],
            [
                UNKNOWN,
                "mail_sender:",
                "repository: existing  # the image must be in ECR as pairva-mail_sender",
            ],
        ),
    ],
)
def test_each_part_is_taken_over_or_stands_as_a_comment_with_the_reason(
    changes: list[tuple[Place, Any]], expected: list[str], tmp_path: Path
) -> None:
    assert lines(tmp_path, *changes) == expected


def test_what_is_named_twice_or_may_only_be_read_is_left_out(tmp_path: Path) -> None:
    read_only = ((*CONTAINER, "mountPoints", 0, "readOnly"), True)
    replacement = block(tmp_path, ((*ENVIRONMENT, 0, "name"), "JWT_SECRET"), read_only)
    assert "environment:\n        GREETING:" in replacement
    assert "writable" not in replacement

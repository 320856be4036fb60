"""The container definition: its exact bytes, the same for any order of the settings, and in ECS's own shape."""

import json
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from components import container
from settings import stack_file
from settings.stack import ServiceSettings, Stack
from tests.components.parts import backend
from tests.program import STACKS, committed
from tests.recording import configured
from tests.samples import SAMPLE, Edit, read

# `make up` deploys this; ECS gives it back byte for byte.
LOCAL_BACKEND = (
    '[{"cpu":0,"environment":[],"essential":true,'
    '"healthCheck":{"command":["CMD","python3","/app/health.py","http://localhost:3000/api/health"],'
    '"interval":30,"retries":7,"startPeriod":180,"timeout":15},'
    '"image":"localhost:4566/pairva-backend:1.0.1",'
    '"linuxParameters":{"capabilities":{"add":[],"drop":["ALL"]},"initProcessEnabled":true},'
    '"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/pairva/local/backend",'
    '"awslogs-region":"us-east-1","awslogs-stream-prefix":"backend","max-buffer-size":"25m","mode":"non-blocking"},'
    '"secretOptions":[]},'
    '"mountPoints":[{"containerPath":"/tmp","readOnly":false,"sourceVolume":"tmp"}],'
    '"name":"backend","portMappings":[{"containerPort":3000,"hostPort":3000,"protocol":"tcp"}],'
    '"readonlyRootFilesystem":true,'
    '"secrets":[{"name":"SESSION_KEY",'
    '"valueFrom":"arn:aws:secretsmanager:us-east-1:000000000000:secret:pairva/local/session-key"}],'
    '"stopTimeout":60,"systemControls":[],"user":"10001:10001","volumesFrom":[]}]'
)

ENVIRONMENT = "NODE_ENV: production"


def of(stack: str) -> Stack:
    result = stack_file.read(stack, configured(stack), Path("nowhere"))
    assert isinstance(result, Stack)
    return result


def test_the_local_backends_definition_is_exactly_this() -> None:
    version = committed("local").services["backend"]["version"]
    local = of("local").services["backend"]
    golden = LOCAL_BACKEND.replace(":1.0.1", f":{version}")
    assert container.definitions(local, f"localhost:4566/pairva-backend:{version}") == golden


MANY = {f"NAME_{letter}": f"value {letter}" for letter in "dacb"}
PATHS = ["/tmp", "/var/cache/app", "/a.b", "/z"]


def with_order(names: list[str], paths: list[str]) -> ServiceSettings:
    arn = "arn:aws:secretsmanager:us-east-1:039612856036:secret"
    text = (
        SAMPLE.replace(ENVIRONMENT, json.dumps({name: MANY[name] for name in names})[1:-1].replace(", ", "\n        "))
        .replace(
            "        JWT_SECRET: ", "".join(f"        S_{name}: {arn}:{name}\n" for name in names) + "        JWT: "
        )
        .replace("[/tmp]", json.dumps(paths))
    )
    result = read(text, Path("nowhere"))
    assert isinstance(result, Stack), result
    return result.services["backend"]


@cache
def in_order() -> ServiceSettings:
    return with_order(sorted(MANY), sorted(PATHS))


@settings(max_examples=20)
@given(st.permutations(list(MANY)), st.permutations(PATHS))
def test_the_order_in_the_stack_file_changes_no_byte(names: list[str], paths: list[str]) -> None:
    shuffled = with_order(names, paths)
    assert container.definitions(shuffled, "image") == container.definitions(in_order(), "image")
    assert container.volume_names(shuffled) == container.volume_names(in_order())


def test_lists_are_sorted_by_name() -> None:
    (definition,) = json.loads(container.definitions(with_order(list(MANY), PATHS), "image"))
    assert [each["name"] for each in definition["environment"]] == ["NAME_a", "NAME_b", "NAME_c", "NAME_d"]
    assert [each["name"] for each in definition["secrets"]] == ["JWT", "S_NAME_a", "S_NAME_b", "S_NAME_c", "S_NAME_d"]
    assert [(each["containerPath"], each["sourceVolume"]) for each in definition["mountPoints"]] == [
        ("/a.b", "a-b"),
        ("/tmp", "tmp"),
        ("/var/cache/app", "var-cache-app"),
        ("/z", "z"),
    ]


def test_every_mount_has_its_volume() -> None:
    service = with_order(list(MANY), PATHS)
    (definition,) = json.loads(container.definitions(service, "image"))
    assert [each["sourceVolume"] for each in definition["mountPoints"]] == container.volume_names(service)


def test_without_writable_paths_nothing_is_mounted() -> None:
    service = backend(("      writable: [/tmp]\n", ""))
    (definition,) = json.loads(container.definitions(service, "image"))
    assert (definition["mountPoints"], container.volume_names(service)) == ([], [])


def test_the_root_is_read_only_unless_the_stack_file_says_otherwise() -> None:
    written = backend(("writable: [/tmp]", "writable: [/tmp]\n      readOnlyRoot: false"))
    definitions = [json.loads(container.definitions(each, "image"))[0] for each in (backend(), written)]
    assert [each.pop("readonlyRootFilesystem") for each in definitions] == [True, False]
    assert definitions[0] == definitions[1]


def test_a_restart_is_a_label_and_its_absence_is_none() -> None:
    noted = backend(("port: 3000", 'port: 3000\n      restart: "2026-11-22 key rotated"'))
    (definition,) = json.loads(container.definitions(noted, "image"))
    (unlabelled,) = json.loads(container.definitions(backend(), "image"))
    assert definition.pop("dockerLabels") == {"pairva.restart": "2026-11-22 key rotated"}
    assert definition == unlabelled


@pytest.mark.parametrize(
    ("edit", "key", "value"),
    [
        (("path: /api/health\n", "path: /api/health\n        graceSeconds: 5\n"), "startPeriod", 5),
        (("path: /api/health\n", "path: /api/health\n        intervalSeconds: 40\n"), "interval", 40),
        (("path: /api/health\n", "path: /api/health\n        timeoutSeconds: 3\n"), "timeout", 3),
        (("path: /api/health\n", "path: /api/health\n        retries: 2\n"), "retries", 2),
        (("[CMD, python3, /app/health.py]", "[CMD-SHELL, exit 0]"), "command", ["CMD-SHELL", "exit 0"]),
    ],
)
def test_each_health_setting_reaches_its_own_field(edit: Edit, key: str, value: object) -> None:
    (definition,) = json.loads(container.definitions(backend(edit), "image"))
    assert definition["healthCheck"][key] == value


def test_words_beyond_ascii_stay_the_same_bytes_everywhere() -> None:
    assert container.definitions(backend((ENVIRONMENT, "GREETING: Grüße")), "image").isascii()


@pytest.mark.parametrize(("stack", "name"), [(s, n) for s in STACKS for n in committed(s).services])
def test_ecs_takes_the_definition(stack: str, name: str) -> None:
    service = of(stack).services[name]
    model = botocore.session.get_session().get_service_model("ecs")
    shape = model.operation_model("RegisterTaskDefinition").input_shape
    assert shape is not None
    definitions = json.loads(container.definitions(service, "image"))
    report = ParamValidator().validate({"family": "f", "containerDefinitions": definitions}, shape)
    assert report.generate_report() == ""

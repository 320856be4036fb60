"""Old task definitions as files: encodings, what describe-task-definition prints, lines, and what is none at all."""

import codecs
import errno
import json
from pathlib import Path
from typing import NoReturn

import pytest

from checks import template
from finding import Finding
from tests.checks.template.definitions import CONTAINER, GONE, GOOD, Told, changed, findings, written

TEXT = json.dumps(GOOD)
NUMBER_FOR_TEXT: Told = (
    "cpu",
    "is a number instead of a text: the AWS CLI refuses the file",
    "512",
    "write it in quotes",
)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
    ],
)
def test_every_encoding_of_editors_and_powershell_is_read(mark: bytes, encoding: str, tmp_path: Path) -> None:
    greeting = ((*CONTAINER, "environment", 1, "value"), "Grüße ☂")
    text = json.dumps(changed(greeting, (("cpu",), 512)), ensure_ascii=False, indent=2).replace("\n", "\r\n")
    file = written(tmp_path, mark + text.encode(encoding))
    report = template.report(file)
    line = text.split("\r\n").index('  "cpu": 512,') + 1
    assert [each.where for each in report.findings] == [f"{file}:{line}: cpu"]
    assert '        GREETING: "Grüße ☂"\n' in report.replacement


def test_nothing_is_wrong_with_a_good_definition(tmp_path: Path) -> None:
    assert findings(tmp_path, GOOD) == []


def test_what_describe_task_definition_prints_is_read_with_the_paths_that_it_has(tmp_path: Path) -> None:
    output_only = {
        "taskDefinitionArn": "arn:aws:ecs:us-east-1:039612856036:task-definition/pairva-backend:7",
        "revision": 7,
        "status": "ACTIVE",
        "requiresAttributes": [{"name": "com.amazonaws.ecs.capability.task-iam-role"}],
        "compatibilities": ["EC2", "FARGATE"],
        "registeredAt": "2025-04-29T21:04:11.123000+02:00",
        "registeredBy": "arn:aws:iam::039612856036:user/deploy",
        "deregisteredAt": "2025-04-30T21:04:11.123000+02:00",
    }
    named = changed((("family",), "{{name}}"), (("cpu",), 512))
    described = {"taskDefinition": {**named, **output_only}, "tags": []}
    assert findings(tmp_path, described) == [
        ("taskDefinition.cpu", *NUMBER_FOR_TEXT[1:]),
        (
            "taskDefinition.family",
            "holds a placeholder that nothing replaced: AWS gets it as it stands",
            "{{name}}",
            "write its value in the stack file, which has no templates: one file for each stack",
        ),
    ]


def test_a_finding_names_the_line_of_its_value_or_of_the_table_that_lacks_it(tmp_path: Path) -> None:
    weak = (*CONTAINER, "healthCheck", "retries")
    text = json.dumps(changed((("cpu",), 512), ((*CONTAINER, "user"), GONE), (weak, 5)), indent=2)
    file = written(tmp_path, text)
    cpu, name, retries = (
        text.split("\n").index(line) + 1
        for line in ('  "cpu": 512,', '      "name": "pairva-backend",', '        "retries": 5,')
    )
    assert [each.where for each in template.report(file).findings] == [
        f"{file}:{cpu}: cpu",
        f"{file}:{name - 1}: containerDefinitions[0].user",
        f"{file}:{retries}: containerDefinitions[0].healthCheck.retries",
    ]


def test_a_key_that_stands_twice_is_told_with_both_lines(tmp_path: Path) -> None:
    text = TEXT.replace('"cpu": "512"', '"cpu":\n"256",\n"cpu"\n: "512"').replace(
        '"user": ', '"user": "root", "user": '
    )
    file = written(tmp_path, text)
    what, remedy = "stands there twice, and the first is ignored", "keep one of the two"
    user = "containerDefinitions[0].user"
    assert template.report(file).findings == [
        Finding(where=f"{file}:3: cpu", what=what, found="the first is in line 1", remedy=remedy),
        Finding(where=f"{file}:4: {user}", what=what, found="the first is in line 4", remedy=remedy),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b" \r\n", "is empty"),
        (codecs.BOM_UTF8, "is empty"),
        (codecs.BOM_UTF16_LE, "is empty"),
        (bytes(100), "is empty"),
        (b"\x89PNG\r\n\x1a\n\xff\xd8", "is neither UTF-8 nor UTF-16 text"),
        ("{'family'}".encode("utf-16")[:-1], "is neither UTF-8 nor UTF-16 text"),
        (b"{" + b" " * 262_144, "is too large for a task definition: over 262144 bytes; ECS takes 65536"),
        (b"hello", "is not JSON: line 1, column 1: Expecting value"),
        (b'{"cpu": "1"', "is not JSON: line 1, column 12: Expecting ',' delimiter"),
        (b'{\n  "cpu": ${CPU}\n}', "is not JSON: line 2, column 10: ${CPU} was never replaced"),
        (b'{"cpu": x, "image": "${IMAGE}"}', "is not JSON: line 1, column 9: Expecting value"),
        (b'{"cpu": NaN}', "is not JSON: NaN is no number there"),
        (b'{"cpu": -Infinity}', "is not JSON: -Infinity is no number there"),
        (b'{"cpu": ' + b"1" * 5000 + b"}", "is not JSON: a number in it has thousands of digits"),
        (b"[" * 100_000, "is nested too deep for a task definition"),
        (b'{"family":' * 20_000, "is nested too deep for a task definition"),
        (b'{"family":' + b"[" * 33 + b"]" * 33 + b"}", "is nested too deep for a task definition"),
        (b'[{"family": "x"}]', "holds no task definition: it is a list, and one definition goes into a file"),
        (b'"hello"', "holds no task definition: it is a text"),
        (b"null", "holds no task definition: it is null"),
        (b"12", "holds no task definition: it is a single value"),
        (b"{}", "holds no task definition: ECS knows none of its keys"),
        (b'{"dependencies": {}}', "holds no task definition: ECS knows none of its keys"),
        (b'{"taskDefinition": null}', "holds no task definition: ECS knows none of its keys"),
    ],
)
def test_what_is_no_task_definition_is_told_in_one_line(content: bytes, why: str, tmp_path: Path) -> None:
    with pytest.raises(template.Unreadable) as raised:
        template.report(written(tmp_path, content))
    assert str(raised.value) == why


def test_a_file_that_cannot_be_read_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(template.Unreadable, match=r"^cannot be read: Is a directory$"):
        template.report(tmp_path)
    with pytest.raises(template.Unreadable, match=r"^cannot be read: No such file or directory$"):
        template.report(tmp_path / "missing.json")

    def refuse(*_: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied")

    # Whoever runs the tests as root may read every file.
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(template.Unreadable, match=r"^cannot be read: Permission denied$"):
        template.report(tmp_path / "forbidden.json")


def test_a_file_of_50_megabytes_is_not_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    with file.open("wb") as opened:
        opened.truncate(50_000_000)
    with pytest.raises(template.Unreadable, match="is too large for a task definition"):
        template.report(file)


def test_what_is_shown_of_a_file_cannot_move_a_cursor_and_is_text(tmp_path: Path) -> None:
    file = written(tmp_path, changed((("\x1b[2Jkey",), 1), (("cpu",), "\x1b[2J300")))
    first, second = template.report(file).findings
    assert (first.where, second.found) == (f"{file}:1: key", "300")
    assert template.shown(Path("a\x1b[2J\udcffb")) == "a?b"

"""What is found as a placeholder, and as carefully: what is none, though it looks like one."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from finding import Finding
from settings.arn import Place
from settings.placeholder import within
from tests.samples import Edit, faults

HERE = Place(accounts=frozenset({"039612856036"}), regions=frozenset({"us-east-1"}))
NOT_REPLACED = "is a placeholder that nobody replaced"
OUTPUT = "is an Output that Python turned into text: its value was not known yet"


def found(value: Any) -> list[str]:
    return [each.found for each in within(value, HERE)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("${AWS_ACCOUNT_ID}", "${AWS_ACCOUNT_ID}"),
        ("http://${ HOST }/", "${ HOST }"),
        ("${PASSWORD:-hunter2}", "${"),
        ("${", "${"),
        ("${AWS::AccountId}", "${"),
        ("${aws:region}", "${"),
        ("${aws:accountId}", "${"),
        ("${self:custom.stage}", "${"),
        ("${env:STAGE}", "${"),
        ("${aws:PrincipalTag/team} and ${TEAM}", "${TEAM}"),
        ("a {{ region }} b", "{{ region }}"),
        ('{{ password "hunter2" }}', "{{"),
        ("<ACCOUNT_ID>", "<ACCOUNT_ID>"),
        ("<ACCOUNT-ID>", "<ACCOUNT-ID>"),
        ("<YOUR BUCKET>", "<YOUR BUCKET>"),
        ("<your-bucket>", "<your-bucket>"),
        ("%VERSION%", "%VERSION%"),
        ("%DATABASE%", "%DATABASE%"),
        ("<ARN>", "<ARN>"),
        ("<NAME>", "<NAME>"),
        ("<YOUR_KEY>", "<YOUR_KEY>"),
        ("<EOF_MARK>", "<EOF_MARK>"),
        ("/%AWS_REGION%/", "%AWS_REGION%"),
        ("%NAME%-%AWS_REGION%", "%NAME%"),
        ("_%NAME%_", "%NAME%"),
        ("REPLACE_ME", "REPLACE_ME"),
        ("mongodb-CHANGEME-prod", "CHANGEME"),
        ("please_change_me", "change_me"),
        ("FIXME: ask Ana", "FIXME"),
    ],
)
def test_a_placeholder_is_found_and_no_more_of_it_shown_than_its_name(text: str, shown: str) -> None:
    assert [(each.path, each.found, each.what) for each in within({"key": [text]}, HERE)] == [
        (("key", 0), shown, NOT_REPLACED)
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Calling __str__ on an Output[T] is not supported.", "Calling __str__ on an Output"),
        ("role/<pulumi.output.Output object at 0x7f>", "<pulumi.output.Output"),
        ("Output[str]", "Output[str]"),
        ("arn:Output[Optional[str]]", "Output[Optional[str]]"),
    ],
)
def test_an_output_that_became_text_is_called_that(text: str, shown: str) -> None:
    assert [(each.found, each.what) for each in within(text, HERE)] == [(shown, OUTPUT)]


@pytest.mark.parametrize(
    "text",
    [
        # variables of IAM policies
        "arn:aws:s3:::pairva/${aws:username}/*",
        "${aws:userid}",
        "${aws:PrincipalTag/cost-center}",
        "${aws:PrincipalTag/team, 'nobody'}",
        "${aws:SourceIp}${aws:CurrentTime}",
        "${aws:ec2InstanceSourceVpc}",
        "${s3:prefix}",
        "${saml:sub}",
        "${iam:PolicyARN}",
        "${cognito-identity.amazonaws.com:sub}",
        "${www.amazon.com:user_id}",
        "${*}${?}${$}",
        # a shell's, a program's, a web page's
        "$PATH",
        "$(hostname)",
        "curl -w '%{http_code}' http://localhost:3000/",
        "a < b > c",
        "<br><b>bold</b>",
        "<BR>",
        "s/<EOF>//",
        "List<T>",
        "Ana <ana@example.com>",
        "<rule-name> <aws.events.event.json>",
        "100% of 50%",
        "%Y-%m-%d %H:%M:%S",
        "%H%M%S",
        "%d %X %MDC%n",
        "100%OFF%",
        "up%TO%",
        "%%TOP%",
        "%MDC%5p",
        "%MDC%%",
        "caf%C3%A9",
        "%C3ABC%20",
        "%E2%82%AC%20AND%20MORE",
        "json:version",
        "{a: {b: {c: d}}}",
        "}}",
        # words
        "TODO",
        "xxxx",
        "XXX",
        "exchange-medium",
        "exchange-me",
        "changement",
        "irreplaceable",
        "Output",
        "Output[0]",
        "output[str]",
        "None",
        "undefined",
        "",
    ],
)
def test_what_may_be_meant_is_no_placeholder(text: str) -> None:
    assert found({"key": [text]}) == []


@given(st.text())
@example("%DATABASE%")
@example("é ABC é")
def test_no_percent_encoded_text_is_a_placeholder(text: str) -> None:
    encoded = quote(text.replace("me", ""), safe="")
    assert [each for each in found(encoded) if "%" in each] == []


NAMES = st.from_regex(r"[A-Z][A-Z0-9_]{1,10}[A-Z]", fullmatch=True).filter(lambda name: name != "EOF")


@given(NAMES, st.sampled_from(["${%s}", "{{%s}}", "<%s>", "{{ %s }}"]), st.text("abc /:.-", max_size=9))
def test_every_name_in_brackets_is_found_wherever_it_stands(name: str, brackets: str, around: str) -> None:
    text = brackets.replace("%s", name)
    assert found(f"{around}{text}{around}") == [text]
    assert found({text: 1}) == [text]
    assert found(json.dumps({"a": [json.dumps([text])]})) == [text]


def test_a_key_is_a_text_too_and_each_place_is_named_once() -> None:
    value = {"${A} ${B}": {"deep": ["fine", '{"inside": ["${C}"]}']}}
    assert [(each.path, each.found, each.in_key) for each in within(value, HERE)] == [
        (("${A} ${B}",), "${A}", True),
        (("${A} ${B}", "deep", 1, "inside", 0), "${C}", False),
    ]


@pytest.mark.parametrize(
    "command",
    [
        ["CMD-SHELL", "curl -f http://localhost:${PORT:-3000}/ || exit 1"],
        ["CMD", "sh", "-c", "test -f ${HOME}/ready"],
        ["CMD", "/bin/bash", "-c", "test ${READY}"],
        ["CMD", "env", "A=b", "/usr/bin/sh", "-c", "test ${READY}"],
    ],
)
def test_a_shell_in_the_container_replaces_what_it_reads(command: list[str]) -> None:
    assert found({"command": command}) == []


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (["CMD", "curl", "http://localhost:${PORT}/"], "${PORT}"),
        (["CMD", "python3", "-c", "${CODE}"], "${CODE}"),
        (["CMD", "sh", "/health.sh", "${HOST}"], "${HOST}"),
        (["${SHELL}", "CMD-SHELL"], "${SHELL}"),
        (["CMD", "${SHELL}", "sh", "-c"], "${SHELL}"),
        (["echo", "CMD-SHELL", "${A}"], "${A}"),
        (["CMD-SHELL", "curl http://{{host}}/"], "{{host}}"),
        (["CMD-SHELL", "curl http://<HOST>/"], "<HOST>"),
        (["CMD-SHELL", "aws sts assume-role --role-arn arn:aws:iam::None:role/x"], "arn:aws:iam::None:role/x"),
    ],
)
def test_no_shell_replaces_anything_else(command: list[str], shown: str) -> None:
    assert found({"command": command}) == [shown]


ENVIRONMENT, HEALTH = "NODE_ENV: production", "[CMD, python3, /app/health.py]"
WRITE_IT = "write the value itself: nothing replaces it"


def test_of_a_key_with_a_placeholder_only_that_is_said(tmp_path: Path) -> None:
    assert faults(tmp_path, ("memory: 1024", 'memory: "${MEMORY}"'), ("us-east-1a,", '"${REGION}a",')) == [
        Finding(where=f"Pulumi.test.yaml:{where}", what=NOT_REPLACED, found=shown, remedy=WRITE_IT)
        for where, shown in [
            ("10: pairva:deployment.network.zones[0]", "${REGION}"),
            ("18: pairva:deployment.backend.memory", "${MEMORY}"),
        ]
    ]


@pytest.mark.parametrize(
    ("edit", "where", "shown"),
    [
        ((ENVIRONMENT, "'{{NAME}}': a"), "24: pairva:deployment.backend.environment.{{NAME}}", "{{NAME}}"),
        ((ENVIRONMENT, "URL: 'https://<HOST>/'"), "24: pairva:deployment.backend.environment.URL", "<HOST>"),
        (("writable: [/tmp]", 'restart: "%WHEN%"'), "27: pairva:deployment.backend.restart", "%WHEN%"),
        (("aws:region: us-east-1", "aws:region: us-east-1\n  aws:profile: CHANGE_ME"), "3: aws:profile", "CHANGE_ME"),
    ],
)
def test_every_text_of_a_stack_file_is_read(edit: Edit, where: str, shown: str, tmp_path: Path) -> None:
    assert faults(tmp_path, edit) == [
        Finding(where=f"Pulumi.test.yaml:{where}", what=NOT_REPLACED, found=shown, remedy=WRITE_IT)
    ]


def test_a_secret_beside_a_placeholder_is_not_shown(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, (ENVIRONMENT, 'URL: "mongodb://pairva:hunter2@${HOST}/"'))
    assert (fault.what, fault.found) == (NOT_REPLACED, "${HOST}")


def test_a_health_command_of_a_shell_is_taken(tmp_path: Path) -> None:
    assert faults(tmp_path, (HEALTH, '[CMD-SHELL, "curl -f http://localhost:${PORT}/ || exit 1"]')) == []

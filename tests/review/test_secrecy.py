"""No secret's text is anywhere in a comment, wherever it stands in the preview, and whatever else does."""

import json
from base64 import b64encode
from typing import Any
from urllib.parse import quote

import pytest

from review import comment, markup, preview, terminal
from review.secrecy import hidden
from tests.review.steps import container, create, swap, update

_SIGNATURE, _IS_SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
# With all that JSON, Go, addresses and Markdown write in another way.
TEXT = 'h"u\\n</t>e&r 2_%ü'


def secret(value: Any) -> dict[str, str]:
    return {_SIGNATURE: _IS_SECRET, "plaintext": json.dumps(value)}


def ciphered() -> dict[str, str]:
    return {_SIGNATURE: _IS_SECRET, "ciphertext": "v1:abc"}


def both(*steps: dict[str, Any], **more: Any) -> str:
    """The comment in both of its forms."""
    document = comment.of(preview.read(json.dumps({"steps": list(steps), **more}).encode()))
    return markup.text(document) + terminal.text(document)


@pytest.mark.parametrize(
    "elsewhere",
    [
        TEXT,
        f"mongodb://app:{quote(TEXT, safe='')}@db",
        json.dumps({"password": TEXT}),
        json.dumps({"nested": json.dumps({"password": TEXT})}),
        json.dumps(TEXT, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"),
    ],
    ids=["plain", "address", "JSON", "JSON in JSON", "JSON of Go"],
)
def test_a_secret_is_hidden_where_it_stands_unwrapped(elsewhere: str) -> None:
    text = both(
        create("ecs/cluster", "c", {"name": elsewhere, "secret": secret(TEXT)}, component="pairva"),
        update("ecs/cluster", "d", {"name": "a"}, {"name": elsewhere}, component="pairva"),
        diagnostics=[{"severity": "warning", "message": f"warning: {elsewhere}"}],
    )
    assert "[secret" in text
    assert [
        each for each in ('h"u', "/t>e&r", "u003c/t", "%3C%2Ft%3E", "%3C/t%3E", "2_%", "2\\_%") if each in text
    ] == []


def test_the_lines_of_a_key_are_hidden_one_by_one() -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----"
    text = both(
        create("ecs/cluster", "c", {"key": secret(key)}, component="pairva"),
        diagnostics=[{"severity": "error", "message": "error: cannot read\n  MIIEvQIBADANBgkq\n"}],
    )
    assert "MIIEvQ" not in text


def test_a_table_that_is_secret_hides_each_text_in_it() -> None:
    wrapped = secret({"user": "administrator", "list": ["pass-phrase-1"]})
    text = both(create("ecs/cluster", "c", {"a": wrapped, "b": "administrator uses pass-phrase-1"}, component="pairva"))
    assert [each for each in ("administrator", "pass-phrase-1") if each in text] == []


def test_a_variable_that_is_called_like_a_secret_shows_that_it_changes_and_not_to_what() -> None:
    old, new = (container(environment=[{"name": "API_TOKEN", "value": each}]) for each in ("tok-111111", "tok-222222"))
    text = both(swap("ecs/taskDefinition", "d", {"containerDefinitions": old}, {"containerDefinitions": new}))
    assert "tok-" not in text
    assert "| environment API\\_TOKEN | `[secret 1]` | `[secret 2]` |" in text


def test_a_secret_of_the_configuration_that_is_shown_in_the_clear_is_hidden_everywhere() -> None:
    text = both(
        create("ecs/cluster", "c", {"name": "wJalrX-value"}, component="pairva"),
        config={"aws:secretKey": "wJalrX-value"},
    )
    assert "wJalrX" not in text


def test_a_reference_to_a_secret_is_shown() -> None:
    arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:pairva/api-key"
    old, new = (
        container(),
        container(secrets=[{"name": "API_KEY", "valueFrom": arn}], environment=[{"name": "DB_SECRET", "value": arn}]),
    )
    text = both(swap("ecs/taskDefinition", "d", {"containerDefinitions": old}, {"containerDefinitions": new}))
    assert f"| secret API\\_KEY | `{arn}` |" in text
    assert f"| environment DB\\_SECRET | `{arn}` |" in text


def test_the_longer_of_two_secrets_is_hidden_whole() -> None:
    document = {"a": secret("hunter"), "b": secret("hunter2-and-more"), "c": "x hunter2-and-more"}
    assert hidden(document) == {"a": "[secret 1]", "b": "[secret 2]", "c": "x [secret 2]"}


def test_a_secret_of_three_characters_is_hidden_where_it_is_a_whole_value() -> None:
    assert hidden({"a": secret("on"), "b": "on", "c": "onward"}) == {
        "a": "[secret 1]",
        "b": "[secret 1]",
        "c": "onward",
    }


def test_a_number_that_is_secret_is_hidden_as_a_number_too() -> None:
    assert hidden({"a": secret(49152), "b": 49152, "c": 1}) == {"a": "[secret 1]", "b": "[secret 1]", "c": 1}


@pytest.mark.parametrize("ascii_only", [True, False], ids=["Python", "Go"])
def test_a_secret_in_json_of_a_variable_is_hidden_however_deep_it_stands(ascii_only: bool) -> None:
    text, inner = 'pa"ss&word\\9', json.dumps({"a": 'pa"ss&word\\9'})
    deeper = json.dumps({"a": json.dumps({"b": json.dumps({"c": json.dumps({"d": text})})})})
    named = [{"name": "CFG", "value": inner}, {"name": "DEEP", "value": deeper}]
    new = json.dumps([{"name": "backend", "environment": named}], ensure_ascii=ascii_only)
    new = new if ascii_only else new.replace("&", "\\u0026")
    comment = both(
        swap("ecs/taskDefinition", "d", {"containerDefinitions": container()}, {"containerDefinitions": new}),
        create("ecs/cluster", "c", {"key": secret(text)}, component="pairva"),
    )
    assert "| environment CFG.a | `[secret 1]` |" in comment
    assert "| environment DEEP.a.b.c.d | `[secret 1]` |" in comment
    assert [each for each in ('pa"ss', "word\\", "ss&word", "u0026word") if each in comment] == []


@pytest.mark.parametrize(
    ("elsewhere", "masked"),
    [
        ("Basic dXNlcjpjb3JyZWN0aG9yc2U=", "Basic dXNlcjp[secret 1]"),
        ("Basic " + b64encode(b"correcthorse:x").decode(), "Basic [secret 1]Ong="),
        (b64encode(b"a:correcthorse").decode(), "YTp[secret 1]"),
        ("x 636f7272656374686f727365", "x [secret 1]"),
        ("x 636F7272656374686F727365", "x [secret 1]"),
        ("is CORRECTHORSE", "is [secret 1]"),
    ],
)
def test_a_secret_is_hidden_as_base64_hexadecimal_and_in_capitals(elsewhere: str, masked: str) -> None:
    assert hidden({"a": secret("correcthorse"), "b": elsewhere})["b"] == masked


def test_the_short_encodings_of_a_short_secret_hide_nothing() -> None:
    assert hidden({"a": secret("1"), "b": 31, "c": "31", "d": "MQ=="}) == {
        "a": "[secret 1]",
        "b": 31,
        "c": "31",
        "d": "MQ==",
    }


def test_a_number_in_a_secret_table_is_hidden_and_a_count_or_port_is_not() -> None:
    document = {"a": secret({"pin": 123456, "port": 3000, "on": True}), "b": "PIN=123456", "c": 3000, "d": "True"}
    assert hidden(document) == {"a": "[secret 1]", "b": "PIN=[secret 2]", "c": 3000, "d": "True"}


def test_a_secret_that_ends_its_line_is_hidden_without_the_end_of_the_line() -> None:
    assert hidden({"a": secret("abc12\n"), "b": "abc12", "c": "x abc12 y"}) == {
        "a": "[secret 1]",
        "b": "[secret 1]",
        "c": "x [secret 1] y",
    }


def test_a_secret_with_half_a_character_is_hidden() -> None:
    assert hidden({"a": secret("abc\ud800def"), "b": "abc\ud800def"}) == {"a": "[secret 1]", "b": "[secret 1]"}


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("PASSWORD", "abc12", "[secret 1]"),
        ("TOKEN", "abc12", "[secret 1]"),
        ("USE_TOKEN", "true", "true"),
        ("USE_TOKEN", "3000", "3000"),
        ("KEY", "-----BEGIN RSA PRIVATE KEY-----\nMIIEvQ\n-----END RSA PRIVATE KEY-----", "[secret 1]"),
        ("KEY", "-----BEGIN PRIVATE KEY-----\\nMIIEvQ", "[secret 1]"),
        ("ALERTS", "https://hooks.slack.com/services/T0/B0/abc", "[secret 1]"),
        ("ALERTS", "to https://discord.com/api/webhooks/1/abc now", "to [secret 1] now"),
        ("DOCS", "https://slack.com/help", "https://slack.com/help"),
    ],
)
def test_a_variable_is_hidden_for_its_name_or_for_its_shape(name: str, value: str, shown: str) -> None:
    found = hidden({"containerDefinitions": container(environment=[{"name": name, "value": value}])})
    assert json.loads(found["containerDefinitions"])[0]["environment"] == [{"name": name, "value": shown}]


def test_a_build_argument_that_is_called_like_a_secret_is_hidden() -> None:
    assert hidden({"build": {"args": {"NPM_TOKEN": "abc-123"}}}) == {"build": {"args": {"NPM_TOKEN": "[secret 1]"}}}


def test_a_secret_is_hidden_as_a_key() -> None:
    assert hidden({"a": secret("abc-123"), "tags": {"abc-123": "x"}}) == {
        "a": "[secret 1]",
        "tags": {"[secret 1]": "x"},
    }


def test_a_secret_that_nobody_can_read_has_one_mask() -> None:
    assert hidden({"a": ciphered(), "b": "[secret]"}) == {"a": "[secret]", "b": "[secret]"}


def test_what_is_no_secret_stays_as_it_is() -> None:
    document = {
        "config": {
            "aws:skipCredentialsValidation": "true",
            "pairva:deployment": '{"network": {"privateSubnets": ["s-1"]}}',
        },
        "steps": [{"inputs": {"essential": True, "tags": {"private": "subnet-one"}, "count": 2.0, "none": None}}],
    }
    assert hidden(document) == document

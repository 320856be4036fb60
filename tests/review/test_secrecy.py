"""No secret's text is anywhere in a comment, wherever it stands in the preview, and whatever else does."""

import json
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

"""Secrets in a stack file are encrypted, whatever they are called."""

import pytest

from audit import secrecy
from settings import document


def plain(text: str) -> list[str]:
    return [each.resource for each in secrecy.plain("Pulumi.test.yaml", document.parsed(text))]


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("app:dbPassword: hunter2", "config.app:dbPassword"),
        ("aws:secretKey: abcdef", "config.aws:secretKey"),
        ("app:list: [{apiKey: abcdef}]", "config.app:list.0.apiKey"),
        ("app:address: mongodb://somebody:hidden@example.com", "config.app:address"),
        ("app:dbPassword: 123456", "config.app:dbPassword"),
        ("app:dbPassword: {prod: hunter2}", "config.app:dbPassword.prod"),
        ("app:webhookToken: https://hooks.example.com/abcdef", "config.app:webhookToken"),
        ("app:anything: {secure: hunter2}", "config.app:anything.secure"),
        ("app:anything: {secure: hunter2hunter2, x: 1}", "config.app:anything.secure"),
    ],
)
def test_a_secret_in_plain_text_is_found_and_not_shown(line: str, path: str) -> None:
    fault, *_ = secrecy.plain("Pulumi.test.yaml", document.parsed(f"config:\n  {line}\n"))
    assert fault.resource == f"Pulumi.test.yaml:{path}"
    assert [word for word in ("hunter2", "abcdef", "hidden", "123456") if word in str(fault)] == []


@pytest.mark.parametrize(
    "line",
    [
        "app:dbPassword: {secure: v1:abc=}",
        "pairva:deployment: {secrets: {JWT_SECRET: arn:aws:secretsmanager:us-east-1:1:secret:jwt}}",
        "app:dbPassword: {secure: AAABAPmQ0c7hXyE2rjyGh8VqkR3zW9oJZb1vTq7PLxYd5uNw}",
        "app:tokenTtl: '60'",
        "app:tokenUrl: https://auth.example.com/token",
        "aws:skipCredentialsValidation: 'true'",
        "aws:endpoints: [{secretsmanager: http://localhost:4566}]",
    ],
)
def test_what_is_encrypted_or_no_secret_is_not(line: str) -> None:
    assert plain(f"config:\n  {line}\nencryptionsalt: v1:abc=:v1:def\n") == []

"""Secrets: what must not stand in `environment`, what `secrets` must hold, and that no finding shows a value."""

from pathlib import Path

import pytest

import finding
from finding import Finding
from tests.samples import Edit, faults, in_region

ARN = "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/jwt-AbCdEf"
ENVIRONMENT = "NODE_ENV: production"
REMEDY = (
    "store the value in Secrets Manager and write its ARN, "
    'for example "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/mongodb-uri"'
)


@pytest.mark.parametrize(
    "name",
    [
        "MONGODB_URI",
        "MONGO_URL",
        "DATABASE_URL",
        "REDIS_URL",
        "POSTGRES_MAIN_URI",
        "MYSQL_URL",
        "OLD_JWT_SECRET",
        "SECRET_KEY_BASE",
        "DB_PASSWORD",
        "PGPASSWD",
        "PASSPHRASE",
        "GITHUB_TOKEN",
        "GOOGLE_CREDENTIALS",
        "PRIVATE_PEM",
        "STRIPE_API_KEY",
        "APIKEY",
        "ENCRYPTION_KEY",
        "SENTRY_DSN",
        "session_secret",
        "AWS_ACCESS_KEY_ID",
        "DB_PASS",
    ],
)
def test_a_name_that_looks_like_a_secret_is_refused_in_environment(name: str, tmp_path: Path) -> None:
    assert faults(tmp_path, (ENVIRONMENT, f"{name}: hunter2")) == [
        Finding(
            where=f"Pulumi.test.yaml:24: pairva:deployment.backend.environment.{name}",
            what="looks like a secret, and this is plain text for everyone who may read ECS or the image",
            remedy=f"store the value in Secrets Manager and write secrets: {{{name}: <its ARN>}}",
        )
    ]


@pytest.mark.parametrize(
    "name",
    [
        *("API_URL", "KEYBOARD_LAYOUT", "NODE_ENV", "PORT", "MONGODB_DATABASE", "MONKEY", "DSN_TIMEOUT", "KEY_PREFIX"),
        *("TOKEN_TTL", "PASSWORD_MIN_LENGTH", "AWS_SECRET_NAME", "API_KEY_HEADER", "PASSWORD_RESET_URL", "TOKENIZER"),
        *(
            "REFRESH_TOKEN_EXPIRES_IN",
            "MAX_TOKENS",
            "CACHE_KEY",
            "PASSWORD_POLICY",
            "CORS_CREDENTIALS",
            "PASSWORD_FILE",
        ),
        *("CREDENTIALS_PROVIDER", "SSH_PUBLIC_KEY", "STRIPE_PUBLISHABLE_KEY", "RECAPTCHA_SITE_KEY", "token_issuer"),
    ],
)
def test_a_name_that_only_resembles_one_is_taken(name: str, tmp_path: Path) -> None:
    assert faults(tmp_path, (ENVIRONMENT, f"{name}: abc")) == []


def test_every_suspect_is_named_whatever_else_is_wrong_beside_it(tmp_path: Path) -> None:
    found = faults(tmp_path, (ENVIRONMENT, "API_TOKEN: a\n        PORT: 1\n        DB_PASSWORD: b"))
    assert [fault.where.rpartition(".")[2] for fault in found] == ["API_TOKEN", "PORT", "DB_PASSWORD"]


@pytest.mark.parametrize(
    "arn",
    [
        ARN,
        "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/jwt",
        f"{ARN}:key::",
        f"{ARN}:key:AWSCURRENT:",
        f"{ARN}:key::0b1c",
        f"{ARN}:::",
        "arn:aws:secretsmanager:us-east-1:039612856036:secret:a_+=.@-b",
        "arn:aws:ssm:us-east-1:039612856036:parameter/pairva/jwt",
    ],
)
def test_the_arn_of_a_secret_or_parameter_is_taken(arn: str, tmp_path: Path) -> None:
    assert faults(tmp_path, (ARN, f'"{arn}"')) == []


def test_the_arn_of_another_partition_is_taken(tmp_path: Path) -> None:
    arn = "arn:aws-us-gov:secretsmanager:us-gov-west-1:039612856036:secret:pairva/jwt"
    assert faults(tmp_path, (ARN, arn), *in_region("us-gov-west-1")[:2]) == []


@pytest.mark.parametrize(
    "value",
    [
        "hunter2",
        "mongodb://user:hunter2@host/",
        "pairva/jwt",
        f"{ARN}:key",
        f"{ARN}:key:stage",
        f"{ARN}:key:stage:version:more",
        "arn:aws:iam::039612856036:role/jwt",
        "arn:aws:ssm:us-east-1:039612856036:parameterjwt",
        "arn:aws:s3:::pairva-jwt",
        f" {ARN}",
        f"{ARN}\\n",
    ],
)
def test_anything_else_under_secrets_is_refused_and_not_shown(value: str, tmp_path: Path) -> None:
    assert faults(tmp_path, (ARN, f'"{value}"')) == [
        Finding(
            where="Pulumi.test.yaml:26: pairva:deployment.backend.secrets.JWT_SECRET",
            what="is not the ARN of a secret or parameter",
            remedy=REMEDY,
        )
    ]


CREDENTIALS = [
    "mongodb+srv://pairva:hunter2@cluster0.example.net/pairva",
    "https://:hunter2@example.com",
    "a=AKIAIOSFODNN7EXAMPLE;b",
    "ASIAIOSFODNN7EXAMPLE",
    '"-----BEGIN RSA PRIVATE KEY-----hunter2"',
    '"-----BEGIN PRIVATE KEY-----hunter2"',
]


@pytest.mark.parametrize("value", CREDENTIALS)
def test_a_password_or_key_is_refused_under_any_name_and_not_shown(value: str, tmp_path: Path) -> None:
    what = "holds a password or key, and this is plain text for everyone who may read ECS or the image"
    remedy = "store the value in Secrets Manager and name its ARN under secrets:"
    place = "pairva:deployment.backend"
    assert faults(tmp_path, (ENVIRONMENT, f"UPSTREAM: {value}")) == [
        Finding(where=f"Pulumi.test.yaml:24: {place}.environment.UPSTREAM", what=what, remedy=remedy)
    ]
    build = f"repository: existing\n      build: {{context: app, args: {{UPSTREAM: {value}}}}}"
    assert faults(tmp_path, ("repository: existing", build)) == [
        Finding(where=f"Pulumi.test.yaml:15: {place}.build.args.UPSTREAM", what=what, remedy=remedy)
    ]


@pytest.mark.parametrize(
    "value",
    [
        "http://localhost:3000/@scope/package",
        "mongodb://user@host/pairva",
        "smtp://mail.example.com:587",
        "a@b.example:80",
        "AKIAIOSFODNN7EXAMPL",
        "BREAKIAIOSFODNN7EXAMPLE",
        "-----BEGIN CERTIFICATE-----",
    ],
)
def test_an_address_without_a_password_is_taken(value: str, tmp_path: Path) -> None:
    assert faults(tmp_path, (ENVIRONMENT, f'UPSTREAM: "{value}"')) == []


@pytest.mark.parametrize(
    "edit",
    [
        (ARN, "hunter2"),
        (ARN, "7294016358"),
        (ARN, "{value: hunter2}"),
        (ARN, "[hunter2]"),
        (f"\n        JWT_SECRET: {ARN}", " hunter2"),
        (ENVIRONMENT, "DB_PASSWORD: hunter2"),
        (ENVIRONMENT, "DB_PASSWORD: 7294016358"),
        ("port: 3000", "port: 3000\n      dbPassword: hunter2"),
        ("aws:region: us-east-1", "aws:region: us-east-1\n  aws:secretKey: hunter2"),
        ("aws:region: us-east-1", "aws:region: us-east-1\n  docker:password: hunter2"),
    ],
    ids=["text", "number", "table", "list", "no table", "environment", "number there", "key", "aws key", "namespace"],
)
def test_no_finding_shows_what_may_be_a_secret(edit: Edit, tmp_path: Path) -> None:
    said = finding.text(faults(tmp_path, edit))
    assert "mend:" in said
    assert "hunter2" not in said
    assert "7294016358" not in said


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        (("JWT_SECRET:", "JWT-SECRET:"), "26: pairva:deployment.backend.secrets.JWT-SECRET"),
        ((ENVIRONMENT, "2FA: a"), "24: pairva:deployment.backend.environment.2FA"),
    ],
)
def test_a_name_that_no_shell_takes_is_refused(edit: Edit, where: str, tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, edit)
    assert fault.where == f"Pulumi.test.yaml:{where}"
    assert fault.what == "is not the name of an environment variable"
    assert fault.remedy == "use letters, digits and _"


@pytest.mark.parametrize("name", ["pairva/jwt-secret", "pairva/master-passwd"])
def test_a_name_that_secrets_manager_would_take_for_a_whole_arn_is_refused(name: str, tmp_path: Path) -> None:
    partial = f"arn:aws:secretsmanager:us-east-1:039612856036:secret:{name}"
    assert faults(tmp_path, (ARN, partial)) == [
        Finding(
            where="Pulumi.test.yaml:26: pairva:deployment.backend.secrets.JWT_SECRET",
            what="ends like a whole ARN, so Secrets Manager would not find a secret of this name",
            remedy=f"write its whole ARN: aws secretsmanager describe-secret --secret-id {name} --query ARN; "
            "if this is the whole one, end it with :::, in quotes",
        )
    ]
    assert faults(tmp_path, (ARN, f'"{partial}:::"')) == []


def test_a_build_argument_that_looks_like_a_secret_is_refused_and_not_shown(tmp_path: Path) -> None:
    build = "repository: existing\n      build: {context: app, args: {NPM_TOKEN: hunter2}}"
    (fault,) = faults(tmp_path, ("repository: existing", build))
    assert fault.what == "looks like a secret, and this is plain text for everyone who may read ECS or the image"
    assert "hunter2" not in finding.text([fault])

"""What is hidden in a log line, what stays readable, and that it takes no time."""

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masking import masked

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
KEY_ID, SECRET_KEY = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SESSION = "IQoJb3JpZ2luX2VjEMP//////////wEaCXVzLWVhc3QtMSJHMEUCIQ"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("mongodb://app:hunter2@db:27017/pairva failed", "mongodb://app:***@db:27017/pairva failed"),
        ("mongodb+srv://app:p@ss/w:rd@c0.mongodb.net/?w=1", "mongodb+srv://app:***@c0.mongodb.net/?w=1"),
        ("from amqp://a:b@one to amqp://c:d@two", "from amqp://a:***@one to amqp://c:***@two"),
        ("mongodb://a:b@one,mongodb://c:d@two", "mongodb://a:***@one,mongodb://c:***@two"),
        ("redis://:hunter2@cache:6379", "redis://:***@cache:6379"),
        ("Authorization: Bearer abc123def456", "Authorization: Bearer ***"),
        ("sent bearer abc123def456, refused", "sent bearer ***, refused"),
        ("Authorization: Basic YXBwOmh1bnRlcjI=", "Authorization: Basic ***"),
        (f"decoded {JWT} badly", "decoded *** badly"),
        (f"{KEY_ID} is not allowed", "*** is not allowed"),
        (f"signed with {SECRET_KEY}", "signed with ***"),
        (f"AWS_SECRET_ACCESS_KEY={SECRET_KEY}", "AWS_SECRET_ACCESS_KEY=***"),
        (f"session {SESSION} expired", "session *** expired"),
        ("pushed as ghp_16C7e42F292c6912E7710c838347Ae178B4a", "pushed as ***"),
        ("DB_PASSWORD=hunter2 PORT=3000", "DB_PASSWORD=*** PORT=3000"),
        ("DB_PASS=hunter2", "DB_PASS=***"),
        ("passwd: hunter2", "passwd: ***"),
        ("Server=db;Uid=app;Pwd=hunter2", "Server=db;Uid=app;Pwd=***"),
        ("passphrase: hunter2", "passphrase: ***"),
        ("JWT_KEY=jwt-raw-value-2", "JWT_KEY=***"),
        ("signing_key=hunter2 encryption-key: hunter3", "signing_key=*** encryption-key: ***"),
        ("PASS=hunter2", "PASS=***"),
        ("Cookie: session=abc; theme=dark", "Cookie: ***"),
        ("sk_test_4eC39HqLyjWDarjtT1zdp7dc", "***"),
        ("AIzaSyA1234567890abcdefghijklmnopqrstuv", "***"),
        ("GET /x?X-Amz-Signature=0123abcd&X-Amz-Date=1", "GET /x?X-Amz-Signature=***&X-Amz-Date=1"),
        ("credentials=app/hunter2", "credentials=***"),
        (f"{KEY_ID}eyJhbGciOiJI", "******"),
        ("connecting with secret => hunter2", "connecting with secret => ***"),
        ("SECRET_KEY_BASE=hunter2", "SECRET_KEY_BASE=***"),
        ("GET /items?page=2&api_key=hunter2&token=abc HTTP/1.1", "GET /items?page=2&api_key=***&token=*** HTTP/1.1"),
        ('{"password":"correct \\"horse\\" battery","user":"app"}', '{"password":"***","user":"app"}'),
        ("{'apiKey': 'correct horse', 'user': 'app'}", "{'apiKey': '***', 'user': 'app'}"),
        (r'"{\"secret\":\"correct horse\",\"user\":\"app\"}"', r'"{\"secret\":\"***\",\"user\":\"app\"}"'),
        ('{"password":"never ended', '{"password":"***'),
        ("pass\x1b[1mword=hun\x1b[0mter2", "password=***"),
        ("password=hun\u200bter2", "password=***"),
    ],
)
def test_credentials_are_hidden_and_what_surrounds_them_stays(line: str, shown: str) -> None:
    assert masked(line) == shown


@pytest.mark.parametrize(
    "line",
    [
        "token expired",
        "invalid token: expired",
        "no password given",
        "password: undefined",
        "JWT_SECRET is missing",
        "token=null, password=required",
        "JsonWebTokenError: jwt malformed",
        "TokenExpiredException: too late",
        "Bearer authentication is required",
        "WWW-Authenticate: Bearer realm=pairva",
        "Tests pass: 12, fail: 3",
        "at commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "secret: arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/jwt-AbCdEf",
        "asked secretsmanager: no answer from arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/jwt-key",
        f"running pairva-backend@sha256:{'4f' * 32}",
        "at commit 9FCEB02D0AE598E95DC970B74767F19372D61AF8",
        "at org/example/AbstractSingletonProxyFactor",
        "request 123e4567-e89b-12d3-a456-426614174000",
        "GET http://localhost:3000/api/health?to=a@example.com 200",
        "at Object.<anonymous> (/app/node_modules/mongoose/lib/schema.js:1030:11)",
        "MongooseError: Invalid schema configuration: `Object` is not a valid type at path `meta`",
    ],
)
def test_what_is_no_credential_stays_readable(line: str) -> None:
    assert masked(line) == line


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("\x1b[31;1mError\x1b[0m: gone", "Error: gone"),
        ("\x1b]0;owned\x07title", "title"),
        ("\x1b]8;;https://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b2Jcleared", "cleared"),
        ("\x9d0;owned\x07title", "title"),
        ("a\tb\r\nc\x00\x08d\n", "a b cd"),
        ("\u202eevil\u2066 \u200bname\ufeff", "evil name"),
        ("half \ud800 a pair", "half  a pair"),
        ("two\u2028lines", "two lines"),
        ("größer als 世界 🙂", "größer als 世界 🙂"),
    ],
)
def test_nothing_moves_the_readers_cursor(line: str, shown: str) -> None:
    assert masked(line) == shown


def test_a_long_line_is_cut_with_an_ellipsis() -> None:
    assert masked("x" * 300) == "x" * 300
    assert masked("x" * 301) == "x" * 299 + "…"


def test_a_cut_line_stays_as_it_is_when_it_is_masked_again() -> None:
    shown = masked(f"{KEY_ID} " * 200)
    assert shown == "*** " * 149 + "***…"
    assert masked(shown) == shown
    assert masked("- " * 129 + "-" + SECRET_KEY + "0123456789") == "- " * 129 + "-***…"


def test_a_cut_reveals_no_half_of_a_secret() -> None:
    before = "x " * 147
    assert masked(f"{before}password={'s' * 40}") == f"{before}passw…"
    assert masked(f"{before[20:]}password={'s' * 400} after") == f"{before[20:]}password=*** after"
    assert masked(f"{'x ' * 7995}mongodb://app:{'s' * 40}@db") == f"{'x ' * 149}x…"
    read = "{" + f'"token":"{"t" * 15_950}","uri":"mongodb://app:'
    assert masked(f'{read}{"s" * 40}@db"') == "…"
    assert "s" not in masked(f"token={'t' * 15_900} mongodb://app:{'s' * 400}@db")


LONG = (
    *(
        "a",
        " ",
        "@",
        "\\",
        "é",
        "password",
        "token",
        "_pass",
        "secret-",
        "access_key_id",
        " password:",
        "token=",
        "A1a/",
    ),
    *("://", "://a:", "://a:@", "\x1b]", "\x1b[", "\x1bP", "eyJ", "eyJa.", "AKIA", "IQoJ", "bearer ", "authorization:"),
    *('token:"', 'token:\\"', '\\"', "ghp_", "password='\\"),
)


@pytest.mark.parametrize("part", LONG)
def test_a_line_of_100_kb_takes_milliseconds(part: str) -> None:
    for line in (part * (100_000 // len(part)), f"{part * (15_000 // len(part))} end"):
        began = time.perf_counter()
        masked(line)
        assert time.perf_counter() - began < 0.25


# Text in which patterns meet: what makes them up, and anything at all between.
WORDS = [
    "password",
    "secret",
    "token=",
    ":",
    "=",
    '"',
    "'",
    "\\",
    "://",
    "@",
    "&",
    " ",
    "***",
    "…",
    "bearer ",
    "eyJhbGci",
]
PARTS = st.lists(st.one_of(st.sampled_from([*WORDS, JWT, KEY_ID, SECRET_KEY, "\x1b[", "\x9b"]), st.text()))


@given(PARTS.map("".join), st.integers(0, 320))
def test_any_line_comes_out_plain_short_and_the_same_when_masked_again(line: str, filled: int) -> None:
    shown = masked("x" * filled + line)
    assert not [each for each in shown if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert len(shown.replace("***", "*")) <= 300
    assert masked(shown) == shown


@given(st.from_regex(re.compile(r"[A-Za-z0-9#%+/:@_-]{8,60}"), fullmatch=True))
def test_no_password_in_an_address_is_shown(password: str) -> None:
    assert masked(f"connect mongodb://app:{password}@db.example") == "connect mongodb://app:***@db.example"

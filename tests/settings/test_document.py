"""What is read of a stack file equals what the engine would hand over; what nobody can read is one finding, at once."""

import json
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finding import Finding
from settings import document
from settings.document import Document

NAME_ONE = "name a stack file, for example Pulumi.prod.yaml (README)"

# As `pulumi config --json` 3.272 shows them.
SCALARS = {
    "yes": "yes",
    "on": "on",
    "true": "true",
    "": "",
    "~": "",
    "0123": "83",
    "089": "89",
    "0o17": "15",
    "0x1F": "31",
    "1_000": "1000",
    "1.10": "1.1",
    "1.0": "1",
    "12345e7": "123450000000",
    "12345678901234567890123": "1.2345678901234568e+22",
    "12:30:45": "12:30:45",
    '"1"': "1",
    "2025-04-30": "2025-04-30 00:00:00 +0000 UTC",
    "2025-04-30T10:00:00Z": "2025-04-30 10:00:00 +0000 UTC",
    "2025-04-30T10:00:00+02:00": "2025-04-30 10:00:00 +0200 +0200",
    "2025-04-30 10:00:00.250": "2025-04-30 10:00:00.25 +0000 UTC",
}


@pytest.mark.parametrize(("written", "text"), SCALARS.items())
def test_a_scalar_is_handed_over_as_text(written: str, text: str) -> None:
    config = document.parsed(f"config:\n  a:b: {written}\n")["config"]
    assert document.handed_over(config) == {"a:b": text}


TABLE = """\
yes: yes
"true": true
~: ~
0123: 0123
1.0: 1.0
big: 12345678901234567890123
2025-04-30: [2025-04-30, ~, no]
1.5: 089
binary: !!binary aGVsbG8=
base: &base {x: 1}
merged: {<<: *base, y: 2}
alias: *base
"""
HANDED_OVER = {
    "yes": "yes",
    "true": True,
    "<nil>": None,
    "83": 83,
    "1": 1,
    "big": 1.2345678901234568e22,
    "2025-04-30 00:00:00 +0000 UTC": ["2025-04-30 00:00:00 +0000 UTC", None, "no"],
    "1.5": 89,
    "binary": "hello",
    "base": {"x": 1},
    "merged": {"x": 1, "y": 2},
    "alias": {"x": 1},
}


def test_a_table_is_handed_over_as_json_keys_as_text() -> None:
    (handed_over,) = document.handed_over({"a:b": document.parsed(TABLE)}).values()
    found = json.loads(handed_over)
    assert found == HANDED_OVER
    assert {key: type(value) for key, value in found.items()} == {
        key: type(value) for key, value in HANDED_OVER.items()
    }


def test_a_key_without_a_namespace_is_the_projects_and_config_is_none() -> None:
    assert document.handed_over({"deployment": "a", "aws:config:region": "b", "aws:x": "c"}) == {
        "pairva:deployment": "a",
        "aws:region": "b",
        "aws:x": "c",
    }


def read(folder: Path, content: str | bytes) -> Document | Finding:
    file = folder / "Pulumi.test.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return document.read(file)


def test_pulumis_own_keys_beside_config_are_known_and_others_are_not(tmp_path: Path) -> None:
    text = "encryptionsalt: a\nsecretsprovider: b\nencryptedkey: c\nenvironment: [d]\nconfg: {}\nconfig: {a:b: c}\n"
    content = read(tmp_path, text)
    assert isinstance(content, Document)
    assert (content.config, content.unknown) == ({"a:b": "c"}, ("confg",))


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path: Path) -> None:
    content = read(tmp_path, b"\xef\xbb\xbfconfig: {a:b: c}")
    assert isinstance(content, Document)
    assert (content.config, content.unknown, content.lines.text(("a:b",))) == ({"a:b": "c"}, (), "c")


NINE = {name: ", ".join([f"*{before}"] * 9) for before, name in pairwise("abcdefghij")}
BOMB = "".join(f"  {name}: &{name} [{nine}]\n" for name, nine in NINE.items())
MERGES = "".join(f"  {name}: &{name}\n    <<: [{nine}]\n" for name, nine in NINE.items())
CHAIN = "".join(f"  a{n + 1}: &a{n + 1} [*a{n}]\n" for n in range(1000))
DEEP, MANY = "is nested too deeply for a stack file", "unfolds to more than 10000 values"
NO_VALUE = "holds a value that is not what YAML takes it for, for example no date"

# What the file holds; then line, what, found, remedy.
UNREADABLE: dict[str, tuple[str | bytes, str, str, str, str]] = {
    "empty": ("", "", "is not a stack file: it holds no table of keys", "nothing", NAME_ONE),
    "a comment": ("# only\n", "", "is not a stack file: it holds no table of keys", "nothing", NAME_ONE),
    "a list": ("- a\n", "", "is not a stack file: it holds no table of keys", "a list", NAME_ONE),
    "text": ("hello", "", "is not a stack file: it holds no table of keys", "text or a number", NAME_ONE),
    "no config": ("encryptionsalt: a\n", "", "has no config: with the stack's settings", "", NAME_ONE),
    "an empty config": ("config:\n", "", "has no config: with the stack's settings", "", NAME_ONE),
    "a list for config": ("config: [a]\n", "", "has no config: with the stack's settings", "", NAME_ONE),
    "binary": (b"\x7fELF\xff\xfe\x00", "", "is not text in UTF-8", "", NAME_ONE),
    "UTF-16": ("config: {}".encode("utf-16"), "", "is not text in UTF-8", "", NAME_ONE),
    "half a character": ('config: {a: "\\udfff"}', "", "is not text in UTF-8", "", NAME_ONE),
    "a NUL": (
        "config: \0",
        "",
        "is not YAML",
        "unacceptable character #x0000: special characters are not allowed",
        NAME_ONE,
    ),
    "an open list": (
        "config: [\n",
        ":2",
        "is not YAML",
        "expected the node content, but found '<stream end>'",
        "correct it there",
    ),
    "a tab": (
        "config:\n\ta: 1\n",
        ":2",
        "is not YAML",
        "found character '\\t' that cannot start any token",
        "correct it there",
    ),
    "JSON with a mistake": (
        '{"config": {"a" 1}}',
        ":1",
        "is not YAML",
        "expected ',' or '}', but got '<scalar>'",
        "correct it there",
    ),
    "two documents": (
        "config: {}\n---\nconfig: {}\n",
        ":2",
        "is not YAML",
        "but found another document",
        "correct it there",
    ),
    "an object of Python": (
        "config: !!python/object/apply:os.system [id]\n",
        ":1",
        "is not YAML",
        "could not determine a constructor for the tag 'tag:yaml.org,2002:python/object/apply:os.system'",
        "correct it there",
    ),
    "a key twice": (
        "config:\n  a:\n    X: hunter2\n    X: hunter3\n",
        ":4",
        "holds a key twice",
        "X",
        "keep one of the two",
    ),
    "no date": ("config: {a: 2025-13-45}\n", "", NO_VALUE, "", NAME_ONE),
    "no number": ("config: {a: !!int hunter2}\n", "", NO_VALUE, "", NAME_ONE),
    "no switch": ("config: {a: !!bool hunter2}\n", "", NO_VALUE, "", NAME_ONE),
    "a number without end": (f"config: {{a: {'9' * 5000}}}\n", "", NO_VALUE, "", NAME_ONE),
    "lists in lists": (f"config: {'[' * 60000}", "", DEEP, "", NAME_ONE),
    "tables in tables": (f"config: {'{a: ' * 3000}", "", DEEP, "", NAME_ONE),
    "dashes": ("- " * 9000, "", DEEP, "", NAME_ONE),
    "a list that holds itself": ("config: {a: &a [*a]}\n", "", DEEP, "", NAME_ONE),
    "a chain of aliases": (f"config:\n  a0: &a0 [1]\n{CHAIN}", "", DEEP, "", NAME_ONE),
    "a billion laughs": (f"config:\n  a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n{BOMB}", "", MANY, "", NAME_ONE),
    "merged laughs": (f"config:\n  a: &a {{k: 1}}\n{MERGES}", "", MANY, "", NAME_ONE),
    "too many bytes": ("#" * 65537, "", "is too large for a stack file", "65537 bytes", NAME_ONE),
}


@pytest.mark.parametrize(("content", "line", "what", "found", "remedy"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_is_no_stack_file_is_one_finding_soon(
    content: str | bytes, line: str, what: str, found: str, remedy: str, tmp_path: Path
) -> None:
    began = time.monotonic()
    result = read(tmp_path, content)
    assert result == Finding(where=f"Pulumi.test.yaml{line}", what=what, found=found, remedy=remedy)
    assert time.monotonic() - began < 5


def it_was_opened(*_: object, **__: object) -> NoReturn:
    pytest.fail("it was opened")


def test_50_megabytes_are_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "Pulumi.test.yaml"
    with file.open("wb") as empty:
        empty.truncate(50_000_000)
    monkeypatch.setattr(Path, "read_text", it_was_opened)
    assert document.read(file) == Finding(
        where="Pulumi.test.yaml", what="is too large for a stack file", found="50000000 bytes", remedy=NAME_ONE
    )


def a_folder(file: Path, _: pytest.MonkeyPatch) -> None:
    file.mkdir()


def nothing(_: Path, __: pytest.MonkeyPatch) -> None:
    pass


def a_locked_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    file.write_text("config: {}")
    monkeypatch.setattr(Path, "read_text", refuse)


@pytest.mark.parametrize(
    ("made", "found"),
    [(a_folder, "Is a directory"), (nothing, "No such file or directory"), (a_locked_file, "Permission denied")],
)
def test_what_cannot_be_opened_is_one_finding(
    made: Callable[[Path, pytest.MonkeyPatch], None], found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "Pulumi.test.yaml"
    made(file, monkeypatch)
    assert document.read(file) == Finding(where=file.name, what="cannot be read", found=found, remedy=NAME_ONE)


def test_as_many_aliases_as_anybody_writes_are_taken(tmp_path: Path) -> None:
    aliases = "".join(f"  a:b{number}: *base\n" for number in range(100))
    result = read(tmp_path, f"config:\n  a:base: &base {{x: [1, 2]}}\n{aliases}")
    assert isinstance(result, Document)
    assert set(result.config.values()) == {'{"x": [1, 2]}'}


def test_as_many_values_as_a_file_may_hold_are_read_and_one_more_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(document, "_MOST_VALUES", 100)
    beside = 5  # the document, config, its table, a:b and its list
    most = read(tmp_path, f"config: {{a:b: [{'1,' * (100 - beside)}]}}")
    assert isinstance(most, Document)
    assert len(json.loads(most.config["a:b"])) == 95
    assert read(tmp_path, f"config: {{a:b: [{'1,' * (101 - beside)}]}}") == Finding(
        where="Pulumi.test.yaml", what="unfolds to more than 100 values", remedy=NAME_ONE
    )


@given(content=st.text(alphabet="ab:-[]{}&*!#'\"\n 0.~<", max_size=60) | st.text(max_size=40) | st.binary(max_size=40))
def test_no_file_ends_in_a_traceback(content: str | bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    try:
        encoded = content if isinstance(content, bytes) else f"config:\n  a: {content}".encode()
    except UnicodeEncodeError:
        return
    file = tmp_path_factory.getbasetemp() / "Pulumi.any.yaml"
    file.write_bytes(encoded)
    assert isinstance(document.read(file), (Document, Finding))

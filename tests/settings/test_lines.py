"""Where keys stand in a stack file, however it is written, and nothing at all if it cannot be read."""

from pathlib import Path

import pytest

from settings import document
from settings.document import Document
from settings.lines import KeyPath, Lines
from settings.stack import Stack
from tests.samples import SAMPLE, edited, faults, read

FILE = """\
# a comment
encryptionsalt: v1:x
config:
  aws:region: us-east-1 # where
  aws:allowedAccountIds:
    - "039612856036"
  aws:endpoints:
    - ecs: http://localhost:4566
      ecr: http://localhost:4567
  pairva:deployment:
    network: {cidr: 10.0.0.0/16, zones: [us-east-1a, us-east-1b], nat: one} # flow
    backend:
      version: "1.10"
      restart: key rotated, twice # today
      health: {command: [CMD, "curl -f x"], path: /}
      writable:
        - /tmp
        - /var/cache
    frontend:
"""
DEPLOYMENT = "pairva:deployment"


def lines_of(text: str, folder: Path) -> Lines:
    (folder / "file").write_text(text)
    content = document.read(folder / "file")
    assert isinstance(content, Document), content
    return content.lines


@pytest.mark.parametrize(
    ("path", "number", "text"),
    [
        (("aws:region",), 4, "us-east-1"),
        (("aws:allowedAccountIds",), 5, ""),
        (("aws:allowedAccountIds", 0), 6, '"039612856036"'),
        (("aws:endpoints", 0, "ecr"), 9, "http://localhost:4567"),
        ((DEPLOYMENT,), 10, ""),
        ((DEPLOYMENT, "network", "cidr"), 11, "10.0.0.0/16"),
        ((DEPLOYMENT, "network", "zones"), 11, ""),
        ((DEPLOYMENT, "network", "zones", 1), 11, "us-east-1b"),
        ((DEPLOYMENT, "network", "nat"), 11, "one"),
        ((DEPLOYMENT, "backend", "version"), 13, '"1.10"'),
        ((DEPLOYMENT, "backend", "restart"), 14, "key rotated, twice"),
        ((DEPLOYMENT, "backend", "health", "command", 1), 15, '"curl -f x"'),
        ((DEPLOYMENT, "backend", "health", "path"), 15, "/"),
        ((DEPLOYMENT, "backend", "writable", 1), 18, "/var/cache"),
    ],
)
def test_a_key_is_found_in_block_and_flow_style(path: KeyPath, number: int, text: str, tmp_path: Path) -> None:
    lines = lines_of(FILE, tmp_path)
    assert (lines.number(path), lines.text(path)) == (number, text)


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ((DEPLOYMENT, "backend", "port"), 12),
        ((DEPLOYMENT, "backend", "health", "codes"), 15),
        ((DEPLOYMENT, "backend", "writable", 5), 16),
        ((DEPLOYMENT, "worker", "version"), 10),
        ((DEPLOYMENT, "backend", "version", "deeper"), 13),
        (("aws:profile",), None),
        ((), None),
    ],
)
def test_a_missing_key_has_the_line_of_what_should_hold_it_and_no_text(
    path: KeyPath, number: int | None, tmp_path: Path
) -> None:
    lines = lines_of(FILE, tmp_path)
    assert (lines.number(path), lines.text(path)) == (number, "")


def test_a_key_without_a_value_has_no_text(tmp_path: Path) -> None:
    lines = lines_of(FILE.replace('version: "1.10"', "version:"), tmp_path)
    assert (lines.number((DEPLOYMENT, "frontend")), lines.text((DEPLOYMENT, "frontend"))) == (19, "")
    assert lines.text((DEPLOYMENT, "backend", "version")) == ""


def test_an_empty_version_is_not_shown_as_the_next_line(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, ('version: "1.0.1"', "version:"))
    assert fault.found in ("", "null")


@pytest.mark.parametrize(
    "content",
    [None, b"", b"config: [", b"a: 1\na: 2\n", b"- a\n", b"config:\n", b"config: 5\n", b"\xff\xfe\xff", b"\ttabs: 1"],
    ids=["no file", "empty", "no YAML", "a key twice", "a list", "no config", "a number", "no text", "tabs"],
)
def test_without_a_file_that_can_be_read_a_fault_is_still_told_without_its_line(
    content: bytes | None, tmp_path: Path
) -> None:
    file = tmp_path / "Pulumi.gone.yaml"
    if content is not None:
        file.write_bytes(content)
    result = read(edited(('version: "1.0.1"', "version: latest")), file)
    assert not isinstance(result, Stack)
    assert [(each.where, each.found) for each in result] == [
        ("Pulumi.gone.yaml: pairva:deployment.backend.version", '"latest"')
    ]


def test_a_fault_in_a_merged_table_is_told_where_it_is_written(tmp_path: Path) -> None:
    """YAML's `<<` is how two services share a health check."""
    findings = faults(
        tmp_path,
        ("      health:\n", "      health: &health\n        retries: 99\n"),
        ("health: {path: /, command: [CMD, python3, /app/health.py]}", "health:\n        <<: *health\n        path: /"),
    )
    line = edited().splitlines().index("      health:") + 2
    assert [(each.where, each.what, each.found) for each in findings] == [
        (f"Pulumi.test.yaml:{line}: pairva:deployment.{name}.health.retries", "is above 10", "99")
        for name in ("backend", "frontend")
    ]


def test_words_beyond_ascii_are_read(tmp_path: Path) -> None:
    beyond = SAMPLE.replace("config:", "# über alles\nconfig:").replace('"1.0.1"', '"ü"', 1)
    assert lines_of(beyond, tmp_path).text((DEPLOYMENT, "backend", "version")) == '"ü"'

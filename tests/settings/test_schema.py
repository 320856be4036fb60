"""What editors are told of stack files: the models' own names, types, patterns and bounds."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from settings import document, schema
from tests.program import STACKS
from tests.recording import ROOT
from tests.samples import BUILD, SAMPLE, Edit, edited

COMMITTED = ROOT / "settings/stack_file.schema.json"


def refused(text: str) -> list[str]:
    """Where the schema finds a fault in a stack file of that text."""
    validator: Any = Draft202012Validator(json.loads(COMMITTED.read_text()))
    errors = [*validator.iter_errors(document.parsed(text))]
    # Of a table that may have one of two shapes, what is wrong with each.
    return [each.json_path for error in errors for each in [error, *(error.context or ())]]


def test_the_committed_schema_is_that_of_the_models() -> None:
    assert COMMITTED.read_text() == schema.text(), "run make schema"
    Draft202012Validator.check_schema(json.loads(COMMITTED.read_text()))


@pytest.mark.parametrize("stack", STACKS)
def test_each_stack_file_names_the_schema_in_its_first_line_and_fits_it(stack: str) -> None:
    text = (ROOT / f"Pulumi.{stack}.yaml").read_text()
    first, second = text.splitlines()[:2]
    assert first == "# yaml-language-server: $schema=settings/stack_file.schema.json"
    assert second.startswith("# ")
    assert refused(text) == []


GOOD = {
    "the sample": ("config:", "config:"),
    "Pulumi's own keys": (
        "config:",
        "encryptionsalt: v1:a\nsecretsprovider: b\nencryptedkey: c\nenvironment: [d]\nconfig:",
    ),
    "Pulumi's own settings": ("aws:region", "pulumi:tags: {a: b}\n  aws:region"),
    "a switch as text": ("aws:region", 'aws:skipMetadataApiCheck: "true"\n  aws:region'),
    "a build": BUILD,
    "a release": ("port: 3000", "port: 3000\n      release: [node, migrate.js, '']"),
    "no path": ("      path: /api/*\n", ""),
}


@pytest.mark.parametrize("edit", GOOD.values(), ids=GOOD)
def test_what_the_models_take_an_editor_takes(edit: Edit) -> None:
    assert refused(edited(edit)) == []


BAD = {
    "a misspelled key of a service": (("port: 3000", "prot: 3000"), "$.config['pairva:deployment'].backend"),
    "a misspelled key of the provider": (("aws:region", "aws:regoin"), "$.config"),
    "a misspelled key of the deployment": (("architecture", "architektur"), "$.config['pairva:deployment']"),
    "a misspelled key beside config": (("config:", "encryptionsallt: a\nconfig:"), "$"),
    "a word that is no choice": (("nat: one", "nat: two"), "$.config['pairva:deployment'].network.nat"),
    "a pattern": (("us-east-1b", "us-east-1"), "$.config['pairva:deployment'].network.zones[1]"),
    "a pattern with more behind it": (
        ('version: "1.0.1"', 'version: "1.0.1:2"'),
        "$.config['pairva:deployment'].backend.version",
    ),
    "a number without quotes": (('version: "1.0.1"', "version: 1.10"), "$.config['pairva:deployment'].backend.version"),
    "a bound": (("count: 1", "count: 0"), "$.config['pairva:deployment'].backend.count"),
    "a port of root": (("port: 3000", "port: 80"), "$.config['pairva:deployment'].backend.port"),
    "a name of no variable": (("NODE_ENV", "NODE-ENV"), "$.config['pairva:deployment'].backend.environment"),
    "a key left empty": (("path: /api/*", "path:"), "$.config['pairva:deployment'].backend.path"),
    "a switch of another word": (
        ("aws:region", "aws:skipMetadataApiCheck: yes\n  aws:region"),
        "$.config['aws:skipMetadataApiCheck']",
    ),
}


@pytest.mark.parametrize(("edit", "where"), BAD.values(), ids=BAD)
def test_an_editor_marks_a_mistake_where_it_stands(edit: Edit, where: str) -> None:
    assert where in refused(edited(edit))


def test_nothing_that_an_editor_takes_is_hidden_behind_a_missing_table() -> None:
    assert refused(SAMPLE.replace("config:", "konfig:")) == ["$", "$"]

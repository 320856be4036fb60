"""Whatever stands in an old task definition, the table that replaces it is one that a stack file reads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from settings.model import Service
from tests.checks.template.definitions import GONE, GOOD, Place
from tests.checks.template.test_template_replacement import block, taken

ODD = [None, True, -1, 10**30, 1.5, "", "x", "${A}", "\ud800", "\x1b[2J\n: #", [], [None], ["x", 1, {}], {}, {"a": 1}]


def places(value: Any, way: Place = ()) -> Iterator[Place]:
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*way, key)
        if isinstance(each, (dict, list)):
            yield from places(each, (*way, key))


PLACES = [place for place in places(GOOD) if len(place) < 5]


@pytest.mark.parametrize("number", range(len(PLACES)), ids=[str(place) for place in PLACES])
def test_whatever_stands_somewhere_a_stack_file_misses_only_what_a_comment_asks_for(
    number: int, tmp_path: Path
) -> None:
    """Every place, and each odd value in a fifth of them."""
    place = PLACES[number]
    for odd in [*ODD, GONE][number % 5 :: 5]:
        replacement = block(tmp_path, (place, odd))
        if not replacement.startswith("    backend:\n"):
            continue
        for fault in [] if isinstance(found := taken(replacement, tmp_path), Service) else found:
            assert fault.what == "the key is missing"
            assert f"# {fault.where.rpartition('.')[2]}:" in replacement

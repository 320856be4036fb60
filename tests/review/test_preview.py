"""What is a preview, and what is said of what is none."""

import json

import pytest

from review.preview import MOST_BYTES, NotAPreviewError, read

WHOLE = json.dumps({"steps": [{"op": "create", "urn": "urn:pulumi:prod::pairva::a:b:C::d"}]})
EXPECTED = "pipe `pulumi preview --json` into it, or name a file that holds its output"
EVENT = json.dumps({"sequence": 0, "timestamp": 1, "preludeEvent": {"config": {}}})


@pytest.mark.parametrize(
    "before", ["", "\n", "make: Entering directory '/x'\nPreviewing:\n", '{"level": "info"}\n', "{\n"]
)
@pytest.mark.parametrize("after", ["", "\n", "\nmake: Leaving directory\n"])
def test_lines_around_a_preview_are_passed_over(before: str, after: str) -> None:
    preview = read(f"{before}{WHOLE}{after}".encode())
    assert (preview.stack, [step.op for step in preview.steps]) == ("prod", ["create"])


def test_a_preview_from_windows_has_a_mark_before_it() -> None:
    assert read(f"\ufeff{WHOLE}".encode()).stack == "prod"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", f"is empty: the preview ended before it began, and has said why; {EXPECTED}"),
        (b" \n", f"is empty: the preview ended before it began, and has said why; {EXPECTED}"),
        (b"\x7fELF\xff\xfe\x00", f"is not text in UTF-8; {EXPECTED}"),
        (b"error: no stack", f"is not a preview: no line of it begins a JSON object; {EXPECTED}"),
        (f"[{WHOLE}]".encode(), f"is not a preview: no line of it begins a JSON object; {EXPECTED}"),
        (WHOLE[:-5].encode(), f"is not a preview: no JSON object in it is one, or whole; {EXPECTED}"),
        (b'{"a": 1}', f"is not a preview: no JSON object in it is one, or whole; {EXPECTED}"),
        (b'{"steps": 1}', "is not a preview as this version of pulumi writes it (see steps)"),
        (b'{"steps": ["x"]}', "is not a preview as this version of pulumi writes it (see steps.0)"),
        (
            b'{"steps": [{"op": 1, "urn": "u"}]}',
            "is not a preview as this version of pulumi writes it (see steps.0.op)",
        ),
        (b'{"steps": ' + b"[" * 100_000, f"is nested too deeply for a preview; {EXPECTED}"),
        (
            f"{EVENT}\n{EVENT}".encode(),
            "is a stream of events, an event a line (of pulumi up --json, or with "
            f"PULUMI_ENABLE_STREAMING_JSON_PREVIEW): {EXPECTED}, without that variable",
        ),
        (b"{" * (MOST_BYTES + 1), f"is larger than 32 MiB, and no preview; {EXPECTED}"),
    ],
)
def test_what_is_no_preview_is_named_on_one_line(content: bytes, said: str) -> None:
    with pytest.raises(NotAPreviewError) as error:
        read(content)
    assert str(error.value) == said

"""The policies of every committed stack, from what its program registers; `make policies` writes them.

They are made here, since only the tests run the program without an engine.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from access import document
from access.document import Document, Known
from settings import stack_file
from settings.stack import Stack
from tests.program import STACKS
from tests.recording import ROOT, Recording, configured, record_stack, recorded

FOLDER = ROOT / "infrastructure" / "policies"


def documents(stack: str, config: Mapping[str, str]) -> dict[str, Document]:
    """Of a stack with that `config:`, by their names."""
    return _documents(stack, config, record_stack(stack, config))


@cache
def committed(stack: str) -> dict[str, Document]:
    """Of a committed stack, by their names."""
    return _documents(stack, configured(stack), recorded(stack))


def known(recording: Recording) -> list[Known]:
    """What the program registered and looked up; a component is nothing to AWS."""
    return [
        *(
            Known(type=each.type, name=each.name, inputs=each.inputs, kept=each.protect or each.retain_on_delete)
            for each in recording.resources
            if not each.type.startswith("pairva:")
        ),
        *(Known(type=token, name="", inputs=arguments) for token, arguments in recording.invokes),
    ]


def files() -> dict[Path, str]:
    """All that is to be committed."""
    return {
        FOLDER / stack / f"{name}.json": document.text(each)
        for stack in STACKS
        for name, each in committed(stack).items()
    }


def _documents(stack: str, config: Mapping[str, str], recording: Recording) -> dict[str, Document]:
    settings = stack_file.read(stack, config, ROOT / f"Pulumi.{stack}.yaml")
    assert isinstance(settings, Stack), settings
    return document.documents(settings, known(recording))


def write() -> None:
    for left_over in {*FOLDER.glob("*/*")} - files().keys():
        left_over.unlink()
    for file, text in files().items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


if __name__ == "__main__":
    try:
        write()
    except (LookupError, ValueError) as error:
        raise SystemExit(str(error)) from None

"""Commands that the engine starts and that are modules of this checkout."""

import shlex
from pathlib import Path

from local.machine import CHECKOUT


def script(module: str) -> str:
    """Runs a module of this checkout whatever the working folder is (`-P`: nothing is imported from that)."""
    python = shlex.quote(str(CHECKOUT / ".venv" / "bin" / "python"))
    return f'#!/bin/sh\nexport PYTHONPATH={shlex.quote(str(CHECKOUT))}\nexec {python} -P -m {module} "$@"\n'


def write(command: Path, module: str) -> None:
    """Leaves it alone where it is right already; the checkout may have been moved."""
    if command.exists() and command.read_text() == script(module):
        return
    command.parent.mkdir(parents=True, exist_ok=True)
    partial = command.with_suffix(".part")
    partial.write_text(script(module))
    partial.chmod(0o755)
    partial.replace(command)

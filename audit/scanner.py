"""Runs a scanner, and believes it only where it found what was put there for it to find."""

import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from audit.fault import Fault


class ScannerError(Exception):
    """A scanner that did not do its work: which, and why."""


@dataclass(frozen=True, kw_only=True)
class Scanner:
    """`command` runs in `folder`; `exit_code` is that of a scan that went well, whatever it found; `read` makes faults
    of its output, and raises ValueError, LookupError or TypeError where it is not as expected; `control` are the rules
    and resources that it must report.
    """

    name: str
    command: Sequence[str]
    folder: Path
    read: Callable[[str], Iterable[Fault]]
    control: frozenset[tuple[str, str]]
    exit_code: int = 0


def run(scanner: Scanner) -> list[Fault]:
    """What it found, without the control. Raises ScannerError."""
    try:
        ran = subprocess.run(
            scanner.command, cwd=scanner.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise ScannerError(f"{scanner.name} does not start: {error}") from None
    return found(scanner, ran.returncode, ran.stdout, ran.stderr)


def found(scanner: Scanner, exit_code: int, output: str, complaints: str) -> list[Fault]:
    """What an output says. Raises ScannerError for one that is not whole, or that misses something of the control."""
    last = "".join(complaints.strip().splitlines()[-1:])
    if exit_code != scanner.exit_code:
        raise ScannerError(f"{scanner.name} ended with {exit_code}, not {scanner.exit_code}: {last}")
    if not output.strip():
        raise ScannerError(f"{scanner.name} said nothing: {last}")
    try:
        faults = list(scanner.read(output))
    except (ValueError, LookupError, TypeError) as error:
        raise ScannerError(f"{scanner.name} said something else than expected: {error!r}") from None
    missed = scanner.control - {(fault.rule, fault.resource) for fault in faults}
    if missed:
        names = ", ".join(f"{rule} of {resource}" for rule, resource in sorted(missed))
        raise ScannerError(f"{scanner.name} did not find what was put there to be found: {names}")
    return [fault for fault in faults if not of_control(fault)]


CONTROL = "control"


def of_control(fault: Fault) -> bool:
    """Whether a fault is about what was put there: the stack `control`, or a file in the folder of that name."""
    return fault.resource.startswith(f"{CONTROL}/")

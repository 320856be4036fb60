"""`make audit`: our rules and the scanners, over what every stack registers and over the files of this repository.

It is here, since only the tests run the program without an engine.
"""

import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import finding
from audit import exemption, secrecy
from audit.exemption import Exemption
from audit.fault import Fault
from audit.program import Program
from audit.rules.table import faults
from audit.scanner import Scanner, ScannerError, run
from audit.scanners import prepare, scanners
from finding import Finding
from settings import document
from tests.audit.mutations import MUTATIONS, control, expected
from tests.audit.programs import programs
from tests.recording import ROOT

_PROGRAMS = ROOT / ".local" / "audit" / "bin"

# One for each processor of the machines that this runs on.
_AT_ONCE = 2


def main() -> int:
    exemptions = exemption.read((ROOT / exemption.FILE).read_text())
    if wrong := [each for each in exemptions if isinstance(each, Finding)]:
        print(finding.text(wrong), file=sys.stderr)
        return 1
    exceptions = [each for each in exemptions if isinstance(each, Exemption)]
    found = dict[str, list[Fault] | ScannerError]()
    for name, result in _audited(programs()):
        found[name] = result
        print(_line(name, result, exceptions), flush=True)
    whole = [fault for result in found.values() if not isinstance(result, ScannerError) for fault in result]
    failed = [result for result in found.values() if isinstance(result, ScannerError)]
    # What a scanner that failed would have found is not known, so nobody knows what is unused.
    stale = [] if failed else exemption.stale(whole, exceptions, datetime.now(UTC).date())
    findings = [*map(_broken, failed), *stale, *map(_forbidden, exemption.remaining(whole, exceptions))]
    if findings:
        print(f"\n{finding.text(findings)}", file=sys.stderr)
    return 1 if findings else 0


def _audited(stacks: Mapping[str, Program]) -> Iterator[tuple[str, list[Fault] | ScannerError]]:
    for stack, program in stacks.items():
        yield f"rules ({stack})", faults(program)
    yield (
        "stack files",
        [
            fault
            for file in sorted(ROOT.glob("Pulumi.*.yaml"))
            for fault in secrecy.plain(file.name, document.parsed(file.read_text()))
        ],
    )
    with TemporaryDirectory() as folder:
        dockerfiles = prepare(Path(folder), ROOT, [*stacks.values(), control(MUTATIONS)])
        ready = scanners(Path(folder), _PROGRAMS, expected(MUTATIONS), dockerfiles)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            yield from zip([each.name for each in ready], pool.map(_result, ready), strict=True)


def _result(scanner: Scanner) -> list[Fault] | ScannerError:
    try:
        return run(scanner)
    except ScannerError as error:
        return error


def _line(name: str, result: list[Fault] | ScannerError, exceptions: list[Exemption]) -> str:
    if isinstance(result, ScannerError):
        return f"{name:24} failed"
    if not result:
        return f"{name:24} nothing"
    left = len(exemption.remaining(result, exceptions))
    return f"{name:24} {len({*result})} found, {f'{left} to mend' if left else 'all of them excepted'}"


def _broken(error: ScannerError) -> Finding:
    return Finding(where="make audit", what=str(error), remedy="nobody knows what it would have found: make it run")


def _forbidden(fault: Fault) -> Finding:
    remedy = f"change what breaks it, or name {fault.rule} and this in {exemption.FILE}, with a reason and a day"
    return Finding(where=fault.resource, what=f"{fault.rule}: {fault.requires}", found=fault.found, remedy=remedy)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

"""The `local` stack: pulumi run with the machine's environment."""

import json
import signal
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import psutil

from local.machine import CHECKOUT, Machine
from local.preparation import Toolchain
from local.trouble import Trouble

NAME = "local"
EVENTS = CHECKOUT / "deployment" / "events" / f"{NAME}.jsonl"


def up(machine: Machine, tools: Toolchain) -> int:
    """Deploys, and has the report of it written, however it ended; pulumi's exit code."""
    EVENTS.unlink(missing_ok=True)
    try:
        return pulumi(machine, tools, ["up", "--yes", "--event-log", str(EVENTS)])
    finally:
        if EVENTS.exists():
            subprocess.run([CHECKOUT / "pairva", "report", NAME], check=False, env=tools.environment(machine))


def pulumi(machine: Machine, tools: Toolchain, arguments: Sequence[str]) -> int:
    """Runs pulumi on the local stack in the foreground; its exit code, as a shell would give it."""
    # Only so does it know `--event-log`, as its own Automation API has it.
    environment = {**tools.environment(machine), "PULUMI_STACK": NAME, "PULUMI_DEBUG_COMMANDS": "true"}
    process = subprocess.Popen([tools.engine, *arguments], cwd=CHECKOUT, env=environment)
    with passed_on(process):
        code = process.wait()
        return code if code >= 0 else 128 - code


@contextmanager
def passed_on(process: "subprocess.Popen[bytes]") -> Generator[None]:
    """Ctrl-C is pulumi's to answer (it finishes what it is doing and saves its state); then it is ours."""
    asked: list[int] = []

    def ask(number: int, _: FrameType | None) -> None:
        asked.append(number)
        if number == signal.SIGTERM:  # a terminal sends Ctrl-C to both of us, `kill` only to one
            process.send_signal(signal.SIGINT)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if asked:
        raise KeyboardInterrupt


def exists(machine: Machine) -> bool:
    return any(machine.state.glob(f".pulumi/stacks/*/{NAME}.json"))


def initialise(machine: Machine, tools: Toolchain) -> None:
    """Makes the stack if it is not there, and opens it if a pulumi that was killed left it locked."""
    release_locks(machine)
    if not exists(machine) and (code := pulumi(machine, tools, ["stack", "init", NAME])) != 0:
        raise Trouble(
            where=f"stack {NAME}",
            what="`pulumi stack init` failed; its reason is above",
            found=f"exit code {code}",
            remedy="mend what it names; again `make up`",
        )


def release_locks(machine: Machine) -> None:
    """Removes the locks of processes that are gone; a living one has to be waited for."""
    for lock in machine.state.glob(f".pulumi/locks/**/{NAME}/*.json"):
        holder = living_holder(lock)
        if holder:
            raise Trouble(
                where=f"stack {NAME}",
                what="another pulumi is at work on it",
                found=holder,
                remedy="wait for it, or end it; again `make up`",
            )
        lock.unlink(missing_ok=True)


def living_holder(lock: Path) -> str:
    """The pulumi that holds a lock; empty if it is gone (its number may belong to another program by now)."""
    try:
        pid = int(json.loads(lock.read_text())["pid"])
        process = psutil.Process(pid)
        return f"process {pid}: {' '.join(process.cmdline())}" if process.name() == "pulumi" else ""
    except (OSError, ValueError, KeyError, TypeError, psutil.Error):
        return ""


def output(machine: Machine, tools: Toolchain, name: str) -> str | None:
    """A stack output; None where the program exports none of that name."""
    done = subprocess.run(
        [tools.engine, "stack", "output", name, "--stack", NAME],
        check=False,
        cwd=CHECKOUT,
        env=tools.environment(machine),
        capture_output=True,
        text=True,
    )
    return done.stdout.strip() if done.returncode == 0 else None


def addresses(machine: Machine, url: str) -> list[str]:
    """How to reach the page and the API: the emulator's load balancers answer to their own names."""
    host = urlsplit(url).hostname
    return [f'curl -H "Host: {host}" {machine.endpoint}{path}' for path in ("/", "/api/version")]

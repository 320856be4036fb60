"""A pulumi at work, and how it ended."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Ended:
    """How a run of pulumi ended, with all that it said."""

    code: int
    said: str

    def error_of(self, resource: str) -> str:
        """What the diagnostics say of a resource; empty if nothing."""
        found = re.search(rf"^  \S+ \({resource}\):\n(.*?)(?=^  \S|^\S|\Z)", self.said, re.MULTILINE | re.DOTALL)
        return found[1] if found else ""


@dataclass(frozen=True)
class Running:
    """A pulumi at work in a session of its own; what it says goes to a file, which outlives a pulumi that is killed."""

    command: Sequence[str]
    process: subprocess.Popen[str]
    output: Path

    @property
    def said(self) -> str:
        return self.output.read_text()

    def until(self, text: str, seconds: float = 60) -> None:
        """Waits until it has said `text`."""
        deadline = time.monotonic() + seconds
        while text not in self.said:
            assert self.process.poll() is None, f"it ended without saying {text!r}:\n{self.said}"
            assert time.monotonic() < deadline, f"it did not say {text!r} in {seconds} s:\n{self.said}"
            time.sleep(0.05)

    def until_quiet(self, seconds: float = 3) -> None:
        """Waits until it has said nothing for so long, but for the dots that it says all the time."""
        said, since = "", time.monotonic()
        while time.monotonic() - since < seconds:
            now = re.sub(r"[.\s]|@ updating", "", self.said)
            if now != said:
                said, since = now, time.monotonic()
            time.sleep(0.1)

    def press_ctrl_c(self) -> None:
        """As a terminal does it: to pulumi and all that is in its process group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def interrupt(self) -> None:
        """As `kill -INT` does it: to pulumi alone."""
        self.process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        self.process.kill()

    def ended(self, seconds: float = 60) -> Ended:
        """Waits for its end."""
        code = self.process.wait(seconds)
        print(f"$ {' '.join(self.command)}  exit {code}\n{self.said}")
        return Ended(code, self.said)

    def family(self) -> list[psutil.Process]:
        """All of its session that still run: pulumi gives each of its plugins a process group of its own."""
        return [process for process in psutil.process_iter() if _session(process) == self.process.pid]

    def all_gone(self, seconds: float = 10) -> bool:
        """Whether it and all that it started are gone, or are so within that time."""
        deadline = time.monotonic() + seconds
        while self.family() and time.monotonic() < deadline:
            time.sleep(0.05)
        return not self.family()


def _session(process: psutil.Process) -> int:
    with suppress(psutil.Error, ProcessLookupError):
        if process.status() != psutil.STATUS_ZOMBIE:
            return os.getsid(process.pid)
    return 0

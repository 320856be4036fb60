"""A process that outlives the command that started it."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

SAME_START_SECONDS = 1.0


@dataclass(frozen=True)
class Background:
    """Known by process id and start time, so that a number that went to another process is never stopped."""

    name: str
    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def record(self) -> Path:
        return self.folder / f"{self.name}.json"

    def process(self) -> psutil.Process | None:
        """The process if it still runs; a record that was left behind or cut short counts as none."""
        try:
            record = json.loads(self.record.read_text())
            process = psutil.Process(int(record["pid"]))
            started = float(record["started"])
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            return process if abs(process.create_time() - started) <= SAME_START_SECONDS else None
        except (OSError, ValueError, KeyError, TypeError, psutil.NoSuchProcess):
            return None

    def start(self, command: Sequence[str], environment: Mapping[str, str]) -> psutil.Process:
        """Starts it in a session of its own (Ctrl-C is not for it), with both outputs in the log."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        pid = os.posix_spawn(
            command[0],
            list(command),
            environment,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(self.log), write, 0o644),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
        )
        process = psutil.Process(pid)
        partial = self.record.with_suffix(".part")
        partial.write_text(json.dumps({"pid": pid, "started": process.create_time()}))
        partial.replace(self.record)
        return process

    def stop(self, seconds: float) -> bool:
        """Asks it to end, insists after `seconds`; False if there was nothing to stop."""
        process = self.process()
        if process is not None:
            process.terminate()
            try:
                process.wait(seconds)
            except psutil.TimeoutExpired:
                process.kill()
                process.wait(seconds)
        self.record.unlink(missing_ok=True)
        return process is not None

    def last_words(self, lines: int = 3) -> str:
        """The end of its log, for a message."""
        try:
            return " | ".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""

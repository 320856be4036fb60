"""One machine: the folders and the port that everything of it is derived from."""

import fcntl
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.progress import Say, quiet

CHECKOUT = Path(__file__).resolve().parent.parent
FOREIGN = ("AWS_", "PULUMI_", "no_proxy")
PASSPHRASE = "local"  # noqa: S105 — guards nothing: the local stack's only secret is made for it by the emulator


@dataclass(frozen=True, kw_only=True)
class Machine:
    """An emulated AWS on `port`; its stacks' state, logs and process records are in `folder`.

    `tools` holds what is slow to make (engine, plugins); several machines may share it, as they do Docker.
    """

    folder: Path = CHECKOUT / ".local"
    tools: Path = CHECKOUT / ".local"
    port: int = 4566

    @property
    def endpoint(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def environment(self, engine: Path, *, stand_ins: bool, base: Mapping[str, str]) -> dict[str, str]:
        """`base` made fit for pulumi: no account, stack or token of the developer's is left in it."""
        kept = {name: value for name, value in base.items() if not name.startswith(FOREIGN)}
        path = [CHECKOUT / ".venv" / "bin", engine.parent]
        self.state.mkdir(parents=True, exist_ok=True)
        return {
            **kept,
            **anonymous_aws(),
            **({"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1"} if stand_ins else {}),
            "NO_PROXY": ",".join(filter(None, [base.get("NO_PROXY", base.get("no_proxy")), "localhost,127.0.0.1"])),
            "PATH": ":".join([*map(str, path), base.get("PATH", "")]),
            "PULUMI_BACKEND_URL": self.state.as_uri(),
            "PULUMI_HOME": str(self.tools / "pulumi"),
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_ERROR_OUTPUT_STRING": "1",
        }


def anonymous_aws() -> dict[str, str]:
    """Credentials that open nothing but an emulator, and no file from which others could come."""
    return {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@contextmanager
def alone(folder: Path, say: Say = quiet) -> Generator[None]:
    """Lets one process at a time make or start something; one that is killed lets go."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another command at work in {folder}")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield

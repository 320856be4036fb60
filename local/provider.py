"""Which plugins the engine uses: the real ones, or our stand-ins where they cannot be downloaded."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from local import wrapper
from local.engine import RELEASES, reachable
from local.progress import Say, quiet

DOWNLOAD_SECONDS = 900
NAMES = ("aws", "docker")


@dataclass(frozen=True)
class Providers:
    """`wanted`: plugin → version of the installed SDK package."""

    wanted: dict[str, str]
    real: bool

    def __str__(self) -> str:
        names = " and ".join(f"{name} {number}" for name, number in self.wanted.items())
        return (
            names if self.real else f"stand-ins for {names}, which cannot be downloaded here (`make clean` asks again)"
        )


def ensure(tools: Path, engine: Path, say: Say = quiet) -> Providers:
    """The real plugins if they can be had; the answer is kept, so that only the first run waits for it."""
    wanted = {name: version(f"pulumi-{name}") for name in NAMES}
    providers = remembered(tools, wanted)
    if providers is None:
        discard(tools, wanted)
        providers = Providers(wanted, real=reachable(RELEASES) and download(tools, engine, wanted, say))
        remember(tools, providers)
    if not providers.real:
        for name, number in wanted.items():
            wrapper.write(folder(tools, name, number) / f"pulumi-resource-{name}", f"local.plugins.{name}")
    return providers


def folder(tools: Path, name: str, number: str) -> Path:
    """Where the engine keeps the plugin. One on PATH would do too, but brings a warning at every run."""
    return tools / "pulumi" / "plugins" / f"resource-{name}-v{number}"


def remembered(tools: Path, wanted: dict[str, str]) -> Providers | None:
    """The answer of an earlier run, unless the versions changed or a plugin is gone."""
    try:
        kept = json.loads((tools / "plugins.json").read_text())
        providers = Providers(dict(kept["wanted"]), real=bool(kept["real"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    complete = all(folder(tools, name, number).is_dir() for name, number in wanted.items())
    return providers if providers.wanted == wanted and complete else None


def remember(tools: Path, providers: Providers) -> None:
    partial = tools / "plugins.part"
    partial.write_text(json.dumps({"wanted": providers.wanted, "real": providers.real}))
    partial.replace(tools / "plugins.json")


def discard(tools: Path, wanted: dict[str, str]) -> None:
    """Stand-ins look like installed plugins to the engine, which would then download nothing."""
    for name, number in wanted.items():
        shutil.rmtree(folder(tools, name, number), ignore_errors=True)


def download(tools: Path, engine: Path, wanted: dict[str, str], say: Say) -> bool:
    """Asks the engine for each plugin."""
    environment = {**os.environ, "PULUMI_HOME": str(tools / "pulumi"), "PULUMI_SKIP_UPDATE_CHECK": "1"}
    for name, number in wanted.items():
        say(f"downloading plugin {name} {number}")
        command = [str(engine), "plugin", "install", "resource", name, number]
        try:
            subprocess.run(command, env=environment, capture_output=True, check=True, timeout=DOWNLOAD_SECONDS)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return False
    return True

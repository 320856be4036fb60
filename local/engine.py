"""The Pulumi engine: the one on PATH, else the official release, else one built from pinned Go modules."""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from local import wrapper
from local.machine import CHECKOUT
from local.progress import Say, quiet
from local.trouble import Trouble

MINIMUM = (3, 259)
BUILT = "3.259.0"  # the version in local/go/go.mod
LANGUAGE = "pulumi-language-python"
MODULES = CHECKOUT / "local" / "go"
COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
RELEASES = "https://get.pulumi.com/"
PROBE_SECONDS = 5
DOWNLOAD_SECONDS = 600


def ensure(tools: Path, say: Say = quiet) -> Path:
    """The `pulumi` to run; whatever had to be made is in `tools`, and found there the next time."""
    engine = find(tools) or release(tools, say) or build(tools, say)
    if engine is None:
        raise missing(f"what was made in {tools / 'engine'} does not run")
    return engine


def find(tools: Path) -> Path | None:
    """An engine that is new enough and runs Python programs: on PATH, or made by an earlier run."""
    given = shutil.which("pulumi")
    if given and version(Path(given)) >= MINIMUM and speaks_python(Path(given)):
        return Path(given)
    made = tools / "engine" / "bin" / "pulumi"
    if version(made) < MINIMUM:
        return None
    if not (made.parent / f"{LANGUAGE}-exec").exists():  # built here: a release brings this with its language host
        wrapper.write(made.parent / LANGUAGE, "local.language_host")
    return made


def speaks_python(pulumi: Path) -> bool:
    """A release brings its own language host; a `pulumi` that was built from the modules has none."""
    return (pulumi.resolve().parent / LANGUAGE).exists() or shutil.which(LANGUAGE) is not None


def version(pulumi: Path) -> tuple[int, ...]:
    """What the command says it is; () if it cannot be run or says nothing that is a version."""
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "1"}
    try:
        said = subprocess.run(
            [pulumi, "version"], check=False, env=environment, capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return parse(said.stdout)


def parse(said: str) -> tuple[int, ...]:
    """`v3.259.0` as numbers."""
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", said.strip())
    return tuple(map(int, found.groups())) if found else ()


def reachable(url: str) -> bool:
    """Whether something answers there, asked before a download that would try again for long."""
    try:
        with urllib.request.urlopen(url, timeout=PROBE_SECONDS):  # noqa: S310 — a constant of ours
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def release(tools: Path, say: Say = quiet) -> Path | None:
    """The official release that fits the installed SDK; None where it cannot be downloaded."""
    if not reachable(RELEASES):
        return None
    say(f"downloading the official release from {RELEASES}")
    folder = fresh(tools)
    # In a process of its own: the SDK's installer knows no time limit.
    script = f"from pulumi.automation import PulumiCommand; PulumiCommand.install(root={str(folder)!r})"
    try:
        done = subprocess.run(
            [sys.executable, "-c", script], check=False, capture_output=True, timeout=DOWNLOAD_SECONDS
        )
    except subprocess.TimeoutExpired:
        return None
    return install(tools) if done.returncode == 0 else None


def build(tools: Path, say: Say = quiet) -> Path | None:
    """Compiled here; an interrupted build leaves Go's cache, so that the next one goes on from there."""
    go = shutil.which("go")
    if go is None:
        raise missing("no Go on PATH")
    say("no engine on PATH and no release to download: building it from Go modules, about 4 minutes once")
    binary = fresh(tools) / "bin" / "pulumi"
    log = tools / "engine.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            build_command(go, binary),
            cwd=MODULES,
            env=build_environment(os.environ),
            stdout=output,
            stderr=output,
        )
        wait(process, log, say)
    if process.returncode != 0 or version(binary) < MINIMUM:
        raise missing(f"`go build` ended with {process.returncode}: {last_line(log)} (all of it in {log})")
    return install(tools)


def build_command(go: str, binary: Path) -> list[str]:
    # Without its version the CLI has none, and the Automation API refuses it.
    stamp = f"-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{BUILT}"
    return [
        go,
        "build",
        "-v",
        "-mod=readonly",
        "-buildvcs=false",
        "-ldflags",
        stamp,
        "-o",
        str(binary),
        COMMAND,
    ]


def build_environment(base: Mapping[str, str]) -> dict[str, str]:
    """No C compiler needed, and no flags of the developer's own."""
    return {**base, "CGO_ENABLED": "0", "GOFLAGS": "", "GOWORK": "off"}


def wait(process: subprocess.Popen[bytes], log: Path, say: Say) -> None:
    """Tells every few seconds how far it is."""
    told = time.monotonic()
    try:
        while process.poll() is None:
            time.sleep(0.5)
            if time.monotonic() - told >= 10:
                told = time.monotonic()
                say(f"building: {last_line(log)}")
    finally:
        process.terminate()
        process.wait()


def fresh(tools: Path) -> Path:
    """An empty folder to make the engine in; what an interrupted run left there goes."""
    folder = tools / "engine.part"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def install(tools: Path) -> Path | None:
    """Puts the finished engine in its place in one step."""
    shutil.rmtree(tools / "engine", ignore_errors=True)
    (tools / "engine.part").rename(tools / "engine")
    return find(tools)


def last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return lines[-1] if lines else ""


def missing(found: str) -> Trouble:
    return Trouble(
        where="engine",
        what=f"no pulumi >= {'.'.join(map(str, MINIMUM))} on PATH, no download from {RELEASES}, and no build",
        found=found,
        remedy="install pulumi (https://www.pulumi.com/docs/install) or Go (https://go.dev/dl) "
        "and see that it is on PATH; again `make up`",
    )

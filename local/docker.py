"""The Docker engine: the one that answers, else one installed and started here (as root on Debian)."""

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import docker
import psutil
from docker.errors import DockerException

from local.background import Background
from local.progress import Say, quiet
from local.trouble import Trouble

START_SECONDS = 60
STOP_SECONDS = 30
APT_SECONDS = 600
SOCKET = "unix:///var/run/docker.sock"
PID_FILE = Path("/var/run/docker.pid")
PACKAGES = ["docker.io", "iptables"]


def ensure(tools: Path, say: Say = quiet) -> docker.DockerClient:
    """A client of an engine that answers. A `docker` on PATH says nothing: it may be a client alone."""
    answer = ask()
    if isinstance(answer, docker.DockerClient):
        return answer
    if os.geteuid() != 0 or os.environ.get("DOCKER_HOST"):
        raise no_engine(answer, "it can only be started here by root, and without DOCKER_HOST")
    if shutil.which("dockerd") is None:
        install(answer, say)
    return start(daemon(tools), say)


def ask() -> docker.DockerClient | str:
    """A client if the engine answers it, else the reason why not."""
    try:
        client = docker.from_env()
        client.ping()
        return client
    except DockerException as error:
        return str(error)
    except OSError as error:  # requests' own errors: a socket that nobody serves any more
        return str(error)


def describe(client: docker.DockerClient) -> str:
    return f"engine {client.version()['Version']} answers on {address()}"


def address() -> str:
    return os.environ.get("DOCKER_HOST", SOCKET)


def daemon(tools: Path) -> Background:
    """The engine that we started, if we did."""
    return Background("dockerd", tools)


def install(answer: str, say: Say) -> None:
    """Debian's own package; its lists are fetched only where they lack it."""
    if shutil.which("apt-get") is None:
        raise no_engine(answer, "there is no apt-get to install it with")
    say(f"installing {' and '.join(PACKAGES)} with apt-get")
    if apt_get("install", *PACKAGES) is not None:
        apt_get("update")
        fault = apt_get("install", *PACKAGES)
        if fault is not None:
            raise no_engine(answer, f"apt-get install {' '.join(PACKAGES)}: {fault}")


def apt_get(*arguments: str) -> str | None:
    """None if it succeeded, else the last thing it said."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    command: Sequence[str] = ["apt-get", "-y", "-q", *arguments]
    try:
        done = subprocess.run(
            command,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=APT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"no end after {APT_SECONDS} s"
    said = (done.stderr or done.stdout).strip().splitlines()
    return None if done.returncode == 0 else said[-1] if said else f"exit code {done.returncode}"


def start(background: Background, say: Say) -> docker.DockerClient:
    """Listens on its unix socket alone; an installation may have started it already."""
    say("starting dockerd")
    command = [shutil.which("dockerd") or "/usr/sbin/dockerd", "--host", SOCKET]
    process: psutil.Process | None = None
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        answer = ask()
        if isinstance(answer, docker.DockerClient):
            return answer
        if process is None:
            remove_stale_pid_file()
            process = background.process() or background.start(command, os.environ)
        elif background.process() is None:
            break
        time.sleep(0.2)
    raise no_engine(background.last_words(), f"dockerd was started and does not answer (its log: {background.log})")


def remove_stale_pid_file() -> None:
    """dockerd takes whatever process has the number in there for itself, and refuses to start."""
    with suppress(OSError, ValueError):
        pid = int(PID_FILE.read_text())
        with suppress(psutil.NoSuchProcess):
            holder = psutil.Process(pid)
            if holder.name() == "dockerd" and holder.status() != psutil.STATUS_ZOMBIE:
                return
        PID_FILE.unlink()


def stop(tools: Path) -> bool:
    """Stops the engine that we started; False if there is none."""
    return daemon(tools).stop(STOP_SECONDS)


def no_engine(answer: str, why: str) -> Trouble:
    return Trouble(
        where=address(),
        what=f"no Docker engine answers, and {why}",
        found=answer,
        remedy="start Docker (https://docs.docker.com/engine/install), join the group `docker` if the "
        "socket is closed to you, or set DOCKER_HOST; again `make up`",
    )

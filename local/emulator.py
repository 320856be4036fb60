"""The emulated AWS: MiniStack on the loopback interface, its tasks as containers of the Docker engine."""

import http.client
import os
import secrets
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import suppress

import boto3
import docker
import psutil
from botocore.config import Config
from docker.errors import NotFound

from local.background import Background
from local.docker import ask
from local.machine import CHECKOUT, Machine, anonymous_aws
from local.progress import Say, quiet
from local.trouble import Trouble

START_SECONDS = 60
STOP_SECONDS = 30
REGION = "us-east-1"
SESSION_KEY = "pairva/local/session-key"
OWNER = "pairva"


def ensure(machine: Machine, say: Say = quiet) -> str:
    """Says whether it had to be started."""
    background = process(machine)
    if background.process() is not None and healthy(machine):
        return f"answers on {machine.endpoint}"
    background.stop(STOP_SECONDS)  # one that runs and does not answer
    refuse_taken_port(machine)
    say("starting MiniStack")
    start(machine, background)
    return f"started on {machine.endpoint}; it remembers nothing of an earlier one"


def process(machine: Machine) -> Background:
    """The emulator that we started, if we did."""
    return Background("emulator", machine.folder)


def start(machine: Machine, background: Background) -> None:
    command = [str(CHECKOUT / ".venv" / "bin" / "python"), "-m", "ministack"]
    background.start(command, environment(machine, os.environ))
    deadline = time.monotonic() + START_SECONDS
    while not healthy(machine):
        if background.process() is None or time.monotonic() > deadline:
            raise Trouble(
                where=f"emulator on {machine.endpoint}",
                what="it was started and does not answer",
                found=background.last_words(),
                remedy=f"read its log, {background.log}; again `make up`",
            )
        time.sleep(0.1)


def environment(machine: Machine, base: Mapping[str, str]) -> dict[str, str]:
    """The owner's name marks its containers, so that two emulators on one Docker engine tell theirs apart."""
    scratch = machine.folder / "emulator"
    scratch.mkdir(parents=True, exist_ok=True)
    inherited = ("PATH", "HOME", "LANG", "DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")
    return {
        **{name: base[name] for name in inherited if name in base},
        **anonymous_aws(),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(machine.port),
        "IOT_MTLS_ENABLED": "false",
        "SFTP_ENABLED": "false",
        "MINISTACK_HOSTNAME": OWNER,
        "TMPDIR": str(scratch),
    }


def healthy(machine: Machine) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", machine.port, timeout=5)  # no proxy comes between
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def seed(machine: Machine) -> str:
    """The secret that the sample backend needs. An operator makes the real ones, so the program must not."""
    client = boto3.client(
        "secretsmanager",
        endpoint_url=machine.endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 — opens nothing but an emulator
        config=Config(retries={"total_max_attempts": 3}, proxies={}),
    )
    try:
        client.create_secret(Name=SESSION_KEY, SecretString=secrets.token_urlsafe())
    except client.exceptions.ResourceExistsException:
        return f"{SESSION_KEY} is there"
    return f"{SESSION_KEY} made"


def stop(machine: Machine) -> bool:
    """Stops the emulator that we started, and removes its tasks, also those of one that was killed."""
    stopped = process(machine).stop(STOP_SECONDS)
    client = ask()
    if isinstance(client, docker.DockerClient):
        for container in client.containers.list(all=True, ignore_removed=True, filters={"label": label(machine)}):
            with suppress(NotFound):
                container.remove(v=True, force=True)
        client.close()
    return stopped


def label(machine: Machine) -> str:
    """What MiniStack marks its containers with."""
    return f"ministack.instance={OWNER}:{machine.port}"


def refuse_taken_port(machine: Machine) -> None:
    """Before the start, because MiniStack's own advice would be about MiniStack."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", machine.port))
        except OSError as error:
            raise Trouble(
                where=f"127.0.0.1:{machine.port}",
                what="the emulator's port is taken by a process that was not started from here",
                found=listener(machine.port) or str(error),
                remedy="stop that process (another checkout: `make down` there); again `make up`",
            ) from None


def listener(port: int) -> str:
    """The process that listens on a port; empty if only root may know."""
    with suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr[1:2] == (port,)
            if listens and connection.pid is not None:
                return f"process {connection.pid}: {' '.join(psutil.Process(connection.pid).cmdline())}"
    return ""


def require_linux() -> None:
    if sys.platform != "linux":
        raise Trouble(
            where="this machine",
            what="the local stack runs on Linux only: the emulator reaches its tasks by their container's "
            "address, which Docker Desktop does not route",
            found=sys.platform,
            remedy="run `make up` in a Linux machine or virtual machine; everything else works here",
        )

"""What the sample apps are built from: pulled, else made from Debian packages under the same name."""

import io
import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import docker
from docker.errors import DockerException, ImageNotFound

from local.docker import APT_SECONDS, apt_get
from local.progress import Say, quiet
from local.trouble import Trouble

NAME = "python:3.11-slim-bookworm"
PULL_SILENCE_SECONDS = 20
PACKAGES = ["base-files", "python3", "busybox-static"]
# What an image of a program that runs needs none of.
SUPERFLUOUS = ["usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/perl5", "usr/share/info"]
ACCOUNTS = {"etc/passwd": "root:x:0:0:root:/root:/bin/sh\n", "etc/group": "root:x:0:\n"}
# Where the real image has its interpreter, and a shell for `docker exec`.
LINKS = {
    "usr/local/bin/python3": "/usr/bin/python3",
    "usr/local/bin/python": "/usr/bin/python3",
    "bin/sh": "/bin/busybox",
}


def ensure(client: docker.DockerClient, say: Say = quiet) -> str:
    """Says where the image came from."""
    if present(client):
        return "already there"
    say(f"pulling {NAME}")
    if pull(client):
        return "pulled"
    say(f"{NAME} cannot be pulled: making it from Debian packages")
    make(client)
    return "made from Debian packages, because it cannot be pulled"


def present(client: docker.DockerClient) -> bool:
    try:
        client.images.get(NAME)
    except ImageNotFound:
        return False
    return True


def pull(client: docker.DockerClient) -> bool:
    """Gives up when nothing arrives for a while, however long the whole takes."""
    patient = docker.from_env(timeout=PULL_SILENCE_SECONDS)
    api: Any = patient.api
    try:
        for _ in api.pull(*NAME.split(":"), stream=True, decode=True):
            pass
    except (DockerException, OSError):
        return False
    finally:
        patient.close()
    return present(client)


def make(client: docker.DockerClient) -> None:
    """Unpacked, not installed: nothing of the packages has to run, so neither root nor a chroot is needed."""
    with tempfile.TemporaryDirectory(prefix="base-image-") as folder:
        packages, root = Path(folder) / "packages", Path(folder) / "root"
        packages.mkdir()
        download(packages)
        unpack(packages, root)
        client.api.import_image_from_data(
            archive(root),
            *NAME.split(":"),
            changes=["ENV PATH=/usr/local/bin:/usr/bin:/bin", 'CMD ["python3"]'],
        )


def download(packages: Path) -> None:
    """The packages and all that they depend on, whatever is installed here."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise no_image(f"no apt-get and dpkg-deb on {platform.platform()}")
    fault = fetch(packages)
    if fault is not None:  # no package lists yet, or lists that are too old
        apt_get("update")
        fault = fetch(packages)
    if fault is not None:
        raise no_image(fault)


def fetch(packages: Path) -> str | None:
    """None if every package is there, else what apt-get said last."""
    # An empty status file: as if nothing were installed, so that nothing is left out.
    bare = ["-o", "Dir::State::status=/dev/null", "-o", "Debug::NoLocking=1", "--no-install-recommends"]
    listed = run(["apt-get", "-qq", "-y", "install", "--print-uris", *bare, *PACKAGES], packages)
    names = [line.split()[1].split("_")[0] for line in listed.stdout.splitlines() if line.startswith("'")]
    done = run(["apt-get", "-q", "download", *names], packages) if names else listed
    if names and done.returncode == 0:
        return None
    return (done.stderr.strip().splitlines() or [f"apt-get ended with {done.returncode}"])[-1]


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(
        command,
        check=False,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=APT_SECONDS,
    )


def unpack(packages: Path, root: Path) -> None:
    for package in sorted(packages.glob("*.deb")):
        subprocess.run(["dpkg-deb", "-x", package, root], check=True, capture_output=True)
    for name in SUPERFLUOUS:
        shutil.rmtree(root / name, ignore_errors=True)
    for name, lines in ACCOUNTS.items():
        (root / name).write_text(lines)
    for name, target in LINKS.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(target)


def archive(root: Path) -> bytes:
    """All of it owned by root, whoever unpacked it."""

    def owned(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = "root"
        return member

    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        tar.add(root, arcname=".", filter=owned)
    return content.getvalue()


def no_image(found: str) -> Trouble:
    return Trouble(
        where=f"base image {NAME}",
        what="it is not in the Docker engine, cannot be pulled, and cannot be made from Debian packages",
        found=found,
        remedy=f"`docker pull {NAME}` where a registry is reachable, or `docker load` it; again `make up`",
    )

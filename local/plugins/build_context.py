"""A Docker build context: what belongs to it, its digest, and the archive that is sent to the daemon."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from docker.utils import build as docker_build


@dataclass(frozen=True)
class BuildContext:
    """A folder and a Dockerfile in it, both relative to where the engine runs the plugin: the project's folder."""

    folder: str
    dockerfile: str

    @property
    def dockerfile_inside(self) -> str:
        """The Dockerfile's name in the archive."""
        return os.path.relpath(self.dockerfile, self.folder)

    def require_dockerfile(self) -> None:
        """Say what is wrong with it before anything is built."""
        if not os.path.isfile(self.dockerfile):
            raise ValueError(f'could not open dockerfile at relative path "{self.dockerfile}": no such file')
        if self.dockerfile_inside.startswith(".."):
            raise ValueError(f"a Dockerfile outside of its context is not implemented: {self.dockerfile}")

    def digest(self) -> str:
        """pulumi-docker's `contextDigest`: the Dockerfile and every file that is sent, with name and mode."""
        total = hashlib.sha256(_entry(Path(self.dockerfile), "Dockerfile", "----------"))
        for name in self.files():
            path = Path(self.folder, name)
            total.update(_entry(path, name, stat.filemode(path.lstat().st_mode)))
        return total.hexdigest()

    def files(self) -> list[str]:
        """The files that are sent, folder by folder in the order of their names; as with the docker client, no
        pattern excludes the Dockerfile and `.dockerignore`.
        """
        names = docker_build.exclude_paths(self.folder, self._ignored(), self.dockerfile_inside)
        paths = ((name, Path(self.folder, name)) for name in names)
        files = [name for name, path in paths if path.is_symlink() or not path.is_dir()]
        return sorted(files, key=lambda name: name.split(os.sep))

    def archive(self) -> IO[bytes]:
        """What the daemon is sent."""
        try:
            return docker_build.tar(self.folder, self._ignored(), (self.dockerfile_inside, None))  # type: ignore[no-any-return]
        except OSError as error:
            # Its own words blame the file that it reads, also when the disk that it writes to is full.
            raise (OSError(f"{error}: {error.__cause__}") if error.__cause__ else error) from None

    def _ignored(self) -> list[str]:
        """`<Dockerfile>.dockerignore` comes first, then `.dockerignore` of the context."""
        for candidate in (Path(f"{self.dockerfile}.dockerignore"), Path(self.folder, ".dockerignore")):
            if candidate.is_file():
                lines = (line.strip() for line in candidate.read_text().splitlines())
                return [line for line in lines if line and not line.startswith("#")]
        return []


def _entry(path: Path, name: str, mode: str) -> bytes:
    """A link counts with where it leads, not with what is there."""
    content = os.readlink(path).encode() if path.is_symlink() else path.read_bytes()
    return name.encode() + mode.encode() + hashlib.sha256(content).digest() + b"\0"

"""A Docker build context: what belongs to it, its digest, and the archive that is sent to the daemon."""

import hashlib
import io
import os
import stat
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docker.utils.build import PatternMatcher  # type: ignore[import-untyped]

_DOCKERFILE = "Dockerfile"


@dataclass(frozen=True)
class BuildContext:
    """A folder and a Dockerfile, both relative to where the engine runs the plugin: the project's folder."""

    folder: str
    dockerfile: str

    def require_dockerfile(self) -> None:
        """Say where it is missing, and where it might be meant."""
        if os.path.exists(self.dockerfile):
            return
        inside = os.path.join(self.folder, self.dockerfile)
        hint = f'. Try setting `dockerfile` to "{inside}"' if os.path.exists(inside) else ": no such file"
        raise ValueError(f'could not open dockerfile at relative path "{self.dockerfile}"{hint}')

    def digest(self) -> str:
        """pulumi-docker's `contextDigest`: the Dockerfile and every file that is sent, with name and mode."""
        total = hashlib.sha256(_entry(Path(self.dockerfile), _DOCKERFILE, "----------"))
        for name in self.files():
            path = Path(self.folder, name)
            total.update(_entry(path, name, _mode(path)))
        return total.hexdigest()

    def files(self) -> list[str]:
        """The files that no ignore pattern excludes, folder by folder in the order of their names."""
        names = (name for name in self._paths() if not _is_folder(Path(self.folder, name)))
        return sorted(names, key=lambda name: name.split(os.sep))

    def archive(self) -> tuple[bytes, str]:
        """The archive for the daemon, and the Dockerfile's name in it; an ignored Dockerfile is sent all the same."""
        name = os.path.relpath(self.dockerfile, self.folder)
        paths = self._paths() | {name}
        extra: dict[str, bytes] = {}
        if name.startswith(".."):  # as the docker client does: under a name of its own, kept out of COPY . .
            paths.discard(name)
            name = f".dockerfile.{self.digest()[:16]}"
            ignored = [*(self._ignored() or [".dockerignore"]), name]
            extra = {name: Path(self.dockerfile).read_bytes(), ".dockerignore": "\n".join(ignored).encode()}
        return self._packed(sorted(paths - extra.keys(), key=lambda path: (path != name, path)), extra), name

    def _packed(self, paths: list[str], extra: dict[str, bytes]) -> bytes:
        """In GNU's form, with whole seconds and a short name first: BuildKit must know it by its first block."""
        file = io.BytesIO()
        with tarfile.open(mode="w", fileobj=file, format=tarfile.GNU_FORMAT) as archive:
            for name, content in extra.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
            for path in paths:
                archive.add(os.path.join(self.folder, path), path, recursive=False, filter=_plain)
        return file.getvalue()

    def _paths(self) -> set[str]:
        matcher: Any = PatternMatcher(self._ignored())
        matcher.patterns.pop()  # docker-py adds "!.dockerignore", pulumi-docker does not
        return set(matcher.walk(self.folder))

    def _ignored(self) -> list[str]:
        """`<Dockerfile>.dockerignore` comes first, then `.dockerignore` of the context."""
        for candidate in (Path(f"{self.dockerfile}.dockerignore"), Path(self.folder, ".dockerignore")):
            if candidate.is_file():
                lines = (line.strip() for line in candidate.read_text().splitlines())
                return [line for line in lines if line and not line.startswith("#")]
        return []


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.mtime = int(entry.mtime)
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _mode(path: Path) -> str:
    """The mode as Go writes it, which has a capital letter for links."""
    text = stat.filemode(path.lstat().st_mode)
    return f"L{text[1:]}" if text.startswith("l") else text


def _led_to(link: Path) -> Path:
    """Relative where the links are, so that the digest does not depend on where the project lies."""
    path = link
    while path.is_symlink():
        path = Path(os.path.normpath(path.parent / path.readlink()))
    return path


def _entry(path: Path, name: str, mode: str) -> bytes:
    """A link counts with where it leads, not with what is there."""
    linked = path.is_symlink() and mode.startswith("L")
    content = str(_led_to(path)).encode() if linked else path.read_bytes()
    return name.replace(os.sep, "/").encode() + mode.encode() + hashlib.sha256(content).digest() + b"\0"

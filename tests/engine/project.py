"""A copy of the project with a stack of its own, run on the real engine against an emulator of the tests' own."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import boto3
import httpx
from ruamel.yaml import YAML

from local.machine import CHECKOUT, Machine
from local.preparation import Toolchain

_PROGRAM = ("__main__.py", "finding.py", "settings", "components", "checks", "apps", "Pulumi.yaml", "Pulumi.local.yaml")


@dataclass(frozen=True)
class Ended:
    """How a run of pulumi ended, with all that it said."""

    code: int
    said: str


@dataclass(frozen=True)
class Project:
    """The program in a folder of its own; one stack, named in `stack`, made from `Pulumi.local.yaml`."""

    folder: Path
    stack: str
    machine: Machine
    tools: Toolchain

    @staticmethod
    def create(folder: Path, stack: str, machine: Machine, tools: Toolchain) -> "Project":
        for name in _PROGRAM:
            source = CHECKOUT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder / name)
        text = (folder / "Pulumi.local.yaml").read_text().replace("localhost:4566", f"localhost:{machine.port}")
        text = re.sub(r"^encryptionsalt:.*\n", "", text, flags=re.MULTILINE)
        (folder / f"Pulumi.{stack}.yaml").write_text(text)
        (folder / "Pulumi.local.yaml").unlink()
        project = Project(folder, stack, machine, tools)
        assert project.pulumi("stack", "init", stack).code == 0
        return project

    @property
    def stack_file(self) -> Path:
        return self.folder / f"Pulumi.{self.stack}.yaml"

    def change(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Changes the stack file's `pairva:deployment`, or whatever `change` reaches through its `config`."""
        yaml = YAML()
        document: Any = yaml.load(self.stack_file.read_text())
        change(document["config"])
        text = StringIO()
        yaml.dump(document, text)
        self.stack_file.write_text(text.getvalue())

    def pulumi(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Ended:
        """Runs pulumi on the stack; what it says goes to the test's output, too, which pytest shows on failure."""
        done = subprocess.run(
            [self.tools.engine, *arguments],
            check=False,
            cwd=self.folder,
            env={**self.tools.environment(self.machine), "PULUMI_STACK": self.stack, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=600,
        )
        print(f"$ pulumi {' '.join(arguments)}  (stack {self.stack}) exit {done.returncode}\n{done.stdout}")
        return Ended(done.returncode, done.stdout)

    def up(self) -> Ended:
        return self.pulumi("up", "--yes", "--skip-preview", "--non-interactive")

    def raise_version(self, service: str, version: str) -> None:
        """As the README says it is done."""
        ended = self.pulumi("config", "set", "--path", f"deployment.{service}.version", version)
        assert ended.code == 0

    def planned(self, environment: Mapping[str, str] | None = None) -> dict[str, str]:
        """What a preview would change: `<type>/<name>` -> operation; without what stays the same or only looks."""
        ended = self.pulumi("preview", "--json", "--non-interactive", environment=environment)
        assert ended.code == 0
        steps = json.loads(ended.said[ended.said.index("{\n") :])["steps"]
        changes = {_key(step["urn"]): step["op"] for step in steps if step["op"] not in ("same", "read", "refresh")}
        return {key: operation for key, operation in changes.items() if not key.startswith("pulumi:")}

    def outputs(self) -> dict[str, Any]:
        ended = self.pulumi("stack", "output", "--json")
        return json.loads(ended.said[ended.said.index("{") :])

    def get(self, path: str) -> httpx.Response:
        """Requests a path through the load balancer, as a browser would by its name."""
        host = self.outputs()["url"].removeprefix("http://")
        return httpx.get(f"{self.machine.endpoint}{path}", headers={"Host": host}, timeout=10)

    def aws(self, service: str) -> Any:
        """A client of the emulated AWS, to look at what is really there."""
        return boto3.client(  # pyright: ignore[reportCallIssue]
            service,  # pyright: ignore[reportArgumentType]
            endpoint_url=self.machine.endpoint,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )


def _key(urn: str) -> str:
    _, kind, name = urn.rsplit("::", 2)
    return f"{kind.rpartition('$')[2]}/{name}"

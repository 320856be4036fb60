"""A copy of the project with a stack of its own, run on the real engine against an emulator of the tests' own."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import boto3
import httpx
import psutil
from botocore.config import Config
from ruamel.yaml import YAML

from local.machine import CHECKOUT, Machine
from local.preparation import Toolchain
from tests.engine.running import Ended, Running

_PROGRAM = (
    *("__main__.py", "finding.py", "masking.py", "settings", "components", "checks", "operations", "apps"),
    *("Pulumi.yaml", "Pulumi.local.yaml"),
)
CRASHED = "TypeError: Object is not a constructor"
UP = ("up", "--yes", "--skip-preview", "--non-interactive")


@dataclass(frozen=True)
class Project:
    """The program in a folder of its own; one stack, named in `stack`, made from `Pulumi.local.yaml`. `told` is what
    pulumi finds in its environment besides, for example where the state is.
    """

    folder: Path
    stack: str
    machine: Machine
    tools: Toolchain
    told: Mapping[str, str] = field(default_factory=dict[str, str])

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
        (folder / "Pulumi.local.yaml").unlink()
        (folder / f"Pulumi.{stack}.yaml").write_text(text)
        project = Project(folder, stack, machine, tools)
        assert project.pulumi("stack", "init", stack).code == 0
        return project

    @property
    def _environment(self) -> dict[str, str]:
        return {**self.tools.environment(self.machine), "PULUMI_STACK": self.stack, **self.told}

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
            env={**self._environment, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=600,
        )
        said = "" if "export" in arguments else done.stdout
        print(f"$ pulumi {' '.join(arguments)}  (stack {self.stack}) exit {done.returncode}\n{said}")
        return Ended(done.returncode, done.stdout)

    def pairva(self, *arguments: str) -> Ended:
        """Runs a verb of `pairva` on what is in the folder; as on a pipe, what it says is as plain as a file."""
        done = subprocess.run(
            [sys.executable, "-m", "operations", *arguments],
            check=False,
            cwd=self.folder,
            env={**self.tools.environment(self.machine), "PYTHONPATH": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        print(f"$ pairva {' '.join(arguments)}  exit {done.returncode}\n{done.stdout}{done.stderr}")
        return Ended(done.returncode, done.stdout)

    @contextmanager
    def start(self, *arguments: str) -> Generator[Running]:
        """Runs pulumi beside the test; none of its processes outlives the block."""
        command = [str(self.tools.engine), *arguments]
        output = self.folder.parent / f"{self.stack}-{time.monotonic_ns()}.log"
        with output.open("w") as file:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self._environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                text=True,
                start_new_session=True,
            )
        running = Running(command, process, output)
        try:
            yield running
        finally:
            for each in running.family():
                with suppress(psutil.NoSuchProcess):
                    each.kill()
            process.wait()

    def build_once(self) -> None:
        """As a real stack builds, from the next `up` on."""

        def once(config: dict[str, Any]) -> None:
            for service in ("backend", "frontend"):
                del config["pairva:deployment"][service]["build"]["mutableTag"]

        self.change(once)

    def promote(self) -> None:
        """Runs what another stack built, from the next `up` on."""

        def promoted(config: dict[str, Any]) -> None:
            for service in ("backend", "frontend"):
                del config["pairva:deployment"][service]["build"]
                config["pairva:deployment"][service]["repository"] = "existing"

        self.change(promoted)

    def up(self) -> Ended:
        return self.pulumi(*UP)

    def raise_version(self, service: str, version: str) -> None:
        """As the README says it is done."""
        ended = self.pulumi("config", "set", "--path", f"deployment.{service}.version", version)
        assert ended.code == 0

    def raise_versions(self) -> str:
        """Both services' versions by one; the new one."""

        def raised(config: dict[str, Any]) -> None:
            for service in ("backend", "frontend"):
                config["pairva:deployment"][service]["version"] = version

        first, _, last = self.version.rpartition(".")
        version = f"{first}.{int(last) + 1}"
        self.change(raised)
        return version

    @property
    def version(self) -> str:
        return YAML().load(self.stack_file.read_text())["config"]["pairva:deployment"]["backend"]["version"]

    def switch(self, **switches: str) -> None:
        """How the sample backend behaves from the next `up` on; well without switches."""

        def switched(config: dict[str, Any]) -> None:
            config["pairva:deployment"]["backend"]["environment"] = switches

        self.change(switched)

    def crash_at_once(self, code: int) -> None:
        """Lets the backend say CRASHED and end, from the next `up` on.

        By its image, since its switch needs a Python first: on a busy machine the emulator sees that one run, and calls
        the deployment completed.
        """
        dockerfile = self.folder / "apps" / "backend.Dockerfile"
        crash = f'ENTRYPOINT ["sh", "-c", "echo {CRASHED}; exit {code}"]'
        crashing, found = re.subn("^ENTRYPOINT .*$", crash, dockerfile.read_text(), flags=re.MULTILINE)
        assert found == 1
        dockerfile.write_text(crashing)

    def mend(self) -> None:
        """The sample apps as they are here, and well."""
        shutil.copytree(CHECKOUT / "apps", self.folder / "apps", dirs_exist_ok=True)
        self.switch()

    def ask_at(self, url: str, *services: str) -> None:
        """Another endpoint of these services, or of all, for plugin and checks alike."""

        def elsewhere(config: dict[str, Any]) -> None:
            for table in config["aws:endpoints"]:
                table.update({service: url for service in services or table if service in table})

        self.change(elsewhere)

    def planned(self, environment: Mapping[str, str] | None = None) -> dict[str, str]:
        """What a preview would change: `<type>/<name>` -> operation; without what stays the same or only looks."""
        ended = self.pulumi("preview", "--json", "--non-interactive", environment=environment)
        assert ended.code == 0
        steps = json.loads(ended.said[ended.said.index("{\n") :])["steps"]
        changes = {_key(step["urn"]): step["op"] for step in steps if step["op"] not in ("same", "read", "refresh")}
        return {key: operation for key, operation in changes.items() if not key.startswith("pulumi:")}

    def state(self) -> dict[str, Any]:
        ended = self.pulumi("stack", "export")
        return json.loads(ended.said[ended.said.index("{") :])["deployment"]

    def pending(self) -> list[str]:
        """What an earlier pulumi was about to do when it ended: `<operation> <name>`."""
        operations = self.state().get("pending_operations") or []
        return [f"{each['type']} {each['resource']['urn'].rpartition('::')[2]}" for each in operations]

    @property
    def prefix(self) -> str:
        """How the names of all that the stack has begin; also the name of its cluster."""
        return f"pairva-{self.stack}"

    def service(self, name: str) -> dict[str, Any]:
        """What ECS itself says of a service."""
        family = f"{self.prefix}-{name}"
        return self.aws("ecs").describe_services(cluster=self.prefix, services=[family])["services"][0]

    def outputs(self) -> dict[str, Any]:
        ended = self.pulumi("stack", "output", "--json")
        return json.loads(ended.said[ended.said.index("{") :])

    def get(self, path: str) -> httpx.Response:
        """Requests a path through the load balancer, as a browser would by its name."""
        host = self.outputs()["url"].removeprefix("http://")
        return httpx.get(f"{self.machine.endpoint}{path}", headers={"Host": host}, timeout=10)

    def served(self) -> dict[str, str]:
        """The versions that answer through the load balancer."""
        host = self.outputs()["url"].removeprefix("http://")
        with httpx.Client(base_url=self.machine.endpoint, headers={"Host": host}, timeout=10) as client:
            (page,) = re.findall(r">(\d+\.\d+\.\d+)<", client.get("/").text)
            return {"backend": client.get("/api/version").json()["version"], "frontend": page}

    def aws(self, service: str) -> Any:
        """A client of the emulated AWS, to look at what is really there."""
        return boto3.client(  # pyright: ignore[reportCallIssue]
            service,  # pyright: ignore[reportArgumentType]
            endpoint_url=self.machine.endpoint,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(s3={"addressing_style": "path"}),
        )


def _key(urn: str) -> str:
    _, kind, name = urn.rsplit("::", 2)
    return f"{kind.rpartition('$')[2]}/{name}"

"""All that has to be there before `pulumi` can deploy to this machine."""

import os
from dataclasses import dataclass
from pathlib import Path

from local import base_image, docker, emulator, engine, provider
from local.machine import Machine, alone
from local.progress import Progress
from local.provider import Providers


@dataclass(frozen=True)
class Toolchain:
    """The command to run and the plugins that it uses."""

    engine: Path
    providers: Providers

    def environment(self, machine: Machine) -> dict[str, str]:
        return machine.environment(self.engine, stand_ins=not self.providers.real, base=os.environ)


def toolchain(machine: Machine, progress: Progress) -> Toolchain:
    """Engine and plugins; enough to look at a stack."""
    with alone(machine.tools, progress.print):
        path = progress.step("engine", lambda say: engine.ensure(machine.tools, say), str)
        providers = progress.step("plugins", lambda say: provider.ensure(machine.tools, path, say), str)
    return Toolchain(path, providers)


def prepare(machine: Machine, progress: Progress) -> Toolchain:
    """Engine, plugins, Docker, base image, emulator and secret; enough to deploy."""
    emulator.require_linux()
    tools = toolchain(machine, progress)
    with alone(machine.tools, progress.print):
        client = progress.step("docker", lambda say: docker.ensure(machine.tools, say), docker.describe)
        progress.step(
            "base image",
            lambda say: base_image.ensure(client, say),
            lambda origin: f"{base_image.NAME} {origin}",
        )
        client.close()
    with alone(machine.folder, progress.print):
        progress.step("emulator", lambda say: emulator.ensure(machine, say), str)
        progress.step("secret", lambda _: emulator.seed(machine), str)
    return tools

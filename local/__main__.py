"""`make` is this machine, `pulumi` deploys: the commands behind the Makefile's targets."""

import shutil
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import typer

from local import docker, emulator, preparation, stack
from local.machine import Machine
from local.preparation import Toolchain
from local.progress import Progress
from local.trouble import Trouble

Arguments = ParamSpec("Arguments")

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
machine = Machine()
progress = Progress()


def told(work: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """A command that ends with one message where a person has to do something."""

    @wraps(work)
    def command(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            work(*args, **kwargs)
        except Trouble as trouble:
            print(trouble, file=sys.stderr)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            print("Interrupted; the same command goes on from here.", file=sys.stderr)
            raise typer.Exit(130) from None

    return command


@app.command()
@told
def up() -> None:
    """Bring up the emulated AWS and deploy the local stack to it."""
    tools = ready()
    finish(stack.up(machine, tools))
    url = stack.output(machine, tools, "url")
    for line in stack.addresses(machine, url) if url else ["The stack exports no `url`."]:
        progress.print(line)


@app.command()
@told
def preview() -> None:
    """Show what `up` would do."""
    finish(stack.pulumi(machine, ready(), ["preview"]))


@app.command()
@told
def down() -> None:
    """Destroy the local stack, then stop what was started for it."""
    finish(stop())


@app.command()
@told
def clean() -> None:
    """`down`, then remove all that was made here except the virtual environment."""
    stop()
    shutil.rmtree(machine.tools, ignore_errors=True)
    progress.print(f"Removed {machine.tools}. The virtual environment stays; `rm -r .venv` removes it.")


@app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@told
def pulumi(context: typer.Context) -> None:
    """Run any pulumi command on the local stack: `make pulumi ARGS="stack output url"`."""
    silent = Progress(quiet=True)
    finish(stack.pulumi(machine, preparation.toolchain(machine, silent), context.args))


def ready() -> Toolchain:
    tools = preparation.prepare(machine, progress)
    stack.initialise(machine, tools)
    return tools


def stop() -> int:
    """Everything is stopped, also after a failure: pulumi's exit code tells of that."""
    code = destroy()
    emulated = progress.step("emulator", lambda _: emulator.stop(machine), stopped)
    started = progress.step("docker", lambda _: docker.stop(machine.tools), stopped)
    if not emulated and not started:
        progress.print("Nothing of ours was running.")
    if code:
        progress.print("The stack was not destroyed in order; what it had went with the emulator's memory.")
    return code


def destroy() -> int:
    """Without its emulator nothing of the stack exists any more, and nothing could answer."""
    if emulator.process(machine).process() is None or not stack.exists(machine):
        return 0
    tools = preparation.toolchain(machine, progress)
    stack.release_locks(machine)
    return stack.pulumi(machine, tools, ["destroy", "--yes", "--skip-preview"])


def stopped(was_running: bool) -> str:
    return "stopped" if was_running else "not started by us, or not running"


def finish(code: int) -> None:
    if code:
        raise typer.Exit(code)


if __name__ == "__main__":
    app()

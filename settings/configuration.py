"""What the engine hands over to the program: the stack's name and its configuration."""

import os
from pathlib import Path

import pulumi
from pulumi.runtime import config as pulumi_config

import finding
from settings import stack_file
from settings.stack import Stack

# An Output that becomes text by accident (an f-string) is an error, not a sentence inside an ARN:
# pulumi.Output.__str__.
os.environ.setdefault("PULUMI_ERROR_OUTPUT_STRING", "1")


def current() -> Stack:
    """The stack that Pulumi runs now.

    Raises pulumi.RunError, whose text names every fault of the stack file at once; nothing has been registered by then.
    """
    name = pulumi.get_stack()
    result = stack_file.read(name, _configuration(), Path(f"Pulumi.{name}.yaml"))
    if isinstance(result, Stack):
        return result
    raise pulumi.RunError(f"Pulumi.{name}.yaml cannot be used; nothing was changed.\n\n{finding.text(result)}")


def _configuration() -> dict[str, str]:
    """All of the stack's configuration. pulumi.Config gives a value for a known key; an unknown key is only seen
    here.
    """
    return {**pulumi_config.get_config_env(), **pulumi_config.CONFIG.get()}

"""The README's own commands, run as they stand there."""

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore import xform_name

from local.machine import CHECKOUT
from tests.engine.running import Ended


def commands(section: str, names: Mapping[str, str]) -> list[list[str]]:
    """The words of each command of a section's code, with other names in place of the README's."""
    text = (CHECKOUT / "README.md").read_text()
    (found,) = re.findall(rf"^##+ {re.escape(section)}\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    code = re.sub(r"\\\n\s*", " ", "\n".join(re.findall(r"^    (.*)$", found, re.MULTILINE)))
    for written, ours in names.items():
        assert written in code, f"{section} of the README does not say {written}"
        code = code.replace(written, ours)
    return [shlex.split(line, comments=True) for line in code.splitlines() if line.strip()]


def run_aws(words: Sequence[str], client: Callable[[str], Any]) -> dict[str, Any]:
    """`aws <service>api <operation> --<parameter> <text> …` as the AWS CLI takes it, which is nothing but botocore."""
    program, service, operation, *given = words
    assert program == "aws"
    asked = client(service.removesuffix("api"))
    members = asked.meta.service_model.operation_model(_pascal(operation)).input_shape.members
    flags = {f"--{xform_name(member, '-')}": member for member in members}
    return getattr(asked, operation.replace("-", "_"))(
        **{flags[flag]: value for flag, value in zip(given[::2], given[1::2], strict=True)}
    )


def run_pulumi(words: Sequence[str], pulumi: Callable[..., Ended]) -> Ended:
    """`pulumi …`, without a person to answer it."""
    program, command, *rest = words
    assert program == "pulumi"
    yes = ["--yes"] if command in ("up", "destroy") else []
    return pulumi(command, *rest, *yes, "--non-interactive")


def _pascal(operation: str) -> str:
    return "".join(part.capitalize() for part in operation.split("-"))

"""When a service is well: what is asked of its tasks, and of a new version through the load balancer."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from settings.table import Model
from settings.types import StatusCodes, UrlPath, VersionPlace, Whole, fault


class Health(Model):
    """Whether a task is well. `path` is what the load balancer asks for, `command` what ECS runs in the container.

    The defaults are those that ended the incident: slow starters get 180 s before a failure counts.
    """

    path: UrlPath
    codes: StatusCodes = "200"
    command: Annotated[list[str], Field(min_length=2)]
    grace_seconds: Annotated[Whole, Field(ge=0, le=300)] = 180
    interval_seconds: Annotated[Whole, Field(ge=5, le=300)] = 30
    timeout_seconds: Annotated[Whole, Field(ge=2, le=60, validate_default=True)] = 15
    retries: Annotated[Whole, Field(ge=1, le=10)] = 7

    @field_validator("command")
    @classmethod
    def form(cls, command: list[str]) -> list[str]:
        if command[0] not in ("CMD", "CMD-SHELL"):
            raise fault("begins with neither CMD nor CMD-SHELL", 'for example ["CMD", "python3", "/app/health.py"]')
        if command[0] == "CMD-SHELL" and len(command) > 2:
            raise fault("has several texts after CMD-SHELL: the shell runs the first alone", "write one text after it")
        if command[0] == "CMD" and " " in command[1]:
            raise fault("names a program with a space in it", "write each word as a text of its own, or CMD-SHELL")
        return command

    @field_validator("timeout_seconds")
    @classmethod
    def ends_before_the_next(cls, seconds: int, info: ValidationInfo) -> int:
        if seconds >= info.data.get("interval_seconds", seconds + 1):
            raise fault("is not below intervalSeconds", "let a check end before the next one begins")
        return seconds


class Smoke(Model):
    """A request through the load balancer that must name the running version, before a deployment counts as good.

    `version` is where the answer names it: a JSON key, a header, or anywhere in the body. Without it, the status says
    enough.
    """

    path: UrlPath
    status: Annotated[Whole, Field(ge=200, le=599)] = 200
    version: VersionPlace | None = None

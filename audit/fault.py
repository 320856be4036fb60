"""What an audit finds, whoever found it."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True, kw_only=True)
class Fault:
    """`rule` is its id; `resource` what it is about: `prod/aws_ecs_service.backend-service`, or a file of this folder;
    `requires` what must be; `found` what is, or where to read more, if that is known.
    """

    rule: str
    resource: str
    requires: str
    found: str

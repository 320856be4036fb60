"""What nobody knows before `up`."""

from typing import Any

# What the engine writes in its place: UnknownStringValue of pulumi's resource/plugin.
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
NOT_YET = "(known after up)"


def text(value: Any) -> str:
    """A value as it is shown, which may be unknown in part."""
    return str(value).replace(UNKNOWN, NOT_YET)

"""Names that the provider chooses, as pulumi-aws does: the logical name and seven hexadecimal digits."""

import hashlib
import secrets

from local.plugins.wire import Props

DEFAULTS = "__defaults"
"""Names the inputs that the program did not give; pulumi-aws keeps this list in the state under the same key."""

_DIGITS = 7


def choose(logical_name: str, limit: int, olds: Props, seed: bytes) -> str:
    """The name it already has if it was chosen here, else a new one."""
    if "name" in olds and "name" in olds.get(DEFAULTS, []):
        return olds["name"]
    if len(logical_name) + 1 + _DIGITS > limit:
        raise ValueError(f"name '{logical_name}-' plus {_DIGITS} random chars is longer than maximum length {limit}")
    digits = hashlib.sha256(seed).hexdigest() if seed else secrets.token_hex(_DIGITS)
    return f"{logical_name}-{digits[:_DIGITS]}"

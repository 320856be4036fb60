"""Placeholders that a script should have replaced."""

import re

_PLACEHOLDER = re.compile(r"\$\{[^}]*\}|\{\{.*?\}\}|<[A-Z][A-Z0-9_]*>|%[A-Z][A-Z0-9_]+%|REPLACE_ME")


def placeholders(text: str) -> list[str]:
    """Those in the text, each once."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text)))

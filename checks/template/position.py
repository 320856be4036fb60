"""Where the values of a JSON text stand, and which keys stand there twice: what a JSON parser does not tell."""

import json
import re
from dataclasses import dataclass

KeyPath = tuple[str | int, ...]

_TOKEN = re.compile(r'(?P<text>"(?:[^"\\]|\\.)*")(?P<colon>\s*:)?|[{}\[\],\n]')


@dataclass(frozen=True, kw_only=True)
class Positions:
    """The line of each key and list element, from 1; and of each key that one object holds again, where it first
    stood.
    """

    lines: dict[KeyPath, int]
    repeated: dict[KeyPath, int]

    def line(self, path: KeyPath) -> int:
        """The line of that value; of the table that should hold it, if it is missing."""
        return next(self.lines[path[:length]] for length in range(len(path), -1, -1) if path[:length] in self.lines)


def positions(text: str) -> Positions:
    """Of a text that is known to be JSON."""
    lines, repeated = dict[KeyPath, int]({(): 1}), dict[KeyPath, int]()
    path, keys, line = list[str | int](), list[set[str]](), 1
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "}" | "]":
                path.pop()
                keys.pop()
            case "," if isinstance(path[-1], int):
                path[-1] += 1
            case "{" | "[":
                lines.setdefault(tuple(path), line)
                path.append(0)
                keys.append(set())
            case _ if token["colon"]:
                path[-1] = key = json.loads(token["text"], strict=False)
                if key in keys[-1]:
                    repeated[tuple(path)] = lines[tuple(path)]
                keys[-1].add(key)
                lines[tuple(path)] = line
            case _ if token["text"]:
                lines.setdefault(tuple(path), line)
            case _:
                pass
        line += token[0].count("\n")
    return Positions(lines=lines, repeated=repeated)


def spelled(path: KeyPath) -> str:
    """`containerDefinitions[0].image`"""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")

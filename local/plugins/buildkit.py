"""What BuildKit says while it builds: protobuf messages of moby's `StatusResponse`, of which the names matter here."""

import base64
from collections import defaultdict
from collections.abc import Iterator

_VERTICES, _LOGS = 1, 3
_DIGEST, _NAME, _STARTED, _ERROR = 1, 3, 5, 7
_MESSAGE = 4


class Trace:
    """The lines of one build; a step is named once, when it starts."""

    def __init__(self) -> None:
        self._named: set[bytes] = set()

    def lines(self, encoded: str) -> Iterator[str]:
        """What is new in one message of the stream."""
        status = _fields(base64.b64decode(encoded))
        for vertex in map(_fields, status[_VERTICES]):
            digest = vertex[_DIGEST][0]
            if vertex[_STARTED] and digest not in self._named:
                self._named.add(digest)
                yield vertex[_NAME][0].decode()
            yield from (error.decode() for error in vertex[_ERROR])
        for log in map(_fields, status[_LOGS]):
            for message in log[_MESSAGE]:
                yield from message.decode(errors="replace").splitlines()


def _fields(message: bytes) -> defaultdict[int, list[bytes]]:
    """The length-delimited fields of a protobuf message by number; BuildKit's numbers and flags are passed over."""
    fields: defaultdict[int, list[bytes]] = defaultdict(list)
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        if key & 7 == 2:
            length, at = _varint(message, at)
            fields[key >> 3].append(message[at : at + length])
            at += length
        else:
            _, at = _varint(message, at)
    return fields


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at

"""Which of two paths the load balancer tries first."""

import zlib

_LONGEST = 128
_BAND = 390


def rule_priority(path: str) -> int:
    """The listener rule's priority: 1 to 50000, lower for the longer, more specific path.

    It follows from the path alone, so that a new service never renumbers the rules of the others: Elastic Load
    Balancing refuses two rules of one priority even for a moment (PriorityInUse), and Pulumi updates rules one at a
    time.
    """
    return (_LONGEST - len(path)) * _BAND + zlib.crc32(path.encode()) % _BAND + 1

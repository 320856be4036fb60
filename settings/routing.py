"""Which of two paths the load balancer tries first, and to whom it leads a request."""

import zlib
from collections.abc import Mapping
from fnmatch import fnmatchcase

_LONGEST = 128
_BAND = 390


def rule_priority(path: str) -> int:
    """The listener rule's priority: 1 to 50000, lower for the longer, more specific path.

    It follows from the path alone, so that a new service never renumbers the rules of the others: Elastic Load
    Balancing refuses two rules of one priority even for a moment (PriorityInUse), and Pulumi updates rules one at a
    time.
    """
    return (_LONGEST - len(path)) * _BAND + zlib.crc32(path.encode()) % _BAND + 1


def answering(path: str, patterns: Mapping[str, str]) -> str | None:
    """The service that a request for `path` reaches; `patterns` holds each one's path. None: the balancer's own 404.

    As in a shell without brackets, `*` stands for any characters, slashes too, and `?` for one; case counts:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_PathPatternConditionConfig.html
    """
    asked = path.partition("?")[0]
    matching = [service for service, pattern in patterns.items() if fnmatchcase(asked, pattern)]
    return min(matching, key=lambda service: rule_priority(patterns[service]), default=None)

"""Two things in one stack file that AWS or Pulumi would make one of: known beforehand, so said beforehand."""

from itertools import product
from pathlib import Path

import pytest

from finding import Finding
from settings.routing import rule_priority
from tests.samples import Edit, faults

WRITABLE, EGRESS = "writable: [/tmp]", "writable: [/tmp]\n      egress:"
MONGODB = "\n        - {cidr: 192.0.2.0/24, port: 27017, description: MongoDB}"


HTTPS = "\n        - {cidr: 0.0.0.0/0, port: 443, description: HTTPS}"
SHARED = ("names a path twice, or two that would share a volume", "name each path once; rename one of two")
TWICE = ("names one network and port twice (0.0.0.0/0:443 is always open)", "name each of them once")


@pytest.mark.parametrize(
    ("edit", "where", "said"),
    [
        ((WRITABLE, "writable: [/tmp, /tmp]"), "27: pairva:deployment.backend.writable", SHARED),
        ((WRITABLE, "writable: [/var/run, /var-run]"), "27: pairva:deployment.backend.writable", SHARED),
        ((WRITABLE, "writable: [/a.b, /a-b]"), "27: pairva:deployment.backend.writable", SHARED),
        ((WRITABLE, EGRESS + MONGODB + MONGODB), "28: pairva:deployment.backend.egress", TWICE),
        ((WRITABLE, EGRESS + HTTPS), "28: pairva:deployment.backend.egress", TWICE),
    ],
    ids=["one path twice", "one volume name", "one volume name with a dot", "one way out twice", "HTTPS once more"],
)
def test_two_that_would_become_one_are_refused(edit: Edit, where: str, said: tuple[str, str], tmp_path: Path) -> None:
    assert faults(tmp_path, edit) == [Finding(where=f"Pulumi.test.yaml:{where}", what=said[0], remedy=said[1])]


@pytest.mark.parametrize("other", ["192.0.2.0/24, port: 27018", "192.0.3.0/24, port: 27017", "0.0.0.0/0, port: 80"])
def test_another_port_or_network_is_another_way_out(other: str, tmp_path: Path) -> None:
    more = MONGODB.replace("192.0.2.0/24, port: 27017", other)
    assert faults(tmp_path, (WRITABLE, EGRESS + MONGODB + more)) == []


def test_two_paths_that_only_share_a_priority_are_not_called_one_path(tmp_path: Path) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    by_priority = dict[int, str]()
    for path in ("/" + "".join(pair) for pair in product(letters, repeat=2)):
        if other := by_priority.get(rule_priority(path)):
            break
        by_priority[rule_priority(path)] = path
    else:
        pytest.fail("no two of these paths share a priority")
    assert faults(tmp_path, ("path: /api/*", f"path: {other}"), ("path: /*", f"path: {path}")) == [
        Finding(
            where="Pulumi.test.yaml:32: pairva:deployment.frontend.path",
            what=f"comes out at the listener priority of backend's {other}",
            found=path,
            remedy="change one of the two a little",
        )
    ]

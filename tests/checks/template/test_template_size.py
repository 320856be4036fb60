"""What an old task asks of Fargate."""

from pathlib import Path
from typing import Any

import pytest

from tests.checks.template.definitions import GONE, Place, Told, changed, findings

CHECKED = "name one; this program checks the pair before anything changes"
NETWORK = "this program gives each task its own address (awsvpc) in private subnets"
CPU_SIZES = (
    "use one of 256, 512, 1024, 2048, 4096, 8192, 16384, 32768; this program checks the pair before anything changes"
)
MEMORY_SIZES = "use one of 1024, 2048, 3072, 4096; this program checks the pair before anything changes"
NO_CPU = "is no CPU size of Fargate: AWS refuses the file"
NO_MEMORY = "is no memory size of Fargate with cpu 512: AWS refuses the file"
UNCHECKED = "does not name FARGATE: AWS registers the file unchecked, and Fargate then refuses to run it"
FARGATE = "this program registers every task for FARGATE"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([(("cpu",), "300")], [("cpu", NO_CPU, "300", CPU_SIZES)]),
        ([(("cpu",), "half a vCPU")], [("cpu", NO_CPU, "half a vCPU", CPU_SIZES)]),
        ([(("cpu",), GONE)], [("cpu", "is missing, and Fargate needs it: AWS refuses the file", "", CHECKED)]),
        ([(("memory",), GONE)], [("memory", "is missing, and Fargate needs it: AWS refuses the file", "", CHECKED)]),
        ([(("memory",), "8192")], [("memory", NO_MEMORY, "8192", MEMORY_SIZES)]),
        ([(("cpu",), "0.5 vcpu"), (("memory",), "0.5 GB")], [("memory", NO_MEMORY, "0.5 GB", MEMORY_SIZES)]),
        ([(("cpu",), ".5 vCPU"), (("memory",), "1GB")], []),
        ([(("networkMode",), "bridge")], [("networkMode", "is bridge; Fargate has awsvpc only", "", NETWORK)]),
        (
            [(("networkMode",), GONE)],
            [("networkMode", "is missing, and so bridge; Fargate has awsvpc only", "", NETWORK)],
        ),
        ([(("requiresCompatibilities",), ["EC2"])], [("requiresCompatibilities", UNCHECKED, '["EC2"]', FARGATE)]),
        ([(("requiresCompatibilities",), GONE)], [("requiresCompatibilities", UNCHECKED, "", FARGATE)]),
    ],
)
def test_what_fargate_does_not_have_is_told(
    changes: list[tuple[Place, Any]], expected: list[Told], tmp_path: Path
) -> None:
    assert findings(tmp_path, changed(*changes)) == expected

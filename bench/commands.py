"""How long the commands take on this machine: medians over several runs of a stack that does not change.

    make up && .venv/bin/python bench/commands.py [RUNS]

Prints seconds for each, and how many times as long as an empty `pulumi version` it takes, so that two machines compare.
"""

import os
import statistics
import subprocess
import sys
import time

_COMMANDS = {
    "pulumi version": ["make", "--silent", "pulumi", "ARGS=version"],
    "preview, nothing to do": ["make", "--silent", "pulumi", "ARGS=preview --refresh=false --non-interactive"],
    "make up, nothing to do": ["make", "--silent", "up"],
    "pairva check": ["./pairva", "check"],
    "pairva render --check": ["./pairva", "render", "--check"],
    "pairva doctor local": ["./pairva", "doctor", "local"],
    "pairva status local": ["./pairva", "status", "local"],
}
# The emulator takes any key.
_KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **_KEYS})
    return time.perf_counter() - begun


def main(runs: int) -> None:
    medians = dict[str, float]()
    for name, command in _COMMANDS.items():
        medians[name] = statistics.median(_seconds(command) for _ in range(runs))
        ratio = medians[name] / medians["pulumi version"]
        print(f"{name:<24} {medians[name]:6.1f} s   {ratio:5.1f} x pulumi version")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)

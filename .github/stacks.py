"""The stacks that a workflow is about, as a JSON list of names.

Every stack that has a file; or the one that is named; or those whose file changed since a commit. Never `local`, which
is each machine's own. Standard library only: it runs before anything is installed, in the folder of the stack files.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--named", default="", help="a stack; empty, as GitHub leaves what was not asked for: none is")
    parser.add_argument("--changed-since", default="", metavar="COMMIT", help="empty: whether changed or not")
    arguments = parser.parse_args()
    names = changed_since(arguments.changed_since) if arguments.changed_since else every()
    if arguments.named:
        if arguments.named not in names:
            sys.exit(f"There is no stack {arguments.named!r}; the stacks are {', '.join(names)}.")
        names = [arguments.named]
    print(json.dumps(names))


def every() -> list[str]:
    return of_files(str(file) for file in Path().glob("Pulumi.*.yaml"))


def changed_since(commit: str) -> list[str]:
    """Of the files that are still there."""
    command = ["git", "diff", "--name-only", "--no-renames", "--diff-filter=d", commit, "HEAD", "--", "Pulumi.*.yaml"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"Nobody knows what changed since {commit}: {done.stderr.strip()}. Start the workflow by hand.")
    return of_files(done.stdout.splitlines())


def of_files(files: Iterable[str]) -> list[str]:
    return sorted({file.removeprefix("Pulumi.").removesuffix(".yaml") for file in files} - {"local"})


if __name__ == "__main__":
    main()

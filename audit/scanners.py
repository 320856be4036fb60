"""The scanners: what each is told, and what is put into its folder so that it must find something."""

import json
import subprocess
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from audit import reading
from audit.plan import plan
from audit.program import Program
from audit.scanner import CONTROL, Scanner

_POLICIES = Path(__file__).parent / "policies"

# Put together here, so that no scan of this file finds it.
_KEY = "AKIA" + "QW3RTYU7OPASDFGH"
# As files of each kind that a scanner leaves out unless it is told not to.
_KEYS = ("key.yaml", "key.md", "tests/key.py", ".github/key.yml")
# trivy's own reasons not to look: https://trivy.dev/docs/latest/scanner/secret/#configuration
_ALLOWED = (
    *("tests", "examples", "vendor", "usr-dirs", "locale-dir", "markdown", "node.js", "golang", "python", "rubygems"),
    *("wordpress", "anaconda-log"),
)
_DOCKERFILE = "FROM python:latest\nUSER root\n"
_UNKNOWN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObjekt", "Resource": "*"}]}


def prepare(folder: Path, root: Path, programs: Iterable[Program]) -> list[str]:
    """Writes what is scanned: `plan/`, `policies/`, and `tree/`, all files of `root` that git does not ignore.
    Gives the Dockerfiles among them.
    """
    programs = list(programs)
    _write(folder / "plan" / "plan.json", json.dumps(plan(programs)))
    for program in programs:
        for resource in program.resources:
            policy = resource.inputs.get("policy")
            if policy and _of_iam(policy):
                _write(folder / "policies" / program.stack / f"{resource.address}.json", policy)
    names = [name for name in _files(root) if (root / name).is_file()]
    for name in names:
        _write(folder / "tree" / name, (root / name).read_bytes())
        if name.startswith("infrastructure/policies/"):
            _write(folder / "policies" / name, (root / name).read_bytes())
    _write(folder / "policies" / CONTROL / "unknown.json", json.dumps(_UNKNOWN))
    _write(folder / "tree" / CONTROL / "Dockerfile", _DOCKERFILE)
    for name in _KEYS:
        _write(folder / "tree" / CONTROL / name, f"key: {_KEY}\n")
    _write(folder / "secrets.yaml", json.dumps({"disable-allow-rules": _ALLOWED}))
    _write(folder / "hadolint.yaml", "{}\n")
    return [*(name for name in names if name.endswith("Dockerfile")), f"{CONTROL}/Dockerfile"]


def scanners(
    folder: Path, programs: Path, control: frozenset[tuple[str, str]], dockerfiles: list[str]
) -> list[Scanner]:
    """For a prepared folder; `programs` is where the scanners are, `control` what they must find in the plan."""
    trivy = [str(programs / "trivy"), "--quiet", "--format", "json"]
    checkov = [str(programs / "checkov"), "--skip-download", "--quiet", "--soft-fail", "--output", "json"]
    parliament = [str(programs / "parliament"), "--json", "--include-community-auditors", "--directory", "policies"]
    # With a configuration of its own, so that none of the tree excepts anything.
    hadolint = [str(programs / "hadolint"), "--config", "../hadolint.yaml", "--no-fail", "--disable-ignore-pragma"]
    return [
        *_of_plan(folder, checkov, trivy, control),
        *_of_secrets(folder, checkov, trivy),
        Scanner(
            name="parliament",
            command=parliament,
            folder=folder,
            exit_code=1,
            read=partial(reading.parliament, folder="policies"),
            control=frozenset({("UNKNOWN_ACTION", f"{CONTROL}/unknown")}),
        ),
        Scanner(
            name="hadolint",
            command=[*hadolint, "--format", "json", *dockerfiles],
            folder=folder / "tree",
            read=reading.hadolint,
            control=frozenset({("DL3002", f"{CONTROL}/Dockerfile"), ("DL3007", f"{CONTROL}/Dockerfile")}),
        ),
    ]


# Nobody is asked about versions, and nothing is told.
_OFFLINE = ["--skip-version-check", "--disable-telemetry"]


def _of_plan(
    folder: Path, checkov: list[str], trivy: list[str], control: frozenset[tuple[str, str]]
) -> Iterator[Scanner]:
    of_trivy = frozenset(each for each in control if each[0].startswith("AWS-"))
    plan_file, own = ["--file", "plan/plan.json"], ["--external-checks-dir", str(_POLICIES)]
    yield Scanner(
        name="checkov (plan)",
        command=[*checkov, "--framework", "terraform_plan", *plan_file, *own],
        folder=folder,
        read=reading.checkov_plan,
        control=control - of_trivy,
    )
    yield Scanner(
        name="trivy (plan)",
        command=[*trivy, "--cache-dir", "trivy-plan", "config", *_OFFLINE, "--skip-check-update", "plan"],
        folder=folder,
        read=reading.trivy_plan,
        control=of_trivy,
    )


def _of_secrets(folder: Path, checkov: list[str], trivy: list[str]) -> Iterator[Scanner]:
    secrets = ["--scanners", "secret", "--secret-config", "secrets.yaml"]
    yield Scanner(
        name="checkov (secrets)",
        command=[*checkov, "--framework", "secrets", "--enable-secret-scan-all-files", "--directory", "tree"],
        folder=folder,
        read=reading.checkov_secrets,
        control=frozenset(("CKV_SECRET_2", f"{CONTROL}/{name}") for name in _KEYS),
    )
    yield Scanner(
        name="trivy (secrets)",
        command=[*trivy, "--cache-dir", "trivy-tree", "fs", *_OFFLINE, *secrets, "tree"],
        folder=folder,
        read=reading.trivy_secrets,
        control=frozenset(("aws-access-key-id", f"{CONTROL}/{name}") for name in _KEYS),
    )


def _files(root: Path) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    return sorted(filter(None, listed.split("\0")))


def _of_iam(policy: str) -> bool:
    """Whether parliament can read it: it calls those malformed whose resource is what they are attached to."""
    statements = json.loads(policy).get("Statement", [])
    return bool(statements) and all("Resource" in each for each in statements)


def _write(file: Path, content: str | bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())

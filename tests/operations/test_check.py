"""`pairva check`: quiet about what is right, everything about what is wrong, and never a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from components import container
from operations import check as command
from settings.stack import ServiceSettings
from tests.operations.checking import NOTE, check, stack_file
from tests.program import STACKS
from tests.recording import ROOT
from tests.samples import Edit

PORT = (
    "pairva:deployment.backend.port: is a port that only root may listen on, and containers do not run as root\n"
    "    found: 80\n    mend:  use 1024 to 65535\n"
)
LIST = "is not a stack file: it holds no table of keys"
NAME_ONE = "name a stack file, for example Pulumi.prod.yaml (README)"


def test_every_committed_stack_is_good_and_said_in_two_lines_each() -> None:
    result = check()
    said = [line for stack in STACKS for line in (f"Pulumi.{stack}.yaml: good", f"Pulumi.{stack}.yaml: {NOTE}")]
    assert (result.exit_code, result.stdout.splitlines(), result.stderr) == (0, said, "")


def test_the_files_named_are_checked_and_no_others_all_at_once(tmp_path: Path) -> None:
    good, bad = stack_file(tmp_path, name="good"), stack_file(tmp_path, ("port: 3000", "port: 80"), name="bad")
    (tmp_path / "Pulumi.list.yaml").write_text("- a\n")
    result = check(bad, good, tmp_path / "Pulumi.list.yaml", tmp_path / "Pulumi.gone.yaml")
    assert result.exit_code == 1
    assert result.stdout == (
        f"Pulumi.good.yaml: good\nPulumi.good.yaml: {NOTE}\n"
        f"Pulumi.bad.yaml:15: {PORT}\n"
        f"Pulumi.list.yaml: {LIST}\n    found: a list\n    mend:  {NAME_ONE}\n\n"
        f"Pulumi.gone.yaml: cannot be read\n    found: No such file or directory\n    mend:  {NAME_ONE}\n"
    )


def test_a_file_is_named_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deploy").mkdir()
    bad = stack_file(tmp_path / "deploy", ("port: 3000", "port: 80"), name="bad")
    monkeypatch.chdir(tmp_path)
    assert check(bad).stdout == f"deploy/Pulumi.bad.yaml:15: {PORT}"
    assert check("--format", "github", bad).stdout.startswith("::error file=deploy/Pulumi.bad.yaml,line=15::")


def test_an_arn_of_another_account_in_the_environment_is_worth_a_note(tmp_path: Path) -> None:
    file = stack_file(tmp_path, ("NODE_ENV: production", "QUEUE: arn:aws:sqs:us-east-1:111122223333:x"), name="good")
    result = check(file)
    what = "pairva:deployment.backend.environment.QUEUE is an ARN of 111122223333, an account that this stack file does"
    assert (result.exit_code, result.stdout.splitlines()[1]) == (0, f"Pulumi.good.yaml: note: {what} not list")


def egress(*cidrs: str) -> Edit:
    ways = [f"{{cidr: {cidr}, port: 27017, description: MongoDB}}" for cidr in cidrs]
    return ("writable: [/tmp]", f"writable: [/tmp]\n      egress: [{', '.join(ways)}]")


@pytest.mark.parametrize(
    ("network", "told"),
    [
        ("nat: none\n      endpoints: true", ["[1] leads to 10.21.0.0/16", "[2] leads to 0.0.0.0/0"]),
        ("nat: one\n      endpoints: true", []),
        ("nat: one", []),
    ],
    ids=["endpoints", "both", "NAT"],
)
def test_a_way_out_of_a_network_that_has_none_is_worth_a_note(network: str, told: list[str], tmp_path: Path) -> None:
    ways = egress("10.20.3.0/24", "10.21.0.0/16", "0.0.0.0/0")
    result = check(stack_file(tmp_path, ("nat: one", network), ways))
    why = "and nothing leads out of the network: its endpoints end in AWS"
    assert result.exit_code == 0
    assert [line for line in result.stdout.splitlines() if "leads" in line] == [
        f"Pulumi.test.yaml: note: pairva:deployment.backend.egress{each}, {why}" for each in told
    ]


def test_json_is_one_list_for_all_files_and_nothing_else(tmp_path: Path) -> None:
    good, bad = stack_file(tmp_path, name="good"), stack_file(tmp_path, ("port: 3000", "port: 80"), name="bad")
    (tmp_path / "Pulumi.list.yaml").write_text("- a\n")
    result = check("--format", "json", bad, good, tmp_path / "Pulumi.list.yaml")
    assert [(each["file"], each.get("line"), each["found"]) for each in json.loads(result.stdout)] == [
        ("Pulumi.bad.yaml", 15, "80"),
        ("Pulumi.list.yaml", None, "a list"),
    ]
    assert result.exit_code == 1
    right = check("--format", "json", good)
    assert (right.exit_code, right.stdout) == (0, "[]\n")


def test_github_shows_each_finding_beside_its_line(tmp_path: Path) -> None:
    result = check("--format", "github", stack_file(tmp_path, ("port: 3000", "port: 80")))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "::error file=Pulumi.test.yaml,line=15::Pulumi.test.yaml:15: " + PORT.strip().replace("\n", "%0A")
    ]


def test_a_note_is_no_fault_and_is_missing_where_requests_are_encrypted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("settings.stack.Stack.encrypted", True)
    assert check(stack_file(tmp_path)).stdout == "Pulumi.test.yaml: good\n"


@pytest.mark.parametrize("arguments", [["--format", "xml"], ["--all"]])
def test_wrong_usage_is_2(arguments: list[str]) -> None:
    assert check(*arguments).exit_code == 2


def test_a_project_without_stack_files_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "ROOT", tmp_path)
    result = check()
    assert (result.exit_code, result.stderr) == (2, f"There is no stack file, Pulumi.<stack>.yaml, in {tmp_path}.\n")


@pytest.mark.parametrize("name", ["Pulumi.yaml", "prod.yaml", "Pulumi..yaml", "Pulumi.prod.yml"])
def test_a_file_that_pulumi_would_not_read_is_told_its_name(name: str, tmp_path: Path) -> None:
    file = stack_file(tmp_path).rename(tmp_path / name)
    assert check(file).stdout == f"{name}: is not called Pulumi.<stack>.yaml\n    mend:  {NAME_ONE}\n"


def test_the_finished_container_is_read_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unfinished(service: ServiceSettings, image: str) -> str:
        assert image == f"039612856036.dkr.ecr.us-east-1.amazonaws.com/pairva-{service.names.service}:1.0.1"
        return json.dumps([{"image": image, "name": "<NAME>" if service.names.service == "frontend" else "a"}])

    monkeypatch.setattr(container, "definitions", unfinished)
    result = check(stack_file(tmp_path))
    assert (result.exit_code, result.stdout) == (
        1,
        "Pulumi.test.yaml: the container of frontend: [0].name: is a placeholder that nobody replaced\n"
        "    found: <NAME>\n    mend:  write the value itself: nothing replaces it\n",
    )


# What makes it, in the working directory; one of them has a name longer than any file's.
UNUSABLE = {
    "Pulumi.empty.yaml": "touch Pulumi.empty.yaml",
    "Pulumi.binary.yaml": "head -c 4096 /dev/urandom > Pulumi.binary.yaml",
    "Pulumi.50-MB.yaml": "truncate -s 50M Pulumi.50-MB.yaml",
    "Pulumi.folder.yaml": "mkdir Pulumi.folder.yaml",
    "Pulumi.missing.yaml": "true",
    "Pulumi.loop-of-links.yaml": "ln -s Pulumi.loop-of-links.yaml Pulumi.loop-of-links.yaml",
    "Pulumi.no-yaml.yaml": "echo 'config: [' > Pulumi.no-yaml.yaml",
    "Pulumi.list.yaml": "echo '- a' > Pulumi.list.yaml",
    "Pulumi.deep.yaml": "head -c 60000 /dev/zero | tr '\\0' '[' > Pulumi.deep.yaml",
    f"Pulumi.{'x' * 5000}.yaml": "true",
}


def test_whatever_is_named_the_launcher_ends_with_one_finding_each_and_no_traceback(tmp_path: Path) -> None:
    subprocess.run(["bash", "-ec", "\n".join(UNUSABLE.values())], cwd=tmp_path, check=True)
    command = [ROOT / "pairva", "check", *UNUSABLE]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=60)
    findings = done.stdout.split("\n\n")
    assert (done.returncode, done.stderr) == (1, "")
    assert [finding.partition(":")[0] for finding in findings] == list(UNUSABLE)
    assert [finding.count("    mend:  ") for finding in findings] == [1] * len(UNUSABLE)


def test_nothing_heavy_is_imported() -> None:
    """No pulumi, no boto3: they cost more than all else together."""
    listed = "import sys; import operations.__main__; print(*(name for name in sys.modules if '.' not in name))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", listed], env=environment, check=True, capture_output=True, text=True, timeout=60
    )
    assert {"pulumi", "pulumi_aws", "boto3", "botocore", "rich", "grpc", "docker", "jsonschema"} & set(
        done.stdout.split()
    ) == set()

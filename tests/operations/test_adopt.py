"""`pairva adopt`, as it is called: on the incident's two files, on good ones, and on what is no file of that kind."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from checks import template
from operations.__main__ import app
from tests.checks.template.definitions import GOOD, changed, written

OLD = Path(__file__).parent / "old"

PLACEHOLDER = "holds a placeholder that nothing replaced: AWS gets it as it stands"
NO_USER = "is missing: the container runs as whom its image names, which is root unless it says otherwise"
WRITABLE = "is not true: whoever breaks into the application can change it"
NO_GROUP = "nothing in this file creates the log group: if nobody else did, no task starts, and no log says why"
CURL = "runs curl, which many images lack: then every check fails, and ECS ends every task"
SLOW_START = "is below the 180 that ended the incident: a slow start is taken for a failure"
SLOW_ANSWER = "is below the 15 that ended the incident: a slow answer is taken for a failure"
SHORT_TROUBLE = "is below the 7 that ended the incident: a short trouble ends the task"


def adopt(*files: Path | str) -> Result:
    return CliRunner().invoke(app, ["adopt", *map(str, files)], catch_exceptions=False)


def test_everything_that_was_wrong_with_the_incidents_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(OLD)
    container = "containerDefinitions[0]"
    assert [(each.where, each.what) for each in template.report(Path("backend.json")).findings] == [
        ("backend.json:7: executionRoleArn", PLACEHOLDER),
        (f"backend.json:11: {container}.image", PLACEHOLDER),
        (f"backend.json:19: {container}.secrets[0].valueFrom", PLACEHOLDER),
        (f"backend.json:20: {container}.secrets[1].valueFrom", PLACEHOLDER),
        (f"backend.json:33: {container}.logConfiguration.options.awslogs-region", PLACEHOLDER),
        (f"backend.json:9: {container}.user", NO_USER),
        (f"backend.json:9: {container}.readonlyRootFilesystem", WRITABLE),
        (f"backend.json:32: {container}.logConfiguration.options.awslogs-group", NO_GROUP),
        (f"backend.json:23: {container}.healthCheck.command", CURL),
        (f"backend.json:27: {container}.healthCheck.startPeriod", SLOW_START),
        (f"backend.json:25: {container}.healthCheck.timeout", SLOW_ANSWER),
        (f"backend.json:26: {container}.healthCheck.retries", SHORT_TROUBLE),
        (
            f"backend.json:20: {container}.secrets[1].valueFrom",
            "ends like a whole ARN (a hyphen and six letters), so Secrets Manager finds no secret of this name",
        ),
    ]


def test_everything_that_was_wrong_with_the_incidents_frontend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(OLD)
    container = "containerDefinitions[0]"
    assert [(each.where, each.what) for each in template.report(Path("frontend.json")).findings] == [
        (
            f"frontend.json:10: {container}.image",
            "AWS refuses the file: Fargate requires task definition to have execution role ARN to support ECR images.",
        ),
        (
            f"frontend.json:23: {container}.logConfiguration",
            "AWS refuses the file: Fargate requires task definition to have execution role ARN to support log driver "
            "awslogs",
        ),
        (f"frontend.json:8: {container}.user", NO_USER),
        (f"frontend.json:8: {container}.readonlyRootFilesystem", WRITABLE),
        (f"frontend.json:12: {container}.portMappings[0].containerPort", "is a port that only root may listen on"),
        (f"frontend.json:26: {container}.logConfiguration.options.awslogs-group", NO_GROUP),
        (f"frontend.json:17: {container}.healthCheck.command", CURL),
        (f"frontend.json:21: {container}.healthCheck.startPeriod", SLOW_START),
        (f"frontend.json:19: {container}.healthCheck.timeout", SLOW_ANSWER),
        (f"frontend.json:20: {container}.healthCheck.retries", SHORT_TROUBLE),
    ]


def test_each_files_findings_stand_before_its_replacement(tmp_path: Path) -> None:
    file, other = written(tmp_path, changed((("cpu",), 512))), written(tmp_path, GOOD, "other.json")
    result = adopt(file, other)
    assert result.exit_code == 1
    assert result.output == (
        f"{file}:1: cpu: is a number instead of a text: the AWS CLI refuses the file\n"
        "    found: 512\n"
        "    mend:  write it in quotes\n"
        "\n"
        f"# {file} in a stack file, within pairva:deployment:\n"
        f"{template.report(file).replacement}\n"
        "\n"
        f"# {other} in a stack file, within pairva:deployment:\n"
        f"{template.report(other).replacement}\n"
        "\n"
    )


def test_a_good_file_ends_well(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)
    result = adopt(file)
    assert (result.exit_code, result.output.split("\n")[0]) == (
        0,
        f"# {file} in a stack file, within pairva:deployment:",
    )


def test_what_is_no_task_definition_is_one_line_and_hides_no_other_file(tmp_path: Path) -> None:
    empty, good = written(tmp_path, b"", "empty.json"), written(tmp_path, GOOD)
    result = adopt(empty, tmp_path, tmp_path / "missing.json", good)
    assert result.exit_code == 1
    assert result.output.split("\n\n")[:3] == [
        f"{empty}: is empty",
        f"{tmp_path}: cannot be read: Is a directory",
        f"{tmp_path}/missing.json: cannot be read: No such file or directory",
    ]
    assert template.report(good).replacement in result.output


def test_no_file_is_wrong_usage() -> None:
    assert adopt().exit_code == 2


def test_it_waits_for_neither_pulumi_nor_an_aws_client() -> None:
    program = (
        "import sys; from checks import template; from operations import adopt; "
        "print({'pulumi', 'pulumi_aws', 'boto3', 'botocore.session'} & sys.modules.keys())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=OLD.parents[2], check=True, capture_output=True, text=True
    )
    assert ran.stdout == "set()\n"

"""`pairva report`: the file that it writes, the runs that it tells apart, and what is no log of a deployment."""

import json
import os
import re
import shutil
from collections.abc import Generator
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.stub import Stubber
from typer.testing import CliRunner, Result

from checks.session import Session
from operations import history, stack_argument
from operations.__main__ import app
from tests.checks.aws import stubs
from tests.recording import ROOT
from tests.report.recorded import lines, log, written

ANSWERS = Path(__file__).parent / "reports"
CALLER = "arn:aws:iam::000000000000:user/deployer"
COMMAND = "PULUMI_DEBUG_COMMANDS=true pulumi up --stack local --event-log deployment/events/local.jsonl"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the committed stack files, from within which the command is called."""
    for file in ROOT.glob("Pulumi.*.yaml"):
        shutil.copy(file, tmp_path)
    (tmp_path / "deployment" / "events").mkdir(parents=True)
    monkeypatch.setattr(stack_argument, "ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(history.Question, "start", history.Question.run)
    monkeypatch.setattr(history.Question, "join", Mock())
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def ecs(monkeypatch: pytest.MonkeyPatch) -> Generator[Stubber]:
    with monkeypatch.context() as patch:
        patch.setattr(Session, "caller", Mock(return_value={"Arn": CALLER}))
        with stubs(patch, "ecs", "elbv2", "logs")["ecs"] as stub:
            yield stub
            stub.assert_no_pending_responses()


def report(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["report", *map(str, arguments)])


def deployed(name: str, stack: str = "local") -> None:
    shutil.copy(log(name), f"deployment/events/{stack}.jsonl")


def answer(stub: Stubber, name: str) -> None:
    """What ECS answered after the recorded deployment, in the order in which it is asked."""
    answers: dict[str, Any] = json.loads((ANSWERS / f"{name}.json").read_text(), object_hook=_timed)
    for told in answers.values():
        stub.add_response("describe_services", {"services": [told["service"]]})
        for status in ("RUNNING", "STOPPED"):
            tasks = [task for task in told["tasks"] if task["lastStatus"] == status]
            stub.add_response("list_tasks", {"taskArns": [task["taskArn"] for task in tasks]})
            if tasks:
                stub.add_response("describe_tasks", {"tasks": tasks})


def _timed(table: dict[str, Any]) -> dict[str, Any]:
    return {key: datetime.fromisoformat(value) if key.endswith("At") else value for key, value in table.items()}


@pytest.mark.parametrize(
    ("name", "file"), [("good", "2026-11-23-local-1.0.2.md"), ("failed", "2026-11-24-local-1.0.10.md")]
)
def test_a_deployment_is_told_with_all_that_ecs_remembers(
    name: str, file: str, ecs: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed(name)
    answer(ecs, name)
    monkeypatch.setattr(history, "now", lambda: datetime.fromisoformat("2026-11-24T00:02:00+00:00"))
    ended = report("local")
    assert (ended.exit_code, ended.stdout, ended.stderr) == (0, f"deployment/reports/{file}\n", "")
    assert Path(f"deployment/reports/{file}").read_text() == (ANSWERS / f"{name}.md").read_text()


def test_without_aws_the_engines_log_is_told_and_the_rest_named() -> None:
    deployed("failed")
    assert report("local").exit_code == 0
    text = Path("deployment/reports/2026-11-24-local-1.0.10.md").read_text()
    assert text.startswith("# 2026-11-24: 1.0.10 on local\n\n**Failed** after 9 s.\n")
    last = text.rstrip().splitlines()[-1]
    assert last == (
        "Sources: the engine's event log (55 events); AWS told nothing of backend and frontend: Pulumi.local.yaml: "
        "aws:allowedAccountIds: AWS could not be asked whose credentials these are: Unable to locate credentials."
    )


def test_the_same_run_is_the_same_file_to_the_byte() -> None:
    deployed("failed")
    first = report("local")
    before = Path(first.stdout.strip()).read_bytes()
    assert report("local").stdout == first.stdout
    assert Path(first.stdout.strip()).read_bytes() == before
    assert os.listdir("deployment/reports") == ["2026-11-24-local-1.0.10.md"]


def test_what_ecs_said_at_the_time_is_not_lost_when_it_is_silent_later(ecs: Stubber) -> None:
    deployed("failed")
    answer(ecs, "failed")
    file = Path(report("local").stdout.strip())
    before = file.read_bytes()
    again = report("local")
    assert (again.exit_code, again.stdout) == (0, f"{file}\n")
    assert again.stderr == "local: kept as it was written: ECS remembers less with time\n"
    assert file.read_bytes() == before


def test_what_ecs_says_later_completes_a_report_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    deployed("failed")
    file = Path(report("local").stdout.strip())
    assert (
        "EssentialContainerExited: Essential container exited; backend exited with 3; after 0 s |"
        not in file.read_text()
    )
    with monkeypatch.context() as patch:
        patch.setattr(Session, "caller", Mock(return_value={"Arn": CALLER}))
        with stubs(patch, "ecs", "elbv2", "logs")["ecs"] as stub:
            answer(stub, "failed")
            assert report("local").stdout == f"{file}\n"
    assert (
        "EssentialContainerExited: Essential container exited; backend exited with 3; after 0 s |" in file.read_text()
    )


def test_a_log_that_goes_on_makes_its_report_anew() -> None:
    events = lines("good")
    written(Path("deployment/events/local.jsonl"), events[:40])
    file = Path(report("local").stdout.strip())
    assert "**Interrupted** after " in file.read_text()
    deployed("good")
    assert report("local").stdout == f"{file}\n"
    assert "**Succeeded** after " in file.read_text()


def test_a_log_that_was_cut_off_replaces_no_report_of_more_of_the_same_run() -> None:
    deployed("failed")
    file = Path(report("local").stdout.strip())
    before = file.read_bytes()
    written(Path("deployment/events/local.jsonl"), lines("failed")[:40])
    again = report("local")
    assert (again.exit_code, again.stdout) == (0, f"{file}\n")
    assert again.stderr == "local: kept as it was written: this log tells 40 of its 55 events\n"
    assert file.read_bytes() == before
    assert os.listdir("deployment/reports") == [file.name]


def test_a_log_of_one_line_is_of_the_stack_that_was_named() -> None:
    written(Path("deployment/events/local.jsonl"), lines("good")[:1])
    ended = report("local")
    assert ended.stdout == "deployment/reports/2026-11-23-local-1.0.2.md\n"
    text = Path(ended.stdout.strip()).read_text()
    assert text.startswith("# 2026-11-23: 1.0.2 on local\n\n**Interrupted** after under 1 s; the log ends before ")
    assert "\n    title local, 2026-11-23, times in UTC\n" in text
    assert "\n| Environment | local, account 000000000000, us-east-1 |\n" in text


def test_a_log_of_a_destroy_is_told() -> None:
    events = [each for each in lines("good") if "preludeEvent" in each or "summaryEvent" in each]
    metadata = {"op": "delete", "urn": "urn:pulumi:local::pairva::t::backend-service", "type": "t"}
    events[1:1] = [{**events[0], "preludeEvent": None, "resourcePreEvent": {"metadata": metadata}}]
    written(Path("deployment/events/local.jsonl"), events)
    ended = report("local")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr == (
        "deployment/events/local.jsonl: is of a destroy: nothing was deployed\n"
        f"    mend:  for a report, deploy with a log: {COMMAND}\n"
    )


def test_another_run_of_the_day_and_version_has_its_time_in_the_name() -> None:
    deployed("failed")
    report("local")
    first = Path("deployment/reports/2026-11-24-local-1.0.10.md").read_bytes()
    events = lines("failed")
    for event in events:
        event["timestamp"] += 100
    written(Path("deployment/events/local.jsonl"), events)
    for _ in range(2):
        assert report("local").stdout == "deployment/reports/2026-11-24-local-1.0.10-000209.md\n"
    assert Path("deployment/reports/2026-11-24-local-1.0.10.md").read_bytes() == first
    assert len(os.listdir("deployment/reports")) == 2
    Path("deployment/reports/2026-11-24-local-1.0.10.md").unlink()
    assert report("local").stdout == "deployment/reports/2026-11-24-local-1.0.10-000209.md\n"


def test_where_nothing_changed_nothing_is_written() -> None:
    deployed("nothing")
    ended = report("local")
    assert (ended.exit_code, ended.stdout) == (0, "")
    assert ended.stderr == (
        "local: nothing changed at 2026-11-23 23:59:26 UTC (backend 1.0.1, frontend 1.0.1); no report\n"
    )
    assert not Path("deployment/reports").exists()


def test_a_log_may_be_anywhere(tmp_path: Path) -> None:
    ended = report("local", "--event-log", log("interrupted"))
    assert (ended.exit_code, ended.stdout) == (0, "deployment/reports/2026-11-24-local-1.0.12.md\n")


def test_a_stack_file_with_faults_may_be_why_it_failed(folder: Path) -> None:
    (folder / "Pulumi.local.yaml").write_text("config: {}\n")
    deployed("refused")
    ended = report("local")
    assert ended.exit_code == 0
    text = Path(ended.stdout.strip()).read_text()
    assert text.endswith("; AWS was not asked: the stack file has faults (pairva check).\n")


def test_no_log_is_told_with_the_command_that_makes_one() -> None:
    ended = report("local")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"deployment/events/local.jsonl: there is no such event log\n    mend:  deploy with one: {COMMAND}\n"
    )


def test_no_stack_of_that_name_is_told_with_those_there_are() -> None:
    ended = report("production")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith("There is no Pulumi.production.yaml; the stacks are ")


@pytest.mark.parametrize(
    ("name", "stack", "what"),
    [
        ("good", "prod", "is of the stack local, not of prod\n    mend:  ./pairva report local, or: "),
        ("preview", "local", "is of a preview: nothing was deployed\n    mend:  for a report, deploy with a log: "),
    ],
)
def test_a_log_of_something_else_is_told(name: str, stack: str, what: str) -> None:
    deployed(name, stack)
    ended = report(stack)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr == f"deployment/events/{stack}.jsonl: {what}{COMMAND.replace('local', stack)}\n"
    assert not Path("deployment/reports").exists()


def test_an_up_that_its_preview_ends_is_refused_and_nothing_of_its_plan_is_told_as_done() -> None:
    events = lines("preview")
    events[-2]["summaryEvent"]["result"] = "failed"
    written(Path("deployment/events/local.jsonl"), events)
    ended = report("local")
    assert ended.exit_code == 0
    text = Path(ended.stdout.strip()).read_text()
    assert re.search(r"^\*\*Refused\*\*, before anything was changed, after \d+ s\.$", text, re.MULTILINE)
    done = [line for line in text.splitlines() if re.search(r"\| (done|succeeded|\d+ s) \|", line)]
    assert [line for line in done if "Environment verification" not in line] == []
    assert text.count("| not reached |") == 9


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"# Pairva\n"], ids=["empty", "binary", "text"])
def test_what_is_no_log_is_one_message(content: bytes) -> None:
    Path("deployment/events/local.jsonl").write_bytes(content)
    ended = report("local")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith("deployment/events/local.jsonl: is no event log: ")
    assert ended.stderr.endswith(f"    mend:  name one, as this writes it: {COMMAND}\n")


def test_a_folder_instead_of_a_log_or_a_report_is_one_message() -> None:
    ended = report("local", "--event-log", "deployment")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith("deployment: Is a directory\n    mend:  ")
    deployed("failed")
    Path("deployment/reports").write_text("")
    ended = report("local")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith("deployment/reports: ")

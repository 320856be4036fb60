"""Reports of real deployments: the engine's own event log, and what the emulated ECS remembers of it."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from operations import history, stack_argument
from operations.__main__ import app
from tests.engine.conftest import Create
from tests.engine.project import CRASHED, UP, Project
from tests.engine.running import Ended

_PHASES = [
    "Environment verification",
    "Infrastructure",
    *["Image build and push"] * 2,
    *["Task-definition registration"] * 2,
    *["Service update"] * 2,
    *["Verification"] * 2,
]


@pytest.fixture
def project(create: Create, monkeypatch: pytest.MonkeyPatch) -> Project:
    project = create("reports")
    (project.folder / "deployment" / "events").mkdir(parents=True)
    monkeypatch.setattr(stack_argument, "ROOT", project.folder)
    monkeypatch.setattr(history, "LONGEST_SECONDS", 30)
    monkeypatch.setattr(history, "ANSWER_SECONDS", 20)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.chdir(project.folder)
    return project


def test_good_and_failed_deployments_are_told_by_engine_verdict_and_ecs(project: Project) -> None:
    assert _up(project).code == 0
    good = _written(project)
    assert _status(good) == "Succeeded"
    assert _results(good) == ["done"] * 10
    assert re.findall(r"^\| (\w+) \| [\d.]+ \| (.*) \|$", good, re.MULTILINE) == [
        ("backend", "good"),
        ("frontend", "good"),
    ]
    assert [_section(good, name) for name in ("Root causes", "Actions", "Next steps")] == ["None."] * 3
    # A busy machine may have had no answer for the preflight in its time.
    assert re.fullmatch(r"None\.|\*\*\S+ warning\*\*: not checked beforehand: .*", _section(good, "Issues"))
    first = {name: project.service(name)["taskDefinition"].rpartition("/")[2] for name in ("backend", "frontend")}
    assert _tasks(good) == {(revision, "runs") for revision in first.values()}
    assert f"as ECS said at {_asked(good)} UTC: {first['backend']} runs 1/1 (PRIMARY, COMPLETED)" in good
    assert "arn:aws:iam::000000000000:root" in good
    _assert_times_agree(good)

    assert _up(project).code == 0
    nothing = _report(project)
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert "reports: nothing changed at " in nothing.stderr

    before = project.version
    project.crash_at_once(3)
    bad_version = project.raise_versions()
    assert _up(project).code != 0
    bad = _written(project)
    assert _status(bad) == "Failed"
    assert _results(bad) == ["done", "unchanged", *["done"] * 5, "not reached", "**failed**", "not reached"]
    assert "<{%" not in bad
    assert "\x1b" not in bad
    assert "update failed" not in bad
    sentence = f"{project.prefix}-backend: {bad_version} does not run: The container backend ended"
    assert _section(bad, "Root causes").startswith(f"- {sentence}")
    assert _section(bad, "Root causes").endswith(f"its log ends: {CRASHED}")
    assert f"- backend: not proven: {before} serves 1/1; nothing is down" in _section(bad, "Verification")
    # The verdict does not wait for the end of ECS's way back.
    kept = rf"{first['backend']} runs 1/1 \(PRIMARY, (COMPLETED|IN\\_PROGRESS)\)"
    assert re.search(kept, _section(bad, "Verification"))
    assert _section(bad, "Actions").startswith("- fix what the log tells")
    assert _section(bad, "Next steps").startswith("- The same version again: run pulumi up")
    failed = project.aws("ecs").list_task_definitions(familyPrefix=f"{project.prefix}-backend")["taskDefinitionArns"]
    assert (failed[-1].rpartition("/")[2], "EssentialContainerExited") in {
        (revision, ending.partition(":")[0]) for revision, ending in _tasks(bad)
    }
    _assert_times_agree(bad)


def _up(project: Project) -> Ended:
    """As on a terminal, which shows colours: then the log has them, too."""
    log = ["--color", "always", "--event-log", f"deployment/events/{project.stack}.jsonl"]
    return project.pulumi(*UP, *log, environment={"PULUMI_DEBUG_COMMANDS": "true"})


def _report(project: Project) -> Result:
    return CliRunner().invoke(app, ["report", project.stack])


def _written(project: Project) -> str:
    """Whatever else is told goes to the test's output, which pytest shows on failure."""
    ended = _report(project)
    assert (ended.exit_code, ended.stderr) == (0, "")
    text = Path(ended.stdout.strip()).read_text()
    print(text)
    return text


def _status(report: str) -> str:
    (found,) = re.findall(r"^\*\*(.*)\*\* after ", report, re.MULTILINE)
    return found


def _section(report: str, name: str) -> str:
    return report.partition(f"## {name}\n\n")[2].partition("\n\n## ")[0].partition("\n\n---")[0]


def _rows(report: str) -> list[list[str]]:
    return [line.strip("| ").split(" | ") for line in _section(report, "Process").splitlines()[2:]]


def _results(report: str) -> list[str]:
    rows = _rows(report)
    assert [row[0] for row in rows] == _PHASES
    return [row[-1] for row in rows]


def _tasks(report: str) -> set[tuple[str, str]]:
    """Each task's revision, and how it ended; `runs` while it does."""
    rows = re.findall(r"^\| `\w{8}` \| (\S+) \| [\d:]+ \| \S+ \| (\S+) \| (.*) \|$", report, re.MULTILINE)
    return {(revision, "runs" if stopped == "runs" else ending) for revision, stopped, ending in rows}


def _asked(report: str) -> str:
    (found,) = re.findall(r"asked at \S+ (\S+) UTC", report)
    return found


def _assert_times_agree(report: str) -> None:
    """Phases and bars are within the run, and none ends before it begins."""
    began, ended = (
        datetime.fromisoformat(re.findall(rf"^\| {name} \| (.*) UTC \|$", report, re.MULTILINE)[0])
        for name in ("Began", "Ended")
    )
    for _, _, _, time, took, _ in (row for row in _rows(report) if row[3].strip()):
        start = datetime.combine(began.date(), datetime.strptime(time, "%H:%M:%S").time())
        start += timedelta(days=1) if start < began else timedelta()
        minutes, seconds = (int((re.findall(rf"(\d+) {unit}\b", took) or [0])[0]) for unit in ("min", "s"))
        assert began <= start <= start + timedelta(minutes=minutes, seconds=seconds) <= ended
    bars = re.findall(r"^    .* : .*?(\d{4}-\S+?), (\d{4}-\S+|0s)$", _section(report, "Timeline"), re.MULTILINE)
    assert len(bars) > 5
    for start, end in bars:
        last = start if end == "0s" else end
        assert began <= datetime.fromisoformat(start) <= datetime.fromisoformat(last) <= ended

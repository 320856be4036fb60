"""What the shell steps of the GitHub workflows do, run as GitHub runs them."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.workflows import GITHUB, MARKER, step


@dataclass(frozen=True)
class Ran:
    """How a step ended, what it left in the job's summary, and the process that GitHub signals."""

    code: int
    said: str
    summary: str
    process: int


@dataclass(frozen=True)
class Runner:
    """A folder with a `pairva` and a `pulumi` that say and do what a test needs."""

    folder: Path

    def program(self, name: str, script: str) -> None:
        file = self.folder / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def run(self, given: dict[str, Any]) -> Ran:
        """The step as `shell: bash` runs it."""
        script, summary = self.folder / "step.sh", self.folder / "summary.md"
        script.write_text(given["run"])
        fixed = {name: value for name, value in given.get("env", {}).items() if "${{" not in value}
        process = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.folder,
            env={
                **fixed,
                "PATH": f"{self.folder}:/usr/bin:/bin",
                "STACK": "prod",
                "RUN": "https://example.com/run",
                "RUNNER_TEMP": str(self.folder),
                "GITHUB_STEP_SUMMARY": str(summary),
                "GITHUB_OUTPUT": str(self.folder / "output"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said, _ = process.communicate()
        return Ran(process.returncode, said, summary.read_text() if summary.exists() else "", process.pid)

    def read(self, name: str) -> str:
        return (self.folder / name).read_text()


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_the_review_is_the_comment_and_part_of_the_summary(runner: Runner) -> None:
    runner.program("pairva", f"echo '{MARKER}'; echo $1 $2; cat $2")
    (runner.folder / "preview.json").write_text("{}\n")
    ran = runner.run(step("preview", "preview", "Review"))
    assert (ran.code, ran.summary) == (0, f"{MARKER}\nreview {runner.folder}/preview.json\n{{}}\n")
    assert runner.read("review.md") == ran.summary


def test_where_there_is_no_preview_the_comment_says_so(runner: Runner) -> None:
    runner.program("pairva", "echo half of a comment; exit 2")
    ran = runner.run(step("preview", "preview", "Review"))
    assert (ran.code, runner.read("review.md")) == (0, f"{MARKER}\nprod: no preview: https://example.com/run\n")
    assert ran.summary == runner.read("review.md")


def test_a_preview_that_fails_fails_its_step_and_leaves_what_it_said(runner: Runner) -> None:
    runner.program("pulumi", "echo $@; exit 255")
    assert runner.run(step("preview", "preview", "Preview")).code == 255
    assert runner.read("preview.json") == "preview --json --non-interactive --stack prod\n"


def test_the_doctors_table_is_text_in_the_summary_and_its_exit_code_the_steps(runner: Runner) -> None:
    runner.program("pairva", "echo '```'; echo $@ >&2; exit 1")
    ran = runner.run(step("preview", "preview", "Doctor"))
    assert (ran.code, ran.summary) == (1, "### pairva doctor prod\n\n    ```\n    doctor prod\n")


@pytest.mark.parametrize(("answer", "code"), [(0, 0), (3, 0), (1, 1), (2, 1)])
def test_a_deployment_begins_unless_the_doctor_refuses(runner: Runner, answer: int, code: int) -> None:
    runner.program("pairva", f"exit {answer}")
    assert runner.run(step("deploy", "deploy", "Doctor")).code == code


def test_up_writes_its_events_where_the_report_looks_and_is_the_process_that_is_signalled(runner: Runner) -> None:
    runner.program("pulumi", 'echo "$@"; echo "$PULUMI_DEBUG_COMMANDS $$"; exit 255')
    ran = runner.run(step("deploy", "deploy", "Up"))
    assert (ran.code, ran.said) == (
        255,
        f"up --yes --non-interactive --stack prod --event-log deployment/events/prod.jsonl\ntrue {ran.process}\n",
    )
    assert (runner.folder / "deployment/events").is_dir()


def test_a_deployment_that_failed_or_was_cancelled_has_its_report_too(runner: Runner) -> None:
    given = step("deploy", "deploy", "Report")
    assert given["if"] == "${{ always() && steps.up.outcome != 'skipped' }}"
    runner.program("pairva", "echo '# failed' > $2.md; echo $2.md")
    ran = runner.run(given)
    assert (ran.code, ran.summary, runner.read("report/prod.md")) == (0, "# failed\n", "# failed\n")
    assert runner.read("output") == "written=true\n"


def test_a_deployment_that_changed_nothing_says_so_and_has_no_report(runner: Runner) -> None:
    runner.program("pairva", "echo 'prod: nothing changed at 12:00' >&2")
    ran = runner.run(step("deploy", "deploy", "Report"))
    assert (ran.code, ran.summary) == (0, "prod: nothing changed\n")
    assert not (runner.folder / "output").exists()


@pytest.mark.parametrize("code", [0, 255])
def test_drift_fails_the_night_and_is_in_the_summary(runner: Runner, code: int) -> None:
    runner.program("pulumi", f'echo "$@"; echo error >&2; exit {code}')
    ran = runner.run(step("drift", "drift", "Drift"))
    command = "refresh --preview-only --expect-no-changes --diff --non-interactive --stack prod"
    assert (ran.code, ran.summary) == (code, f"### prod\n\n    {command}\n    error\n")


@dataclass(frozen=True)
class Repository:
    """A history of stack files, and what the workflows make of it."""

    folder: Path

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments]
        return subprocess.run(command, check=True, cwd=self.folder, capture_output=True, text=True).stdout.strip()

    def commit(self, **files: str | None) -> str:
        """Each file under Pulumi.<name>.yaml, or gone; the commit."""
        for name, text in files.items():
            file = self.folder / f"Pulumi.{name}.yaml"
            file.write_text(text) if text is not None else file.unlink()
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        return self.git("rev-parse", "HEAD")

    def output(self, name: str, **environment: str) -> Any:
        """What the first job of a workflow hands to the others."""
        output = self.folder / "output"
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step(name, "stacks", "stacks")["run"]],
            check=False,
            cwd=self.folder,
            env={"PATH": "/usr/bin:/bin", "GITHUB_OUTPUT": str(output), **environment},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            assert not output.exists()
            return done.stderr
        said = output.read_text()
        output.unlink()
        return json.loads(said.removeprefix("names="))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    (tmp_path / ".github").mkdir()
    shutil.copy(GITHUB / "stacks.py", tmp_path / ".github/stacks.py")
    (tmp_path / "Pulumi.yaml").write_text("name: pairva\n")
    repository = Repository(tmp_path)
    repository.git("init", "--quiet")
    return repository


@pytest.mark.parametrize("name", ["preview", "drift"])
def test_every_stack_but_the_machines_own_is_looked_at(repository: Repository, name: str) -> None:
    repository.commit(staging="1", prod="1", local="1")
    assert repository.output(name) == ["prod", "staging"]


def test_a_push_deploys_the_stacks_whose_file_it_changes(repository: Repository) -> None:
    before = repository.commit(staging="1", prod="1", local="1", old="1")
    assert repository.output("deploy", NAMED="", BEFORE=before) == []
    repository.commit(staging="2", local="2", old=None)
    assert repository.output("deploy", NAMED="", BEFORE=before) == ["staging"]
    repository.commit(prod="2", new="1")
    assert repository.output("deploy", NAMED="", BEFORE=before) == ["new", "prod", "staging"]


def test_by_hand_the_named_stack_is_deployed_and_no_other(repository: Repository) -> None:
    repository.commit(staging="1", prod="1", local="1")
    assert repository.output("deploy", NAMED="prod", BEFORE="") == ["prod"]
    for name in ("local", "prod;id", "production"):
        assert repository.output("deploy", NAMED=name, BEFORE="") == (
            f"There is no stack {name!r}; the stacks are prod, staging.\n"
        )


def test_a_push_that_cannot_be_compared_deploys_nothing(repository: Repository) -> None:
    repository.commit(staging="1")
    said = repository.output("deploy", NAMED="", BEFORE="0" * 40)
    assert said.startswith(f"Nobody knows what changed since {'0' * 40}: fatal: ")
    assert said.endswith("Start the workflow by hand.\n")

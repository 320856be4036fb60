"""What is printed to be pasted into a shell."""

from pathlib import Path

import pytest

from tests.checks.condition.account import Account, arn, task
from tests.samples import Edit

EXEC: Edit = ("writable: [/tmp]", "writable: [/tmp]\n      exec: true\n      readOnlyRoot: false")
TAIL = "aws logs tail /pairva/test/backend --since 1h --follow --region us-east-1"


def test_a_shell_is_offered_in_a_running_task_that_lets_people_in(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, EXEC)
    open_task = task(3, enableExecuteCommand=True)
    account.tasks = [task(1), task(2, lastStatus="PENDING", enableExecuteCommand=True), open_task]
    assert account.backend().commands == (
        TAIL,
        f"aws ecs execute-command --cluster pairva-test --task {arn(3).rpartition('/')[2]} --container backend "
        "--interactive --command /bin/sh --region us-east-1",
    )


def test_no_shell_is_offered_where_no_task_lets_people_in(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, EXEC)
    assert account.backend().commands == (TAIL,)
    account = Account(monkeypatch)
    account.tasks = [task(1, enableExecuteCommand=True)]
    assert account.backend().commands == (TAIL,)


def test_profile_and_endpoint_of_the_stack_file_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[profile ops]\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    elsewhere = "  aws:profile: ops\n  aws:endpoints:\n    - logs: http://logs.example\n"
    account = Account(monkeypatch, ("  pairva:deployment:", f"{elsewhere}  pairva:deployment:"))
    assert account.backend().commands == (f"{TAIL} --profile ops --endpoint-url http://logs.example",)

"""The commands: how they end when a person has to do something."""

from pathlib import Path
from unittest.mock import Mock

import pytest
from typer.testing import CliRunner

from local import __main__ as commands
from local import docker, emulator, stack
from local.machine import Machine
from local.trouble import Trouble


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(folder=tmp_path, tools=tmp_path, port=4577)
    monkeypatch.setattr(commands, "machine", machine)
    monkeypatch.setattr(emulator, "ask", lambda: "no engine")
    monkeypatch.setattr(stack, "EVENTS", tmp_path / "local.jsonl")
    return machine


def test_trouble_is_one_message_and_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    def ready() -> None:
        raise Trouble(where="engine", what="none", remedy="install one")

    monkeypatch.setattr(commands, "ready", ready)
    result = CliRunner().invoke(commands.app, ["up"])
    assert (result.exit_code, result.stderr) == (1, "engine: none\n    mend:  install one\n")


def test_ctrl_c_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def ready() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "ready", ready)
    result = CliRunner().invoke(commands.app, ["up"])
    assert (result.exit_code, result.stderr) == (130, "Interrupted; the same command goes on from here.\n")


def test_up_ends_with_pulumis_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "ready", lambda: None)
    monkeypatch.setattr(stack, "pulumi", Mock(return_value=255))
    assert CliRunner().invoke(commands.app, ["up"]).exit_code == 255


def test_up_ends_with_two_lines_to_paste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "ready", lambda: None)
    monkeypatch.setattr(stack, "pulumi", Mock(return_value=0))
    monkeypatch.setattr(stack, "output", Mock(return_value="http://pairva.elb.amazonaws.com"))
    result = CliRunner().invoke(commands.app, ["up"])
    assert result.stdout.splitlines()[-2:] == [
        'curl -H "Host: pairva.elb.amazonaws.com" http://localhost:4577/',
        'curl -H "Host: pairva.elb.amazonaws.com" http://localhost:4577/api/version',
    ]


def test_down_where_nothing_runs_says_so() -> None:
    result = CliRunner().invoke(commands.app, ["down"])
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "Nothing of ours was running."


def test_down_stops_the_rest_although_the_stack_cannot_be_destroyed(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_emulator, stop_docker = Mock(return_value=True), Mock(return_value=True)
    monkeypatch.setattr(commands, "destroy", Mock(return_value=255))
    monkeypatch.setattr(emulator, "stop", stop_emulator)
    monkeypatch.setattr(docker, "stop", stop_docker)
    assert CliRunner().invoke(commands.app, ["down"]).exit_code == 255
    stop_emulator.assert_called_once()
    stop_docker.assert_called_once()


def test_clean_removes_what_was_made_and_keeps_what_was_not(machine: Machine) -> None:
    (machine.tools / "engine").mkdir()
    result = CliRunner().invoke(commands.app, ["clean"])
    assert result.exit_code == 0
    assert not machine.tools.exists()

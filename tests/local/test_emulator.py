"""The emulator: its environment, its port, its machine."""

import os
import socket
from pathlib import Path

import pytest

from local import emulator
from local.machine import Machine
from local.trouble import Trouble


def test_it_listens_on_loopback_and_inherits_no_account(tmp_path: Path) -> None:
    machine = Machine(folder=tmp_path, tools=tmp_path, port=4577)
    base = {"PATH": "/usr/bin", "AWS_PROFILE": "prod", "BIND_HOST": "10.0.0.1", "PERSIST_STATE": "1"}
    assert emulator.environment(machine, base) == {
        "PATH": "/usr/bin",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": "4577",
        "IOT_MTLS_ENABLED": "false",
        "SFTP_ENABLED": "false",
        "MINISTACK_HOSTNAME": "pairva",
        "TMPDIR": str(tmp_path / "emulator"),
    }


def test_two_emulators_mark_their_containers_differently() -> None:
    assert emulator.label(Machine(port=4566)) == "ministack.instance=pairva:4566"
    assert emulator.label(Machine(port=4577)) == "ministack.instance=pairva:4577"


def test_a_taken_port_names_the_process_that_has_it(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Trouble) as caught:
            emulator.ensure(Machine(folder=tmp_path, tools=tmp_path, port=port))
    finding = caught.value.finding
    assert finding.where == f"127.0.0.1:{port}"
    assert finding.found.startswith(f"process {os.getpid()}: ")


def test_elsewhere_than_on_linux_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulator.sys, "platform", "darwin")
    with pytest.raises(Trouble) as caught:
        emulator.require_linux()
    assert caught.value.finding.found == "darwin"

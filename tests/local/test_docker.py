"""Docker: when it is not started here, and how that is said."""

import os
from pathlib import Path

import pytest

from local import docker
from local.trouble import Trouble


@pytest.fixture(autouse=True)
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setattr(docker, "ask", lambda: "Permission denied")
    monkeypatch.setattr(docker, "PID_FILE", Path("/nowhere/docker.pid"))


def test_without_root_an_engine_that_does_not_answer_is_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docker.os, "geteuid", lambda: 1000)
    with pytest.raises(Trouble) as caught:
        docker.ensure(tmp_path)
    assert str(caught.value) == (
        "unix:///var/run/docker.sock: no Docker engine answers, and it can only be started here by root, "
        "and without DOCKER_HOST\n"
        "    found: Permission denied\n"
        "    mend:  start Docker (https://docs.docker.com/engine/install), join the group `docker` if the "
        "socket is closed to you, or set DOCKER_HOST; again `make up`"
    )


def test_an_engine_that_docker_host_names_is_never_replaced_by_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docker.os, "geteuid", lambda: 0)
    monkeypatch.setenv("DOCKER_HOST", "unix:///elsewhere.sock")
    with pytest.raises(Trouble) as caught:
        docker.ensure(tmp_path)
    assert caught.value.finding.where == "unix:///elsewhere.sock"


@pytest.mark.parametrize("pid", ["", "99999999", str(os.getpid())], ids=["empty", "gone", "another program"])
def test_a_pid_file_of_a_dockerd_that_is_gone_does_not_stop_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pid: str
) -> None:
    file = tmp_path / "docker.pid"
    file.write_text(pid)
    monkeypatch.setattr(docker, "PID_FILE", file)
    docker.remove_stale_pid_file()
    assert file.exists() == (pid == "")


def test_a_dockerd_that_ends_at_once_is_told_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "dockerd"
    broken.write_text("#!/bin/sh\necho failed to mount overlay\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(docker.os, "geteuid", lambda: 0)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Trouble) as caught:
        docker.ensure(tmp_path)
    assert caught.value.finding.found == "failed to mount overlay"

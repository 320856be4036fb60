"""The engine: which one is taken, and what is said when there is none."""

from pathlib import Path

import pytest

from local import engine, wrapper
from local.trouble import Trouble


def command(path: Path, said: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {said}\n")
    path.chmod(0o755)
    return path


def unreachable(_: str) -> bool:
    return False


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No pulumi, no Go, no network."""
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(engine, "reachable", unreachable)


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("v3.259.0\n", (3, 259, 0)),
        ("3.272.1", (3, 272, 1)),
        ("v3.260.0-alpha.1+2f", (3, 260, 0)),
        ("", ()),
        ("command not found", ()),
    ],
)
def test_a_version_is_compared_as_numbers(said: str, version: tuple[int, ...]) -> None:
    assert engine.parse(said) == version


@pytest.mark.parametrize(("said", "taken"), [("v3.259.0", True), ("v3.258.9", False), ("v4.0.0", True)])
def test_a_pulumi_on_path_is_taken_if_it_is_new_enough(tmp_path: Path, said: str, taken: bool) -> None:
    given = command(tmp_path / "path" / "pulumi", said)
    command(tmp_path / "path" / engine.LANGUAGE, "")
    assert engine.find(tmp_path / "tools") == (given if taken else None)


def test_a_pulumi_on_path_that_runs_no_python_is_passed_over(tmp_path: Path) -> None:
    command(tmp_path / "path" / "pulumi", "v3.300.0")
    assert engine.find(tmp_path / "tools") is None


def test_an_engine_built_here_gets_our_language_host(tmp_path: Path) -> None:
    made = command(tmp_path / "tools" / "engine" / "bin" / "pulumi", "v3.259.0")
    assert engine.find(tmp_path / "tools") == made
    assert (made.parent / engine.LANGUAGE).read_text() == wrapper.script("local.language_host")


def test_an_official_release_keeps_its_own_language_host(tmp_path: Path) -> None:
    made = command(tmp_path / "tools" / "engine" / "bin" / "pulumi", "v3.272.0")
    command(made.parent / f"{engine.LANGUAGE}-exec", "")
    own = command(made.parent / engine.LANGUAGE, "own").read_text()
    assert engine.find(tmp_path / "tools") == made
    assert (made.parent / engine.LANGUAGE).read_text() == own


def test_what_an_interrupted_run_left_is_no_engine(tmp_path: Path) -> None:
    command(tmp_path / "tools" / "engine.part" / "bin" / "pulumi", "v3.259.0")
    assert engine.find(tmp_path / "tools") is None


def test_no_go_and_no_download_is_one_message_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(Trouble) as caught:
        engine.ensure(tmp_path / "tools")
    assert str(caught.value) == (
        "engine: no pulumi >= 3.259 on PATH, no download from https://get.pulumi.com/, and no build\n"
        "    found: no Go on PATH\n"
        "    mend:  install pulumi (https://www.pulumi.com/docs/install) or Go (https://go.dev/dl) "
        "and see that it is on PATH; again `make up`"
    )


def test_a_build_that_fails_says_so_and_the_next_one_goes_on(tmp_path: Path) -> None:
    go = command(tmp_path / "path" / "go", "no space left\nexit 3")
    with pytest.raises(Trouble) as caught:
        engine.ensure(tmp_path / "tools")
    log = tmp_path / "tools" / "engine.log"
    assert caught.value.finding.found == f"`go build` ended with 3: no space left (all of it in {log})"

    built = command(tmp_path / "built", "v3.259.0")
    go.write_text(f'#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\n/bin/mkdir -p "${{2%/*}}"; /bin/cp {built} "$2"\n')
    assert engine.ensure(tmp_path / "tools") == tmp_path / "tools" / "engine" / "bin" / "pulumi"


def test_the_build_needs_no_c_compiler_and_no_flags_of_the_developer() -> None:
    built = engine.build_environment({"GOFLAGS": "-mod=vendor", "CGO_ENABLED": "1", "HOME": "/home/a"})
    assert built == {"GOFLAGS": "", "CGO_ENABLED": "0", "GOWORK": "off", "HOME": "/home/a"}


def test_the_built_version_is_the_one_that_the_modules_pin() -> None:
    assert f"github.com/pulumi/pulumi/pkg/v3 v{engine.BUILT}" in (engine.MODULES / "go.mod").read_text()

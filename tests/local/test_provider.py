"""Plugins: the real ones where they can be had, stand-ins elsewhere, asked once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from local import provider
from local.provider import Providers
from local.wrapper import script

WANTED = {name: provider.version(f"pulumi-{name}") for name in provider.NAMES}


def executable(tools: Path, name: str) -> Path:
    return provider.folder(tools, name, WANTED[name]) / f"pulumi-resource-{name}"


def answers(yes: bool) -> Callable[[str], bool]:
    def reachable(_: str) -> bool:
        return yes

    return reachable


def no_second_question(*_: object) -> bool:
    raise AssertionError("asked although the answer is known")


def test_without_a_download_the_stand_ins_take_the_plugins_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "reachable", answers(False))
    providers = provider.ensure(tmp_path, Path("/nowhere/pulumi"))
    assert providers == Providers(WANTED, real=False)
    for name in provider.NAMES:
        assert executable(tmp_path, name).read_text() == script(f"local.plugins.{name}")
    monkeypatch.setattr(provider, "reachable", no_second_question)
    assert provider.ensure(tmp_path, Path("/nowhere/pulumi")) == providers


def test_downloaded_plugins_are_used_and_replace_stand_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider, "reachable", answers(False))
    provider.ensure(tmp_path, Path("/nowhere/pulumi"))
    (tmp_path / "plugins.json").unlink()

    def download(tools: Path, *_: object) -> bool:
        assert not executable(tools, "aws").exists(), "the engine takes a stand-in for the plugin"
        for name in provider.NAMES:
            executable(tools, name).parent.mkdir(parents=True)
            executable(tools, name).write_text("real")
        return True

    monkeypatch.setattr(provider, "reachable", answers(True))
    monkeypatch.setattr(provider, "download", download)
    assert provider.ensure(tmp_path, Path("/nowhere/pulumi")).real
    assert executable(tmp_path, "aws").read_text() == "real"


@pytest.mark.parametrize("kept", ["", "[]", '{"wanted": {"aws": "1.0.0"}, "real": false}', '{"wanted": 1, "real": 1}'])
def test_an_answer_for_other_versions_or_cut_short_is_asked_again(tmp_path: Path, kept: str) -> None:
    (tmp_path / "plugins.json").write_text(kept)
    assert provider.remembered(tmp_path, WANTED) is None


def test_the_line_says_which_plugins_are_used() -> None:
    wanted = {"aws": "7.51.1", "docker": "5.2.0"}
    assert str(Providers(wanted, real=True)) == "aws 7.51.1 and docker 5.2.0"
    assert str(Providers(wanted, real=False)) == (
        "stand-ins for aws 7.51.1 and docker 5.2.0, which cannot be downloaded here (`make clean` asks again)"
    )

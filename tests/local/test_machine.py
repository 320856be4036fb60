"""The environment in which pulumi runs."""

from pathlib import Path

from local.machine import CHECKOUT, Machine


def environment(tmp_path: Path, base: dict[str, str], *, stand_ins: bool = False) -> dict[str, str]:
    machine = Machine(folder=tmp_path / "machine", tools=tmp_path / "tools", port=4577)
    return machine.environment(Path("/opt/pulumi/bin/pulumi"), stand_ins=stand_ins, base=base)


def test_nothing_of_the_developers_own_account_is_left(tmp_path: Path) -> None:
    base = {
        "AWS_PROFILE": "prod",
        "AWS_SESSION_TOKEN": "token",
        "AWS_ENDPOINT_URL": "https://elsewhere",
        "PULUMI_ACCESS_TOKEN": "pul-1",
        "PULUMI_STACK": "prod",
        "PULUMI_CONFIG_PASSPHRASE_FILE": "/home/a/passphrase",
        "PATH": "/usr/bin",
        "HOME": "/home/a",
    }
    assert environment(tmp_path, base) == {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PULUMI_BACKEND_URL": (tmp_path / "machine" / "state").as_uri(),
        "PULUMI_HOME": str(tmp_path / "tools" / "pulumi"),
        "PULUMI_CONFIG_PASSPHRASE": "local",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_ERROR_OUTPUT_STRING": "1",
        "NO_PROXY": "localhost,127.0.0.1",
        "PATH": f"{CHECKOUT}/.venv/bin:/opt/pulumi/bin:/usr/bin",
        "HOME": "/home/a",
    }


def test_plugins_are_not_fetched_where_stand_ins_are_used(tmp_path: Path) -> None:
    assert environment(tmp_path, {}, stand_ins=True)["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "1"


def test_the_developers_own_exceptions_from_the_proxy_are_kept(tmp_path: Path) -> None:
    found = environment(tmp_path, {"no_proxy": "intern.example"})
    assert found["NO_PROXY"] == "intern.example,localhost,127.0.0.1"
    assert "no_proxy" not in found


def test_the_state_folder_is_there_when_pulumi_needs_it(tmp_path: Path) -> None:
    environment(tmp_path, {})
    assert (tmp_path / "machine" / "state").is_dir()

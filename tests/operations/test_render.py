"""`pairva render`: the committed files are what the program registers, and what changes them."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from ruamel.yaml import YAML
from typer.testing import CliRunner

from operations import stack_argument
from operations.__main__ import app
from tests.program import STACKS, committed
from tests.recording import ROOT, recorded
from tests.samples import SAMPLE

FOLDER = Path("infrastructure/task-definitions")
EACH = [(stack, service) for stack in STACKS for service in committed(stack).services]
FILES = [f"{FOLDER}/{stack}/{service}.json" for stack in ("prod", "staging") for service in ("backend", "frontend")]
PROD_BACKEND = FOLDER / "prod" / "backend.json"

each_service = pytest.mark.parametrize(("stack", "service"), EACH)


def rendered(*arguments: str) -> tuple[int, str, str]:
    """Exit code, what was printed, and what was complained of."""
    result = CliRunner().invoke(app, ["render", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two stacks of the sample, rendered, to be changed."""
    monkeypatch.setattr(stack_argument, "ROOT", tmp_path)
    for stack in ("prod", "staging"):
        (tmp_path / f"Pulumi.{stack}.yaml").write_text(SAMPLE)
    assert rendered() == (0, "".join(f"wrote {file}\n" for file in FILES), "")
    return tmp_path


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The committed stack files and task definitions, to be changed."""
    for file in ROOT.glob("Pulumi.*.yaml"):
        shutil.copy(file, tmp_path)
    shutil.copytree(ROOT / FOLDER, tmp_path / FOLDER)
    monkeypatch.setattr(stack_argument, "ROOT", tmp_path)
    return tmp_path


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def contents(project: Path) -> dict[str, bytes]:
    """Every file of the rendered folder, whatever its name."""
    files = (file for file in (project / FOLDER).rglob("*") if file.is_file())
    return {str(file.relative_to(project)): file.read_bytes() for file in files}


def test_the_committed_files_are_up_to_date() -> None:
    code, told, _ = rendered("--all", "--check")
    assert code == 0, f"run ./pairva render --all and commit what it changes:\n{told}"
    assert told == ""


@each_service
def test_a_committed_file_is_what_the_program_registers(stack: str, service: str) -> None:
    registered: dict[str, Any] = dict(
        recorded(stack).one("aws:ecs/taskDefinition:TaskDefinition", f"{service}-definition").inputs
    )
    assert registered.pop("skipDestroy") is True
    containers = json.loads(registered["containerDefinitions"])
    for each in containers:
        each["image"] = re.sub(r"(:[^:/@]+|@sha256:[0-9a-f]{64})$", "", each["image"])
    file = json.loads((ROOT / FOLDER / stack / f"{service}.json").read_text())
    assert file == {**registered, "containerDefinitions": containers}


@each_service
def test_ecs_takes_a_committed_file_as_its_request(stack: str, service: str) -> None:
    shape = botocore.session.get_session().get_service_model("ecs").operation_model("RegisterTaskDefinition")
    request = json.loads((ROOT / FOLDER / stack / f"{service}.json").read_text())
    assert shape.input_shape is not None
    assert ParamValidator().validate(request, shape.input_shape).generate_report() == ""


@each_service
def test_a_committed_file_names_the_repository_and_no_version(stack: str, service: str) -> None:
    (container,) = json.loads((ROOT / FOLDER / stack / f"{service}.json").read_text())["containerDefinitions"]
    assert container["image"] == f"{committed(stack).registry}/pairva-{service}"


def test_from_nothing_every_file_is_written_once_and_the_same(project: Path) -> None:
    before = contents(project)
    shutil.rmtree(project / "infrastructure")
    assert rendered("--all") == (0, "".join(f"wrote {file}\n" for file in FILES), "")
    assert contents(project) == before
    assert sorted(before) == FILES
    assert rendered("--all") == (0, "", "")


def test_a_file_is_sorted_and_ends_with_its_line(project: Path) -> None:
    for file in FILES:
        text = (project / file).read_text()
        assert text == json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"


def test_raising_a_version_changes_no_file(copy: Path) -> None:
    for stack in STACKS:
        file = copy / f"Pulumi.{stack}.yaml"
        raised, count = re.subn(r"(      version: ).*", r'\1"99.0"', file.read_text())
        assert count == len(committed(stack).services)
        file.write_text(raised)
    edit(copy / "Pulumi.prod.yaml", 'version: "99.0"', f'version: "99.0"\n      digest: sha256:{"0" * 64}')
    assert rendered("--check") == (0, "", "")


def reversed_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: reversed_keys(each) for key, each in reversed(value.items())}
    return [reversed_keys(each) for each in value] if isinstance(value, list) else value


def test_the_order_of_keys_changes_no_file(copy: Path) -> None:
    for file in copy.glob("Pulumi.*.yaml"):
        document = YAML(typ="safe").load(file.read_text())  # pyright: ignore[reportUnknownMemberType]
        file.write_text(json.dumps(reversed_keys(document)))
    assert rendered("--check") == (0, "", "")


def test_a_stale_file_is_told_with_what_differs_and_what_to_do_and_left_alone(project: Path) -> None:
    edit(project / "Pulumi.prod.yaml", "cpu: 512\n      memory: 1024", "cpu: 512\n      memory: 2048")
    before = contents(project)
    code, told, complained = rendered("--all", "--check")
    assert (code, re.sub(r"@@ .* @@", "@@", told), complained) == (
        1,
        """\
infrastructure/task-definitions/prod/backend.json: is not what the program would register
    found: - in the file, + rendered now
        @@
           "executionRoleArn": "arn:aws:iam::039612856036:role/pairva-prod-backend-execution",
           "family": "pairva-prod-backend",
        -  "memory": "1024",
        +  "memory": "2048",
           "networkMode": "awsvpc",
           "requiresCompatibilities": [
    mend:  run ./pairva render prod, look at git diff, commit it
""",
        "",
    )
    assert contents(project) == before
    assert rendered("prod") == (0, f"wrote {PROD_BACKEND}\n", "")
    assert json.loads((project / PROD_BACKEND).read_text())["memory"] == "2048"
    assert rendered("--all", "--check") == (0, "", "")


def test_missing_and_superfluous_files_are_told_each_with_its_command(project: Path) -> None:
    (project / PROD_BACKEND).unlink()
    for superfluous in ("prod/worker.json", "old/backend.json"):
        file = project / FOLDER / superfluous
        file.parent.mkdir(exist_ok=True)
        file.write_text("{}")
    code, told, _ = rendered("--all", "--check")
    assert (code, told.split("\n\n")) == (
        1,
        [
            f"{FOLDER}/old/backend.json: belongs to no service of any stack\n"
            "    mend:  run ./pairva render --all, look at git diff, commit it",
            f"{FOLDER}/prod/backend.json: is missing\n    mend:  run ./pairva render prod, look at git diff, commit it",
            f"{FOLDER}/prod/worker.json: belongs to no service of any stack\n"
            "    mend:  run ./pairva render prod, look at git diff, commit it\n",
        ],
    )
    assert rendered("prod") == (0, f"wrote {PROD_BACKEND}\nremoved {FOLDER}/prod/worker.json\n", "")
    assert rendered() == (0, f"removed {FOLDER}/old/backend.json\n", "")
    assert not (project / FOLDER / "old").exists()
    assert sorted(contents(project)) == FILES


def test_what_is_not_rendered_here_stays(project: Path) -> None:
    note = project / FOLDER / "old" / "README.md"
    note.parent.mkdir()
    note.write_text("kept")
    (note.parent / "backend.json").write_text("{}")
    assert rendered("--all") == (0, f"removed {FOLDER}/old/backend.json\n", "")
    assert note.read_text() == "kept"


def test_a_named_stack_is_rendered_alone(project: Path) -> None:
    shutil.rmtree(project / "infrastructure")
    assert rendered("staging", "staging")[0] == 0
    assert sorted(contents(project)) == [f"{FOLDER}/staging/backend.json", f"{FOLDER}/staging/frontend.json"]
    (project / FOLDER / "staging" / "backend.json").unlink()
    code, told, _ = rendered("staging", "--check")
    assert (code, told.count("is missing"), "prod" in told) == (1, 1, False)


def test_a_long_difference_is_cut(project: Path) -> None:
    names = "".join(f'        NAME_{number}: "1"\n' for number in range(20))
    edit(project / "Pulumi.prod.yaml", "        NODE_ENV: production\n", names)
    _, told, _ = rendered("--check")
    *shown, more, mend = told.splitlines()[2:]
    assert (len(shown), shown[-1]) == (30, '        +          "name": "NAME_14",')
    assert re.fullmatch(r"        … [1-9]\d* more lines", more)
    assert mend.startswith("    mend:  ")


def test_other_line_ends_and_other_bytes_are_stale(project: Path) -> None:
    frontend = project / FOLDER / "prod" / "frontend.json"
    frontend.write_bytes(frontend.read_bytes().replace(b"\n", b"\r\n"))
    (project / PROD_BACKEND).write_bytes(b"\xff\xfe\x00")
    code, told, _ = rendered("--check")
    backend_told, frontend_told = told.split("\n\n")
    assert (code, "        -\ufffd\ufffd\x00\n" in backend_told) == (1, True)
    assert "    found: other line ends\n" in frontend_told


def test_a_wrong_stack_file_is_told_and_nothing_is_written(project: Path) -> None:
    shutil.rmtree(project / "infrastructure")
    edit(project / "Pulumi.staging.yaml", "cpu: 512", "cpu: 300")
    code, told, complained = rendered("--all")
    assert (code, told) == (1, "")
    assert "pairva:deployment.backend.cpu: is no CPU size of Fargate" in complained
    assert not (project / "infrastructure").exists()


def test_a_stack_that_there_is_not_is_told(project: Path) -> None:
    message = "There is no Pulumi.nowhere.yaml; the stacks are prod, staging.\n"
    assert rendered("nowhere") == (2, "", message)


def test_names_and_all_together_are_refused(project: Path) -> None:
    assert rendered("prod", "--all") == (2, "", "Name stacks, or say --all: not both.\n")


def test_a_folder_in_a_files_place_is_told(project: Path) -> None:
    (project / PROD_BACKEND).unlink()
    (project / PROD_BACKEND).mkdir()
    code, told, complained = rendered("--all")
    assert (code, told) == (1, "")
    assert complained.startswith(f"{PROD_BACKEND}: cannot be read or written\n    found: Is a directory\n")


def test_a_file_that_cannot_be_replaced_keeps_its_text(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: Path, content: bytes) -> int:
        with file.open("wb") as opened:
            opened.write(content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    before = contents(project)
    edit(project / "Pulumi.prod.yaml", "memory: 1024", "memory: 2048")
    code, _, complained = rendered("prod")
    assert (code, "found: No space left on device" in complained) == (1, True)
    assert contents(project) == before


def test_rendering_waits_for_no_engine_and_no_cloud() -> None:
    program = (
        "import sys; from operations.__main__ import app; app(['render', '--all', '--check'], standalone_mode=False); "
        "print({'pulumi', 'pulumi_aws', 'pulumi_docker', 'boto3', 'botocore', 'docker', 'grpc'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "set()\n", "")

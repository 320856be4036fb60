"""What scanners are given: the plan, the policies that can be read alone, and the files that git does not ignore."""

import json
import subprocess
from pathlib import Path

from audit.program import Program, Resource
from audit.scanners import prepare, scanners

POLICY = json.dumps({"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}]})
ATTACHED = json.dumps({"Statement": [{"Effect": "Allow", "Action": "ecr:BatchGetImage", "Principal": "*"}]})
EXPIRY = json.dumps({"rules": []})


def resource(kind: str, policy: str) -> Resource:
    return Resource(type=kind, name="one", inputs={"policy": policy}, kept=False, identities={})


def files(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_what_is_scanned(tmp_path: Path) -> None:
    root, folder = tmp_path / "root", tmp_path / "folder"
    for name in ("apps/web.Dockerfile", "infrastructure/policies/prod/deploy.json", ".local/state.json"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(POLICY)
    (root / ".gitignore").write_text("/.local\n")
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    resources = [
        resource("aws:iam/rolePolicy:RolePolicy", POLICY),
        resource("aws:ecr/repositoryPolicy:RepositoryPolicy", ATTACHED),
        resource("aws:ecr/lifecyclePolicy:LifecyclePolicy", EXPIRY),
    ]
    dockerfiles = prepare(folder, root, [Program(stack="prod", resources=resources)])
    assert dockerfiles == ["apps/web.Dockerfile", "control/Dockerfile"]
    assert files(folder) == [
        "hadolint.yaml",
        "plan/plan.json",
        "policies/control/unknown.json",
        "policies/infrastructure/policies/prod/deploy.json",
        "policies/prod/aws_iam_role_policy.one.json",
        "secrets.yaml",
        "tree/.gitignore",
        "tree/apps/web.Dockerfile",
        "tree/control/.github/key.yml",
        "tree/control/Dockerfile",
        "tree/control/key.md",
        "tree/control/key.yaml",
        "tree/control/tests/key.py",
        "tree/infrastructure/policies/prod/deploy.json",
    ]
    assert len(json.loads((folder / "plan" / "plan.json").read_text())["resource_changes"]) == 3


def test_every_scanner_is_given_something_to_find() -> None:
    control = frozenset({("AWS-0017", "control/a"), ("CKV_AWS_2", "control/a")})
    given = {each.name: each.control for each in scanners(Path("folder"), Path("bin"), control, [])}
    assert given["trivy (plan)"] == {("AWS-0017", "control/a")}
    assert given["checkov (plan)"] == {("CKV_AWS_2", "control/a")}
    assert all(given.values())

"""The comments of `pairva review` on real previews of the engine, against those in tests/review/golden.

`WRITE_REVIEWS=1 python -m pytest tests/engine/test_reviews.py` writes them again, with the previews that the unit tests
read: look at what git shows of them.
"""

import os
import shutil
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import docker
import pytest

from local import base_image
from local.machine import CHECKOUT, Machine
from local.preparation import Toolchain
from review import comment, markup, preview
from tests.engine.project import Project
from tests.engine.running import Ended
from tests.engine.world import World
from tests.review.captured import GOLDEN, PREVIEWS, document, steady, written

_SECRET = "arn:aws:secretsmanager:us-east-1:000000000000:secret:pairva/reviews/api-key"
_ENVIRONMENT = {"LOG_LEVEL": "info", "OLD_FLAG": "on"}

Deployment = dict[str, Any]
Change = Callable[[Deployment], object]

# What a pull request changes in the stack file.
CHANGES: Mapping[str, Change] = {
    "nothing": lambda _: None,
    "version": lambda deployment: [deployment[name].update(version="1.0.2") for name in ("backend", "frontend")],
    "environment": lambda deployment: deployment["backend"].update(environment={"LOG_LEVEL": "debug", "FLAG": "on"}),
    "scale": lambda deployment: deployment["backend"].update(count=3),
    "size": lambda deployment: deployment["backend"].update(cpu=512, memory=1024),
    "routing": lambda deployment: (
        deployment["backend"].update(port=3100),
        deployment["backend"]["health"].update(path="/api/version"),
    ),
    "worker": lambda deployment: [deployment["backend"].pop(key) for key in ("path", "smoke")],
    "release": lambda deployment: deployment["backend"].update(version="1.0.2", release=["migrate", "--seconds", "2"]),
    "pull": lambda deployment: deployment["backend"].update(pullAccounts=["222222222222"]),
    "secret": lambda deployment: deployment["backend"]["secrets"].update(API_KEY=_SECRET),
    "wrong-file": lambda deployment: deployment["backend"].update(version=1.10, memory=513),
    "refused": lambda deployment: deployment["backend"]["secrets"].update(API_KEY=f"{_SECRET}-nobody-made"),
}

FAILED = ("wrong-file", "refused")
NAMES = ("first", *CHANGES, "network", "destroy", "drift", "refresh")


@pytest.fixture(scope="module")
def said(
    machine: tuple[Machine, Toolchain], tmp_path_factory: pytest.TempPathFactory
) -> Generator[Mapping[str, Ended]]:
    """What the engine said of each preview, by its name: of one stack, which comes up once."""
    folder = tmp_path_factory.mktemp("reviews")
    (folder / "stack").mkdir()
    project = Project.create(folder / "stack", "reviews", *machine)
    ecr = project.aws("ecr")
    ecr.create_repository(repositoryName="pairva-frontend", imageTagMutability="MUTABLE")
    _push_frontend(project, "1.0.1", "1.0.2")
    project.aws("secretsmanager").create_secret(Name="pairva/reviews/api-key", SecretString="of nobody's interest")
    project.change(_begin)
    try:
        yield _previews(project, folder)
    finally:
        project.pulumi("destroy", "--yes", "--skip-preview", "--refresh=false", "--non-interactive")
        ecr.delete_repository(repositoryName="pairva-frontend", force=True)


def _begin(config: dict[str, Any]) -> None:
    """The backend is built, as staging does it; the frontend is promoted, as prod does it."""
    deployment = config["pairva:deployment"]
    deployment["backend"]["environment"] = _ENVIRONMENT
    del deployment["frontend"]["build"]
    deployment["frontend"]["repository"] = "existing"


def _push_frontend(project: Project, *versions: str) -> None:
    client = docker.from_env()
    base_image.ensure(client)
    for version in versions:
        name = f"localhost:{project.machine.port}/pairva-frontend:{version}"
        client.images.build(
            path=str(CHECKOUT / "apps"), dockerfile="frontend.Dockerfile", tag=name, buildargs={"VERSION": version}
        )
        client.images.push(name)
    client.close()


def _previews(project: Project, folder: Path) -> dict[str, Ended]:
    said = {"first": _said(project)}
    assert project.up().code == 0
    network = World(project)
    network.create_network()
    changes = {**CHANGES, "network": network.name_network}
    # Two at a time: they mostly wait, and none changes anything.
    with ThreadPoolExecutor(2) as pool:
        waiting = {
            name: pool.submit(_said, _changed(project, folder / name, change)) for name, change in changes.items()
        }
        waiting["destroy"] = pool.submit(_said, project, "destroy", "--preview-only")
        said |= {name: each.result() for name, each in waiting.items()}
    _by_hand(project)
    return {**said, "drift": _said(project), "refresh": _said(project, "refresh", "--preview-only")}


def _said(project: Project, *command: str) -> Ended:
    """Again if, on a busy machine, a stand-in plugin has ended before the engine let go of it, which is an error."""
    ended = project.pulumi(*(command or ["preview"]), "--json", "--non-interactive")
    return _said(project, *command) if "exited prematurely" in ended.said else ended


def _changed(project: Project, folder: Path, change: Change) -> Project:
    """The same stack from a folder of its own, with another stack file."""
    shutil.copytree(project.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    copied = replace(project, folder=folder)

    def changed(config: dict[str, Any]) -> None:
        change(config["pairva:deployment"])

    copied.change(changed)
    return copied


def _by_hand(project: Project) -> None:
    """Somebody scales a service, lets fewer in, and deletes a log."""
    ec2 = project.aws("ec2")
    project.aws("ecs").update_service(cluster=project.prefix, service=f"{project.prefix}-backend", desiredCount=2)
    groups = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [f"{project.prefix}-balancer"]}])
    (group,) = groups["SecurityGroups"]
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group["GroupId"]]}])
    (inward,) = [each for each in rules["SecurityGroupRules"] if not each["IsEgress"]]
    narrower = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIpv4": "10.0.0.0/8", "Description": "by hand"}
    ec2.modify_security_group_rules(
        GroupId=group["GroupId"],
        SecurityGroupRules=[
            {"SecurityGroupRuleId": inward["SecurityGroupRuleId"], "SecurityGroupRule": narrower},
        ],
    )
    project.aws("logs").delete_log_group(logGroupName=f"/pairva/{project.stack}/frontend")


@pytest.mark.parametrize("name", NAMES)
def test_the_comment_on_a_preview_is_the_golden_one(name: str, said: Mapping[str, Ended]) -> None:
    ended = said[name]
    assert (ended.code != 0) == (name in FAILED)
    text = steady(markup.text(comment.of(preview.read(ended.said.encode()))))
    golden = GOLDEN / f"{name}.md"
    if os.environ.get("WRITE_REVIEWS"):
        golden.write_text(text)
        (PREVIEWS / f"{name}.json").write_text(written(document(ended.said)))
    assert text == golden.read_text()


def test_every_golden_comment_is_of_a_preview_here() -> None:
    assert sorted(each.stem for each in GOLDEN.iterdir()) == sorted(NAMES)

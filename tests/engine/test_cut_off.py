"""An `up` that is ended anywhere, and two at once: with README's lines nothing is made twice, and nothing is left over.

The state is in a bucket, as that of the real stacks; in a folder a kill may cut it off (test_state.py).
"""

import json
import random
import re
import time
from collections.abc import Generator
from dataclasses import replace

import pytest

from checks.interruption.trace import FINDERS
from local.machine import Machine
from local.preparation import Toolchain
from tests.engine.project import UP, Project
from tests.engine.proxy import Late, Proxy
from tests.engine.running import Running
from tests.engine.there import known, there

_BUCKET, _POINTS = "pairva-state-of-the-cut-off", 10
_LOCKED = "the stack is currently locked by 1 lock(s)"


@pytest.fixture(scope="module")
def cut(machine: tuple[Machine, Toolchain], tmp_path_factory: pytest.TempPathFactory) -> Generator[Project]:
    project = Project.create(tmp_path_factory.mktemp("cut"), "cut", *machine)
    project.aws("s3").create_bucket(Bucket=_BUCKET)
    backend = f"s3://{_BUCKET}?region=us-east-1&s3ForcePathStyle=true"
    project = replace(project, told={"PULUMI_BACKEND_URL": backend, "AWS_ENDPOINT_URL_S3": project.machine.endpoint})
    assert project.pulumi("stack", "init", project.stack).code == 0
    yield project
    project.pulumi("cancel", "--yes")
    project.pulumi("destroy", "--yes", "--skip-preview", "--refresh=false", "--non-interactive")


def test_what_aws_had_made_when_pulumi_was_killed_is_taken_over(cut: Project) -> None:
    """AWS has made the cluster, and pulumi is killed before it hears of it."""
    with Proxy(cut.machine.port) as proxy:
        cut.ask_at(proxy.url, "ecs")
        proxy.fail(Late(), "CreateCluster")
        with cut.start(*UP) as up:
            while not cut.aws("ecs").list_clusters()["clusterArns"]:
                time.sleep(0.05)
            up.kill()
            assert up.ended().code == -9
            assert up.all_gone()
        proxy.mend()
        assert "creating pairva-cluster" in cut.pending()
        assert ("pairva-cluster", cut.prefix) in _take_back(cut)
        assert cut.pending() == []
        cut.ask_at(cut.machine.endpoint, "ecs")
        assert cut.up().code == 0
    assert cut.planned() == {}
    assert cut.aws("ecs").list_clusters()["clusterArns"] == [f"arn:aws:ecs:us-east-1:000000000000:cluster/{cut.prefix}"]


def test_ended_at_ten_points_an_up_completes_with_nothing_twice_and_nothing_left_over(cut: Project) -> None:
    assert cut.up().code == 0
    whole = _tree(cut)
    assert cut.pulumi("destroy", "--yes", "--skip-preview", "--non-interactive").code == 0
    before, seed = there(cut), random.randrange(10_000)  # noqa: S311
    draw = random.Random(seed)  # noqa: S311
    for point in range(_POINTS):
        with cut.start(*UP) as up:
            _until_made(up, draw.randint(1, 9))
            up.kill() if point % 2 else up.interrupt()
            ended = up.ended(seconds=90)
            assert up.all_gone()
        assert "exists already" not in ended.said, f"seed {seed}, point {point}"
        if point % 2:
            _take_back(cut)
        assert cut.pending() == [], f"seed {seed}, point {point}"
        # What up makes again without harm, the state knows when it has.
        left = {each for each in there(cut) - before - known(cut) if each[0] in FINDERS}
        assert (left, known(cut) - there(cut)) == (set(), set()), f"seed {seed}, point {point}"

    assert cut.up().code == 0
    assert cut.planned() == {}
    assert there(cut) - before == known(cut), f"seed {seed}"
    assert cut.served() == {"backend": cut.version, "frontend": cut.version}
    assert _tree(cut) == whole


def _until_made(up: Running, more: int) -> None:
    """Until it has made so many resources, or has ended since none is left to make."""
    while up.said.count(" created (") < more and up.process.poll() is None:
        pass


def _take_back(project: Project) -> list[tuple[str, str]]:
    """By README's lines; what was imported, by name and id."""
    assert project.pulumi("cancel", "--yes").code == 0
    assert project.pulumi("stack", "export", "--file", "state.json").code == 0
    found = project.pairva("recover", project.stack, "state.json")
    assert found.code == 0
    if found.said:
        (project.folder / "made.json").write_text(found.said)
        flags = ("--protect=false", "--generate-code=false", "--yes", "--skip-preview", "--non-interactive")
        assert project.pulumi("import", "--file", "made.json", *flags).code == 0
    assert project.pulumi("refresh", "--clear-pending-creates", "--yes", "--non-interactive").code == 0
    return [(each["name"], each["id"]) for each in json.loads(found.said)["resources"]] if found.said else []


def _tree(project: Project) -> set[tuple[str, str]]:
    """Type and name of all that the state knows, without the version of a secret's policy."""
    return {(each["type"], each["urn"].rpartition("::")[2]) for each in project.state()["resources"]}


def test_of_two_at_once_one_wins_and_the_other_names_the_lock(cut: Project) -> None:
    cut.raise_versions()
    with cut.start(*UP) as first:
        first.until("@ updating")
        began = time.monotonic()
        second = cut.up()
        assert time.monotonic() - began < 20
        ended = first.ended()
    assert ended.code == 0
    assert second.code != 0
    assert _LOCKED in second.said
    assert re.search(r"created by \S+@\S+ \(pid \d+\) at ", second.said)
    assert cut.planned() == {}


def test_of_two_that_begin_together_never_both_run(cut: Project) -> None:
    with cut.start(*UP) as one, cut.start(*UP) as other:
        ended = [one.ended(), other.ended()]
    won = [each for each in ended if each.code == 0]
    assert len(won) <= 1
    assert all(_LOCKED in each.said for each in ended if each.code != 0)
    assert cut.up().code == 0
    assert cut.planned() == {}

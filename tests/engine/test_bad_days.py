"""An AWS that answers badly everywhere at once, and none at all."""

import json
import random
import re
import time

from tests.engine.conftest import Create, free_port
from tests.engine.flaky import Flaky
from tests.engine.project import Project

_UNREACHABLE = "Pulumi.{}.yaml: aws:region: AWS cannot be reached\n"


def test_an_up_completes_though_three_of_ten_calls_fail_and_a_second_changes_nothing(create: Create) -> None:
    project, seed = create("flaky"), random.randrange(10_000)  # noqa: S311
    with Flaky(project.machine.port, percent=30, seed=seed) as aws:
        project.ask_at(aws.url)
        ended = project.up()
        print(f"seed {seed}: {aws.passed} calls passed, failed were {aws.failed}")
        assert ended.code == 0
        assert 0.2 < sum(aws.failed.values()) / (sum(aws.failed.values()) + aws.passed) < 0.4
        assert min(aws.failed.values()) > 20
        assert project.planned() == {}
        aws.percent = 0
        assert project.served() == {"backend": project.version, "frontend": project.version}
        # The state's provider asks here, also when it takes the stack down.
        assert project.pulumi("destroy", "--yes", "--skip-preview", "--non-interactive").code == 0


def test_an_aws_that_cannot_be_reached_is_named_within_a_minute_and_the_state_is_as_it_was(create: Create) -> None:
    project = create("dark")
    assert project.up().code == 0
    before = _known(project)
    project.ask_at(f"http://localhost:{free_port()}")
    project.raise_versions()
    for command in (["preview"], ["up", "--yes", "--skip-preview"], ["up", "--yes", "--refresh"]):
        began = time.monotonic()
        ended = project.pulumi(*command, "--non-interactive")
        assert time.monotonic() - began < 60
        assert ended.code != 0
        assert _UNREACHABLE.format(project.stack) in ended.said
        assert "mend:  see to the way there" in ended.said
        assert "Traceback" not in ended.said
        assert _known(project) == before


def _known(project: Project) -> tuple[str, list[str]]:
    """Every resource of the state, and what is pending. Its date, whether it lists no dependencies as none or not at
    all, and how secrets are encrypted are the engine's own.
    """
    fields = ("urn", "id", "parent", "inputs", "outputs", "protect")
    resources = [{field: each.get(field) for field in fields} for each in project.state()["resources"]]
    return re.sub(r'"ciphertext": "[^"]+"', '"ciphertext": "…"', json.dumps(resources)), project.pending()

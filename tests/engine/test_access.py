"""Each role may do all that its commands do: every call that the engine, the plugins and the checks make of AWS.

With the state in a bucket and its secrets under a key, as the real stacks have theirs.
"""

import re
from collections.abc import Generator, Mapping, Sequence
from typing import Any

import pytest
from ruamel.yaml import YAML

from access.document import Document
from local.machine import Machine
from local.preparation import Toolchain
from tests import policies
from tests.access.evaluation import Call, allowed
from tests.engine.project import UP, Project
from tests.engine.recorder import Recorder
from tests.recording import handed_over

PREVIEW = ("preview", "--non-interactive")
DESTROY = ("destroy", "--yes", "--skip-preview", "--non-interactive")
BUCKET, KEY = "pairva-pulumi-state", "alias/pairva-pulumi"


class Operated:
    """A stack from its first preview to its end: `calls` are those of each command, `documents` its policies."""

    def __init__(self, project: Project, recorder: Recorder) -> None:
        self.calls = dict[str, list[Call]]()
        self._project, self._recorder = project, recorder
        self._environment = {
            "PULUMI_BACKEND_URL": f"s3://{BUCKET}?region=us-east-1&s3ForcePathStyle=true",
            "AWS_ENDPOINT_URL_S3": recorder.url,
            "AWS_ENDPOINT_URL_KMS": recorder.url,
        }
        self._owners_part()
        self.documents = policies.documents(project.stack, handed_over(project.stack_file.read_text()))

    def run(self, name: str, *arguments: str) -> None:
        self._recorder.take()
        assert self._project.pulumi(*arguments, environment=self._environment).code == 0
        self.calls[name] = self._recorder.take()

    def _owners_part(self) -> None:
        """Bucket, key and stack; and the stack's own tag, where the copied file has that of `local`."""
        project = self._project
        project.aws("s3").create_bucket(Bucket=BUCKET)
        kms = project.aws("kms")
        kms.create_alias(AliasName=KEY, TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
        without_salt = re.sub(r"^encryptionsalt: .*\n", "", project.stack_file.read_text(), flags=re.MULTILINE)
        project.stack_file.write_text(without_salt)
        project.change(self._own_tag)
        (endpoints,) = YAML().load(project.stack_file.read_text())["config"]["aws:endpoints"]
        project.ask_at(self._recorder.url, *endpoints)
        self.run("init", "stack", "init", project.stack, "--secrets-provider", f"awskms://{KEY}?region=us-east-1")

    def _own_tag(self, config: dict[str, Any]) -> None:
        config["aws:defaultTags"]["tags"]["stack"] = self._project.stack


@pytest.fixture(scope="module")
def operated(machine: tuple[Machine, Toolchain], tmp_path_factory: pytest.TempPathFactory) -> Generator[Operated]:
    project = Project.create(tmp_path_factory.mktemp("access"), "access", *machine)
    with Recorder(machine[0].port) as recorder:
        operated = Operated(project, recorder)
        try:
            operated.run("first preview", *PREVIEW)
            operated.run("first up", *UP)
            operated.run("preview", *PREVIEW)
            project.raise_versions()
            operated.run("up", *UP)
        finally:
            operated.run("destroy", *DESTROY)
        yield operated


def refused(calls: Sequence[Call], documents: Mapping[str, Document], role: str = "") -> set[str]:
    """What the policies do not allow whose names begin so: those of the preview role, or all, of the deploy role."""
    own = [document for name, document in documents.items() if name.startswith(role)]
    return {str(call) for call in calls if not allowed(own, call)}


@pytest.mark.parametrize("command", ["first preview", "preview"])
def test_the_preview_role_may_do_all_that_a_preview_does(operated: Operated, command: str) -> None:
    assert refused(operated.calls[command], operated.documents, "preview") == set()


@pytest.mark.parametrize("command", ["first up", "up", "destroy"])
def test_the_deploy_role_may_do_all_that_changes_the_stack(operated: Operated, command: str) -> None:
    assert refused(operated.calls[command], operated.documents) == set()


def test_what_was_recorded_is_all_that_the_commands_are_about(operated: Operated) -> None:
    recorded = {command: {call.action.partition(":")[0] for call in calls} for command, calls in operated.calls.items()}
    always = {"ec2", "ecr", "ecs", "iam", "kms", "logs", "s3", "ssm", "sts"}
    whole = {*always, "cloudwatch", "elasticloadbalancing", "events", "sns"}
    assert recorded["first preview"] >= {*always, "secretsmanager"}
    for command in ("first up", "preview", "up", "destroy"):
        assert recorded[command] >= whole, command
    assert {"kms:Encrypt"} == {call.action for call in operated.calls["init"] if call.action.startswith("kms:E")}


def test_the_preview_role_could_not_deploy(operated: Operated) -> None:
    missing = {each.partition(" ")[0] for each in refused(operated.calls["up"], operated.documents, "preview")}
    assert missing >= {"ecs:RegisterTaskDefinition", "ecs:UpdateService", "iam:PassRole", "ssm:PutParameter"}
    assert "s3:PutObject" in missing


def test_another_stacks_roles_could_not_touch_it(operated: Operated) -> None:
    others = policies.committed("local")
    missing = {each.partition(" ")[0] for each in refused(operated.calls["first up"], others)}
    assert missing >= {"ec2:CreateVpc", "ecs:CreateService", "iam:CreateRole", "logs:CreateLogGroup", "s3:PutObject"}


def test_an_action_that_is_taken_away_is_named(operated: Operated) -> None:
    calls = [call for name, each in operated.calls.items() if name != "init" for call in each]
    for action in {call.action for call in calls}:
        less = {name: without(action, document) for name, document in operated.documents.items()}
        assert {each.partition(" ")[0] for each in refused(calls, less)} == {action}


def without(action: str, document: Document) -> Document:
    statements = document["Statement"]
    return {
        "Statement": [{**each, "Action": [kept for kept in each["Action"] if kept != action]} for each in statements]
    }

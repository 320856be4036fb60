"""How a service is, judged from AWS's answers: as wanted, not deployed yet, changed, failed, or unknown."""

import pytest

from checks.condition.condition import Condition, Health, Proven, Running, Share, State, Wanted
from tests.checks.condition.account import (
    ALICE,
    DEPLOYED,
    DIGEST,
    NOW,
    OTHER_DIGEST,
    PROVEN,
    Account,
    revision,
    said,
    task,
    verdict,
)
from tests.samples import BUILD, Edit

RAISED: Edit = ('version: "1.0.1"', 'version: "1.0.2"')
TWO: Edit = ("count: 1", "count: 2")
EITHER = "changed by hand, or not deployed yet"
UNPROVEN = "nobody proved it: its verdict was bad or is not in yet, or somebody changed it by hand"
TAIL = "aws logs tail /pairva/test/backend --since 1h --follow --region us-east-1"


def test_a_service_as_wanted_is_told_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Account(monkeypatch).backend() == Condition(
        stack="test",
        service="backend",
        state=State.AS_WANTED,
        wanted=Wanted(version="1.0.1", digest=DIGEST, tasks_least=1, tasks_most=1),
        running=Running(
            version="1.0.1",
            digests=(DIGEST,),
            revision="pairva-test-backend:7",
            since=DEPLOYED,
            tasks=1,
            tasks_desired=1,
        ),
        health=Health(targets=Share(1, 1), containers=Share(1, 1)),
        proven=Proven(version="1.0.1", digest=DIGEST, revision="pairva-test-backend:7", by=ALICE, at=PROVEN),
        commands=(TAIL,),
    )


def test_one_that_builds_is_known_by_its_tag_and_the_digest_of_its_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Account(monkeypatch, BUILD).backend()
    assert (backend.state, backend.deviations) == (State.AS_WANTED, ())
    assert backend.running
    assert (backend.running.version, backend.running.digests) == ("1.0.1", (DIGEST,))


def test_a_raised_version_is_not_deployed_yet_also_before_it_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Account(monkeypatch, BUILD, RAISED).backend()
    assert said(backend) == [("version", "1.0.2", "1.0.1", "not deployed yet")]
    assert (backend.state, backend.remedies) == (State.NOT_DEPLOYED, ("pulumi up -s test",))
    assert backend.wanted == Wanted(version="1.0.2", digest=None, tasks_least=1, tasks_most=1)


def test_a_version_to_promote_that_nobody_pushed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Account(monkeypatch, RAISED).backend()
    assert said(backend) == [
        ("version", "1.0.2", "1.0.1", "not deployed yet"),
        ("image", "pairva-backend:1.0.2", "nothing", "ECR has no such tag"),
    ]


def test_what_the_stack_file_changes_of_a_task_is_not_deployed_yet_field_by_field(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = Account(monkeypatch)
    account.definition["memory"] = "2048"
    account.container["environment"] = [{"name": "DEBUG", "value": "1"}, {"name": "NODE_ENV", "value": "test"}]
    account.container["secrets"] = []
    account.container["healthCheck"]["retries"] = 3
    account.container["dockerLabels"] = {"pairva.restart": "once"}
    assert said(account.backend()) == [
        ("memory", "1024", "2048", "not deployed yet"),
        ("environment.NODE_ENV", "production", "test", "not deployed yet"),
        ("environment.DEBUG", "nothing", "1", "not deployed yet"),
        (
            "secrets.JWT_SECRET",
            "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/jwt-AbCdEf",
            "nothing",
            "not deployed yet",
        ),
        ("healthCheck.retries", "7", "3", "not deployed yet"),
        ("dockerLabels.pairva.restart", "nothing", "once", "not deployed yet"),
    ]


def test_another_repository_container_or_volume_is_told_and_no_secret_is(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    account.container["image"] = f"elsewhere.example:5000/backend@{DIGEST}"
    account.container["environment"].append({"name": "DB_PASSWORD", "value": "hunter2"})
    account.container["command"] = ["sleep", "1"]
    account.definition["containerDefinitions"].append({"name": "proxy", "image": "envoy:1"})
    account.definition["volumes"] = []
    told = {field: (wanted, found) for field, wanted, found, _ in said(account.backend())}
    assert told == {
        "volumes.tmp": ("{}", "nothing"),
        "image": ("039612856036.dkr.ecr.us-east-1.amazonaws.com/pairva-backend", "elsewhere.example:5000/backend"),
        "environment.DB_PASSWORD": ("nothing", "***"),
        "command": ("nothing", '["sleep", "1"]'),
        "containerDefinitions.proxy": ("nothing", '{"image": "envoy"}'),
    }


def test_a_revision_that_is_not_the_proven_one_is_what_nobody_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    account.deployments = [account.deployment(8)]
    account.definition["memory"] = "2048"
    backend = account.backend()
    assert said(backend) == [
        ("revision", "pairva-test-backend:7, which is 1.0.1", "pairva-test-backend:8", UNPROVEN),
        ("memory", "1024", "2048", EITHER),
    ]
    assert (backend.state, backend.remedies) == (State.UNPROVEN, ("pulumi up -s test",))


def test_a_first_deployment_that_nobody_proved_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    account.refuse("GetParameterHistory", "ParameterNotFound")
    backend = account.backend()
    assert said(backend) == [("revision", "one that is proven", "pairva-test-backend:7", UNPROVEN)]
    assert (backend.proven, backend.unanswered) == (None, ())


def test_a_stack_that_was_never_deployed_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    account.remove()
    account.refuse("DescribeServices", "ClusterNotFoundException")
    account.refuse("ListTasks", "ClusterNotFoundException")
    backend = account.backend()
    assert said(backend) == [("service", "pairva-test-backend", "nothing", "it was never deployed")]
    assert (backend.state, backend.remedies) == (State.NEVER_DEPLOYED, ("pulumi up -s test",))
    assert (backend.running, backend.commands, backend.unanswered) == (None, (), ())


def test_a_service_that_was_proven_once_and_is_not_there_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    assert account.service
    account.service["status"] = "INACTIVE"
    account.refuse("ListTasks", "ServiceNotFoundException")
    backend = account.backend()
    why = "somebody deleted it; CloudTrail knows who (event DeleteService)"
    assert said(backend) == [("service", "pairva-test-backend", "nothing", why)]
    assert (backend.state, backend.unanswered) == (State.GONE, ())
    assert backend.proven
    assert backend.proven.version == "1.0.1"


@pytest.mark.parametrize(
    ("edit", "desired", "running", "told", "state"),
    [
        (TWO, 1, 1, ("count", "2", "1"), State.DIFFERS),
        (TWO, 0, 0, ("count", "2", "0"), State.IN_TROUBLE),
        (("count: 1", "scaling: {min: 2, max: 4, cpuPercent: 60}"), 1, 1, ("scaling", "2 to 4", "1"), State.DIFFERS),
        (("count: 1", "scaling: {min: 2, max: 4, cpuPercent: 60}"), 5, 5, ("scaling", "2 to 4", "5"), State.DIFFERS),
        (("count: 1", "scaling: {min: 2, max: 4, cpuPercent: 60}"), 3, 3, None, State.AS_WANTED),
    ],
)
def test_another_number_of_tasks_is_told_unless_scaling_may_have_chosen_it(
    monkeypatch: pytest.MonkeyPatch, edit: Edit, desired: int, running: int, told: tuple[str, str, str], state: State
) -> None:
    account = Account(monkeypatch, edit)
    assert account.service
    account.service.update(desiredCount=desired, runningCount=running)
    account.deployments[0]["runningCount"] = running
    account.targets = ["healthy"] * running
    backend = account.backend()
    assert said(backend) == ([(*told, EITHER)] if told else [])
    assert backend.state == state


def test_a_service_scaled_below_its_least_is_lifted_as_the_verdict_says(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, ("count: 1", "scaling: {min: 2, max: 4, cpuPercent: 60}"))
    (remedy, _) = account.backend().remedies
    lift = "aws ecs update-service --cluster pairva-test --service pairva-test-backend --desired-count 2"
    assert remedy.startswith(lift)


def test_a_tag_that_was_moved_since_is_told_of_what_builds_and_of_what_promotes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for edits in ([], [BUILD]):
        account = Account(monkeypatch, *edits)
        account.tags["1.0.1"] = OTHER_DIGEST
        backend = account.backend()
        assert said(backend) == [
            ("digest", OTHER_DIGEST, DIGEST, "the tag 1.0.1 was moved since the tasks began"),
        ]
        assert backend.state == State.DIFFERS


def test_a_digest_that_ecs_names_otherwise_is_the_proven_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an image for several platforms, a task may name the digest of its own platform's."""
    account = Account(monkeypatch, BUILD)
    account.tasks = [task(1)]
    account.tasks[0]["containers"][1]["imageDigest"] = OTHER_DIGEST
    assert account.backend().state == State.AS_WANTED


def test_a_version_whose_tag_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, BUILD)
    account.refuse("DescribeImages", "RepositoryNotFoundException")
    assert said(account.backend()) == [("image", "pairva-backend:1.0.1", "nothing", "ECR has no such tag")]


def test_a_digest_that_runs_without_a_proof_has_the_version_whose_proof_names_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = Account(monkeypatch)
    account.container["image"] = account.container["image"].replace(DIGEST, OTHER_DIGEST)
    account.deployments = [account.deployment(8)]
    backend = account.backend()
    assert backend.running
    assert (backend.running.version, backend.running.digests) == ("1.0.0", (OTHER_DIGEST,))
    assert ("version", "1.0.1", "1.0.0", EITHER) in said(backend)


def test_what_a_service_was_told_by_hand_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    assert account.service
    network = account.service["networkConfiguration"]["awsvpcConfiguration"]
    network.update(assignPublicIp="ENABLED", securityGroups=["sg-1", "sg-2"])
    account.service["deploymentConfiguration"] = {"minimumHealthyPercent": 0, "maximumPercent": 100}
    account.service.update(enableExecuteCommand=True, healthCheckGracePeriodSeconds=0)
    backend = account.backend()
    assert said(backend) == [
        ("assignPublicIp", "DISABLED", "ENABLED", EITHER),
        ("securityGroups", "1", "2", EITHER),
        ("deploymentCircuitBreaker.enable", "true", "false", EITHER),
        ("deploymentCircuitBreaker.rollback", "true", "false", EITHER),
        ("minimumHealthyPercent", "100", "0", EITHER),
        ("maximumPercent", "200", "100", EITHER),
        ("enableExecuteCommand", "false", "true", EITHER),
        ("healthCheckGracePeriodSeconds", "180", "0", EITHER),
    ]
    assert backend.state == State.DIFFERS


def test_the_last_of_all_verdicts_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    root = "arn:aws:iam::039612856036:root"
    account.verdicts = [*account.verdicts * 3, verdict("1.0.1", 7, DIGEST, NOW, root)]
    assert account.backend().proven == Proven(
        version="1.0.1", digest=DIGEST, revision="pairva-test-backend:7", by=root, at=NOW
    )


def test_what_the_remedy_says_already_is_not_said_again(monkeypatch: pytest.MonkeyPatch) -> None:
    (remedy,) = Account(monkeypatch, TWO).backend().remedies
    assert remedy == "run pulumi up again, which scales it to 2; CloudTrail knows who it was (event UpdateService)"


def test_the_digest_that_is_wanted_is_the_pinned_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned = ('version: "1.0.1"', f'version: "1.0.1"\n      digest: {OTHER_DIGEST}')
    assert Account(monkeypatch, pinned).backend().wanted.digest == OTHER_DIGEST


def test_the_last_good_verdict_is_that_of_the_highest_number_in_whatever_order_ssm_tells_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = Account(monkeypatch)
    account.verdicts.reverse()
    backend = account.backend()
    assert backend.proven
    assert (backend.state, backend.proven.version) == (State.AS_WANTED, "1.0.1")


def test_a_digest_of_several_versions_is_that_of_its_revision_then_the_wanted_one_then_the_last_proven(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = Account(monkeypatch, RAISED)
    account.tags["1.0.2"] = DIGEST
    account.verdicts = [verdict("0.9.0", 7), verdict("1.0.0", 7), verdict("0.8.0", 8), verdict("1.1.0", 9)]
    for number, each in enumerate(account.verdicts):
        each["Version"] = number
    running = account.backend().running
    assert running
    assert running.version == "1.0.0"
    account.verdicts = [each for each in account.verdicts if revision(7) not in each["Value"]]
    running = account.backend().running
    assert running
    assert running.version == "1.0.2"
    account.tags["1.0.2"] = OTHER_DIGEST
    running = account.backend().running
    assert running
    assert running.version == "1.1.0"

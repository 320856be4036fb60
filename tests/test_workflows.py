"""The GitHub workflows: who may do what, when, and for how long."""

import re

from local import engine
from operations import stack_argument
from operations.__main__ import app
from settings import fargate, stack_file
from settings.stack import Stack
from tests.workflows import GITHUB, MARKER, NAMES, ROOT, every_step, jobs, shell, using, workflow

STACKS = [name for name in stack_argument.names() if name != "local"]
READS = {"contents": "read"}
SIGNS_IN = {"contents": "read", "id-token": "write"}

# Before the first verdict and after the last: packages, images, a network, a load balancer.
BESIDE_THE_VERDICTS_SECONDS = 30 * 60


def test_there_are_these_workflows_and_their_triggers() -> None:
    assert sorted(file.stem for file in GITHUB.glob("workflows/*")) == list(NAMES)
    assert {name: list(workflow(name)["on"]) for name in NAMES} == {
        "check": ["pull_request", "push"],
        "deploy": ["push", "workflow_dispatch"],
        "drift": ["schedule", "workflow_dispatch"],
        "preview": ["pull_request"],
    }
    assert workflow("deploy")["on"]["push"] == {"branches": ["main"], "paths": ["Pulumi.*.yaml"]}


def test_every_action_of_others_is_pinned_by_its_commit_and_says_its_version() -> None:
    lines = [line for file in GITHUB.rglob("*.yml") for line in file.read_text().splitlines() if "uses:" in line]
    others = [line for line in lines if "uses: ./" not in line]
    assert len(others) == 18
    assert [
        line for line in others if not re.fullmatch(r" +(- )?uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)
    ] == []


def test_every_action_of_ours_is_there() -> None:
    ours = {each["uses"] for _, each in every_step() if each.get("uses", "").startswith(".")}
    assert ours == {
        "./.github/actions/toolchain",
        "./pairva/.github/actions/sources",
        "./pairva/.github/actions/toolchain",
    }
    assert {file.parent.name for file in GITHUB.glob("actions/*/action.yml")} == {"sources", "toolchain"}


def test_every_job_has_its_permissions_and_no_other() -> None:
    assert {name: workflow(name)["permissions"] for name in NAMES} == dict.fromkeys(NAMES, READS)
    assert {f"{name} {job}": jobs(name)[job].get("permissions") for name in NAMES for job in jobs(name)} == {
        "check test": None,
        "deploy stacks": None,
        "deploy deploy": SIGNS_IN,
        "drift stacks": None,
        "drift drift": SIGNS_IN,
        "preview fork": None,
        "preview stacks": None,
        "preview preview": SIGNS_IN,
        "preview comment": {"pull-requests": "write"},
    }


def test_who_writes_the_comment_runs_nothing_of_the_pull_request() -> None:
    used = [each["uses"].partition("@")[0] for each in jobs("preview")["comment"]["steps"]]
    assert used == [
        "actions/download-artifact",
        "peter-evans/find-comment",
        "peter-evans/create-or-update-comment",
    ]


def test_every_role_is_that_of_the_environment_and_only_a_deployment_may_be_its_own() -> None:
    environments = {f"{name} {job}": jobs(name)[job].get("environment") for name in NAMES for job in jobs(name)}
    assert {place: environment for place, environment in environments.items() if environment} == {
        "deploy deploy": "${{ matrix.stack }}",
        "drift drift": {"name": "${{ matrix.stack }}-preview", "deployment": False},
        "preview preview": {"name": "${{ matrix.stack }}-preview", "deployment": False},
    }
    for name, job in (("deploy", "deploy"), ("drift", "drift"), ("preview", "preview")):
        (given,) = using(name, job, "aws-actions/configure-aws-credentials")
        assert (given["role-to-assume"], given["aws-region"]) == ("${{ vars.AWS_ROLE }}", "${{ vars.AWS_REGION }}")


def test_a_pull_request_of_a_fork_gets_a_notice_and_nothing_else() -> None:
    conditions = {job: jobs("preview")[job].get("if") for job in jobs("preview")}
    assert conditions == {
        "fork": "github.event.pull_request.head.repo.full_name != github.repository",
        "stacks": "github.event.pull_request.head.repo.full_name == github.repository",
        "preview": None,
        "comment": "${{ !cancelled() && needs.stacks.result == 'success' }}",
    }
    assert jobs("preview")["preview"]["needs"] == "stacks"


def test_no_checkout_leaves_a_token_behind() -> None:
    checkouts = [each for _, each in every_step() if each.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == 9
    assert all(each["with"]["persist-credentials"] is False for each in checkouts)


def test_nothing_from_outside_is_part_of_a_command() -> None:
    assert [place for place, each in every_step() if "${{" in each.get("run", "")] == []


def test_every_command_fails_with_any_part_of_its_pipe() -> None:
    # Only a bash that is named gets -o pipefail:
    # https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#defaultsrunshell
    assert {shell(place, each) for place, each in every_step() if "run" in each} == {"bash"}


def test_only_main_is_deployed_and_only_what_its_push_or_somebody_asks_for() -> None:
    assert {name: job["if"] for name, job in jobs("deploy").items()} == {
        "stacks": "github.ref == 'refs/heads/main'",
        "deploy": "needs.stacks.outputs.names != '[]'",
    }


def test_one_deployment_of_a_stack_at_a_time_and_none_is_cancelled() -> None:
    assert jobs("deploy")["deploy"]["concurrency"] == {
        "group": "deploy-${{ matrix.stack }}",
        "cancel-in-progress": False,
    }
    assert "concurrency" not in workflow("deploy")


def test_a_deployment_outlives_the_slowest_releases_and_verdicts_and_its_credentials_outlive_it() -> None:
    for name in STACKS:
        stack = stack_file.load(ROOT / f"Pulumi.{name}.yaml")
        assert isinstance(stack, Stack)
        verdicts = sum(service.time_budget.deadline_seconds for service in stack.services.values())
        releases = sum(fargate.RELEASE_MINUTES * 60 for service in stack.services.values() if service.own.release)
        limit = jobs("deploy")["deploy"]["timeout-minutes"] * 60
        needed = -(-(verdicts + releases + BESIDE_THE_VERDICTS_SECONDS) // 60)
        assert limit >= needed * 60, f"{name} may take {needed} min: raise timeout-minutes of deploy.yml"
        (credentials,) = using("deploy", "deploy", "aws-actions/configure-aws-credentials")
        assert credentials["role-duration-seconds"] == limit, f"role-duration-seconds of deploy.yml: {limit}"
        role = f"--max-session-duration {limit} "
        assert role in (ROOT / "README.md").read_text(), f"the deploy role in README, and in AWS: {role}"


def test_every_job_ends_by_itself() -> None:
    limits = {f"{name} {job}": jobs(name)[job].get("timeout-minutes") for name in NAMES for job in jobs(name)}
    assert 120 <= limits.pop("deploy deploy") <= 360  # as long as the verdicts need; GitHub's own end
    assert limits == {
        "check test": 45,
        "deploy stacks": 5,
        "drift stacks": 5,
        "drift drift": 30,
        "preview fork": 5,
        "preview stacks": 5,
        "preview preview": 30,
        "preview comment": 5,
    }


def test_what_changed_is_told_from_the_whole_history() -> None:
    (checkout,) = using("deploy", "stacks", "actions/checkout")
    assert checkout["fetch-depth"] == 0


def test_every_stack_can_be_deployed_by_hand() -> None:
    assert workflow("deploy")["on"]["workflow_dispatch"]["inputs"]["stack"]["options"] == STACKS


def test_the_engine_is_the_one_that_the_tests_build() -> None:
    (pulumi,) = (each for _, each in every_step() if each.get("uses", "").startswith("pulumi/actions@"))
    assert pulumi["with"] == {"pulumi-version": engine.BUILT}


def test_the_comment_is_found_again_by_its_first_line() -> None:
    (wanted,) = using("preview", "comment", "peter-evans/find-comment")
    assert wanted["body-includes"].replace("${{ matrix.stack }}", "prod") == MARKER
    assert wanted["comment-author"] == "github-actions[bot]"
    (written,) = using("preview", "comment", "peter-evans/create-or-update-comment")
    assert (written["body-path"], written["edit-mode"]) == ("review.md", "replace")
    assert written["comment-id"] == "${{ steps.earlier.outputs.comment-id }}"


def test_what_must_follow_a_failed_preview_does() -> None:
    steps = jobs("preview")["preview"]["steps"]
    conditions = [each.get("if") for each in steps]
    assert conditions == [None] * (len(steps) - 2) + ["${{ !cancelled() }}"] * 2
    assert [each["name"] for each in steps if each.get("continue-on-error")] == ["Doctor"]


def test_only_the_report_is_in_the_summary_of_a_deployment() -> None:
    places = [each["name"] for each in jobs("deploy")["deploy"]["steps"] if "SUMMARY" in each.get("run", "")]
    assert places == ["Report"]


def test_pairva_knows_every_verb_that_is_asked_of_it() -> None:
    asked = {verb for _, each in every_step() for verb in re.findall(r"\./pairva (\w+)", each.get("run", ""))}
    known = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    assert asked == {"doctor", "review", "report"}
    assert asked <= known

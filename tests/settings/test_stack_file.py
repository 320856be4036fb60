"""A stack file as a whole: unknown and missing keys, many faults at once, and how the program is told."""

from pathlib import Path

import pulumi
import pytest

from finding import Finding
from settings import configuration
from settings.stack import Stack
from tests.recording import Recording, configured, handed_over, record
from tests.samples import BUILD, SAMPLE, Edit, edited, faults, read, stack

REGION = "aws:region: us-east-1"
NO_SUCH_KEY = "no such key"


def wheres(findings: list[Finding]) -> list[str]:
    return [each.where for each in findings]


@pytest.mark.parametrize(
    ("edit", "where", "table"),
    [
        (("port: 3000", "port: 3000\n      image: a"), "16: pairva:deployment.backend.image", ".backend"),
        ((BUILD[0], f"{BUILD[1][:-1]}, tag: x}}"), "15: pairva:deployment.backend.build.tag", ".backend.build"),
        (("nat: one", "nat: one\n      vcp: vpc-1"), "12: pairva:deployment.network.vcp", ".network"),
        (("    frontend:", "    stranger: {version: '1'}\n    frontend:"), "28: pairva:deployment.stranger", ""),
    ],
)
def test_an_unknown_key_is_named_wherever_it_stands_and_its_value_is_not_shown(
    edit: Edit, where: str, table: str, tmp_path: Path
) -> None:
    assert faults(tmp_path, edit) == [
        Finding(
            where=f"Pulumi.test.yaml:{where}",
            what=NO_SUCH_KEY,
            remedy=f"correct its name, or remove it from pairva:deployment{table}",
        )
    ]


@pytest.mark.parametrize(
    ("key", "where", "table"),
    [
        ("aws:secretKey", "3: aws:secretKey", "config:"),
        ("docker:host", "3: docker:host", "config:"),
        ("deployment:x", "3: deployment:x", "config:"),
    ],
)
def test_an_unknown_key_of_a_provider_or_of_another_namespace_is_named(
    key: str, where: str, table: str, tmp_path: Path
) -> None:
    assert faults(tmp_path, (REGION, f"{REGION}\n  {key}: tcp")) == [
        Finding(
            where=f"Pulumi.test.yaml:{where}",
            what=NO_SUCH_KEY,
            remedy=f"correct its name, or remove it from {table}",
        )
    ]


def test_pulumis_own_keys_are_its_own_affair(tmp_path: Path) -> None:
    own = "encryptionsalt: v1:abc\nsecretsprovider: awskms://alias/x\nencryptedkey: abc\nenvironment: [pairva/prod]\n"
    tags = (REGION, f"{REGION}\n  pulumi:tags:\n    team: platform\n  pulumi:disable-default-providers: [kubernetes]")
    assert faults(tmp_path, ("config:\n", f"{own}config:\n"), tags) == []


@pytest.mark.parametrize(
    ("line", "where", "table"),
    [
        ('      version: "1.0.1"\n', "12: pairva:deployment.backend.version", "pairva:deployment.backend"),
        (
            "        path: /api/health\n",
            "20: pairva:deployment.backend.health.path",
            "pairva:deployment.backend.health",
        ),
        ("    logRetentionDays: 30\n", "5: pairva:deployment.logRetentionDays", "pairva:deployment"),
        ("  aws:region: us-east-1\n", " aws:region", "config:"),
    ],
)
def test_a_missing_key_is_placed_at_the_table_that_lacks_it(line: str, where: str, table: str, tmp_path: Path) -> None:
    assert faults(tmp_path, (line, "")) == [
        Finding(where=f"Pulumi.test.yaml:{where}", what="the key is missing", remedy=f"add it to {table}")
    ]


def test_an_empty_stack_file_lacks_three_keys(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.test.yaml"
    result = read("config: {}\n", file)
    assert not isinstance(result, Stack)
    assert wheres(result) == [
        "Pulumi.test.yaml: aws:region",
        "Pulumi.test.yaml: aws:allowedAccountIds",
        "Pulumi.test.yaml: pairva:deployment",
    ]


def test_two_services_on_one_path_are_refused(tmp_path: Path) -> None:
    assert faults(tmp_path, ("path: /*", "path: /api/*")) == [
        Finding(
            where="Pulumi.test.yaml:32: pairva:deployment.frontend.path",
            what="is the path that backend answers on",
            found="/api/*",
            remedy="give each service a path of its own",
        )
    ]


def test_every_fault_is_told_at_once_also_those_between_tables(tmp_path: Path) -> None:
    findings = faults(
        tmp_path,
        (REGION, "aws:region: eu-west-1\n  docker:host: tcp"),
        ("logRetentionDays: 30", "logRetentionDays: 31"),
        ("nat: one", "nat: none"),
        ('version: "1.0.1"', "version: latest"),
        ("port: 3000", "port: 80"),
        ("memory: 1024", "memory: 1000"),
        ("NODE_ENV: production", "API_TOKEN: abc"),
        ("path: /*", "path: /api/*"),
        ("count: 2", "count: 0"),
    )
    backend, frontend = "pairva:deployment.backend", "pairva:deployment.frontend"
    assert wheres(findings) == [
        f"Pulumi.test.yaml:{where}"
        for where in (
            "3: docker:host",
            "8: pairva:deployment.logRetentionDays",
            "11: pairva:deployment.network.zones[0]",
            "11: pairva:deployment.network.zones[1]",
            "12: pairva:deployment.network.nat",
            f"14: {backend}.version",
            f"16: {backend}.port",
            f"19: {backend}.memory",
            f"25: {backend}.environment.API_TOKEN",
            f"27: {backend}.secrets.JWT_SECRET",
            f"33: {frontend}.path",
            f"36: {frontend}.count",
        )
    ]


@pytest.mark.parametrize("broken", ["aws:allowedAccountIds: 5", "pairva:deployment: hello", "pairva:deployment: [a]"])
def test_a_table_of_another_shape_is_named_and_breaks_no_rule(broken: str, tmp_path: Path) -> None:
    key = broken.partition(": ")[0]
    text = f"config:\n  aws:region: us-east-1\n  {broken}\n"
    result = read(text, tmp_path / "Pulumi.test.yaml")
    assert not isinstance(result, Stack)
    assert f"Pulumi.test.yaml: {key}" in wheres(result)


def test_a_service_that_is_no_table_hides_no_fault_of_the_other(tmp_path: Path) -> None:
    text = SAMPLE.split("    frontend:")[0].replace("port: 3000", "port: 80") + "    frontend: 5\n    alarmEmails: []\n"
    file = tmp_path / "Pulumi.test.yaml"
    file.write_text(text)
    result = read(text, file)
    assert not isinstance(result, Stack)
    assert result[1] == Finding(
        where="Pulumi.test.yaml:28: pairva:deployment.frontend",
        what="is not a table",
        found="5",
        remedy="write a table of keys here",
    )
    assert wheres(result)[0] == "Pulumi.test.yaml:15: pairva:deployment.backend.port"


def current(text: str, into: Recording | None = None) -> Stack:
    found = list[Stack]()
    record(lambda: found.append(configuration.current()), stack="test", config=handed_over(text), into=into)
    return found[0]


def test_the_program_reads_what_the_engine_hands_over_as_json_texts() -> None:
    assert current(SAMPLE) == stack()


def test_the_program_takes_numbers_and_switches_that_arrive_as_text() -> None:
    config = {**handed_over(SAMPLE), "aws:maxRetries": "7", "aws:skipMetadataApiCheck": "true"}
    found = list[Stack]()
    record(lambda: found.append(configuration.current()), stack="test", config=config)
    assert (found[0].aws.max_retries, found[0].aws.skip_metadata_api_check) == (7, True)


def test_a_faulty_stack_file_ends_the_program_with_every_finding_and_nothing_registered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = edited(('version: "1.0.1"', "version: latest"), ("port: 3000", "port: 80"))
    (tmp_path / "Pulumi.test.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    recording = Recording()
    with pytest.raises(pulumi.RunError) as raised:
        current(text, into=recording)
    assert str(raised.value) == (
        "Pulumi.test.yaml cannot be used; nothing was changed.\n\n"
        "Pulumi.test.yaml:13: pairva:deployment.backend.version: 'latest' is no version: it says nothing about what "
        'runs\n    found: latest\n    mend:  name one release, for example "1.0.2"\n\n'
        "Pulumi.test.yaml:15: pairva:deployment.backend.port: is a port that only root may listen on, and containers "
        "do not run as root\n    found: 80\n    mend:  use 1024 to 65535"
    )
    assert (recording.resources, recording.outputs) == ([], {})


@pytest.mark.parametrize(
    ("region", "what"),
    [('"{{REGION}}"', "is a placeholder that nobody replaced"), ("'[us-east-1]'", "is not an AWS region")],
)
def test_a_text_that_only_begins_like_json_is_a_finding_and_no_crash(region: str, what: str) -> None:
    with pytest.raises(pulumi.RunError, match=f"aws:region: {what}"):
        current(edited((REGION, f"aws:region: {region}")))


def test_the_whole_program_registers_nothing_for_a_faulty_stack_file() -> None:
    config = {**configured("prod"), "docker:host": "tcp://127.0.0.1"}
    recording = Recording()
    with pytest.raises(pulumi.RunError, match="docker:host: no such key"):
        record(configuration.current, stack="prod", config=config, into=recording)
    assert recording.resources == []


@pytest.mark.parametrize("name", ["feature.x", "Prod", "1st", "my_stack"])
def test_a_stack_whose_name_fits_no_cluster_and_no_role_is_refused(name: str, tmp_path: Path) -> None:
    assert read(edited(), tmp_path / f"Pulumi.{name}.yaml", name) == [
        Finding(
            where=f"Pulumi.{name}.yaml: config",
            what="the stack's name cannot be part of the names of clusters and roles",
            found=f'"{name}"',
            remedy="use lower-case letters, digits and hyphens (pulumi stack rename)",
        )
    ]


def test_a_stack_whose_name_makes_another_too_long_is_told_by_how_much(tmp_path: Path) -> None:
    name = "a" * 40
    assert read(edited(), tmp_path / f"Pulumi.{name}.yaml", name) == [
        Finding(
            where=f"Pulumi.{name}.yaml: config",
            what="the stack's name makes the name of an EventBridge rule longer than the 64 characters that AWS takes",
            found=f'"{name}"',
            remedy="use up to 35 letters (pulumi stack rename)",
        )
    ]
    assert not isinstance(read(edited(), tmp_path / "Pulumi.36.yaml", "a" * 36), Stack)


@pytest.mark.parametrize("name", ["prod", "pr-17", "a" * 35])
def test_a_stack_whose_name_fits_is_taken(name: str, tmp_path: Path) -> None:
    assert isinstance(read(edited(), tmp_path / f"Pulumi.{name}.yaml", name), Stack)


def test_a_role_to_assume_is_checked_key_by_key(tmp_path: Path) -> None:
    roles = f"{REGION}\n  aws:assumeRoles:\n    - {{rolearn: x}}\n    - {{roleArn: deploy}}"
    assert [(each.where, each.what) for each in faults(tmp_path, (REGION, roles))] == [
        ("Pulumi.test.yaml:4: aws:assumeRoles[0].rolearn", "no such key"),
        ("Pulumi.test.yaml:5: aws:assumeRoles[1].roleArn", "is not the ARN of a role"),
    ]


def test_a_date_is_told_as_what_yaml_made_of_it(tmp_path: Path) -> None:
    """The engine hands an unquoted 2025-04-30 over in these words."""
    (fault,) = faults(tmp_path, ('version: "1.0.1"', 'version: "2025-04-30 00:00:00 +0000 UTC"'))
    assert (fault.what, fault.remedy) == ("is a date to YAML", "write it in quotes")

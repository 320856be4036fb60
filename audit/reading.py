"""The outputs of the scanners, as faults."""

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from audit.fault import Fault
from audit.plan import place


def checkov_plan(output: str) -> Iterator[Fault]:
    """Of `checkov --framework terraform_plan --output json`, which says no more without its maker's service."""
    for check in json.loads(output)["results"]["failed_checks"]:
        yield Fault(
            rule=check["check_id"],
            resource=place(check["resource"]),
            requires=check["check_name"],
            found="",
        )


def trivy_plan(output: str) -> Iterator[Fault]:
    """Of `trivy config --format json`."""
    for result in json.loads(output)["Results"]:
        for fault in result.get("Misconfigurations", []):
            yield Fault(
                rule=fault["ID"],
                resource=place(fault["CauseMetadata"]["Resource"]),
                requires=fault["Resolution"],
                found=f"{fault['Message']} {fault['PrimaryURL']}",
            )


def checkov_secrets(output: str) -> Iterator[Fault]:
    """Of `checkov --framework secrets --output json`; it shows no secret."""
    for check in json.loads(output)["results"]["failed_checks"]:
        file, line = check["file_path"].removeprefix("/"), check["file_line_range"][0]
        yield _secret(check["check_id"], file, line, check["check_name"])


def trivy_secrets(output: str) -> Iterator[Fault]:
    """Of `trivy fs --scanners secret --format json`; it shows no secret."""
    for result in json.loads(output)["Results"]:
        for secret in result.get("Secrets", []):
            yield _secret(secret["RuleID"], result["Target"], secret["StartLine"], secret["Title"])


def _secret(rule: str, file: str, line: int, found: str) -> Fault:
    requires = "no secret is in a file of this repository; what leaked is replaced"
    return Fault(rule=rule, resource=file, requires=requires, found=f"line {line}: {found}")


def hadolint(output: str) -> Iterator[Fault]:
    """Of `hadolint --format json`."""
    for fault in json.loads(output):
        found = f"line {fault['line']}: https://github.com/hadolint/hadolint/wiki/{fault['code']}"
        yield Fault(rule=fault["code"], resource=fault["file"], requires=fault["message"], found=found)


def parliament(output: str, folder: str) -> Iterator[Fault]:
    """Of `parliament --json --directory`: a line for each finding, which may be about several actions."""
    for line in output.splitlines():
        finding = json.loads(line)
        policy = PurePath(finding["location"]["filepath"]).relative_to(folder).with_suffix("")
        requires = f"{finding['title']}: {finding['description']}".removesuffix(": ")
        for action, found in _of_actions(finding):
            resource = f"{policy}:{action}" if action else str(policy)
            yield Fault(rule=finding["issue"], resource=resource, requires=requires, found=found)


def _of_actions(finding: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is said of each action; of none, where a finding is about the whole policy."""
    match finding["detail"], finding["location"].get("actions"):
        case [{"action": _, "required_format": _}, *_] as detail, _:
            return [(each["action"], each["required_format"]) for each in detail]
        case [str(), *_] as detail, _:
            return [(action, action) for action in detail]
        case detail, [str(), *_] as actions:
            return [(action, detail or action) for action in sorted(actions)]
        case detail, _:
            return [("", str(detail))]

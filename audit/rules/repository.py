"""Where images are: the repositories that a stack owns."""

import json
from collections.abc import Iterator

from audit.program import Program
from audit.rule import Breach, Rule, all_of, each, listed, statements

REPOSITORY = "aws:ecr/repository:Repository"


def _forever(program: Program) -> Iterator[Breach]:
    """What expires is what no tag names: a tagged image may be running."""
    expiring = {
        policy.inputs["repository"]
        for policy in program.all("aws:ecr/lifecyclePolicy:LifecyclePolicy")
        if {rule["selection"]["tagStatus"] for rule in json.loads(policy.inputs["policy"])["rules"]} == {"untagged"}
    }
    for repository in program.all(REPOSITORY):
        if repository.inputs["name"] not in expiring:
            yield Breach(repository, "name", repository.inputs["name"])


def _public(program: Program) -> Iterator[Breach]:
    for policy in program.all("aws:ecr/repositoryPolicy:RepositoryPolicy"):
        for statement in statements(policy.inputs["policy"]):
            named = statement["Principal"]
            if named == "*" or any("*" in each for each in listed(named.get("AWS"))):
                yield Breach(policy, "policy.Principal", named)


def _removable(program: Program) -> Iterator[Breach]:
    return (Breach(each, "protect", False) for each in program.all(REPOSITORY) if not each.kept)


RULES = (
    Rule(
        "E1",
        "images are scanned when they are pushed",
        each(REPOSITORY, "imageScanningConfiguration.scanOnPush", lambda found: found is True),
    ),
    Rule(
        "E2", "a tag names the same image forever", each(REPOSITORY, "imageTagMutability", lambda v: v == "IMMUTABLE")
    ),
    Rule("E3", "untagged images expire, and no others", _forever),
    Rule(
        "E4",
        "images are encrypted with a customer's key",
        each(REPOSITORY, "encryptionConfigurations", lambda found: bool(found) and bool(found[0].get("kmsKey"))),
    ),
    Rule("E5", "nobody pulls but the accounts that are named", _public),
    Rule(
        "E7",
        "a repository is not deleted with its images",
        all_of(each(REPOSITORY, "forceDelete", lambda found: not found), _removable),
    ),
)

"""Whose good verdict speaks for what a stack promotes."""

from pathlib import Path

import pytest

from finding import Finding
from settings import rules
from tests.samples import BUILD, Edit, faults, stack

FIRST = "architecture: X86_64"
FRONTEND_BUILDS = ("cpu: 256", "cpu: 256\n      build: {context: page}")


def says(*lines: str) -> Edit:
    """The backend's stack file with these lines after its first, so that the first of them is line 7."""
    return FIRST, "\n    ".join([FIRST, *lines])


@pytest.mark.parametrize(
    "edits",
    [
        (says("builtBy: staging"),),
        (says("builtBy: staging", "requireProof: true"),),
        (says("builtBy: staging", "requireProof: true"), BUILD),
        (says("requireProof: false"),),
        (says("builtBy: staging"), BUILD, FRONTEND_BUILDS),
    ],
    ids=["named", "required", "required of one of two", "not required", "named for later"],
)
def test_these_are_well(edits: tuple[Edit, ...], tmp_path: Path) -> None:
    assert faults(tmp_path, *edits) == []


def test_unless_it_says_so_a_stack_requires_no_proof_and_names_nobody() -> None:
    deployment = stack().deployment
    assert (deployment.built_by, deployment.require_proof) == (None, False)
    deployment = stack(says("builtBy: staging", "requireProof: true")).deployment
    assert (deployment.built_by, deployment.require_proof) == ("staging", True)


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        (
            (says("requireProof: true"),),
            Finding(
                where="Pulumi.test.yaml:7: pairva:deployment.requireProof",
                what="asks for a proof, and nothing says whose",
                found="true",
                remedy="name the stack that builds what this one promotes: builtBy: staging",
            ),
        ),
        (
            (says("builtBy: test"),),
            Finding(
                where="Pulumi.test.yaml:7: pairva:deployment.builtBy",
                what="is this stack itself, which proves a version only by deploying it",
                found="test",
                remedy="name the stack that builds what this one promotes, for example staging, or remove builtBy",
            ),
        ),
        (
            (says("builtBy: staging", "requireProof: true"), BUILD, FRONTEND_BUILDS),
            Finding(
                where="Pulumi.test.yaml:8: pairva:deployment.requireProof",
                what="asks for a proof of what is promoted, and this stack builds every service",
                found="true",
                remedy="remove requireProof, or remove build from what this stack should promote",
            ),
        ),
        (
            (says("builtBy: Pulumi.staging.yaml"),),
            Finding(
                where="Pulumi.test.yaml:7: pairva:deployment.builtBy",
                what="is not the name of a stack",
                found="Pulumi.staging.yaml",
                remedy='write what stands in Pulumi.<name>.yaml, as "staging"',
            ),
        ),
    ],
    ids=["nobody named", "itself", "nothing promoted", "no name"],
)
def test_a_proof_that_nobody_can_give_is_a_fault(edits: tuple[Edit, ...], expected: Finding, tmp_path: Path) -> None:
    assert faults(tmp_path, *edits) == [expected]


def test_one_fault_hides_no_other(tmp_path: Path) -> None:
    found = faults(tmp_path, says("builtBy: test", "requireProof: true"), BUILD, FRONTEND_BUILDS)
    assert [each.where for each in found] == [
        "Pulumi.test.yaml:7: pairva:deployment.builtBy",
        "Pulumi.test.yaml:8: pairva:deployment.requireProof",
    ]


def test_a_service_that_a_stack_does_not_run_is_not_promoted() -> None:
    backend = {"build": {"context": "app"}, "count": 1}
    tables = {"deployment": {"builtBy": "staging", "requireProof": True, "backend": backend}}
    (found,) = rules.broken(tables, ("backend", "not_run"), "test")
    assert found.what == "asks for a proof of what is promoted, and this stack builds every service"

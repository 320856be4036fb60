"""The rules of the security reference over every stack file, and a change for each on which it, alone, fails."""

import pytest

from audit import exemption
from audit.exemption import Exemption
from audit.fault import Fault
from audit.program import Program
from audit.rules.table import NOT_JUDGED, RULES, faults
from tests.audit.mutations import MUTATIONS, Mutation, good, mutated
from tests.audit.programs import possible, program
from tests.program import STACKS
from tests.recording import ROOT, recorded

OURS = [each for each in MUTATIONS if each.rule]
REFERENCE = [
    *(f"T{number}" for number in range(1, 18)),
    *(f"S{number}" for number in range(1, 8)),
    *(f"E{number}" for number in range(1, 8)),
    *(f"L{number}" for number in range(1, 14)),
    *(f"N{number}" for number in range(1, 11)),
    *(f"I{number}" for number in range(1, 9)),
    *("K1", "M1", "M2", "M3", "M4", "M5", "G1", "G2", "G3", "A1", "B1"),
]


@pytest.mark.parametrize("stack", STACKS)
def test_no_stack_breaks_a_rule_that_is_not_excepted(stack: str) -> None:
    assert not_excepted(program(recorded(stack), stack)) == []


@pytest.mark.parametrize("stack", ["prod-domain", "prod-existing"])
def test_nothing_that_prod_may_become_does(stack: str) -> None:
    assert not_excepted(possible()[stack]) == []


def not_excepted(audited: Program) -> list[Fault]:
    exemptions = [each for each in exemption.read((ROOT / exemption.FILE).read_text()) if isinstance(each, Exemption)]
    return exemption.remaining(faults(audited), exemptions)


def test_a_program_can_break_no_rule() -> None:
    assert faults(good()) == []


@pytest.mark.parametrize("mutation", OURS, ids=lambda each: f"{each.rule}-{each.resource}-{each.property}")
def test_each_rule_fails_alone(mutation: Mutation) -> None:
    assert {each.rule for each in faults(mutated(good(), mutation))} == {mutation.rule}


def test_each_rule_has_its_change() -> None:
    assert {each.rule for each in OURS} == {each.id for each in RULES}


def test_each_rule_of_the_reference_is_judged_or_there_is_a_reason() -> None:
    assert sorted([*(each.id for each in RULES), *NOT_JUDGED]) == sorted(REFERENCE)


def test_a_fault_says_where_what_and_what_stands_there() -> None:
    (fault,) = faults(mutated(good(), next(each for each in OURS if each.rule == "T1")))
    assert (fault.rule, fault.resource) == ("T1", "control/aws_ecs_task_definition.backend-definition")
    assert fault.requires == "every container runs as a user that is not root"
    assert fault.found == "backend.user: root"

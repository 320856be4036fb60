"""Findings, found again in what the engine passed on of them."""

import finding
from checks import diagnosis
from checks.diagnosis import judge
from finding import Finding
from report.fault import Fault, faults
from tests.checks.deployments import CRASHED, NEW, ROLLED_BACK, WANTED, deployment, seen, service, stopped
from tests.report.recorded import of

ONE = Finding(
    where="Pulumi.prod.yaml: x", what="is wrong", found="a\n        b\n\n        c", remedy="mend it. Then more"
)
TWO = Finding(where="backend", what="does not run", remedy="look")


def test_each_finding_of_a_message_is_found_whole() -> None:
    message = f"prod cannot be deployed; nothing was changed.\n\n{finding.text([ONE, TWO])}"
    assert faults(message) == [
        Fault(sentence="Pulumi.prod.yaml: x: is wrong", found=ONE.found, mend="mend it. Then more", ways_on=()),
        Fault(sentence="backend: does not run", found="", mend="look", ways_on=()),
    ]


def test_what_the_engine_puts_before_it_is_no_part_of_it() -> None:
    (fault,) = faults(f'before hook "backend-verdict" failed: {finding.text([TWO])}')
    assert fault.sentence == "backend: does not run"


def test_messages_of_others_have_none() -> None:
    assert faults("build failed: The command returned 7\n    Step 1\n  mend it") == []


def test_a_verdict_is_taken_apart_as_it_was_put_together() -> None:
    """This is how checks/diagnosis.py writes it; the report has its sentences in different places."""
    failed = deployment(NEW, "FAILED", failed=3, status="ACTIVE", reason=CRASHED)
    look = seen(ROLLED_BACK, failed, stopped=(stopped(),), log=("starting", "TypeError: no"))
    verdict = diagnosis.failure(judge(look, WANTED, service()), look, WANTED, service())
    (fault,) = faults(finding.text([verdict]))
    assert fault.cause == (
        "pairva-test-backend: 1.0.2 does not run: The container backend ended 2 s after its start with exit code 1: "
        "the application gave up over an error; its log ends: TypeError: no"
    )
    assert fault.serving == "1.0.1 serves 2/2; nothing is down"
    assert fault.mend == "fix what the log tells (aws logs tail /pairva/test/backend)"
    assert fault.ways_on == (
        "The same version again: run pulumi up",
        "Back: git revert the change",
        "Until a deployment is good, every pulumi up of this stack fails here",
    )


def test_the_verdict_that_the_engine_logged_is_taken_apart() -> None:
    (fault,) = (fault for remark in of("failed").issues for fault in faults(remark.text))
    assert fault.serving == "1.0.9 serves 1/1; nothing is down"
    assert len(fault.ways_on) == 3

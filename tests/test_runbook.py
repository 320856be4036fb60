"""The runbook: each alarm has its section, and each section its alarm."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.recording import ROOT, recorded

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
RUNBOOK = Path("docs/runbook.md")


def sections() -> Iterator[tuple[str, str]]:
    """Each heading with the one above it, as addresses know them: GitHub's own rule, for what our headings have."""
    above = ""
    for marks, heading in re.findall(r"^(##+) (.+)$", (ROOT / RUNBOOK).read_text(), re.MULTILINE):
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        above = anchor if marks == "##" else above
        yield above, anchor


def test_every_alarm_names_a_section_that_exists_and_every_section_is_one_of_an_alarms() -> None:
    named = {
        anchor
        for each in recorded("prod").all(ALARM)
        for anchor in re.findall(rf"{re.escape(str(RUNBOOK))}#(\S+)", each.inputs["alarmDescription"])
    }
    assert {anchor for above, anchor in sections() if above == "an-alarm-rings"} - {"an-alarm-rings"} == named


def test_an_alarm_names_the_section_that_is_called_as_it_is() -> None:
    alarms = recorded("prod").all(ALARM)
    assert len(alarms) == 9
    for each in alarms:
        (anchor,) = re.findall(rf"{re.escape(str(RUNBOOK))}#(\S+)", each.inputs["alarmDescription"])
        assert each.inputs["name"].endswith(f"-{anchor}")


def test_no_two_sections_have_the_same_address() -> None:
    anchors = [anchor for _, anchor in sections()]
    assert sorted(anchors) == sorted(set(anchors))


def test_whatever_leads_to_a_section_leads_to_one_that_exists() -> None:
    text = (ROOT / RUNBOOK).read_text()
    assert set(re.findall(r"\]\(#([\w-]+)\)", text)) <= {anchor for _, anchor in sections()}

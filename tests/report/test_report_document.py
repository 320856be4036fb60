"""Whole reports, as they are committed: the golden ones beside this file were read by people."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from report import document, event_log, run
from report.history import History, Message, Running, ServiceHistory, Task
from report.run import Run
from report.service import ServiceRun, services
from tests.report.recorded import FOLDER, SERVICES, configured, lines, releasing, told, written

ASKED = datetime(2026, 11, 24, 0, 2, tzinfo=UTC)
SILENT = History(asked=ASKED, unread=("AWS told nothing of backend and frontend: Unable to locate credentials",))


@pytest.mark.parametrize("name", ["first", "refused", "unbuilt", "interrupted", "cancelled"])
def test_the_report_is_exactly_this(name: str) -> None:
    golden = FOLDER / "reports" / f"{name}.md"
    assert document.text(*told(name), SILENT) == golden.read_text()


def test_the_name_has_day_stack_and_version() -> None:
    assert document.name(*told("good")) == "2026-11-23-local-1.0.2"
    assert document.name(*told("refused")) == "2026-11-24-local-backend-1.0.9-frontend-1.0.2"


def test_the_name_is_one_of_a_file_whatever_the_version_is(tmp_path: Path) -> None:
    events = lines("good")
    configured(events[0], lambda deployment: deployment["backend"].update(version="../../x y" + "v" * 300))
    name = document.name(*_told(tmp_path, events))
    assert name.startswith("2026-11-23-local-backend-..-..-x-yvvv")
    assert len(name) == 200


def test_a_report_with_all_of_its_log_and_what_aws_said_is_kept() -> None:
    good = told("good")
    asked = History(asked=ASKED, services={"backend": ServiceHistory(tasks=(), messages=(), running=())})
    assert document.kept(document.text(*good, asked), good[0]) == "ECS remembers less with time"
    assert document.kept(document.text(*good, SILENT), good[0]) == ""
    assert document.kept("", good[0]) == ""


def test_a_log_that_went_on_makes_another_report(tmp_path: Path) -> None:
    asked = History(asked=ASKED, services={"backend": ServiceHistory(tasks=(), messages=(), running=())})
    earlier = _told(tmp_path, lines("good")[:50])
    good = told("good")
    assert document.kept(document.text(*earlier, asked), good[0]) == ""
    why = f"this log tells 50 of its {good[0].events} events"
    assert document.kept(document.text(*good, SILENT), earlier[0]) == why


def test_of_a_log_that_was_cut_off_nothing_is_invented(tmp_path: Path) -> None:
    events = lines("failed")
    changed = next(n for n, each in enumerate(events) if _done(each) == ("update", "backend-service"))
    for end, backend in [
        (1, ("wanted 1.0.10", "")),
        (changed + 1, ("1.0.9 → 1.0.10", "its service was changed, and ")),
    ]:
        text = document.text(*_told(tmp_path, events[:end]), SILENT)
        assert f"\n| backend | {backend[0]} | not known: {backend[1]}the log ends before |\n" in text
        assert "\n| frontend | wanted 1.0.10 | not known: the log ends before |\n" in text
        assert f"\n- backend: not known: {backend[1]}the log ends before\n" in text
        assert "| Verification | frontend |  |  |  | not known |" in text
        assert "not asked" not in text
        assert "not reached" not in text


def test_where_a_release_failed_nobody_asks_for_a_verdict(tmp_path: Path) -> None:
    text = document.text(*_told(tmp_path, releasing("failed")), SILENT)
    assert "\n- backend: not asked: its release failed\n" in text
    assert "| Release | backend | 1.0.10 | " in text
    assert "\n    release 1.0.10 : crit, " in text


def test_proven_earlier_is_not_found_as_wanted_where_the_run_did_not_come_to_the_service() -> None:
    recorded, (backend, frontend) = told("nothing")
    text = document.text(recorded, [backend, replace(frontend, service=None)], SILENT)
    assert "\n- backend: proven earlier, and found as wanted: 1.0.1 as pairva-local-backend:1, sha256:" in text
    assert "\n- frontend: proven earlier: 1.0.1 as pairva-local-frontend:1, sha256:" in text


def test_without_a_version_that_is_said(tmp_path: Path) -> None:
    events = lines("good")
    recorded = _told(tmp_path, [each for each in events if "preludeEvent" not in each])
    assert document.name(*recorded) == "2026-11-23-local-version-unknown"
    assert document.text(*recorded, SILENT).startswith("# 2026-11-23: version unknown on local\n")


def test_what_logs_and_aws_say_is_masked_and_formats_nothing(tmp_path: Path) -> None:
    secret = "mongodb://pairva:hunter2hunter2@db.example/x"
    hostile = f"{secret} </details> | *x* @team"
    events = lines("failed")
    for event in events:
        if event.get("diagnosticEvent", {}).get("severity") in ("error", "warning"):
            event["diagnosticEvent"]["message"] = f"{hostile}\n{hostile}\n```\n"
    began = told("failed")[0].began
    task = Task(
        id="1" * 32,
        revision="pairva-local-backend:4",
        created=began,
        started=None,
        stopped=began + timedelta(seconds=1),
        ending=hostile,
        failed=True,
    )
    history = ServiceHistory(
        tasks=(task,),
        messages=(Message(at=began, text=hostile),),
        running=(Running(revision="pairva-local-backend:3", status="PRIMARY", state="", running=0, desired=1),),
    )
    text = document.text(
        *_told(tmp_path, events),
        History(asked=ASKED, caller="arn:aws:iam::1:user/`x`|y", services={"backend": history}, unread=(hostile,)),
    )
    assert "hunter2" not in text
    assert "mongodb://pairva:***@db.example/x" in text
    outside = "".join(text.split("````")[::2])
    assert "@team" not in outside
    assert "*x*" not in outside.replace("\\*x\\*", "")
    assert outside.count("</details>") == 2
    assert "pairva-local-backend:3 runs 0/1 (PRIMARY)" in text


def test_what_a_gate_holds_formats_nothing(tmp_path: Path) -> None:
    events = json.dumps(lines("good")).replace(r"\"version\": \"1.0.2", r"\"version\": \"*x* password=hunter2")
    text = document.text(*_told(tmp_path, json.loads(events)), SILENT)
    assert r"- backend: proven: \*x\* password=\*\*\* as pairva-local-backend:2, sha256:" in text


def test_the_engines_secrets_are_not_even_there(tmp_path: Path) -> None:
    events = lines("good")
    events[0]["preludeEvent"]["config"]["pairva:token"] = "hunter2hunter2"
    assert "hunter2" not in document.text(*_told(tmp_path, events), SILENT)


def test_a_long_message_shows_its_beginning_and_its_end(tmp_path: Path) -> None:
    events = lines("unbuilt")
    for event in events:
        if event.get("diagnosticEvent", {}).get("severity") == "error":
            event["diagnosticEvent"]["message"] = "\n".join(f"line {number}" for number in range(100))
    text = document.text(*_told(tmp_path, events), SILENT)
    assert "line 10\n… 69 more lines\nline 80\n" in text
    assert text.count("line 99\n```") == 2


def test_a_service_that_is_gone_is_said(tmp_path: Path) -> None:
    history = History(asked=ASKED, services={"backend": ServiceHistory(tasks=(), messages=(), running=())})
    text = document.text(*told("good"), history)
    assert "- backend, as ECS said at 00:02:00 UTC: there is no such service\n" in text


def _done(event: dict[str, Any]) -> tuple[str, str]:
    metadata = event.get("resOutputsEvent", {}).get("metadata", {"op": "", "urn": ""})
    return metadata["op"], metadata["urn"].rpartition("::")[2]


def _told(folder: Path, events: list[dict[str, Any]]) -> tuple[Run, list[ServiceRun]]:
    changed = run.of(event_log.events(written(folder / "changed.jsonl", json.loads(json.dumps(events)))))
    return changed, services(changed, SERVICES)

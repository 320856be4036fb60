"""The comments on previews that the engine really made, as tests/engine/test_reviews.py keeps them; and small ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from review import comment, markup, preview, terminal
from review.unknown import UNKNOWN
from tests.review.captured import GOLDEN, PREVIEWS, steady
from tests.review.steps import container, create, read, refresh, swap, update

NAMES = sorted(each.stem for each in PREVIEWS.iterdir())


def captured(name: str) -> dict[str, Any]:
    return json.loads((PREVIEWS / f"{name}.json").read_text())


def on(document: dict[str, Any]) -> str:
    return markup.text(comment.of(preview.read(json.dumps(document).encode())))


def title(text: str) -> str:
    return text.splitlines()[2].removeprefix("### ")


@pytest.mark.parametrize("name", NAMES)
def test_the_comment_on_a_real_preview_is_the_golden_one(name: str) -> None:
    assert steady(on(captured(name))) == (GOLDEN / f"{name}.md").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_the_text_for_a_terminal_has_the_same_contents_and_no_markdown(name: str) -> None:
    document = comment.of(preview.read((PREVIEWS / f"{name}.json").read_bytes()))
    text = terminal.text(document)
    assert text.startswith(f"{document.title}\n")
    assert [each for each in ("```", "- **", "<details>", "| ---", "\\_", "####") if each in text] == []
    assert [each.heading for each in document.sections if each.heading not in text] == []


def deployment(**backend: Any) -> dict[str, Any]:
    """The captured first lines of a preview: the configuration of the local stack."""
    config = captured("version")["config"]
    settings = json.loads(config["pairva:deployment"])
    settings["backend"].update(backend)
    return {**config, "pairva:deployment": json.dumps(settings)}


def test_the_first_line_is_what_the_comment_is_found_by() -> None:
    assert on(captured("version")).splitlines()[0] == "<!-- pairva review reviews -->"


def test_a_stack_with_an_evil_name_does_not_end_the_marker() -> None:
    document = json.dumps(captured("nothing")).replace("urn:pulumi:reviews::", "urn:pulumi:a--><b>::")
    assert on(json.loads(document)).splitlines()[0] == "<!-- pairva review a--<b -->"


def test_settings_that_are_no_good_cost_only_what_follows_from_them() -> None:
    document = captured("scale")
    document["config"]["pairva:deployment"] = "[secret]"
    text = on(document)
    assert title(text) == "reviews: backend: count 1 → 3; frontend unchanged; no downtime"
    assert "**settings** of the stack: not what this program calls valid" in text
    assert "| count | `1` | `3` |" in text


def test_a_version_that_follows_a_failed_deployment_says_so() -> None:
    document = captured("version")
    for step in document["steps"]:
        for side in ("oldState", "newState"):
            if step["urn"].endswith("backend-definition") and "arn" in step.get(side, {}).get("outputs", {}):
                step[side]["outputs"]["arn"] = step[side]["outputs"]["arn"].replace(":1", ":2")
    text = on(document)
    assert title(text).startswith("reviews: backend 1.0.1 → 1.0.2; frontend 1.0.1 → 1.0.2; ")
    assert (
        "- **not proven** backend: pairva-reviews-backend:2 never got a good verdict; the last one was about "
        "pairva-reviews-backend:1 (1.0.1), and how the two differ is not in the preview\n"
    ) in text


def test_a_deployment_that_is_only_asked_for_again_is_no_change_by_hand() -> None:
    """ECS has rolled back, so a refresh finds the service on the revision before."""
    gate = {"insecureValue": json.dumps({"taskDefinition": "a/f:1", "version": "1.0.1"})}
    service = {"name": "s", "desiredCount": 1, "taskDefinition": "a/f:2"}
    document = read(
        refresh("ecs/taskDefinition", "d", {}, outputs={"arn": "a/f:2"}),
        refresh("ssm/parameter", "backend-proven", gate),
        update("ssm/parameter", "backend-proven", gate, {"insecureValue": json.dumps({"taskDefinition": "a/f:2"})}),
        refresh("ecs/service", "s", service),
        update("ecs/service", "s", {**service, "taskDefinition": "a/f:1"}, {"taskDefinition": "a/f:2"}),
        config=deployment(version="1.0.1"),
    )
    text = markup.text(comment.of(document))
    assert title(text) == "test: backend 1.0.1 again (not proven yet); no downtime; about 2 min"
    assert "by hand" not in text


def test_what_was_changed_by_hand_is_told_as_the_real_provider_tells_it() -> None:
    """Its refresh describes the difference, so the engine calls the look an update."""
    document = captured("drift")
    for step in document["steps"]:
        if step["op"] == "refresh" and step["urn"].endswith("backend-service"):
            found = next(each for each in document["steps"] if each["urn"] == step["urn"] and each["op"] == "update")
            step.update(op="update", newState=found["oldState"], detailedDiff={"desiredCount": {"kind": "update"}})
    assert steady(on(document)) == (GOLDEN / "drift.md").read_text()


def test_what_is_changed_by_hand_and_by_nobody_else_stays_so() -> None:
    look = {"op": "update", "detailedDiff": {"retentionInDays": {"kind": "update", "inputDiff": True}}}
    found = update("cloudwatch/logGroup", "l", {"name": "/a", "retentionInDays": 1}, {"retentionInDays": 3})
    text = markup.text(
        comment.of(
            read(
                {**found, **look},
                refresh("ecs/cluster", "c", {}),
                {**refresh("ecs/cluster", "c", {}), "op": "same"},
            )
        )
    )
    assert "- LogGroup l: retentionInDays `1` → `3`; up leaves it so\n" in text


def drawn(*titles: str) -> dict[str, str]:
    widgets = [{"type": "text", "properties": {"markdown": title}} for title in titles]
    return {"dashboardName": "d", "dashboardBody": json.dumps({"widgets": widgets})}


def test_a_changed_dashboard_is_a_line_and_no_table_of_widgets() -> None:
    changed = update("cloudwatch/dashboard", "d", drawn("up", "slow"), drawn("new", "up", "slow"), component="pairva")
    text = markup.text(comment.of(read(changed)))
    assert [each for each in text.splitlines() if "dashboardBody" in each] == [
        "- **pairva (FargateTask)** Dashboard d: dashboardBody `2 widgets (0cdc9c4)` → `3 widgets (ef16723)`",
        "    dashboardBody: 2 widgets (0cdc9c4) → 3 widgets (ef16723)",
    ]
    assert "#### Labels" not in text


def test_a_dashboard_that_was_edited_by_hand_is_a_line_too() -> None:
    wanted, found = drawn("up", "slow"), drawn("slow")
    look = {"op": "update", "detailedDiff": {"dashboardBody": {"kind": "update", "inputDiff": True}}}
    steps = [
        refresh("ecs/cluster", "c", {}),
        {**update("cloudwatch/dashboard", "d", wanted, found), **look},
        update("cloudwatch/dashboard", "d", found, wanted),
    ]
    lines = markup.text(comment.of(read(*steps))).splitlines()
    start = lines.index("#### Changed by hand")
    assert lines[start + 2] == (
        "- Dashboard d: dashboardBody `2 widgets (0cdc9c4)` → `1 widgets (6458b6a)`; "
        "up sets it to `2 widgets (0cdc9c4)`"
    )


def test_a_dashboard_that_follows_from_what_is_replaced_is_no_label() -> None:
    changed = update("cloudwatch/dashboard", "d", drawn("up"), {"dashboardBody": UNKNOWN}, component="pairva")
    assert "unknown until up" not in markup.text(comment.of(read(changed)))


def test_a_refresh_alone_tells_what_it_found() -> None:
    found = update("cloudwatch/logGroup", "l", {"name": "/a", "retentionInDays": 1}, {"retentionInDays": 3})
    found["detailedDiff"] = {"retentionInDays": {"kind": "update", "inputDiff": True}}
    text = markup.text(comment.of(read(found, refresh("ecs/cluster", "c", {}), changeSummary={"update": 1, "same": 1})))
    assert title(text) == "test: 1 resource changed by hand"
    assert text.endswith("#### Changed by hand\n\n- LogGroup l: retentionInDays `1` → `3`\n")


def test_what_a_refresh_fills_in_is_no_change_by_hand() -> None:
    """The provider reads more than the program ever said, and calls none of it different."""
    inputs = {"name": "s", "desiredCount": 1}
    text = markup.text(
        comment.of(
            read(
                refresh("ecs/service", "s", inputs),
                update("ecs/service", "s", {**inputs, "availabilityZoneRebalancing": "ENABLED"}, {"desiredCount": 2}),
            )
        )
    )
    assert "by hand" not in text


def test_an_exception_comes_before_its_traceback() -> None:
    said = (
        'error: the program failed:\nTraceback (most recent call last):\n  File "x.py", line 1\nValueError: no zone\n\n'
    )
    document = read(create("ecs/cluster", "c", {}), diagnostics=[{"severity": "error", "message": said}])
    text = markup.text(comment.of(document))
    assert title(text) == "test: the preview failed with 1 error: nothing can be deployed"
    assert "```\nthe program failed:\nValueError: no zone\n```\n\n<details><summary>Its traceback</summary>" in text
    assert "no downtime" not in text
    assert "What the engine had planned until then: 1 created" in text


def test_an_error_names_the_secret_that_is_missing_and_hides_what_looks_like_one() -> None:
    said = (
        "error: prod cannot be deployed; nothing was changed.\n\n"
        "Pulumi.prod.yaml:20: pairva:deployment.backend.secrets.API_KEY: there is no such secret\n"
        "    found: mongodb://app:hunter2@db/pairva\n"
    )
    text = markup.text(comment.of(read(diagnostics=[{"severity": "error", "message": said}])))
    assert "Pulumi.prod.yaml:20: pairva:deployment.backend.secrets.API_KEY: there is no such secret\n" in text
    assert "    found: mongodb://app:***@db/pairva\n" in text


def test_a_preview_that_failed_says_nothing_of_minutes() -> None:
    document = captured("scale")
    assert "2 min for backend" in on(document)
    document["diagnostics"] = [{"severity": "error", "message": "error: no\n"}]
    assert "min for backend" not in on(document)


def test_warnings_are_a_line_each() -> None:
    said = "warning: a: one\n    found: b\n\nc: two\n"
    text = markup.text(comment.of(read(diagnostics=[{"severity": "warning", "message": said}])))
    assert "#### Warnings\n\n- a: one found: b\n- c: two\n" in text


def test_nothing_of_a_preview_formats_links_or_calls_anybody() -> None:
    evil = "</details>`x`\n# big @admin | [a](http://b) \x1b[31m<img src=x>"
    document = read(
        swap(
            "ecs/taskDefinition",
            "backend-definition",
            {"containerDefinitions": container(environment=[{"name": "A", "value": "1"}])},
            {
                "containerDefinitions": container(
                    environment=[{"name": "A", "value": evil}, {"name": evil, "value": "2"}]
                )
            },
        ),
        create("ecs/cluster", evil.replace(":", ""), {"name": evil}, component="pairva"),
        diagnostics=[{"severity": "warning", "message": f"warning: {evil}"}],
    )
    lines = markup.text(comment.of(document)).splitlines()
    harmless = "\\</details\\>\\`x\\` # big @\u200badmin \\| \\[a\\](http\u200b://b) \\<img src=x\\>"
    assert f"- {harmless}" in lines
    assert f"| environment {harmless} | — | `2` |" in lines
    assert "| environment A | `1` | ``</details>`x` # big @admin \\| [a](http://b) <img src=x>`` |" in lines
    assert [line for line in lines if line.startswith(("<details>", "</details>"))] == [
        "<details><summary>The engine's diff: 1 created, 1 replaced</summary>",
        "</details>",
    ]


def test_what_the_provider_says_of_a_secret_is_told_and_of_what_aws_computes_is_not() -> None:
    changed = update("ecs/cluster", "c", {"name": "c", "plan": "[secret]"}, {}, component="pairva")
    changed |= {
        "diffReasons": ["plan"],
        "detailedDiff": {"plan": {"kind": "update"}, "arn": {"kind": "update-replace"}},
    }
    text = markup.text(comment.of(read(changed)))
    assert "    plan: [secret] → (changes; the preview hides how)\n" in text
    assert "arn: " not in text


def test_what_a_refresh_fills_in_is_no_change_of_the_program() -> None:
    changed = update(
        "ecs/cluster", "c", {"name": "c", "zones": "b", "filled": "in"}, {"zones": "a"}, component="pairva"
    )
    del changed["newState"]["inputs"]["filled"]
    text = markup.text(comment.of(read(changed)))
    assert "ecs/cluster:Cluster c\n    zones: b → a\n```" in text


def test_what_forces_a_replacement_is_the_path_that_the_real_provider_names() -> None:
    replaced = swap("ecs/cluster", "c", {"name": "c", "size": "1"}, {"size": "2"}, component="pairva")
    replaced["detailedDiff"] = {"size": {"kind": "update-replace"}, "tags": {"kind": "update"}}
    assert "(because of size)" in markup.text(comment.of(read(replaced)))


def test_the_order_of_a_replacement_is_that_of_its_steps_where_they_are_shown() -> None:
    """`--show-replacement-steps`; a name of its own would have said the opposite."""
    whole = swap("sns/topic", "t", {"name": "t", "kms": "1"}, {"kms": "2"}, component="pairva")
    first, last = {**whole, "op": "create-replacement"}, {**whole, "op": "delete-replaced"}
    assert "its successor comes first (because of kms)" in markup.text(comment.of(read(first, whole, last)))
    assert "it is deleted before its successor is made" in markup.text(comment.of(read(last, whole, first)))
    assert "it is deleted before its successor is made" in markup.text(comment.of(read(whole)))


def test_the_same_preview_in_another_order_is_the_same_comment() -> None:
    document = captured("routing")
    looks = [each for each in document["steps"] if each["op"] == "refresh"]
    planned = [each for each in document["steps"] if each["op"] != "refresh"]
    assert on({**document, "steps": [*looks[::-1], *planned[::-1]]}) == on(document)


def test_a_version_is_deployed_at_the_pace_of_its_settings() -> None:
    """60 s to start, 120 s to a check, 30 s to drain; three attempts of 150 + 300 + 10 × 180 s, and 90 s to drain."""
    document = captured("scale")
    settings = json.loads(document["config"]["pairva:deployment"])
    settings["backend"]["health"].update(intervalSeconds=120, timeoutSeconds=60, graceSeconds=300, retries=10)
    document["config"]["pairva:deployment"] = json.dumps(settings)
    text = on(document)
    assert title(text).endswith("; no downtime; about 4 min")
    assert "4 min for backend; at most 114 min if tasks fail." in text
    assert (
        "- **slow** backend: until ECS gives up, if its tasks fail: 114 min: 3 attempts of (150 s to pull and start + "
        "300 s grace + 10 × 180 s of failing checks) + 90 s to drain\n"
    ) in text


def test_nothing_here_is_read_from_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert steady(on(captured("version"))) == (GOLDEN / "version.md").read_text()


def test_the_readme_shows_a_real_comment() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    section = readme.partition("## Reviewing a change\n")[2].partition("\n## ")[0]
    shown = [line.removeprefix("> ") for line in section.splitlines() if line.startswith(("> - ", "> | "))]
    golden = (GOLDEN / "routing.md").read_text().splitlines()
    assert shown == [line for line in golden if line.startswith(("- **", "| "))]


@pytest.mark.parametrize(
    ("old", "new", "row"),
    [
        ("a  b", "a b", "`a b` | `a b` (changed)"),
        ("x\ny", "x y", "`x y` | `x y` (changed)"),
        ("\x1b[31mred", "red", "`red` | `red` (changed)"),
        ("mongodb://u:one@h/db", "mongodb://u:two@h/db", "`mongodb://u:***@h/db` | `mongodb://u:***@h/db` (changed)"),
        ("a", "\u200b", "`a` | (only invisible characters)"),
        ("a", "b", "`a` | `b`"),
    ],
)
def test_values_that_look_alike_are_said_to_differ(old: str, new: str, row: str) -> None:
    before, after = (container(environment=[{"name": "MODE", "value": each}]) for each in (old, new))
    step = swap("ecs/taskDefinition", "d", {"containerDefinitions": before}, {"containerDefinitions": after})
    assert f"| environment MODE | {row} |" in markup.text(comment.of(read(step)))


def test_a_rule_whose_group_changes_is_a_row_that_names_both() -> None:
    old = {"ipProtocol": "tcp", "fromPort": 80, "toPort": 80, "description": "From x", "referencedSecurityGroupId": "a"}
    step = update("vpc/securityGroupIngressRule", "r", old, {"referencedSecurityGroupId": "b"})
    text = markup.text(comment.of(read(step)))
    assert "| lets in | `port 80, from x (a)` | `port 80, from x (b)` |" in text

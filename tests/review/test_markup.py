"""A comment that GitHub takes, however much there is to say."""

from review import markup
from review.document import Bullets, Code, Document, Lines, Section, Strong, Table


def document(lines: int = 2, items: int = 2) -> Document:
    return Document(
        stack="prod",
        title="prod: backend 1 → 2",
        lead=["2 min."],
        sections=[
            Section(heading="", block=Bullets([[Strong("opens"), " all_of_it"]])),
            Section(heading="backend", block=Table(["", "now"], [[["count"], [Code("1")]]])),
            Section(heading="Everything else", block=Bullets([[f"number {number}"] for number in range(items)])),
            Section(heading="The diff", block=Lines(["+ create"] * lines, "diff"), folded=True),
        ],
    )


def test_a_comment_is_its_marker_its_title_and_its_sections() -> None:
    assert markup.text(document()) == (
        "<!-- pairva review prod -->\n\n"
        "### prod: backend 1 → 2\n\n"
        "2 min.\n\n"
        "- **opens** all\\_of\\_it\n\n"
        "#### backend\n\n|  | now |\n| --- | --- |\n| count | `1` |\n\n"
        "#### Everything else\n\n- number 0\n- number 1\n\n"
        "<details><summary>The diff</summary>\n\n```diff\n+ create\n+ create\n```\n\n</details>\n"
    )


def test_what_is_too_long_loses_its_end_first() -> None:
    text = markup.text(document(lines=50_000))
    assert 64_900 < len(text) <= markup.MOST_CHARACTERS
    kept = text.count("+ create")
    assert f"\n```\n\n_{50_000 - kept} lines more did not fit into a comment of GitHub._\n\n</details>\n" in text
    assert "number 1\n" in text


def test_then_it_loses_the_section_before() -> None:
    text = markup.text(document(lines=200, items=600), most=6_000)
    assert 5_900 < len(text) <= 6_000
    assert "<summary>The diff</summary>\n\n_200 lines more did not fit into a comment of GitHub._" in text
    assert "| count | `1` |" in text
    assert "- number 100\n" in text
    assert "- number 599" not in text


def test_what_fits_is_whole() -> None:
    whole = markup.text(document())
    assert markup.text(document(), most=len(whole)) == whole
    assert "did not fit" in markup.text(document(), most=len(whole) - 1)

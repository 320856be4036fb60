import markdown

# Stands for the character of no width that breaks what GitHub would follow.
_BROKEN = "\u200b"


def test_text_formats_nothing() -> None:
    assert markdown.plain("a*b* _c_ `d` [e](f) <img> x|y ~z~ $1$ &amp; \\n") == (
        r"a\*b\* \_c\_ \`d\` \[e\](f) \<img\> x\|y \~z\~ \$1\$ \&amp; \\n"
    )


def test_text_calls_nobody_and_links_nothing() -> None:
    said = markdown.plain("ask @team about #12, GH-7, https://evil.example and www.evil.example; a@b.c is an address")
    assert said == (
        f"ask @{_BROKEN}team about #{_BROKEN}12, GH-{_BROKEN}7, https{_BROKEN}://evil.example and "
        f"www{_BROKEN}.evil.example; a@b.c is an address"
    )


def test_text_stays_on_its_line() -> None:
    assert markdown.plain("one\n\n# two\r\n") == "one # two"


def test_a_value_ends_neither_its_code_nor_its_cell() -> None:
    assert markdown.code("a|b") == r"`a\|b`"
    assert markdown.code("a`b``c") == "```a`b``c```"
    assert markdown.code("`a`") == "`` `a` ``"
    assert markdown.code("a\nb") == "`a b`"
    assert markdown.code("") == ""


def test_a_block_holds_whatever_is_in_it() -> None:
    assert markdown.block("a\n```\nb\n", "diff") == "````diff\na\n```\nb\n````"


def test_a_table_is_a_line_for_each_row() -> None:
    assert markdown.table(["", "was"], [["cpu", "`256`"]]) == "|  | was |\n| --- | --- |\n| cpu | `256` |"


def test_what_is_folded_is_set_apart_by_empty_lines_or_github_would_not_format_it() -> None:
    assert markdown.folded("more", "| a |") == "<details><summary>more</summary>\n\n| a |\n\n</details>"

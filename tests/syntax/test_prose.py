"""Marked-up text is parsed into spans, and nothing is dropped."""

from __future__ import annotations

import re
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from circulars.model.text import Span, plain
from circulars.syntax.prose import Use, is_link_name, marks, paragraphs, parse
from circulars.syntax.unknown_marks import unknown_marks

COMMONMARK = MarkdownIt("commonmark")

Looks = list[tuple[str, bool, bool]]


def looks(text: str) -> Looks:
    """Each stretch of a text: its words, whether it is strong, and whether it is emphasised."""
    return _merged([(span.text, span.strong, span.emphasis) for span in parse(text).spans])


def commonmark_looks(text: str) -> Looks:
    """The stretches of a text as markdown-it-py parses it."""
    found: Looks = []
    strong = emphasis = 0
    for token in COMMONMARK.parseInline(text)[0].children or ():
        change = {"open": 1, "close": -1}.get(token.type.rpartition("_")[2], 0)
        strong += change * token.type.startswith("strong")
        emphasis += change * token.type.startswith("em_")
        if token.content:
            found.append((token.content, strong > 0, emphasis > 0))
    return _merged(found)


def _merged(found: Looks) -> Looks:
    groups = groupby((part for part in found if part[0]), key=lambda part: part[1:])
    return [("".join(part[0] for part in parts), *look) for look, parts in groups]


@given(st.text("*abé «».,;:!?-–()'\"", max_size=40))
def test_asterisks_emphasise_as_in_commonmark(text: str) -> None:
    """For any asterisks, letters and punctuation, the same words are strong or emphasised as in CommonMark."""
    text = text.strip()

    assert looks(text) == commonmark_looks(text)


@given(st.lists(st.sampled_from(["*", "**", "***", "****", "a", " ", ".", "(", "á"]), max_size=25).map("".join))
def test_nested_runs_of_asterisks_match_as_in_commonmark(text: str) -> None:
    """Nested runs of asterisks of any length match as in CommonMark."""
    text = text.strip()

    assert looks(text) == commonmark_looks(text)


@given(st.text(st.characters(exclude_characters="\\*\n{<[@", exclude_categories=("Cs", "Cc")), max_size=200))
def test_text_without_marks_is_unchanged(text: str) -> None:
    """The spans of a text without marks have exactly its characters."""
    assert plain(parse(text).spans) == text


@given(st.text("ab*_~#^`<>&;[](){}\\/.:@-+=|!\" '1", max_size=60))
def test_nothing_is_dropped(text: str) -> None:
    """Each letter and digit of a text is in a span, in a link or in a field, or the text has a fault."""
    prose = parse(text)
    kept = "".join(f"{span.text}{span.hole}{span.link}" for span in prose.spans)
    faulted = "".join(fault.words for fault in prose.faults)

    for character in "ab1":
        assert (kept + faulted).count(character) >= text.count(character) or prose.faults


@given(st.text(max_size=300))
def test_any_text_is_parsed(text: str) -> None:
    """No text makes the parser fail."""
    assert parse(text).spans is not None
    assert parse(text, lines=True).spans is not None


@pytest.mark.parametrize(
    "text",
    [
        "snake_case_name and _words_ between underscores",
        "~~struck~~ # heading ^up^ `code`",
        "<b>bold</b> <br> </p> <script>alert(1)</script>",
        "&amp; &nbsp; &#60; AT&T",
        "a < b > c, 5 <6",
        "[brackets] and (parentheses) and ][ and []",
        "1. one - two + three",
        "| a | b |",
        "---",
        "![picture]",
        "2 * 3 * 4 and 5*",
        "C:\\folder and \\n",
        "{ one } and }} and %}",
        "https:// and www and a@b",
        "no-break\u00a0space and soft\u00adhyphen",
        "«guillemets», “quotes” – dashes — …",
    ],
)
def test_everything_else_is_kept_as_typed(text: str) -> None:
    """Whatever is not a mark is text: underscores, hashes, HTML, entities, single brackets."""
    assert parse(text).spans == (Span(text),)
    assert parse(text).faults == ()


@pytest.mark.parametrize("mark", list("*[]<>{}\\"))
def test_a_backslash_escapes_a_mark(mark: str) -> None:
    """After a backslash a mark is shown as typed, and the backslash is not shown."""
    assert plain(parse(f"a\\{mark}b").spans) == f"a{mark}b"


def test_an_escaped_field_is_kept_as_typed() -> None:
    """With backslashes before its braces, a field is text."""
    assert parse(r"\{\{ meeting \}\}").spans == (Span("{{ meeting }}"),)


def test_strong_and_emphasis() -> None:
    """Two asterisks mean strong, one means emphasis, three mean both."""
    spans = parse("**a** *b* ***c***").spans

    assert spans == (
        Span("a", strong=True),
        Span(" "),
        Span("b", emphasis=True),
        Span(" "),
        Span("c", strong=True, emphasis=True),
    )


def test_a_line_feed_is_a_space() -> None:
    """In a paragraph, a line end and the spaces around it become one space."""
    assert parse("one \n   two\nthree").spans == (Span("one two three"),)


def test_a_line_feed_is_a_line_break_where_lines_count() -> None:
    """In a subject, each line end is a line break."""
    assert parse("one\ntwo", lines=True).spans == (Span("one\ntwo"),)


@pytest.mark.parametrize("text", ["one\\\ntwo", "one  \ntwo", "one\\\n    two"])
def test_a_hard_line_break(text: str) -> None:
    """A backslash or two spaces at the end of a line force a line break."""
    assert parse(text).spans == (Span("one\ntwo"),)


def test_links() -> None:
    """The target of a link is a name, an address or a part; a link may have no words."""
    spans = parse("[the ITU](itu), [page](https://www.itu.int/a_(b)), [above](#dates), <itu>").spans

    assert [(span.text, span.link) for span in spans] == [
        ("the ITU", "itu"),
        (", ", ""),
        ("page", "https://www.itu.int/a_(b)"),
        (", ", ""),
        ("above", "#dates"),
        (", ", ""),
        ("", "itu"),
    ]


def test_links_can_contain_emphasis_and_fields() -> None:
    """A link's words may be strong and may contain a field; a link within a link is text."""
    spans = parse("[the **{{ city }}** <page>](itu)").spans

    assert spans == (
        Span("the ", link="itu"),
        Span("", strong=True, link="itu", hole="city"),
        Span(" <page>", link="itu"),
    )


@pytest.mark.parametrize("text", ["و**(SG5)**", 'و**"مدن"**', "لـ**{{ meeting }}** في", "ו**(א)**"])
def test_emphasis_can_begin_behind_an_arabic_or_hebrew_letter(text: str) -> None:
    """The word for "and" and prepositions are written as part of the next word, also before a bracket or a field."""
    spans = parse(text).spans

    assert any(span.strong for span in spans)
    assert "*" not in plain(spans)


def test_emphasis_can_contain_links() -> None:
    """A link within strong words is strong."""
    assert parse("**see <itu>**").spans == (Span("see ", strong=True), Span("", strong=True, link="itu"))


@pytest.mark.parametrize(
    ("text", "shown", "link"),
    [
        ("See https://www.itu.int.", "https://www.itu.int", "https://www.itu.int"),
        ("(https://www.itu.int/a_(b))", "https://www.itu.int/a_(b)", "https://www.itu.int/a_(b)"),
        ("See www.itu.int/en, or", "www.itu.int/en", "https://www.itu.int/en"),
        ("To tsb@example.int.", "tsb@example.int", "mailto:tsb@example.int"),
        ("See <https://www.itu.int>.", "https://www.itu.int", "https://www.itu.int"),
        ("To <tsb@example.int>.", "tsb@example.int", "mailto:tsb@example.int"),
        ("«https://www.itu.int»", "https://www.itu.int", "https://www.itu.int"),
        ("https://www.itu.int))))", "https://www.itu.int", "https://www.itu.int"),
    ],
)
def test_a_bare_address_becomes_a_link(text: str, shown: str, link: str) -> None:
    """An address in running text is a link; the punctuation after it is not part of the link."""
    prose = parse(text)

    assert [(span.text, span.link) for span in prose.spans if span.link] == [(shown, link)]
    assert plain(prose.spans) == re.sub("[<>]", "", text)


@pytest.mark.parametrize(
    ("field", "hole"),
    [
        ("{{ meeting }}", "meeting"),
        ("{{meeting}}", "meeting"),
        ("{{ meeting | weekday }}", "meeting|weekday"),
        ("{{meeting|weekday}}", "meeting|weekday"),
        ("{{ ref: key-dates }}", "ref:key-dates"),
        ("{{ ref:key-dates }}", "ref:key-dates"),
        ("{{ ref:\n key-dates }}", "ref:key-dates"),
        ("{{ addressee.Post_Code }}", "addressee.Post_Code"),
    ],
)
def test_fields(field: str, hole: str) -> None:
    """A field becomes a hole; the white space in it does not matter."""
    prose = parse(f"a {field} b")

    assert prose.spans == (Span("a "), Span("", hole=hole), Span(" b"))
    assert prose.uses == (Use("field", hole, field, 2),)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("a {{ 7*7 }}", "wrong-field", "{{ 7*7 }}"),
        ("a {{ a.b() }}", "wrong-field", "{{ a.b() }}"),
        ("a {{ a | b | c | d | e }}", "wrong-field", "{{ a | b | c | d | e }}"),
        ("a {{ Name }}", "wrong-field", "{{ Name }}"),
        ("a {{ {b} }}", "wrong-field", "{{ {b} }}"),
        ("a {{ b", "unclosed-field", "{{"),
        ("{{ a }} {{ b", "unclosed-field", "{{"),
        ("a {% if b %}", "wrong-field", "{%"),
        ("[](itu)", "empty-link", "](itu)"),
        ("[a]()", "empty-link", "]()"),
        ("[]{lang=en}", "wrong-language", "]{lang=en}"),
        ("[a]{lang=}", "wrong-language", "]{lang=}"),
    ],
)
def test_faults(text: str, code: str, words: str) -> None:
    """A wrong field or link is a fault at its words."""
    (fault,) = parse(text).faults

    assert (fault.code, fault.words) == (code, words)
    assert text[fault.at :].startswith(words)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        (
            "el [Smart *City*]{lang=en}",
            (Span("el "), Span("Smart ", language="en"), Span("City", emphasis=True, language="en")),
        ),
        (
            "[[Smart]{lang=en} **2**](x)",
            (Span("Smart", link="x", language="en"), Span(" ", link="x"), Span("2", True, link="x")),
        ),
        ("[[Smart](x) city]{lang=en}", (Span("Smart", link="x", language="en"), Span(" city", language="en"))),
        ("[a {{ b }}]{lang=zh-Hans}", (Span("a ", language="zh-Hans"), Span("", hole="b", language="zh-Hans"))),
        ("[1] {lang=en}", (Span("[1] {lang=en}"),)),
    ],
)
def test_words_in_another_language_are_marked(text: str, spans: tuple[Span, ...]) -> None:
    """``[words]{lang=en}`` sets the language of words, including emphasis, links and fields among them."""
    assert parse(text).spans == spans


def test_blank_lines_separate_paragraphs() -> None:
    """One or more lines of white space separate paragraphs."""
    assert paragraphs("one\ntwo\n\n\nthree\n  \t\nfour\n") == ("one\ntwo", "three", "four")


@pytest.mark.parametrize(("name", "is_one"), [("page", True), ("page-2", True), ("Page", False), ("a_b", False)])
def test_link_names(name: str, is_one: bool) -> None:
    """A link's name has lower-case letters, digits and hyphens; anything else is taken as an address."""
    assert is_link_name(name) is is_one


def test_marks_are_counted() -> None:
    """Asterisks, brackets, backslashes and line ends count as marks."""
    assert marks("**a** [b](c)\n<d> {{ e }} f") == 9


@pytest.mark.parametrize("typed", [r"\_\_\_", r"\___", r"\_\__"])
def test_underscores_after_a_backslash_are_no_line_to_be_filled_in(typed: str) -> None:
    """They are three underscores of the text, and no other mark."""
    assert parse(f"a {typed} b").spans == (Span("a ___ b"),)
    assert list(unknown_marks(f"a {typed} b")) == []


def test_other_escaped_underscores_are_as_typed() -> None:
    """One or two underscores are no mark."""
    assert parse(r"a \_\_ b").spans == (Span(r"a \_\_ b"),)
    assert [mark.words for mark in unknown_marks(r"a \_\_ b")] == [r"\_", r"\_"]


@pytest.mark.parametrize("typed", ["60", "60 mm", "60mm", "6 cm", "60.0 mm", "6.0cm"])
def test_lengths_of_lines_to_be_filled_in(typed: str) -> None:
    """Millimetres, or centimetres, with decimals or without."""
    [span] = parse(f"{{{{ blank: {typed} }}}}").spans

    assert (span.blank, span.width, len(span.text)) == (True, 60, 31)


@pytest.mark.parametrize("typed", ["4.99 mm", "170.5 mm", "17.1 cm", "12,5 mm"])
def test_other_lengths_are_reported(typed: str) -> None:
    """Those out of the limits, and what is no number."""
    assert [fault.code for fault in parse(f"{{{{ blank: {typed} }}}}").faults] == ["wrong-field"]

"""Chinese and Japanese are written without spaces: lines are joined, and marks and addresses end, beside any letter."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from circulars.model.text import plain
from circulars.syntax.half_width import half_width
from circulars.syntax.nodes import Scalar, child, read_tree
from circulars.syntax.prose import parse

SENTENCE = "会议将于2025年5月12-21日在中国北京（国际会议中心）举行，**重要：**请注意“智能城市”《通知》。"
HAN = "于会议北京の。，（）《》"


def folded(text: str, style: str = ">-") -> str:
    """What YAML makes of the lines of a text, in one style of YAML or another."""
    start, end = {">-": (">-\n  ", ""), "|-": ("|-\n  ", ""), "plain": ("", ""), '"': ('"', '"'), "'": ("'", "'")}[
        style
    ]
    tree = read_tree(f"a: {start}{textwrap.indent(text, '  ')[2:]}{end}\nb: c\n".encode(), "letter.yaml")
    node = child(tree.root, "a")
    assert isinstance(node, Scalar)
    return node.text


@pytest.mark.parametrize("style", [">-", "plain", '"', "'"])
def test_folded_lines_of_han_are_joined_without_a_space(style: str) -> None:
    """A line end between Han, Kana or full-width punctuation is nothing, in every style of YAML that folds lines."""
    assert folded("会议将于北京\n举行，\n请\n登録する𠀀\n字。", style) == "会议将于北京举行，请登録する𠀀字。"


def test_lines_that_are_kept_stay_lines() -> None:
    """After '|' a line end is a line end."""
    assert folded("第9研究组会议\n中国北京", "|-") == "第9研究组会议\n中国北京"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ("会议 北京\n上海", "会议 北京上海"),  # a space that is typed
        ("参加ITU-T\n部门成员", "参加ITU-T 部门成员"),
        ("国际电联，\nITU-T", "国际电联，ITU-T"),
        ("名为\n“智能城市”\n的", "名为“智能城市”的"),
        ("회의는\n베이징에서", "회의는 베이징에서"),
        ("the town\n北京", "the town 北京"),
        ("会议\n\n北京", "会议\n北京"),
        ("参加ITU\n（会议）", "参加ITU（会议）"),
        ("参加ITU\n，会议", "参加ITU，会议"),
        ("**重要：**\n请注意", "**重要：**请注意"),
        ("会议将于\n{{ meeting }}\n举行", "会议将于{{ meeting }}举行"),
        ("见[通知](notice)\n第2页[^1]\n和第3页", "见[通知](notice)第2页[^1]和第3页"),
    ],
)
def test_what_is_beside_a_line_end_decides(lines: str, text: str) -> None:
    """A space stays beside Latin letters and Hangul; marks around the letters that readers see do not count."""
    assert folded(lines) == text


@given(st.lists(st.text(HAN, min_size=1, max_size=5), min_size=2, max_size=8))
@example(["𠀀", "会", "―"])
def test_wherever_lines_of_han_end_the_text_is_the_same(lines: list[str]) -> None:
    """A text is the same in one line and in many, folded by YAML or in a paragraph."""
    whole = "".join(lines)

    assert folded("\n".join(lines)) == whole
    assert plain(parse("\n".join(lines)).spans) == whole


def test_the_lines_of_a_paragraph_are_joined_without_a_space() -> None:
    """A paragraph's line ends become spaces, but not between Han."""
    assert plain(parse("会议将于\n北京\n举行，ITU\n和 ISO").spans) == "会议将于北京举行，ITU 和 ISO"
    assert plain(parse("会议\n北京", lines=True).spans) == "会议\n北京"


def test_words_are_found_across_joined_lines() -> None:
    """A problem has the place of its words, also if they begin on one line and end on the next."""
    tree = read_tree("a: >-\n  会议将于中国\n  北京举行。\n".encode(), "letter.yaml")

    place = tree.place_of(child(tree.root, "a"), "中国北京")

    assert (place.line, place.column) == (2, 7)


@pytest.mark.parametrize(
    ("text", "strong"),
    [
        ("**重要：**请注意", "重要："),
        ("请**（重要）**注意", "（重要）"),
        ("他说**“重要”**的话", "“重要”"),
        ("见**《建议书》**。", "《建议书》"),
        ("会议**(ITU)**的", "(ITU)"),
        ("于**{{ meeting }}**举行", "{{ meeting }}"),
        ("见**[通知](notice)**第2页", "通知"),
        ("（**注意**）", "注意"),
        ("**注意！**ITU-T成员", "注意！"),
        ("**마크다운(Markdown)**은", "마크다운(Markdown)"),
    ],
)
def test_strong_words_need_no_spaces_around_them(text: str, strong: str) -> None:
    """Beside Han, Kana and Hangul, asterisks match whatever punctuation is inside or outside of them."""
    spans = parse(text).spans

    assert "".join(span.text or "{{ " + span.hole + " }}" for span in spans if span.strong) == strong
    assert "*" not in plain(spans)


def test_emphasis_of_two_kinds_ends_where_it_should() -> None:
    """Three asterisks are both kinds."""
    looks = [(span.text, span.strong, span.emphasis) for span in parse("***重要：***请*看：*此").spans]

    assert looks == [("重要：", True, True), ("请", False, False), ("看：", False, True), ("此", False, False)]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("访问https://www.itu.int/了解详情。", ["https://www.itu.int/"]),
        ("（见https://www.itu.int/）", ["https://www.itu.int/"]),
        ("见https://www.itu.int/a?b=1，或www.itu.int。", ["https://www.itu.int/a?b=1", "https://www.itu.int"]),
        ("见https://www.itu.int/……", ["https://www.itu.int/"]),
        ("请联系tsb@example.int。", ["mailto:tsb@example.int"]),
        ("电子邮件：tsb@example.int；传真", ["mailto:tsb@example.int"]),
        ("https://www.itu.int/를 보라", ["https://www.itu.int/"]),
    ],
)
def test_an_address_ends_before_han(text: str, links: list[str]) -> None:
    """No space is needed before or after an address; all characters stay."""
    spans = parse(text).spans

    assert [span.link for span in spans if span.link] == links
    assert plain(spans) == text


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("会议开始,请注意", ","),
        ("会议(国际会议中心)开始", "()"),
        ("如下:", ":"),
        ("（国际会议中心）,会议开始", ","),
        ("《通知》,请注意", ","),
        ("**重要**,请注意", ","),
        ("*请注意*:会议*开始*", ":"),
        ("**请注意.**", "."),
        ("会议（日内瓦,**瑞士**）开始", ","),
        ("会议结束.谢谢", "."),
        ("会议于{{ opening | weekday-date }}开幕,会期为{{ meeting }}。", ","),
        ("见[通知](https://www.example.int/a/long/address),在会前,请注意", ","),
        (SENTENCE, ""),
        ("第9研究组(SG9), 1,000人, 9:30, 见[通知](notice),请", ""),
        ("Beijing (北京,中国) is the capital of the country", ""),
    ],
)
def test_half_width_punctuation_between_han_is_found(text: str, marks: str) -> None:
    """Only what is between Han is doubtful: numbers, Latin words and links have their own punctuation."""
    assert "".join(found.mark for found in half_width(text)) == marks

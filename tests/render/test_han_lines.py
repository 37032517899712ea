"""Lines of Chinese and Japanese end where writers of these languages end them."""

from __future__ import annotations

import functools
import random
from dataclasses import replace
from itertools import pairwise

import pytest

from circulars.model.document import SettledFootnote
from circulars.model.text import Paragraph, Span, Spans
from circulars.render.pdf.breaks import breaks_in
from circulars.render.pdf.han_lines import like
from line_breaks import laid_out
from render.sample_letters import PLAIN
from render.script_letters import script_letter, values_in
from render.test_filled_scripts import copy_of
from render.test_pdf_masters import pictures

NOTE = SettledFootnote("n", "1", "1", "[1]", (Span("注释"),))
CHINESE = replace(PLAIN, language="zh", locale="zh-CN", annexes=(), footnotes=(NOTE,))
CASES = {
    "a number and its measure": "定|于|2024年|8月|12日|举|办|第|9届|会|议，|有|200人|参|加",
    "a time of day": "将|于|9时30分|开|幕，|17时30分|闭|幕",
    "a range of times": "于|14时30分-|17时30分|举|行",
    "a range of years": "（2024-2025年）|期|间",
    "quotation marks": "他|说：|“甲|乙|丙”，|又|说|“丁|戊”|己|庚",
    "an interpunct": "由|阿|依|古|丽·|买|买|提|主|持",
    "an apostrophe": "由|ITU’s|组|织",
    "a document symbol": "见|C/1号|文|件|和|1/5|工|作|组|及|SG5/TD12号",
    "a telephone number": "拨|打|+41 22 730 0000|联|系",
    "a number in groups": "共|12 345|瑞|士|法|郎",
    "an e-mail address": "请|联|系|ann-b@example.int|获|取",
}
"""Texts, with a bar at each place at which a line may end."""
MARKED: tuple[Span, ...] = (Span("见《建议》"), Span("1", note="n", link="#n"), Span("；“结束”。"))


@functools.cache
def ends() -> dict[str, str]:
    """The texts of all cases and of words with a footnote, with a bar where a line ends in one of many paragraphs."""
    texts: dict[str, Spans] = {name: (Span(text.replace("|", "")),) for name, text in CASES.items()} | {"": MARKED}
    lengths = {name: sum(len(span.text) for span in spans) for name, spans in texts.items()}
    full = len(line_of((Span("文" * 80),)))
    blocks = {
        (name, before): Paragraph((Span("文" * before), *spans), "", f"{nth}.{before}")
        for nth, (name, spans) in enumerate(texts.items())
        for before in range(full - lengths[name], full)
    }
    found: dict[str, set[int]] = {name: set() for name in texts}
    for (name, before), block in zip(blocks, laid_out([*blocks.values()], CHINESE), strict=True):
        found[name].add(len(block.lines[0]) - before)
    shown = {}
    for name, spans in texts.items():
        text = "".join(span.text for span in spans)
        shown[name] = "".join("|" * (place > 0 and place in found[name]) + one for place, one in enumerate(text))
    return shown


def line_of(spans: Spans) -> str:
    """The first line of a paragraph."""
    [block] = laid_out([Paragraph(spans, "", "p")], CHINESE)
    return block.lines[0]


@pytest.mark.parametrize("name", CASES)
def test_lines_end_where_chinese_writers_end_them(name: str) -> None:
    """However many characters are before a text, its lines end nowhere but where they may."""
    assert ends()[name] == CASES[name]


def test_the_mark_of_a_footnote_is_on_the_line_of_its_word() -> None:
    """What ends a sentence is there, too."""
    assert ends()[""] == "见|《建|议》1；|“结|束”。"


def test_other_characters_are_as_many() -> None:
    """The text whose lines end as they should has a character for each one."""
    texts = [
        "".join(CASES.values()).replace("|", ""),
        "a-b.c@example.int",
        "long-name-of-somebody@department.example.int",
    ]

    assert [len(like(text, "zh")) for text in texts] == [*map(len, texts)]


def test_a_symbol_longer_than_its_line_is_broken() -> None:
    """Nothing is off the page."""
    symbol = "/".join(["WWWWWWWWWWW1"] * 5)
    [block] = laid_out([Paragraph((Span(f"见{symbol}号"),), "", "p")], CHINESE)

    assert "".join(block.lines) == f"见{symbol}号"
    assert max(map(len, block.lines)) < len(symbol)


def test_english_letters_keep_their_lines() -> None:
    """A line may end behind a slash there."""
    text = "x" * 80 + " ITU/" + "1" * 40 + " and more"
    [block] = laid_out([Paragraph((Span(text),), "", "p")])

    assert block.lines[0].endswith("ITU/")


@pytest.mark.parametrize("name", ["伟", "国家研究所", "样本·范本与示例样本"])
def test_lines_of_filled_copies_end_as_in_full_layouts(name: str) -> None:
    """A name in quotation marks is before a time of day and a telephone number."""
    one = values_in("zh", random.Random(7)) | {"name": name}

    assert pictures(copy_of("zh", one)) == pictures(script_letter("zh").whole(one))


def test_no_line_ends_within_a_reference_behind_its_full_stop() -> None:
    """Pango would end one in "L.9901"; the end of a sentence and a slash are as before."""
    text = "Rec. ITU-T L.9901/Y.4901. Next"
    bounds = [0, *breaks_in(text, "en"), len(text)]

    parts = [text[start:end] for start, end in pairwise(bounds)]
    assert parts == ["Rec. ", "ITU-", "T ", "L.9901/", "Y.4901. ", "Next"]

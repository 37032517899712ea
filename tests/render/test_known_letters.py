"""Lines of Han are set from the glyphs of each character, as Pango sets them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from circulars.render.pdf.engine import FontConfiguration
from circulars.render.pdf.known_letters import KnownLetter, KnownLetters
from circulars.render.pdf.looks import TextLook
from circulars.render.pdf.typeset import LineSetter, Typesetters

_LOOK = TextLook("Carlito,Noto Sans CJK SC", "normal", 400, "normal", 14.666, "zh", "normal", True, "ltr")
_MARKS = "，。、；：（）！？"


def _lines() -> list[str]:
    dice, found = random.Random(4), list[str]()
    for _ in range(300):
        signs = [chr(dice.randrange(0x4E00, 0xA000)) for _ in range(dice.randint(1, 40))]
        found.append("".join(dice.choice(_MARKS) if dice.random() < 0.15 else sign for sign in signs))
    return [
        *found,
        "：一",
        "一：",
        "一々二",
        "一12二",
        "㐀一",
        "（一）（二）",
        "“一”",
        "会議カタ",
        "一\u3099二",
        "𠀀一",
    ]


@pytest.mark.parametrize("language", ["zh", "ja", "ko", "en"])
@pytest.mark.parametrize("weight", [400, 700])
def test_lines_of_known_characters_are_those_that_pango_sets(language: str, weight: int) -> None:
    """The same glyphs at the same places with the same text, whatever marks are among them."""
    fonts = Typesetters(FontConfiguration())
    look = replace(_LOOK, language=language, weight=weight)
    setter, by_pango = LineSetter(look, fonts), LineSetter(look, fonts)
    by_pango.letters = KnownLetters(lambda _: None)
    known = 0
    for text in _lines():
        line, other = setter.line(text), by_pango.line(text)
        if line is None or other is None:
            assert line is other
            continue
        known += setter.letters.run(text) is not None

        assert (line.runs, line.room, line.height, line.baseline) == (
            other.runs, other.room, other.height, other.baseline,
        ), text  # fmt: skip
        assert (line.is_marked, line.is_backward) == (other.is_marked, other.is_backward)
    assert known > (100 if language == "zh" else 0)


def test_each_character_is_set_once() -> None:
    """A line with characters of others is known, in whatever order they are; other text is none of it."""
    learned = list[str]()
    setter = LineSetter(_LOOK, Typesetters(FontConfiguration()))
    by_pango = setter.letters.learn

    def learn(character: str) -> KnownLetter | None:
        learned.append(character)
        return by_pango(character)

    letters = KnownLetters(learn)

    assert letters.run("样本部：国家")
    assert letters.run("国家本部：样样")
    assert learned == [*"样本部：国家"]
    assert not any(map(letters.run, ("Vevey", "样本 5", "“样本”", "（样）（本）", "：", "")))


def test_texts_that_break_otherwise_are_the_same_on_one_line() -> None:
    """Lines in looks that differ in breaks only are set once."""
    fonts = Typesetters(FontConfiguration())
    one, other = fonts.of(replace(_LOOK, wrap="anywhere")), fonts.of(replace(_LOOK, wrap="break-word"))
    assert one is not None
    assert other is not None

    assert one is not other
    assert one.line("样本 Example") is other.line("样本 Example")

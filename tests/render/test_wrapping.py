"""Copies are filled by the widths of words that are known from other copies; their lines are those of WeasyPrint."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

import pytest
from weasyprint.text import line_break

from circulars.render.pdf.breaks import breaks_in
from circulars.render.pdf.engine import FontConfiguration, split_first_line
from circulars.render.pdf.looks import USUAL, PlainStyle, TextLook, hyphens_of
from circulars.render.pdf.typeset import Typesetters
from circulars.render.pdf.wrapping import Wrapper
from merge.script_lists import SCRIPTS
from render.script_letters import TONGUES, values_in

_FAMILIES = ("Carlito", "Noto Sans Arabic", "Noto Sans CJK SC")
_SIZE = 14.666


def _texts(code: str) -> list[str]:
    """Sentences of a letter with values in its own script and in others."""
    dice, found = random.Random(f"{code} lines"), list[str]()
    for script in (TONGUES[code].script, TONGUES[code].script, *sorted(SCRIPTS)):
        one = values_in(code, dice, script)
        sentence = TONGUES[code].sentences[0].replace("{name}", one["name"])
        found += (sentence, f"{one['organization']} ({one['place']}), 7/8, Jean-Luc@example.int: {one['organization']}")
    return found


def _split(text: str, look: TextLook, configuration: FontConfiguration, width: float) -> list[str]:
    """The lines of a text as WeasyPrint splits them, one after the other."""
    style = PlainStyle(
        USUAL, font_family=_FAMILIES, font_style=look.style, font_weight=look.weight, font_stretch=look.stretch,
        font_size=look.size, lang=look.language, overflow_wrap=look.wrap, direction=look.direction, tab_size=8,
        line_height="normal", **hyphens_of(look),
    )  # fmt: skip
    style.font_config = configuration
    lines: list[str] = []
    while text:
        layout, _, resume_at, *_ = split_first_line(text, style, None, width, 0)
        lines.append(layout.text.rstrip(" "))
        text = "" if resume_at is None else text.encode()[resume_at:].decode().lstrip(" ")
    return lines


@pytest.mark.parametrize("code", TONGUES)
def test_lines_end_where_weasyprint_ends_them(code: str) -> None:
    """In every script, whatever the width, with names in other scripts, hyphens, slashes and addresses."""
    configuration, dice = FontConfiguration(), random.Random(code)
    look = TextLook(",".join(_FAMILIES), "normal", 400, "normal", _SIZE, code, "normal", True, TONGUES[code].direction)
    typesetter = Typesetters(configuration).of(look)
    assert typesetter is not None
    found = 0
    for text in _texts(code):
        width = dice.uniform(150, 500)
        lines = typesetter.lines(text, [width] * 40)
        if lines is not None:
            found += 1

            assert [line.text for line in lines] == _split(text, look, configuration, width), (text, width)
    assert found > 9


def test_lines_end_between_marks_where_weasyprint_ends_them() -> None:
    """Two full-width marks in a row are narrower together, and not if a line ends between them."""
    configuration = FontConfiguration()
    look = TextLook(",".join(_FAMILIES), "normal", 400, "normal", _SIZE, "zh", "normal", True, "ltr")
    typesetter = Typesetters(configuration).of(look)
    assert typesetter is not None
    found: list[str] = []
    for count in range(36):
        text = "会" * count + "《示例》（草案）、《通知》（“草案”）会议会议"
        lines = typesetter.lines(text, [300.0] * 9)
        assert lines is not None

        assert [line.text for line in lines] == _split(text, look, configuration, 300)
        assert max(line.room for line in lines) <= 300
        found += [line.text for line in lines]
    assert {line[-1] for line in found} >= set("》、）议")
    assert not {line[0] for line in found} & set("》）、”")


@pytest.mark.parametrize("code", TONGUES)
def test_lines_that_hardly_fit_end_where_weasyprint_ends_them(code: str) -> None:
    """Lines with little room or none, in which Arabic names change the gaps and the marks beside Han."""
    configuration, dice = FontConfiguration(), random.Random(code)
    look = TextLook(",".join(_FAMILIES), "normal", 400, "normal", _SIZE, code, "normal", True, TONGUES[code].direction)
    typesetter = Typesetters(configuration).of(look)
    assert typesetter is not None
    for text in _texts(code)[:12]:
        lines = typesetter.lines(text, [dice.uniform(150, 500)] * 40) or []
        for width in [lines[0].room + more for more in (-0.4, 0.3, 2, 5, 12) if lines]:
            found = typesetter.lines(text, [width] * 40)

            assert found is None or [one.text for one in found] == _split(text, look, configuration, width), width


@pytest.mark.parametrize("code", TONGUES)
def test_lines_may_end_where_weasyprint_s_own_layouts_may(code: str) -> None:
    """Asked without a layout, Pango names the same places, those of Chinese rules included."""
    for text in (*_texts(code), "第5-8号通函：12:30至9时30分“A/B”（+41 22 730 5111）", "มาลี ตัวอย่าง 7/8", ""):
        attributes = line_break.get_log_attrs(text, code)

        assert breaks_in(text, code) == [place for place in range(1, len(text)) if attributes[place].is_line_break]


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_gaps_are_as_wide_as_those_of_weasyprint(direction: Literal["ltr", "rtl"]) -> None:
    """To the last digit: from right to left, the place of a line depends on its width."""
    configuration = FontConfiguration()
    look = TextLook(",".join(_FAMILIES), "normal", 400, "normal", _SIZE, "ar", "normal", True, direction)
    typesetter = Typesetters(configuration).of(look)
    assert typesetter is not None
    for text in ("大阪市北区1-2-3", "A区B区C", "样本", "Vevey"):
        style = PlainStyle(
            USUAL, font_family=_FAMILIES, font_style="normal", font_weight=400, font_stretch="normal",
            font_size=_SIZE, lang="ar", overflow_wrap="normal", direction=direction, tab_size=8, line_height="normal",
            **hyphens_of(look),
        )  # fmt: skip
        style.font_config = configuration
        line = typesetter.line(text)
        assert line is not None

        assert line.room == pytest.approx(split_first_line(text, style, None, None, 0)[3], abs=1e-9)
        assert typesetter.measure(text)[0] == pytest.approx(line.room, abs=1e-9)


@dataclass(frozen=True)
class Line:
    """A line of letters that are ten pixels wide."""

    text: str

    @property
    def room(self) -> float:
        """Its width in pixels."""
        return 10.0 * len(self.text)


def test_words_of_earlier_copies_are_not_measured_again() -> None:
    """A copy with the same words in another order costs nothing but its lines, each of which is set once."""
    measured, lines = list[str](), list[str]()

    def line_of(text: str) -> Line:
        lines.append(text)
        return Line(text)

    def room_of(text: str) -> float:
        measured.append(text)
        return Line(text).room

    wrapper = Wrapper("en", 10, line_of, room_of)
    wrapper.lines("one two three", [75, 75])
    measured.clear()
    lines.clear()

    assert wrapper.lines("two three one two ", [95, 95]) == [Line("two three"), Line("one two")]
    assert not measured
    assert lines == ["two three", "one two"]


@pytest.mark.parametrize("width", [69.8, 70.2])
def test_no_line_is_taken_whose_end_is_uncertain(width: float) -> None:
    """Where a fifth of a pixel decides, WeasyPrint does."""
    wrapper = Wrapper("en", 10, Line, lambda text: Line(text).room)

    assert wrapper.lines("one two three", [width, 70]) == []


def test_the_text_before_leaves_no_mark_of_punctuation_in_the_next_one() -> None:
    """A Latin text in a Chinese letter has its own font where the text before it had a Chinese ellipsis."""
    look = TextLook("Carlito,Noto Sans CJK SC", "normal", 400, "normal", _SIZE, "zh", "normal", True, "ltr")
    fonts = Typesetters(FontConfiguration())
    typesetter, other = fonts.of(look), Typesetters(fonts.configuration).of(look)
    assert typesetter is not None and other is not None
    marks = [typesetter.line("会议……会议"), typesetter.line("会议（“草案”）")]
    lines = [typesetter.line("United Nations"), other.line("United Nations")]
    assert all(marks)
    assert lines[0] and lines[1]

    assert lines[0].room == lines[1].room
    assert [run.operators for run in lines[0].runs] == [run.operators for run in lines[1].runs]

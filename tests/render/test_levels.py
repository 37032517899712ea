"""The levels of text of one direction are known without FriBidi, and are those that it computes."""

from __future__ import annotations

import itertools
import random

import pytest

from circulars.model.directions import direction_of, is_backward_only, moved_stretches
from circulars.render.pdf.engine import ffi, gobject, levels_of, pango
from circulars.render.pdf.levels import isolate_levels
from circulars.render.pdf.line_order import LinePart, ordered
from circulars.render.pdf.set_holes import is_forward
from work import lines_run

_SIGNS = "abc אבג ليم 12-.,()/+٣\u0301\u064b\ufffc\t—«»%€\u200f\u200eʹ"


def _texts() -> list[str]:
    dice, found = random.Random(9), list[str]()
    for _ in range(3_000):
        some = dice.sample(_SIGNS, dice.randint(1, 6))
        found.append("".join(dice.choices(some, k=dice.randint(1, 9))))
    return found


def _computed(text: str, is_rtl: bool) -> bytes:
    """The levels by FriBidi."""
    data, count = text.encode(), len(text)
    direction = ffi.new("int *", pango.PANGO_DIRECTION_RTL if is_rtl else pango.PANGO_DIRECTION_LTR)
    levels = pango.pango_log2vis_get_embedding_levels(data, len(data), direction)
    found = bytes(ffi.buffer(levels, count))
    gobject.g_free(levels)
    return found


def test_levels_are_those_of_fribidi() -> None:
    """Of text of one direction and of both, with digits, marks, brackets and objects."""
    for text in _texts():
        assert [levels_of(text, is_rtl) for is_rtl in (False, True)] == [
            _computed(text, is_rtl) for is_rtl in (False, True)
        ], text


def test_what_is_in_an_isolate_affects_no_other_level() -> None:
    """The levels of a value and those around it are found one by one, as those of the whole paragraph."""
    for text in _texts():
        for beginning, is_rtl in itertools.product("\u2066\u2067\u2068", (False, True)):
            around = levels_of(f"سـ a 1{beginning}\u2069 (b)", is_rtl)
            whole = levels_of(f"سـ a 1{beginning}{text}\u2069 (b)", is_rtl)

            assert whole == around[:7] + isolate_levels(beginning, text, is_rtl, levels_of) + around[7:], text


@pytest.mark.parametrize("signs", ["abz019 -.,()/+&'", "aZ 1-/"])
def test_a_code_in_text_from_right_to_left_is_read_in_one_direction(signs: str) -> None:
    """If it begins with a Latin letter, and ends with one or with a digit."""
    dice, found = random.Random(2), 0
    for _ in range(2_000):
        text = "".join(dice.choices(signs, k=dice.randint(1, 9)))
        if is_forward(text):
            found += 1

            assert {*levels_of(text, True)} == {2}, text
    assert found > 50
    assert not any(map(is_forward, ("12", "U4-", "-U4", "é", "U4 ليم", "")))


def test_values_of_letters_from_right_to_left_have_no_isolates() -> None:
    """Whatever letters, marks, spaces and signs they have; a digit may be moved."""
    texts = [text for text in _texts() if is_backward_only(text)]

    assert len(texts) > 50
    assert not [text for text in texts if moved_stretches(text, direction_of(text, "ltr"))]
    assert is_backward_only("ليلى مثال")
    assert not any(map(is_backward_only, ("ليلى 12", "Ana", "\u064b", " ليلى", "")))


def test_the_order_of_a_line_in_one_direction_takes_the_same_work_for_long_values() -> None:
    """Nothing is done for each character of a value from right to left in an Arabic sentence."""

    def line(value: str) -> list[LinePart]:
        before, after = "إلى ", "، مثال"
        return [
            LinePart(before, levels_of(before, True), True, "", b"", "", b"", 0),
            LinePart(value, bytes([3]) * len(value), True, "\u2068", b"\x01", "\u2069", b"\x01", 1),
            LinePart(after, levels_of(after, True), True, "", b"", "", b"", 2),
        ]

    short, long = line("مثال"), line("مثال " * 20 + "خيالي")
    assert [one.rank for one in ordered(short, True)] == [one.rank for one in ordered(long, True)] == [2, 1, 0]
    assert lines_run(lambda: ordered(long, True)) == lines_run(lambda: ordered(short, True)) < 200

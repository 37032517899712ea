"""The levels of text of one direction are known without FriBidi, and are those that it computes."""

from __future__ import annotations

import random

from circulars.model.directions import direction_of, is_backward_only, moved_stretches
from circulars.render.pdf.engine import ffi, gobject, levels_of, pango

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


def test_values_of_letters_from_right_to_left_have_no_isolates() -> None:
    """Whatever letters, marks and spaces they have; a digit or a sign may be moved."""
    texts = [text for text in _texts() if is_backward_only(text)]

    assert len(texts) > 50
    assert not [text for text in texts if moved_stretches(text, direction_of(text, "ltr"))]
    assert is_backward_only("ليلى مثال")
    assert not any(map(is_backward_only, ("ليلى 12", "ليلى (", "Ana", "\u064b", " ليلى", "")))

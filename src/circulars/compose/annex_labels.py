"""Labels the annexes of a letter: with a number, a letter or words of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from circulars.compose.draft import AnnexLabel, Draft
from circulars.model.letter import AnnexStyle
from circulars.model.numerals import letter, roman
from circulars.model.phrases import NUMBER, Noun

_SIGN = re.compile(
    r"(?:[0-9]{1,4}(?![0-9])|(?![\u3400-\u9fff])[^\W\d_]|[IVXL]{1,7})"
    r"(?:[.-]?(?<![0-9])[0-9]{1,3}(?![0-9])|(?<=[0-9.-])[^\W\d_]|[.-](?=[^\W\d_]))*"
    r"(?: ?(?:bis|ter|quater))?"
)
"""A number, a letter or a Roman numeral, with further ones: 1.1, 1A, A.1, A-1, 1 bis. Han are words: 表1."""


def annex_labels(draft: Draft) -> Iterator[AnnexLabel]:
    """The label of each annex, in order.

    Annexes without a label of their own are numbered in sequence. It goes on from an annex with a letter or number of
    its own in the same style ("5", then "6"), and past one in another style ("1", "E", "2"). The only annex that is not
    labelled with words has a number only if the kind or the letter says so.
    """
    signs = [*_signs(draft)]
    words = draft.language.annexes
    is_sole = sum(is_counted for _, is_counted in signs) == 1
    has_number = not is_sole or (draft.source.sole_annex or draft.kind.sole_annex) == "numbered"
    for annex, (sign, is_counted) in zip(draft.source.annexes, signs, strict=True):
        if not is_counted:
            own = annex.label[draft.language.code]
            yield AnnexLabel(sign, own, sign)
        elif has_number or annex.label:
            yield AnnexLabel(
                words.heading.filled(number=sign), _with_number(words.name.filled(number=sign), sign), sign
            )
        else:
            yield AnnexLabel(words.heading_only, words.name_only.filled(), "")


def _with_number(name: Noun, sign: str) -> Noun:
    """The name of an annex, with its number alone as a form: "Annexes 1 and 2"."""
    return Noun({**name.forms, NUMBER: sign}, name.places)


def _signs(draft: Draft) -> Iterator[tuple[str, bool]]:
    """The sign of each annex ("1", "A"), or the words of its own label; and whether it is a sign."""
    style = draft.source.annex_labels or draft.kind.annex_labels
    reached = 0
    for annex in draft.source.annexes:
        own = annex.label.get(draft.language.code, Noun()).plain
        if own and not _SIGN.fullmatch(own):
            yield own, False
            continue
        reached = (_place(draft, style, own) or reached) if own else reached + 1
        yield own or _sign(draft, style, reached), True


def _sign(draft: Draft, style: AnnexStyle, place: int) -> str:
    """The sign of the annex at a place, from 1: "3", "C" or "III", in the letters of the language."""
    if style == "letters":
        return letter(draft.language.letters, place).upper()
    return roman(place).upper() if style == "romans" else str(place)


def _place(draft: Draft, style: AnnexStyle, sign: str) -> int:
    """The place of a sign in the sequence; 0 if it is not in it ("E" among numbers, "1 bis")."""
    return next((place for place in range(1, 100) if _sign(draft, style, place) == sign), 0)

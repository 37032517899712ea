"""Finds labels, numbers and dashes that were typed before a text, and that the program prints there, too."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from circulars.compose.draft import Draft
from circulars.errors import Place
from circulars.model.letter import Annex
from circulars.model.text import Span, Spans, plain

TYPED_LABEL: Final = "wrong-labels"
"""The code of a doubt about a label that is typed and printed."""
_DASH: Final = re.compile(r"\s*[-‐–—](?:\s+|(?=[^\W\d]))")
_SIGN: Final = r"[-–—:.：،,]"
"""What follows a label: "NOTE – ", "Note 1: ", "注："."""


def without_dash(entry: Spans) -> Spans:
    """An entry of a list without the dash that was typed before it ("- To Administrations"); a minus is no dash."""
    first, others = entry[0] if entry else Span(""), entry[1:]
    typed = _DASH.match(first.text)
    if typed is None or len(plain(entry)) == typed.end():
        return entry
    rest = first.text[typed.end() :]
    return (replace(first, text=rest), *others) if rest else others


def has_label(spans: Spans, label: str, signed: bool = True) -> bool:
    """Whether a text begins with a label, perhaps with a number of its own: "Note 1: …" with "NOTE – ".

    If it must be ``signed``, a sign follows: "Note that …" has no label. "PS The hall …" has one without a sign.
    """
    letters = r"\W?".join(re.escape(character) for character in label if character.isalnum())
    end = rf"\s*{_SIGN}" if signed else r"(?!\w)"
    return bool(letters) and _after(spans, rf"{letters}(?:[ \u00a0]?\d+)?{end}") is not None


def report_typed_number(draft: Draft, number: str, spans: Spans, where: Place) -> None:
    """Adds a doubt about a text that begins with the number that is printed before it ("1 Introduction").

    A number that belongs to the sentence is followed by a number or a small letter: "3 delegates", "2 000 people".
    """
    digits = number.strip("().")
    rest = _after(spans, rf"\(?{re.escape(digits)}(?:[.)]\s*|\s+)") if digits else None
    if rest and rest[0].isalpha() and not rest[0].islower():
        fact = f"the number {digits} is printed before this text, which begins with it"
        draft.doubt(where, TYPED_LABEL, fact, f"delete '{digits}' from the text")


def report_typed_name(draft: Draft, name: str, title: Spans, annex: Annex) -> None:
    """Adds a doubt about the title of an annex that begins with the annex's name ("Annex 1 – Agenda")."""
    if name and _after(title, rf"{re.escape(name)}(?: \w{{1,3}})?\s*(?:{_SIGN}|\n|$)") is not None:
        fact = f"the name '{name}' is printed above this title, which begins with it"
        where = draft.text_place(annex.title[draft.language.code], annex.where)
        draft.doubt(where, TYPED_LABEL, fact, "delete the name from 'title:'")


def _after(spans: Spans, pattern: str) -> str | None:
    """What follows a pattern with which a text begins, in capitals or not; None if the text begins otherwise."""
    text = plain(spans).lstrip()
    found = re.match(pattern, text, re.IGNORECASE)
    return text[found.end() :] if found else None

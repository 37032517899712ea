"""Joins nouns with the words before them that are part of their forms: "à" and "l'Annexe 1", "لـ" and "للملحق 1"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from circulars.compose.draft import Draft
from circulars.compose.fields import REF, noun_of, report_noun
from circulars.errors import Place
from circulars.language import with_capital
from circulars.model.addressee import CAPITAL
from circulars.model.phrases import Noun
from circulars.model.text import Span

_SPACES: Final = " \u00a0\n"


def with_joined(draft: Draft, spans: list[Span], places: Mapping[int, Place]) -> list[Span]:
    """The spans with each noun in the form that a word before it asks for and is part of.

    ``places`` are those of the fields, by the numbers of their spans.
    """
    words = draft.language.joined
    for at, (span, following) in enumerate(itertools.pairwise(spans) if words else ()):
        noun = None if span.hole or "|" in following.hole else noun_of(draft, following.hole)
        if noun is None:
            continue
        if at and not span.text.strip(_SPACES) and not spans[at - 1].hole:
            spans[at + 1] = _after_marked(draft, spans[at - 1].text + span.text, following, noun)
            continue
        found = ((word, _joined_end(span.text, word)) for word in words)
        word, typed = next((one for one in found if one[1]), ("", ""))
        if typed and words[word] in noun.forms:
            spans[at] = replace(span, text=span.text.removesuffix(typed))
            form = words[word] if typed[0] == word[0] else f"{words[word]}|{CAPITAL}"
            spans[at + 1] = replace(following, hole=f"{following.hole}|{form}")
            if typed != typed.rstrip(_SPACES):
                _report_row(draft, spans[at + 2 : at + 4], word, words[word], places.get(at + 3))
        elif typed:
            _report_label(draft, span.text, following.hole, noun, words[word], places[at + 1])
    return spans


def _after_marked(draft: Draft, before: str, span: Span, noun: Noun) -> Span:
    """A noun after a word with a look of its own, "**à** ", that keeps it: "l'Annexe 1"."""
    name = span.hole.removeprefix(REF)
    is_text = name == span.hole
    for word, form in draft.language.joined.items():
        text = noun.form(form)
        is_whole = is_text or draft.numbers.get(name) == noun.plain
        if _joined_end(before, word) and is_whole and text.startswith(f"{word} "):
            return replace(
                span, text=text.removeprefix(f"{word} "), link=span.link or f"#{name}" * (not is_text), hole=""
            )
    return span


def _report_label(draft: Draft, before: str, hole: str, noun: Noun, form: str, where: Place) -> None:
    """Adds a doubt about an annex's own label without the form that the word before it asks for: "de Programme".

    A word that is contracted with the label's article, or elided before it, is right or has a doubt of its own.
    """
    beside = draft.language.beside
    is_own = any(label.noun is noun and label.is_own for label in draft.annex_labels)
    if is_own and not beside.with_prefix(before, noun.plain)[0] and not beside.words_before(before, noun.plain)[1]:
        report_noun(draft, where, hole.removeprefix(REF), form)


def _joined_end(text: str, word: str) -> str:
    """A word at the end of a text as it is there, with the space after it; "" without it.

    It may have a capital, and its apostrophe may be "'" or "’".
    """
    spellings = "|".join(map(re.escape, (word, with_capital(word)))).replace("'", "['’]")
    found = re.search(rf"(?<!\w)[وف]?((?:{spellings})[ \u00a0]?)$", text)
    return found[1] if found else ""


def _report_row(draft: Draft, spans: Sequence[Span], word: str, form: str, where: Place | None) -> None:
    """Adds a doubt about a second reference in a row, which lacks the word that is in the form of the first."""
    if where is None or spans[0].hole or not draft.language.joins_fields(spans[0].text):
        return
    hole = spans[1].hole
    noun = None if "|" in hole else noun_of(draft, hole)
    if noun and form in noun.forms:
        fact = f"'{word}' is before the first reference of this row only"
        hint = f"write {{{{ {hole} | {form} }}}}, or the plain form '{draft.language.forms[0]}'"
        draft.doubt(where, "uncertain-form", fact, hint)

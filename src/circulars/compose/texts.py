"""Settles running text: writes out its fields and looks up its links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from circulars.compose.draft import Draft
from circulars.errors import LetterError, Problem
from circulars.model.letter import DateRange, Fact
from circulars.model.text import Span, Spans, joined
from circulars.syntax.prose import is_link_name

MAX_LETTERS = 2_000_000
"""The most letters of a document: what is said once may be repeated, but not without end."""


def settled(draft: Draft, spans: Spans) -> Spans:
    """The spans with fields and links looked up; the addressees' holes stay.

    Words marked as being in the letter's own language need no mark: what is marked in Spanish for the English
    letter may be the same text as in the Spanish one.
    """
    own = draft.language.code
    result = joined(
        _settled_span(draft, replace(span, language="") if span.language == own else span) for span in spans
    )
    draft.letters += sum(len(span.text) + len(span.link) for span in result)
    if draft.letters > MAX_LETTERS:
        fact = f"the letter has more than {MAX_LETTERS:,} letters when its facts are written out"
        where = draft.place("facts")
        raise LetterError(*draft.problems, Problem(where, "too-long", fact, "make several letters of it"))
    return result


def address_of(draft: Draft, link: str) -> str:
    """Where a link leads in the draft's language: the address itself, or the one that the letter gives its name."""
    return draft.source.links[link][draft.language.code] if is_link_name(link) else link


def _settled_span(draft: Draft, span: Span) -> Span:
    if span.link.startswith("#") and span.link[1:] not in draft.ids:
        draft.problem(
            draft.place(span.link),
            "unreachable-link",
            f"'{span.link}' leads to a part that not every reader gets",
            "link to another part, or give this one the same 'when'",
        )
    if span.link and not span.link.startswith("#"):
        address = address_of(draft, span.link)
        shown = span.text or ("" if span.hole else address.removeprefix("mailto:").removeprefix("tel:"))
        span = replace(span, text=shown, link=address)
    if not span.hole or span.hole.startswith("addressee."):
        return span
    if span.hole.startswith("ref:"):
        name = span.hole.removeprefix("ref:")
        return replace(span, text=_referred(draft, span.hole, name), link=span.link or f"#{name}", hole="")
    name, _, form = span.hole.partition("|")
    return replace(span, text=_written(draft, draft.source.facts[name], form), hole="")


def _referred(draft: Draft, hole: str, name: str) -> str:
    if name not in draft.numbers:
        draft.problem(
            draft.place(hole),
            "unnumbered-reference",
            f"'{name}' has no number that a text could refer to",
            "refer to a numbered paragraph, a numbered heading or an annex that every reader gets",
        )
    return draft.numbers.get(name, "")


def _written(draft: Draft, fact: Fact, form: str) -> str:
    if isinstance(fact, Decimal):
        return draft.language.number(fact, form or "number")
    if isinstance(fact, DateRange):
        return draft.language.date_range(fact.first, fact.last)
    if isinstance(fact, Mapping):
        return fact[draft.language.code]
    return draft.language.date(fact, form or "date")

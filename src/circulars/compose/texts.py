"""Settles running text: replaces fields with their values, and links' names with addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from circulars.compose.draft import Draft
from circulars.errors import LetterError, Problem
from circulars.language import Language
from circulars.model.letter import DateRange, Fact
from circulars.model.text import Span, Spans, joined
from circulars.syntax.prose import is_link_name

MAX_CHARACTERS = 2_000_000
"""The longest text of a document. A small file could become huge by using a long fact many times."""


def settled(draft: Draft, spans: Spans) -> Spans:
    """The spans with fields and links replaced; the addressee's holes stay.

    A language mark is dropped if it is the document's own language: one text for all languages may mark its Spanish
    words, which need no mark in the Spanish document.
    """
    own = draft.language.code
    result = joined(
        _settled_span(draft, replace(span, language="") if span.language == own else span) for span in spans
    )
    draft.characters += sum(len(span.text) + len(span.link) for span in result)
    if draft.characters > MAX_CHARACTERS:
        fact = f"the letter has more than {MAX_CHARACTERS:,} characters when its facts are written out"
        where = draft.place("facts")
        raise LetterError(*draft.problems, Problem(where, "too-long", fact, "split it into several letters"))
    return result


def lines_of(spans: Iterable[Span]) -> tuple[Spans, ...]:
    """The spans of each line; forced line breaks separate lines."""
    lines: list[list[Span]] = [[]]
    for span in spans:
        first, *others = span.text.split("\n") if not span.hole else [""]
        lines[-1].append(replace(span, text=first))
        for rest in others:
            lines.append([replace(span, text=rest)])
    return tuple(tuple(span for span in line if span.text or span.hole or span.note) for line in lines)


def address_of(draft: Draft, link: str) -> str:
    """The address of a link in the draft's language; ``link`` is an address or the name of a link of the letter."""
    return draft.source.links[link][draft.language.code] if is_link_name(link) else link


def fact_text(language: Language, fact: Fact, form: str) -> str:
    """A fact written out in a language, in the format ``form``, or in its usual format if that is empty."""
    if isinstance(fact, Decimal):
        return language.number(fact, form or "number")
    if isinstance(fact, DateRange):
        return language.date_range(fact.first, fact.last)
    if isinstance(fact, Mapping):
        return fact[language.code]
    return language.date(fact, form or "date")


def _settled_span(draft: Draft, span: Span) -> Span:
    if span.note:
        return span
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
    return replace(span, text=fact_text(draft.language, draft.source.facts[name], form), hole="")


def _referred(draft: Draft, hole: str, name: str) -> str:
    """The number of the part that a reference names."""
    if name not in draft.numbers:
        draft.problem(
            draft.place(hole),
            "unnumbered-reference",
            f"'{name}' has no number to refer to",
            "refer to a numbered paragraph, heading or entry of a list, or to an annex, that every reader gets",
        )
    return draft.numbers.get(name, "")

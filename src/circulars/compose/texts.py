"""Settles running text: replaces fields with their values, and links' names with addresses."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from circulars.compose.draft import Draft
from circulars.errors import LetterError, Place, Problem
from circulars.language import REFERENCE, Language
from circulars.model.letter import DateRange, Fact
from circulars.model.text import Span, Spans, joined
from circulars.syntax.prose import is_link_name

MAX_CHARACTERS = 2_000_000
"""The longest text of a document. A small file could become huge by using a long fact many times."""

_BEFORE: Final = 60
"""The characters before a field that may decide the form of what fills it."""


def settled(draft: Draft, spans: Spans) -> Spans:
    """The spans with fields and links replaced; the addressee's holes stay.

    A language mark is dropped if it is the document's own language: one text for all languages may mark its Spanish
    words, which need no mark in the Spanish document.
    """
    own = draft.language.code
    unmarked = [replace(one, language="") if one.language == own else one for one in spans]
    result = joined(_settled_spans(draft, _with_joined(draft, unmarked)))
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


def _settled_spans(draft: Draft, spans: Iterable[Span]) -> Iterator[Span]:
    """The spans settled in order: the words before a field may ask for a form of what fills it.

    Those before the first of several fields in a row ask for the form of all: "в Приложении 1 и Приложении 2".
    """
    before = between = asking = ""
    last: bool | None = None
    has_stop = False
    for span in spans:
        if has_stop and re.match(r"\.(?!\.)", span.text):
            span = replace(span, text=span.text[1:])
        has_stop = False
        if span.hole and draft.language.after:
            is_row = last == span.hole.startswith("ref:") and draft.language.joins_fields(between)
            asking = asking if is_row else before
            span = replace(span, hole=_after(draft, asking, span.hole))
            last, between = span.hole.startswith("ref:"), ""
        result = _settled_span(draft, span)
        if span.hole and not result.hole and (word := draft.language.word_before(before, result.text)):
            where = draft.source.places.get(span.hole) or _place_of(draft, span.hole)
            fact = f"the word before '{result.text}' is '{word}'"
            draft.doubt(where, "other-preposition", fact, f"write '{word}' in the text")
        if span.hole:
            value = draft.source.facts.get(span.hole.partition("|")[0])
            has_stop = isinstance(value, datetime.date | DateRange) and result.text.endswith(".")
        else:
            between += result.text
        before = (before + result.text)[-_BEFORE:] if not result.hole else ""
        yield result


def _with_joined(draft: Draft, spans: list[Span]) -> list[Span]:
    """The spans with each reference to an annex in the form that a beginning of its word asks for, without that."""
    words = draft.language.joined
    for at, (span, following) in enumerate(itertools.pairwise(spans) if words else ()):
        name = following.hole.removeprefix("ref:")
        if name == following.hole or name not in draft.names:
            continue
        if word := next((word for word in words if re.search(rf"(?<!\w)[وف]?{re.escape(word)}$", span.text)), ""):
            spans[at] = replace(span, text=span.text.removesuffix(word))
            spans[at + 1] = replace(following, hole=f"{following.hole}|{words[word]}")
    return spans


def _place_of(draft: Draft, hole: str) -> Place:
    """The place of a field that got its form from the words before it."""
    name, _, form = hole.partition("|")
    return draft.source.places.get(f"{name}|{form.partition('|')[0]}") or draft.place(name)


def _after(draft: Draft, before: str, hole: str) -> str:
    """The hole, in the form that the words before it ask for, if it does not name one itself."""
    language, (name, _, form) = draft.language, hole.partition("|")
    is_reference = name.startswith("ref:")
    is_date = form in language.dates or isinstance(draft.source.facts.get(name), datetime.date)
    if form if is_reference else not is_date or form not in ("", *language.dates):
        return hole
    format = REFERENCE if is_reference else form or "date"
    if not (case := language.form_after(before, format)):
        _report_distant_word(draft, before, hole, format)
        return hole
    return f"{hole}|{case}" if is_reference else f"{name}|{format}|{case}"


def _report_distant_word(draft: Draft, before: str, hole: str, format: str) -> None:
    """Adds a doubt about a field in its plain form if a word that asks for another is a few words before it."""
    language, name = draft.language, hole.partition("|")[0].removeprefix("ref:")
    word, case = language.distant_word(before, format)
    forms = draft.names[name].forms if format == REFERENCE and name in draft.names else language.dates.get(format, {})
    if case in forms and case != next(iter(forms)):
        where = draft.source.places.get(hole) or draft.place(name)
        fact = f"'{word}' is before this field, with other words between; the field is in its plain form"
        hint = f"write {{{{ {hole.replace('|', ' | ')} | {case} }}}}, or the plain form '{next(iter(forms))}'"
        draft.doubt(where, "uncertain-form", fact, hint)


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
        name, _, form = span.hole.removeprefix("ref:").partition("|")
        return replace(span, text=_referred(draft, span.hole, name, form), link=span.link or f"#{name}", hole="")
    name, _, form = span.hole.partition("|")
    _report_format(draft, span.hole, form)
    text = fact_text(draft.language, draft.source.facts[name], form)
    return replace(span, text=text, hole="", direction="auto" if draft.language.direction == "rtl" else "")


def _report_format(draft: Draft, hole: str, form: str) -> None:
    """Adds a doubt about a format that the language lacks; a problem, if no language has it."""
    language = draft.language
    if not form or language.has_format(form):
        return
    name, _, case = form.partition("|")
    lacking = name if not language.has_format(name) else case
    fact = f"'{lacking}' is not a format of '{language.code}'; the usual one is printed"
    draft.doubt(draft.place(hole), "missing-form", fact, f"add it to the language's file, or delete '| {lacking}'")


def _referred(draft: Draft, hole: str, name: str, form: str) -> str:
    """The number of the part that a reference names, or the name of the annex in a form of it."""
    if form and (noun := draft.names.get(name)) and draft.numbers.get(name) == noun.plain:
        if form not in noun.forms and form != draft.language.forms[0]:
            code = draft.language.code
            fact = f"'{noun.plain}' has no form '{form}' in '{code}'; its plain form is printed"
            is_own = any(label.noun is noun and label.is_own for label in draft.annex_labels)
            own = "write the annex's 'label:' in its forms" if is_own else f"delete '| {form}' in this language"
            where = draft.source.places.get(hole) or _place_of(draft, hole)
            draft.doubt(where, "missing-form", fact, own)
        return noun.form(form)
    if name not in draft.numbers:
        draft.problem(
            draft.place(hole),
            "unnumbered-reference",
            f"'{name}' has no number to refer to",
            "refer to a numbered paragraph, heading or entry of a list, or to an annex, that every reader gets",
        )
    return draft.numbers.get(name, "")

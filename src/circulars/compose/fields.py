"""Settles fields of a letter: its facts, references to its parts, and the addresses of its links."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from circulars.compose.draft import Draft
from circulars.errors import Place
from circulars.language import Language, with_capital, without_capital
from circulars.model.addressee import CELL
from circulars.model.letter import DateRange, Fact
from circulars.model.phrases import Count, Noun
from circulars.model.text import Span, changed
from circulars.syntax.prose import is_link_name

REF: Final = "ref:"


def address_of(draft: Draft, link: str) -> str:
    """The address of a link in the draft's language; ``link`` is an address or the name of a link of the letter."""
    return draft.source.links[link][draft.language.code] if is_link_name(link) else link


def fact_text(language: Language, fact: Fact, form: str, before: str = "", after: str = "") -> str:
    """A fact written out in a language, in the format ``form``, or in its usual format if that is empty.

    A range of days may stand in a format that the words ``before`` and ``after`` it ask for.
    """
    if isinstance(fact, Decimal):
        return language.number(fact, form or "number")
    if isinstance(fact, Count):
        return language.counted(fact.words[language.code], fact.number)
    form, is_capital = without_capital(form)
    if isinstance(fact, Mapping):
        text = as_noun(fact[language.code]).form(form)
        return with_capital(text) if is_capital else text
    if isinstance(fact, DateRange):
        text = language.date_range(fact.first, fact.last, form, before, after)
    else:
        text = language.date(fact, form or "date")
    return with_capital(text) if is_capital else text


def as_noun(text: str | Noun) -> Noun:
    """A text of a fact with its forms; one without forms is the same in all of them."""
    return text if isinstance(text, Noun) else Noun.of(text)


def noun_of(draft: Draft, hole: str) -> Noun | None:
    """The noun that a hole shows: the name of an annex, or the text of a fact; None for any other hole."""
    name = hole.partition("|")[0]
    if name.startswith(REF):
        return draft.names.get(name.removeprefix(REF))
    fact = draft.source.facts.get(name)
    return as_noun(fact[draft.language.code]) if isinstance(fact, Mapping) else None


@dataclass(frozen=True, slots=True)
class TypedField:
    """A field of a text: the hole as it is ``typed`` in the letter, and its place there."""

    typed: str
    where: Place


def settled_span(draft: Draft, span: Span, field: TypedField | None = None, before: str = "", after: str = "") -> Span:
    """A span with its ``field`` or its link replaced, between some words; the addressee's holes stay."""
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
        span = changed(span, text=shown, link=address)
    if field is None or span.hole.startswith(CELL):
        return span
    if span.hole.startswith(REF):
        name, _, form = span.hole.removeprefix(REF).partition("|")
        return changed(span, text=_referred(draft, field, name, form), link=span.link or f"#{name}", hole="")
    name, _, form = span.hole.partition("|")
    if noun := noun_of(draft, span.hole):
        _report_text_form(draft, span.hole, field, noun, without_capital(form)[0])
    else:
        _report_format(draft, field, without_capital(form)[0])
    text = fact_text(draft.language, draft.source.facts[name], form, before, after)
    return changed(span, text=text, hole="", direction="auto" if draft.language.direction == "rtl" else "")


def is_program_worded(draft: Draft, hole: str) -> bool:
    """Whether what fills a hole is in the program's words: a date, a range of days, an ordinal, or an annex's name."""
    name, _, form = hole.partition("|")
    if name.startswith(REF):
        return name.removeprefix(REF) in draft.names
    fact = draft.source.facts.get(name)
    return isinstance(fact, datetime.date | DateRange) or (isinstance(fact, Decimal) and form.startswith("ordinal"))


def date_format(draft: Draft, hole: str) -> str:
    """The format in which a hole shows a date, or a range of one day; "" for any other hole."""
    name, _, form = hole.partition("|")
    fact = draft.source.facts.get(name)
    if isinstance(fact, DateRange):
        return "date" if fact.first == fact.last else ""
    format = without_capital(form)[0].partition("|")[0]
    return (format if format in draft.language.dates else "date") if isinstance(fact, datetime.date) else ""


def shown_range(draft: Draft, hole: str, text: str) -> bool:
    """Whether a text is the usual one of a range of days, and not "12 au 21 mai" after "du"."""
    fact = draft.source.facts.get(hole.partition("|")[0])
    if not isinstance(fact, DateRange) or fact.first == fact.last:
        return False
    return text == draft.language.date_range(fact.first, fact.last)


def _report_format(draft: Draft, field: TypedField, form: str) -> None:
    """Adds a doubt about a format that the language lacks; a problem, if no language has it."""
    language = draft.language
    if not form or language.has_format(form):
        return
    name, _, case = form.partition("|")
    lacking = name if not language.has_format(name) else case
    fact = f"'{lacking}' is not a format of '{language.code}'; the usual one is printed"
    draft.doubt(field.where, "missing-form", fact, f"add it to the language's file, or delete '| {lacking}'")


def _report_text_form(draft: Draft, hole: str, field: TypedField, noun: Noun, form: str) -> None:
    """Adds a doubt about a text of a fact that lacks a form, which is typed or asked for by the words before it.

    Words ask for no form of a text that has no forms and is no word of its language: "U4SSC", "007", "New York".
    """
    language, is_typed = draft.language, hole == field.typed
    if not form or form in noun.forms or form == language.forms[0] or (form not in language.forms and is_typed):
        return
    if not is_typed and "" in noun.forms and not _is_inflected(language, noun.plain):
        return
    name, code, plain = hole.partition("|")[0], language.code, language.forms[0]
    fact = f"'{noun.plain}' has no form '{form}' in '{code}'; it is printed as it is"
    own = (
        f"under 'facts:' write {code}: {{{plain}: {noun.plain}, {form}: …}}"
        if "" in noun.forms
        else f"add '{form}:' to '{name}' under 'facts:'"
    )
    draft.doubt(field.where, "missing-form", fact, own)


def _is_inflected(language: Language, text: str) -> bool:
    """Whether a text may have other forms in a language: it has small letters, and they are of its alphabet."""
    small = [letter for letter in text if letter.islower()]
    return any(letter in language.letters for letter in small) if language.letters else bool(small)


def _referred(draft: Draft, field: TypedField, name: str, typed: str) -> str:
    """The number of the part that a reference names, or the name of the annex in a form of it."""
    form, is_capital = without_capital(typed)
    noun = draft.names.get(name)
    if noun and draft.numbers.get(name) == noun.plain:
        if form and form not in noun.forms and form != draft.language.forms[0]:
            is_typed = without_capital(field.typed.partition("|")[2])[0] == form
            report_noun(draft, field.where, name, form, is_typed=is_typed)
        return with_capital(noun.form(form)) if is_capital else noun.form(form)
    if name not in draft.numbers:
        draft.problem(
            draft.place(field.typed),
            "unnumbered-reference",
            f"'{name}' has no number to refer to",
            "refer to a numbered paragraph, heading or entry of a list, or to an annex, that every reader gets",
        )
    return draft.numbers.get(name, "")


def report_noun(draft: Draft, where: Place, name: str, form: str, *, is_typed: bool = False) -> None:
    """Adds a doubt about an annex whose name lacks a form, which is typed or asked for by the words before it."""
    code, noun = draft.language.code, draft.names[name]
    fact = f"'{noun.plain}' has no form '{form}' in '{code}'; its plain form is printed"
    is_own = any(label.noun is noun and label.is_own for label in draft.annex_labels)
    own = "write the annex's 'label:' in its forms"
    if not is_own:
        own = f"delete '| {form}' in this language" if is_typed else f"add it under 'annexes:' in languages/{code}.yaml"
    draft.doubt(where, "missing-form", fact, own)

"""Settles running text: fields get the form, and the words beside them the spelling, that their neighbours ask for."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from circulars.compose.draft import Draft
from circulars.compose.fields import REF, date_format, is_program_worded, place_of, settled_span, shown_range
from circulars.east_asian import has_unspaced
from circulars.errors import LetterError, Problem
from circulars.language import RANGE, REFERENCE, Language, last_word, with_capital, without_capital
from circulars.model.addressee import CAPITAL, CELL, COUNTRY, STATED, CellHole
from circulars.model.text import Span, Spans, changed, joined

MAX_CHARACTERS = 2_000_000
"""The longest text of a document. A small file could become huge by using a long fact many times."""

_SPACES: Final = " \u00a0\n"
_FORMS: Final = "addressees.country-forms"
_PERSONAL: Final = ("id", "language", "title", "name", "surname", "suffix", "email", "postcode")
"""Columns whose values do not begin with an article, although a name such as "Le Goff" may look so."""
_BEFORE: Final = 60
"""The characters before a field that may decide the form of what fills it."""
_STOP: Final = re.compile(r"\.(?![.\w])")
"""The full stop of a sentence: no ellipsis, and no dot within an address."""
_SENTENCE_END: Final = re.compile(r"(?:([^\W\d_]{3,})|\d{3,})[»”\"’)]*[.!?…]+[»”\"’)]*[ \u00a0\n]+$")
"""The end of a sentence, and not of an abbreviation, before another one."""


def settled(draft: Draft, spans: Spans, begins: bool = False) -> Spans:
    """The spans with fields and links replaced; the addressee's holes stay.

    If the text ``begins`` a paragraph, a heading or a cell, a date or a reference that it begins with has a capital.
    A language mark is dropped if it is the document's own language: one text for all languages may mark its Spanish
    words, which need no mark in the Spanish document.
    """
    own = draft.language.code
    unmarked = [replace(one, language="") if one.language == own else one for one in spans]
    result = joined(_Sentence(draft, begins).settled(_with_joined(draft, unmarked)))
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
        lines[-1].append(span if first == span.text else changed(span, text=first))
        for rest in others:
            lines.append([changed(span, text=rest)])
    return tuple(tuple(span for span in line if span.text or span.hole or span.note) for line in lines)


def _with_joined(draft: Draft, spans: list[Span]) -> list[Span]:
    """The spans with each reference to an annex in the form that a word before it asks for and is part of."""
    words = draft.language.joined
    for at, (span, following) in enumerate(itertools.pairwise(spans) if words and draft.names else ()):
        name = following.hole.removeprefix(REF)
        if name == following.hole or name not in draft.names or span.hole:
            continue
        if at and not span.text.strip(_SPACES) and not spans[at - 1].hole:
            spans[at + 1] = _after_marked(draft, spans[at - 1].text + span.text, following, name)
            continue
        found = ((word, _joined_end(span.text, word)) for word in words)
        word, typed = next((one for one in found if one[1]), ("", ""))
        if typed and words[word] in draft.names[name].forms:
            spans[at] = replace(span, text=span.text.removesuffix(typed))
            form = words[word] if typed.startswith(word) else f"{words[word]}|{CAPITAL}"
            spans[at + 1] = replace(following, hole=f"{following.hole}|{form}")
            if typed != typed.rstrip(_SPACES):
                _report_row(draft, spans[at + 2 : at + 4], word, words[word])
    return spans


def _after_marked(draft: Draft, before: str, span: Span, name: str) -> Span:
    """A reference to an annex after a word with a look of its own, "**à** ", that keeps it: "l'Annexe 1"."""
    noun = draft.names[name]
    for word, form in draft.language.joined.items():
        text = noun.form(form)
        if _joined_end(before, word) and draft.numbers.get(name) == noun.plain and text.startswith(f"{word} "):
            return replace(span, text=text.removeprefix(f"{word} "), link=span.link or f"#{name}", hole="")
    return span


def _joined_end(text: str, word: str) -> str:
    """A word at the end of a text as it is there, also with a capital, with the space after it; "" without it."""
    spellings = "|".join(map(re.escape, (word, with_capital(word))))
    found = re.search(rf"(?<!\w)[وف]?((?:{spellings})[ \u00a0]?)$", text)
    return found[1] if found else ""


def _report_row(draft: Draft, spans: Sequence[Span], word: str, form: str) -> None:
    """Adds a doubt about a second reference in a row, which lacks the word that is in the form of the first."""
    if len(spans) < 2 or spans[0].hole or not draft.language.joins_fields(spans[0].text):
        return
    hole = spans[1].hole
    if hole.startswith(REF) and form in getattr(draft.names.get(hole.removeprefix(REF)), "forms", ()):
        fact = f"'{word}' is before the first reference of this row only"
        hint = f"write {{{{ {hole} | {form} }}}}, or the plain form '{draft.language.forms[0]}'"
        draft.doubt(place_of(draft, hole), "uncertain-form", fact, hint)


class _Sentence:
    """Settles spans in order: the words before a field may ask for a form of what fills it.

    Those before the first of several fields in a row ask for the form of all: "в Приложении 1 и Приложении 2".
    """

    def __init__(self, draft: Draft, begins: bool) -> None:
        self._draft = draft
        self._begins = begins
        self._done: list[Span] = []
        self._before = self._between = self._asking = ""
        self._last: bool | None = None

    def settled(self, spans: Sequence[Span]) -> list[Span]:
        """The spans, settled."""
        has_stop = False
        for at, span in enumerate(spans):
            if has_stop and _STOP.match(span.text):
                span = replace(span, text=span.text[1:])
            has_stop = False
            if span.hole and not span.note:
                following = spans[at + 1] if at + 1 < len(spans) else Span("")
                has_stop = self._add_field(span, "" if following.hole else following.text)
            else:
                self._add(settled_span(self._draft, span))
                self._between += span.text
        return self._done

    def _add(self, span: Span) -> None:
        self._before = (self._before + span.text)[-_BEFORE:] if not span.hole else ""
        self._begins = self._begins and not (span.text or span.hole)
        self._done.append(span)

    def _in_form(self, span: Span) -> Span:
        """The field in the form that the words before it ask for, if any do."""
        if not self._draft.language.after:
            return span
        is_reference = span.hole.startswith(REF)
        is_row = self._last == is_reference and self._draft.language.joins_fields(self._between)
        before = self._asking
        self._asking = before if is_row else self._before
        if is_reference and self._last and "|" not in span.hole:
            self._report_range(before, span.hole)
        self._last, self._between = is_reference, ""
        hole = _after(self._draft, self._asking, span.hole)
        return span if hole == span.hole else replace(span, hole=hole)

    def _report_range(self, before: str, hole: str) -> None:
        """Adds a doubt about references between words of a range of days, which ask for other forms there: "с … по"."""
        if self._draft.language.is_range(before, self._between):
            fact = f"'{last_word(before)}' and '{self._between.strip(_SPACES)}' make a range, whose forms are not known"
            hint = "write the form of both fields, after '|'"
            self._draft.doubt(place_of(self._draft, hole), "uncertain-form", fact, hint)

    def _add_field(self, typed: Span, after: str) -> bool:
        """Adds what fills a field; whether a full stop after it would be a second one."""
        span = self._in_form(typed)
        if span.hole.startswith(CELL):
            return self._add_cell(span, after)
        _report_article(self._draft, self._before, span.hole)
        result = settled_span(self._draft, span, self._before, after)
        if is_program_worded(self._draft, span.hole):
            result = self._with_capital(typed.hole, result)
            text = _without_doubled(self._before, result.text, after)
            result = result if text == result.text else replace(result, text=text)
        prefix, whole = self._draft.language.beside.with_prefix(self._before, result.text)
        if prefix:
            result = self._with_prefix(prefix, whole, result)
        else:
            is_range = shown_range(self._draft, span.hole, result.text)
            self._report_word(span.hole, result.text, RANGE if is_range else date_format(self._draft, span.hole))
        self._add(result)
        return result.text.endswith(".") and not result.text.endswith("..")

    def _report_word(self, hole: str, value: str, format: str) -> None:
        """Adds a doubt about a word before a value that asks for another one."""
        typed, words = self._draft.language.beside.words_before(self._before, value, format)
        self._report_other(hole, value, typed, words)

    def _report_other(self, hole: str, value: str, typed: str, words: Sequence[str]) -> None:
        if words:
            either = "' or '".join(words)
            fact = f"the word before '{value}' is '{either}', not '{typed}'"
            self._draft.doubt(place_of(self._draft, hole), "other-preposition", fact, f"write '{either}' in the text")

    def _report_word_before_cell(self, hole: str, format: str) -> None:
        """Adds a doubt about a word before any date, or about one that copies cannot make right before any value."""
        beside = self._draft.language.beside
        if dated := beside.word_before_date(self._before, format):
            self._report_other(hole, hole.replace("|", " | "), dated[0], dated[1:])
            return
        word, words = beside.choices(self._before)
        if words:
            either = "' or '".join(words)
            fact = f"'{word}' is before a value of the list, some of which may ask for '{either}'"
            hint = "write words that are right before every value of the list"
            self._draft.doubt(place_of(self._draft, hole), "uncertain-form", fact, hint)

    def _with_capital(self, hole: str, result: Span) -> Span:
        """A field in the program's words with a capital if it begins a paragraph; a doubt if it begins a sentence."""
        text = with_capital(result.text)
        if self._begins:
            return replace(result, text=text)
        if text != result.text and self._ends_sentence():
            fact = f"'{result.text}' begins a sentence, and its first letter is not a capital"
            shown = hole.replace("|", " | ").replace(REF, f"{REF} ")
            hint = f"write {{{{ {shown} | {CAPITAL} }}}}"
            self._draft.doubt(place_of(self._draft, hole), "lower-case-start", fact, hint)
        return result

    def _ends_sentence(self) -> bool:
        """Whether a sentence ends before the field, and not only an abbreviation, such as "час."."""
        found, reading = _SENTENCE_END.search(self._before), self._draft.language.reading
        abbreviations = (*reading.hours, *reading.minutes, *reading.morning, *reading.afternoon)
        word = (found[1] or "").casefold() if found else ""
        return found is not None and f"{word}." not in abbreviations

    def _with_prefix(self, prefix: str, whole: str, result: Span) -> Span:
        """A field as one word with its prefix, and with what is written together with that: they have one shape.

        A word that was contracted with the article of the field stays where it is: "**au** Caire".
        """
        last = self._done[-1]
        if prefix[-1].isspace():
            word, space, rest = whole.partition(prefix[-1])
            at, typed = (-1, prefix) if last.text.endswith(prefix) else (-2, prefix[:-1])
            before = self._done[at].text.removesuffix(typed) + word
            self._done[at] = replace(self._done[at], text=before + space if at == -1 else before)
            return replace(result, text=rest)
        rest = last.text.removesuffix(prefix)
        word = _word_at_end(rest)
        self._done[-1] = replace(last, text=rest.removesuffix(word))
        return replace(result, text=word + whole)

    def _add_cell(self, span: Span, after: str) -> bool:
        """Adds a hole for a cell of the list, with the word before it and the full stop after it that depend on it."""
        language, hole = self._draft.language, CellHole.of(span.hole)
        format = hole.form.partition("|")[0]
        self._report_word_before_cell(span.hole, format if format in language.dates else "")
        if hole.column == COUNTRY:
            _report_country(self._draft, self._before, span.hole, hole.form)
        if not self._draft.addressed or span.hole.startswith(STATED):
            self._add(settled_span(self._draft, span))
            return False
        is_date = bool(hole.form) and hole.column != COUNTRY and format in (*language.dates, *language.forms)
        last = self._done[-1] if self._done and not self._done[-1].hole else Span("")
        prefix = language.beside.prefix_of(last.text)
        if prefix and not (prefix[-1].isspace() and (is_date or hole.column in _PERSONAL)):
            prefix = _word_at_end(last.text.removesuffix(prefix)) + prefix
            self._done[-1] = replace(last, text=last.text.removesuffix(prefix))
            hole = replace(hole, prefix=prefix, is_apart=prefix[-1].isspace() and _look(last) != _look(span))
            if hole.is_apart:
                self._done.append(
                    replace(last, text="", hole=str(replace(hole, prefix="", word=prefix, is_apart=False)))
                )
        else:
            self._add_word(hole)
        # In a letter from right to left, a Latin value would take the full stop to its wrong side.
        has_stop = language.direction == "ltr" and not span.link and bool(_STOP.match(after))
        hole = replace(hole, has_stop=has_stop, is_capital=hole.is_capital or (is_date and self._begins))
        self._add(replace(settled_span(self._draft, span), hole=str(hole)))
        return has_stop

    def _add_word(self, hole: CellHole) -> None:
        """Makes a hole of the word before a cell if it may become another one, also if it has a look of its own."""
        spans = self._done[-2:]
        if len(spans) == 2 and (spans[0].hole or spans[1].text.strip(_SPACES)):
            del spans[0]
        words = "".join(span.text for span in spans)
        word = self._draft.language.beside.changing_word(words) if spans and not spans[-1].hole else ""
        if word and word in spans[0].text:
            at = words.rindex(word)
            self._done[-len(spans) :] = [
                replace(spans[0], text=words[:at]),
                replace(spans[0], text="", hole=str(replace(hole, word=words[at:]))),
            ]


def _report_country(draft: Draft, before: str, hole: str, form: str) -> None:
    """Adds a doubt about the name of a country in a sentence without a form, or in one that the language lacks."""
    known = draft.language.addressees.country_forms
    if form and form not in known:
        fact = f"'{draft.language.code}' has no form '{form}' of names of countries; they are as they stand alone"
        for where in draft.field_places(hole):
            draft.doubt(where, "missing-form", fact, f"add it to the language's file under '{_FORMS}:'")
    elif not form and known and re.search(r"[^\W\d_][ \u00a0\n]$", before):
        fact = 'the name of a country is in a sentence as it stands alone: "Netherlands (Kingdom of the)"'
        draft.doubt(draft.field_place(hole), "uncertain-form", fact, _country_hint(draft.language, before, hole))


def _country_hint(language: Language, before: str, hole: str) -> str:
    """How the name of a country after some words gets the form that they ask for."""
    known, word = language.addressees.country_forms, last_word(before)
    if word.casefold() in known:  # the form has the word: "en France", "au Japon"
        return f"write {{{{ {hole} | {word.casefold()} }}}} without '{word}'"
    asked = language.form_after(before, REFERENCE) or next(iter(known))
    if asked in known:
        return f"write {{{{ {hole} | {asked} }}}}, with which its article or case is right"
    return f"write other words before it: after '{word}' it has the form '{asked}', which the language's file lacks"


def _look(span: Span) -> Span:
    return replace(span, text="", hole="")


def _word_at_end(words: str) -> str:
    """The letters at the end of some words; "" in scripts without spaces between words."""
    found = re.search(r"\w*$", words)
    return found[0] if found and not has_unspaced(found[0]) else ""


def _without_doubled(before: str, value: str, after: str) -> str:
    """A value without the Han at its ends that are typed beside it: "第" before "第8", "年" after "2025年"."""
    if value and has_unspaced(value[0]) and before.endswith(value[0]):
        value = value[1:]
    return value[:-1] if value and has_unspaced(value[-1]) and after.startswith(value[-1]) else value


def _after(draft: Draft, before: str, hole: str) -> str:
    """The hole, in the form that the words before it ask for, if it does not name one itself."""
    language, (name, _, typed) = draft.language, hole.partition("|")
    form, is_capital = without_capital(typed)
    is_reference = name.startswith(REF)
    if is_reference and name.removeprefix(REF) not in draft.names:
        return hole
    is_date = form in language.dates or isinstance(draft.source.facts.get(name), datetime.date)
    if form if is_reference else not is_date or form not in ("", *language.dates):
        return hole
    format = REFERENCE if is_reference else form or "date"
    if not (case := language.form_after(before, format)):
        _report_distant_word(draft, before, hole, format)
        return hole
    formed = f"{hole.partition('|')[0]}|{case}" if is_reference else f"{name}|{format}|{case}"
    return f"{formed}|{CAPITAL}" if is_capital else formed


def _report_distant_word(draft: Draft, before: str, hole: str, format: str) -> None:
    """Adds a doubt about a field in its plain form if a word that asks for another is a few words before it."""
    language, name = draft.language, hole.partition("|")[0].removeprefix(REF)
    word, case = language.distant_word(before, format)
    forms = draft.names[name].forms if format == REFERENCE and name in draft.names else language.dates.get(format, {})
    if case in forms and case != next(iter(forms)):
        where = draft.field_place(hole, name)
        fact = f"'{word}' is before this field, with other words between; the field is in its plain form"
        hint = f"write {{{{ {hole.replace('|', ' | ')} | {case} }}}}, or the plain form '{next(iter(forms))}'"
        draft.doubt(where, "uncertain-form", fact, hint)


def articles_of(language: Language) -> dict[str, str]:
    """The articles that only the name of a sole annex has, by the form that has them: "the Annex", "Annex 1"."""
    words = language.annexes
    plain = words.name.plain
    forms = (form for form in words.name_only.forms if words.name.forms.get(form, plain) == plain)
    only = words.name_only.plain.text
    found = {form: words.name_only.forms[form].text.removesuffix(only).rstrip(_SPACES) for form in forms}
    return {form: article for form, article in found.items() if article}


def _report_article(draft: Draft, before: str, hole: str) -> None:
    """Adds a doubt about such an article before the name of an annex."""
    name = hole.removeprefix(REF)
    for form, article in articles_of(draft.language).items() if name in draft.names else ():
        if re.search(rf"(?<!\w){re.escape(article)}[{_SPACES}]+$", before, re.IGNORECASE):
            fact = f"'{article}' is before the name of an annex, which has it only if there is no other annex"
            hint = f"write {{{{ {hole} | {form} }}}} without '{article}'"
            draft.doubt(draft.field_place(hole, name), "uncertain-form", fact, hint)

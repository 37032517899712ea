"""Settles running text: fields get the form, and the words beside them the spelling, that their neighbours ask for."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from circulars.compose.draft import Draft, SettledText
from circulars.compose.fields import (
    REF,
    TypedField,
    date_format,
    is_program_worded,
    noun_of,
    settled_span,
    shown_range,
)
from circulars.compose.joined import with_joined
from circulars.east_asian import has_unspaced
from circulars.errors import LetterError, Place, Problem
from circulars.language import RANGE, REFERENCE, TEXT, Language, last_word, with_capital, without_capital
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
_WORD: Final = re.compile(r"[^\W\d_]+")
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
    places = draft.field_places(spans)
    fields = {number: TypedField(spans[number].hole, where) for number, where in places.items()}
    sentence = _Sentence(draft, fields, begins)
    pieces = sentence.settled(with_joined(draft, unmarked, places))
    if draft.settled_texts is not None:
        draft.settled_texts.append(SettledText(spans, tuple(zip(sentence.numbers, pieces, strict=True))))
    result = joined(pieces)
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


class _Sentence:
    """Settles spans in order: the words before a field may ask for a form of what fills it.

    Those before the first of several fields in a row ask for the form of all: "в Приложении 1 и Приложении 2".
    ``fields`` are by the numbers of their spans; ``numbers`` has for each settled span the number of the one that it
    was made of.
    """

    def __init__(self, draft: Draft, fields: Mapping[int, TypedField], begins: bool) -> None:
        self._draft = draft
        self._fields = fields
        self._begins = begins
        self._done: list[Span] = []
        self.numbers: list[int] = []
        self._at = 0
        self._before = self._between = self._asking = ""
        self._last = ""
        self._is_sentence = False

    def settled(self, spans: Sequence[Span]) -> list[Span]:
        """The spans, settled."""
        has_stop = False
        self._is_sentence = bool(spans) and spans[-1].text.rstrip(_SPACES).endswith((".", ";", ":", "?", "!"))
        for at, span in enumerate(spans):
            self._at = at
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
        self.numbers.append(self._at)

    def _in_form(self, span: Span) -> Span:
        """The field in the form that the words before it ask for, if any do."""
        if not self._draft.language.after:
            return span
        kind = _kind_of(self._draft, span.hole)
        is_row = self._last == kind and self._draft.language.joins_fields(self._between)
        before = self._asking
        self._asking = before if is_row else self._before
        if kind == REFERENCE and self._last == REFERENCE and "|" not in span.hole:
            self._report_range(before)
        self._last, self._between = kind, ""
        hole = _after(self._draft, self._asking, span.hole, self._field.where)
        return span if hole == span.hole else replace(span, hole=hole)

    def _report_range(self, before: str) -> None:
        """Adds a doubt about references between words of a range of days, which ask for other forms there: "с … по"."""
        if self._draft.language.is_range(before, self._between):
            fact = f"'{last_word(before)}' and '{self._between.strip(_SPACES)}' make a range, whose forms are not known"
            hint = "write the form of both fields, after '|'"
            self._doubt("uncertain-form", fact, hint)

    def _add_field(self, typed: Span, after: str) -> bool:
        """Adds what fills a field; whether a full stop after it would be a second one."""
        span = self._in_form(typed)
        if span.hole.startswith(CELL):
            return self._add_cell(span, after)
        _report_article(self._draft, self._before, span.hole, self._field.where)
        result = settled_span(self._draft, span, self._field, self._before, after)
        if is_program_worded(self._draft, span.hole):
            result = self._with_capital(typed.hole, result, after)
            text = _without_doubled(self._before, result.text, after)
            result = result if text == result.text else replace(result, text=text)
            self._report_repeated(span.hole, result.text, after)
        elif noun_of(self._draft, span.hole):
            self._report_small(typed.hole, result.text)
        if noun_of(self._draft, typed.hole):
            self._report_doubled_article(result.text)
        prefix, whole = self._draft.language.beside.with_prefix(self._before, result.text)
        if prefix:
            result = self._with_prefix(prefix, whole, result)
        else:
            is_range = shown_range(self._draft, span.hole, result.text)
            self._report_word(result.text, RANGE if is_range else date_format(self._draft, span.hole))
        self._add(result)
        return result.text.endswith(".") and not result.text.endswith("..")

    @property
    def _field(self) -> TypedField:
        """The field that is being settled."""
        return self._fields[self._at]

    def _doubt(self, code: str, fact: str, hint: str) -> None:
        """Adds a doubt about this field."""
        self._draft.doubt(self._field.where, code, fact, hint)

    def _report_word(self, value: str, format: str) -> None:
        """Adds a doubt about a word before a value that asks for another one."""
        typed, words = self._draft.language.beside.words_before(self._before, value, format)
        self._report_other(value, typed, words)

    def _report_other(self, value: str, typed: str, words: Sequence[str]) -> None:
        if words == ("",):
            self._doubt(
                "other-preposition", f"'{typed}' does not belong before '{value}'", f"delete '{typed}' in the text"
            )
        elif words:
            either = "' or '".join(words)
            fact = f"the word before '{value}' is '{either}', not '{typed}'"
            self._doubt("other-preposition", fact, f"write '{either}' in the text")

    def _report_word_before_cell(self, hole: str, format: str) -> None:
        """Adds a doubt about a word before any date, or about one that copies cannot make right before any value."""
        beside = self._draft.language.beside
        if dated := beside.word_before_date(self._before, format):
            self._report_other(hole.replace("|", " | "), dated[0], dated[1:])
            return
        word, words = beside.choices(self._before)
        if words:
            either = "' or '".join(words)
            fact = f"'{word}' is before a value of the list, some of which may ask for '{either}'"
            hint = "write words that are right before every value of the list"
            self._doubt("uncertain-form", fact, hint)

    def _with_capital(self, hole: str, result: Span, after: str) -> Span:
        """A field in the program's words with a capital if it begins a paragraph; a doubt if it begins a sentence."""
        if self._begins:
            self._report_bare(hole, result.text, after)
            return replace(result, text=with_capital(result.text))
        self._report_small(hole, result.text)
        if self._ends_sentence():
            self._report_bare(hole, result.text, after)
        return result

    def _report_bare(self, hole: str, value: str, after: str) -> None:
        """Adds a doubt about an annex that begins a sentence without its article: "Annexe 1 contient …".

        Headings and cells may begin so as well, but they do not end like sentences.
        """
        noun = noun_of(self._draft, hole) if hole.startswith(REF) and "|" not in hole else None
        form = self._draft.language.beside.form_with_article(noun.forms) if noun else ""
        goes_on = after[:1] in _SPACES and after.lstrip(_SPACES)[:1].islower()
        if form and goes_on and self._is_sentence:
            fact = f"'{value}' begins a sentence without its article"
            plain = self._draft.language.forms[0]
            hint = f"write {{{{ {hole} | {form} | {CAPITAL} }}}}, or {{{{ {hole} | {plain} }}}} if it has none"
            self._doubt("uncertain-form", fact, hint)

    def _report_small(self, hole: str, value: str) -> None:
        """Adds a doubt about a value with a small first letter that begins a sentence: not "iPhone", nor a number."""
        word = _WORD.match(value)
        if with_capital(value) != value and word and word[0].islower() and self._ends_sentence():
            fact = f"'{value}' begins a sentence, and its first letter is not a capital"
            shown = hole.replace("|", " | ").replace(REF, f"{REF} ")
            hint = f"write {{{{ {shown} | {CAPITAL} }}}}"
            self._doubt("lower-case-start", fact, hint)

    def _report_repeated(self, hole: str, value: str, after: str) -> None:
        """Adds a doubt about a word after a date with which the date already ends: "{{ day }} года"."""
        ends = self._draft.language.date_ends if date_format(self._draft, hole) else ()
        typed = next((end for end in ends if re.match(rf"[ \u00a0]+{re.escape(end)}(?!\w)", after)), "")
        if typed and value.endswith(ends):
            fact = f"the date ends with '{value.split()[-1]}' already, and '{typed}' is after it"
            self._doubt("repeated-word", fact, f"delete '{typed}' in the text")

    def _report_doubled_article(self, value: str) -> None:
        """Adds a doubt about an article before a value that begins with one: "au {{ city }}" with "les Pays-Bas"."""
        typed, article, instead = self._draft.language.beside.doubled_article(self._before, value)
        if typed:
            fact = f"'{typed}' is before '{value}', which begins with '{article}' already"
            hint = f"write '{instead}' in the text" if instead else f"delete '{typed}' in the text"
            self._doubt("repeated-word", fact, hint)

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
            _report_country(self._draft, self._before, span.hole, hole.form, self._field.where)
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
                self.numbers.append(self._at)
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
            self.numbers[-len(spans) :] = [self._at] * 2


def _report_country(draft: Draft, before: str, hole: str, form: str, where: Place) -> None:
    """Adds a doubt about the name of a country in a sentence without a form, or in one that the language lacks."""
    known = draft.language.addressees.country_forms
    if form and form not in known:
        fact = f"'{draft.language.code}' has no form '{form}' of names of countries; they are as they stand alone"
        draft.doubt(where, "missing-form", fact, f"add it to the language's file under '{_FORMS}:'")
    elif not form and known and re.search(r"[^\W\d_][ \u00a0\n]$", before):
        fact = 'the name of a country is in a sentence as it stands alone: "Netherlands (Kingdom of the)"'
        draft.doubt(where, "uncertain-form", fact, _country_hint(draft.language, before, hole))


def _country_hint(language: Language, before: str, hole: str) -> str:
    """How the name of a country after some words gets the form that they ask for."""
    known, word = language.addressees.country_forms, last_word(before)
    if word.casefold() in known:  # the form has the word: "en France", "au Japon"
        return f"write {{{{ {hole} | {word.casefold()} }}}} without '{word}'"
    if language.unsettled_word(before):
        return f"write the form that '{word}' asks for here after '|': {', '.join(known)}"
    asked = language.form_after(before, TEXT if language.asks_of_texts else REFERENCE) or next(iter(known))
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


def _kind_of(draft: Draft, hole: str) -> str:
    """What a field shows: a :data:`REFERENCE`, a :data:`TEXT`, or else a "value"."""
    if hole.startswith(REF):
        return REFERENCE
    return TEXT if noun_of(draft, hole) else "value"


def _after(draft: Draft, before: str, hole: str, where: Place) -> str:
    """The hole, in the form that the words before it ask for, if it does not name one itself."""
    language, (name, _, typed) = draft.language, hole.partition("|")
    form, is_capital = without_capital(typed)
    kind = _kind_of(draft, hole)
    if kind == REFERENCE and name.removeprefix(REF) not in draft.names:
        return hole
    is_date = form in language.dates or isinstance(draft.source.facts.get(name), datetime.date)
    if form if kind in (REFERENCE, TEXT) else not is_date or form not in ("", *language.dates):
        return hole
    format = kind if kind in (REFERENCE, TEXT) else form or "date"
    if not (case := language.form_after(before, format)):
        if kind == TEXT:
            _report_unsettled(draft, before, hole, where)
        else:
            _report_distant_word(draft, before, hole, format, where)
        return hole
    formed = f"{name}|{case}" if kind in (REFERENCE, TEXT) else f"{name}|{format}|{case}"
    return f"{formed}|{CAPITAL}" if is_capital else formed


def _report_unsettled(draft: Draft, before: str, hole: str, where: Place) -> None:
    """Adds a doubt about a text with forms, of which more than one may be right after the word before it."""
    word, noun = draft.language.unsettled_word(before), noun_of(draft, hole)
    if word and noun and len(noun.forms) > 1 and len({*noun.forms.values()}) > 1:
        forms = " or ".join(f"'{form}'" for form in [*noun.forms][1:])
        fact = f"after '{word}', '{noun.plain}' may be in more than one form; it is printed in its plain form"
        hint = f"write its form after '|', such as {forms}, or the plain form '{next(iter(noun.forms))}'"
        draft.doubt(where, "uncertain-form", fact, hint)


def _report_distant_word(draft: Draft, before: str, hole: str, format: str, where: Place) -> None:
    """Adds a doubt about a field in its plain form if a word that asks for another is a few words before it."""
    language, name = draft.language, hole.partition("|")[0].removeprefix(REF)
    word, case = language.distant_word(before, format)
    forms = draft.names[name].forms if format == REFERENCE and name in draft.names else language.dates.get(format, {})
    if case in forms and case != next(iter(forms)):
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


def _report_article(draft: Draft, before: str, hole: str, where: Place) -> None:
    """Adds a doubt about such an article before the name of an annex."""
    name = hole.removeprefix(REF)
    for form, article in articles_of(draft.language).items() if name in draft.names else ():
        if re.search(rf"(?<!\w){re.escape(article)}[{_SPACES}]+$", before, re.IGNORECASE):
            fact = f"'{article}' is before the name of an annex, which has it only if there is no other annex"
            hint = f"write {{{{ {hole} | {form} }}}} without '{article}'"
            draft.doubt(where, "uncertain-form", fact, hint)

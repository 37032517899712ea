"""Settles the reference by which a letter is cited, in all forms that a sentence may need."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from circulars.addressing.widths import EAST_ASIAN
from circulars.compose.draft import Draft
from circulars.errors import Problem, did_you_mean
from circulars.language import Language, asked_forms, missing_forms
from circulars.model.letter import Letter
from circulars.model.phrases import Noun, Term
from circulars.pack import KindWords, Words

_STEM: Final = 5
"""The letters that a word has at least of which only the ending may be another in another form."""
_ENDING: Final = 3
_BREAK: Final = "\n"


def reference(draft: Draft) -> str:
    """The reference: "TSB Circular 213"; "" for a letter without one.

    A corrigendum, addendum or revision has that of the amended letter.
    """
    return _noun(draft).plain


def head_lines(draft: Draft) -> tuple[str, str]:
    """What the head of a letter says: of an amendment "Corrigendum 1 to", and the reference.

    The first is "" for any other letter, and in a language that puts the amendment after the reference of its letter;
    then the second is the whole citation. A line break in the language's pattern is where the second begins.
    """
    amends, noun = draft.source.amends, _noun(draft)
    if amends is None:
        return "", noun.plain
    before, place, after = draft.language.amended_by(amends.kind).around("parent")
    name = _amendment(draft)
    parent, rest = noun.form(place.form), after.filled(amendment=name)
    lead = before.filled(amendment=name)
    if not lead:
        return "", parent + rest
    if _BREAK in lead:
        first, _, second = lead.partition(_BREAK)
        return first, second + parent + rest
    words = parent.removesuffix(noun.plain)
    if parent.endswith(noun.plain) and words == words.rstrip() + " " * (words != ""):
        return f"{lead}{words}".rstrip(), noun.plain + rest
    return lead.rstrip(), parent + rest


def citation(draft: Draft) -> str:
    """The full reference on one line: "Corrigendum 1 to TSB Circular 213"."""
    return cited(draft).plain


def cited(draft: Draft) -> Noun:
    """The full reference in all its forms."""
    amends = draft.source.amends
    if amends is None:
        return _noun(draft)
    whole = draft.language.amended_by(amends.kind).noun(amendment=_amendment(draft), parent=_noun(draft))
    return Noun({form: text.replace(_BREAK, " ").strip() for form, text in whole.forms.items()})


def parent_line(draft: Draft) -> str:
    """The line that says what an annex belongs to, "(to TSB Circular 213)"; "" for a letter without a reference."""
    noun = cited(draft)
    if not noun.plain:
        return ""
    to = noun.form("to").removesuffix(noun.plain).strip()
    return draft.language.annex_parent.filled(parent=noun, reference=noun.plain, to=to)


def report_forms(draft: Draft) -> None:
    """Adds a problem for each form of the letter's own words that the language does not have, and doubts about others.

    A doubt is about a word that lacks a form in which it stands in the letter.
    """
    source, language = draft.source, draft.language
    own = source.reference.get(language.code) if source.reference else None
    labels = (annex.label.get(language.code) for annex in source.annexes)
    texts = (fact[language.code] for fact in source.facts.values() if isinstance(fact, Mapping))
    for noun in filter(None, (own, *labels, *(text for text in texts if isinstance(text, Noun)))):
        for form, where in noun.places.items():
            if form and form not in language.forms:
                hint = did_you_mean(form, language.forms, "its forms are " + ", ".join(language.forms))
                draft.problem(where, "unknown-form", f"the language '{language.code}' has no form '{form}'", hint)
    cited = language.amended_by(source.amends.kind) if source.amends else None
    _, asked = asked_forms(cited, language.annex_parent if source.annexes else None)
    noun = _noun(draft)
    if noun.plain and own:
        for form in asked:
            if form not in noun.forms:
                where = next(iter(own.places.values()), draft.place("reference"))
                fact = f"the reference has no form '{form}' in '{language.code}'; it is printed as '{noun.plain}'"
                plain = language.forms[0]
                hint = f"write {{{plain}: {noun.plain}, {form}: …}} instead of '{noun.plain}'"
                draft.doubt(where, "missing-form", fact, hint)


def kind_forms(letter: Letter, language: Language, words: KindWords) -> Iterator[Problem]:
    """Warnings about the reference of a kind of letter: its unknown forms, and those in which the letter is cited."""
    if unknown := [*_unknown_forms(words, language)]:
        yield from unknown
        return
    if letter.reference is False or letter.reference or not (letter.amends or letter.annexes):
        return
    cited = language.amended_by(letter.amends.kind) if letter.amends else None
    parent = language.annex_parent if letter.annexes else None
    yield from _reference_forms(letter.kind.name, words, language, asked_forms(cited, parent)[1])


def words_forms(words: Words, language: Language) -> Iterator[Problem]:
    """Warnings about the references of all kinds of a pack: forms in which a letter or an amendment is cited."""
    cited = (*map(language.amended_by, language.amendments), None)
    asked = dict.fromkeys(form for one in cited for form in asked_forms(one, language.annex_parent)[1])
    for kind, own in words.kinds.items():
        yield from _reference_forms(kind, own, language, asked)


def _reference_forms(kind: str, words: KindWords, language: Language, asked: Iterable[str]) -> Iterator[Problem]:
    """Warnings about a kind's reference: forms that the language does not have, and those that it asks for."""
    unknown = [*_unknown_forms(words, language)]
    # A form with a wrong name is not missing besides.
    yield from unknown or missing_forms(words.reference, asked, f"the reference of '{kind}'", language.forms)


def _unknown_forms(words: KindWords, language: Language) -> Iterator[Problem]:
    """Warnings about forms of a kind's reference that the language does not have."""
    for form, where in words.reference.places.items():
        if form and form not in language.forms:
            hint = did_you_mean(form, language.forms, "its forms are " + ", ".join(language.forms))
            yield Problem(where, "unknown-form", f"the language '{language.code}' has no form '{form}'", hint)


def _amendment(draft: Draft) -> Noun:
    amends = draft.source.amends
    assert amends
    return draft.language.amendments[amends.kind].filled(number=str(amends.number))


def _noun(draft: Draft) -> Noun:
    """The reference in all its forms, without the amendment."""
    if draft.reference is None:
        draft.reference = _settled(draft)
    return draft.reference


def _settled(draft: Draft) -> Noun:
    source = draft.source
    if source.reference is False:
        return Noun()
    usual = draft.kind_words.reference
    if not (own := source.reference.get(draft.language.code)):
        return usual.filled(number=source.number, group=source.group, year=str(source.date.year))
    for amendment in draft.language.amendments.values():
        name = re.escape(amendment.plain.text).replace(re.escape("{number}"), r"\d+")
        if re.match(rf"{name}\b", own.plain, re.IGNORECASE):
            usual = amendment
            break
    derived = {form: text for form in usual.forms if (text := _derived(own.plain, usual, form))}
    return Noun({**own.forms, **derived, **own.forms}, own.places)


def _derived(own: str, usual: Term, form: str) -> str:
    """The letter's own reference in a form of the usual one; "" if that cannot be told.

    What differs between the usual reference in this form and in the plain one is what differs here: "to Circular 5",
    "Циркуляру 5". Words with which the reference begins are not said twice: of "to Circular" before "Circular 5" only
    "to" is left. If it begins with the same words in another form, they are in the right one instead.
    """
    pattern, plain = usual.forms[form].text, usual.plain.text
    if form in ("", next(iter(usual.forms))):
        return ""
    same = _same_at_end(pattern, plain)
    before, instead = pattern[: len(pattern) - same], plain[: len(plain) - same]
    if instead:
        rest = own.removeprefix(instead)
        is_word = not rest[:1].isalnum() or _is_arabic(instead)
        return f"{before}{rest}" if own.startswith(instead) and is_word else ""
    if before and before[-1].isspace():
        return _with_words(before, own)
    joins = not before or before[-1] in "'’" or _is_arabic(before[-1]) or bool(EAST_ASIAN.match(before[-1]))
    return (own if own.startswith(before) else f"{before}{own}") if joins else ""


def _same_at_end(one: str, other: str) -> int:
    """The number of characters with which both texts end."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def _with_words(before: str, own: str) -> str:
    """The reference after some words, none of which is said twice."""
    words, said = before.split(), own.split()
    for length in range(min(len(words), len(said)), 0, -1):
        pairs = list(zip(words[-length:], said[:length], strict=True))
        if all(word.casefold() == other.casefold() for word, other in pairs):
            return " ".join([*words[:-length], own])
        if all(_is_inflected(word, other) for word, other in pairs):
            return " ".join([*words, *said[length:]])
    return f"{before}{own}"


def _is_arabic(text: str) -> bool:
    """Whether a text is in Arabic letters, of which some words join the one after them."""
    return all(unicodedata.bidirectional(letter) == "AL" for letter in text)


def _is_inflected(word: str, plain: str) -> bool:
    """Whether a word may be another form of a plain one: only its ending differs, and not by what is left out."""
    if word.casefold() == plain.casefold():
        return True
    if _is_arabic(word) and word[1:] in (plain, plain[1:]):
        return True
    stem = plain.casefold()[: max(_STEM, len(plain) - _ENDING)]
    return len(plain) >= _STEM and word.casefold().startswith(stem) and not plain.casefold().startswith(word.casefold())

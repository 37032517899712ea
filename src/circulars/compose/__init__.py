"""Settles a letter in one language and one pack: turns it into a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from circulars.compose.addressees import (
    addressee_block,
    addressee_lists,
    copies,
    distribution,
    usual_copies,
)
from circulars.compose.annexes import annex, annex_note, enclosures
from circulars.compose.audience import NOBODY, conditions, holds, left_out_parts, used_columns
from circulars.compose.body import blocks
from circulars.compose.contacts import particulars, report_unshown_contacts
from circulars.compose.deception import report_misleading_links
from circulars.compose.directions import with_directions
from circulars.compose.draft import Draft, SettledText, begin, unknown_kind
from circulars.compose.end import ends_briefly, link_code, postscript, signatures, unknown_genders
from circulars.compose.fields import as_noun
from circulars.compose.footnotes import footnoted
from circulars.compose.head import (
    date_line,
    has_date_beside,
    label_width,
    letterhead,
    properties,
    references,
    report_unshown_fields,
    running_header,
    subject,
)
from circulars.compose.numbers import number_parts
from circulars.compose.reference import cited, kind_forms, report_forms, words_forms
from circulars.compose.salutation import closing, salutation
from circulars.compose.texts import articles_of
from circulars.compose.typed_labels import TYPED_LABEL
from circulars.compose.wide_words import wide_words
from circulars.errors import LetterError, Problem
from circulars.language import Language
from circulars.model.addressee import CELL, COUNTRY
from circulars.model.document import Document
from circulars.model.letter import DateRange, Letter
from circulars.pack import Pack
from circulars.pack_words import lost_places

__all__ = [
    "NOBODY",
    "Composed",
    "SettledText",
    "citation_forms",
    "compose",
    "compose_as_far_as_possible",
    "compose_with_texts",
    "conditions",
    "doubts",
    "forms_doubts",
    "holds",
    "left_out_parts",
    "unknown_kind",
    "used_columns",
    "words_doubts",
    "words_forms",
]

_WITH_WORDS = ("weekday", "month", "from-to")
"""The beginnings of formats of dates that may begin with a word."""


def citation_forms(letter: Letter, language: Language, pack: Pack) -> tuple[str, ...]:
    """How a language cites a letter, in all forms: "TSB Circular 213", "to TSB Circular 213"; none without a reference.

    Raises:
        LetterError: the pack does not have the letter's kind or language.
    """
    forms = cited(begin(letter, language, pack, NOBODY, addressed=False)).forms.values()
    return tuple(filter(None, forms))


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter settled in one language as far as it can be, its problems, and doubts about the forms of its words."""

    document: Document
    problems: tuple[Problem, ...]
    doubts: tuple[Problem, ...]


def compose(
    letter: Letter,
    language: Language,
    pack: Pack,
    audience: Mapping[str, str] = NOBODY,
    addressed: bool = False,
    drawn: bool = True,
) -> Document:
    """The letter settled in one language, with numbers, written-out dates and labels. The addressee's holes stay open.

    ``audience`` has the columns by which parts with a ``when`` are included or left out. With ``addressed`` each copy
    is for one addressee: it has the postal block, unless the letter or the pack leaves it out, and the addressee's
    salutation, unless the letter has its own. Unless ``drawn``, the QR code is left out, which takes
    longer to draw than everything else.

    Raises:
        LetterError: the letter uses names that the pack or the language does not have, or has other problems. The
            error has all of them.
    """
    composed = _settled(begin(letter, language, pack, audience, addressed), drawn)
    if composed.problems:
        raise LetterError(*composed.problems)
    return composed.document


def compose_as_far_as_possible(
    letter: Letter, language: Language, pack: Pack, audience: Mapping[str, str] = NOBODY, drawn: bool = True
) -> Composed:
    """The letter settled in one language without what cannot be settled: see :func:`compose`.

    Raises:
        LetterError: the pack does not have the letter's kind or language, or the letter is too long.
    """
    return _settled(begin(letter, language, pack, audience, addressed=False), drawn)


def compose_with_texts(
    letter: Letter, language: Language, pack: Pack, audience: Mapping[str, str] = NOBODY
) -> tuple[Document, tuple[SettledText, ...]]:
    """The letter settled in one language, and how each of its texts was settled: see :func:`compose`."""
    draft = begin(letter, language, pack, audience, addressed=False)
    draft.settled_texts = []
    composed = _settled(draft, drawn=True)
    if composed.problems:
        raise LetterError(*composed.problems)
    return composed.document, tuple(draft.settled_texts)


def _settled(draft: Draft, drawn: bool) -> Composed:
    """The letter settled. Without what its kind requires, other problems may only follow, and are not reported."""
    basic = tuple(draft.problems)
    number_parts(draft)
    report_unshown_contacts(draft)
    report_unshown_fields(draft)
    report_forms(draft)
    document = with_directions(footnoted(draft, _document(draft, drawn)))
    report_misleading_links(draft, document)
    return Composed(document, basic or tuple(draft.problems), tuple(draft.warnings))


def doubts(letter: Letter, pack: Pack) -> Iterator[Problem]:
    """Warnings about what a letter says, and what its kind adds to it."""
    yield from usual_copies(letter, pack)
    yield from unknown_genders(letter, pack)
    yield from wide_words(letter, pack)


def words_doubts(letter: Letter, language: Language, pack: Pack) -> Iterator[Problem]:
    """Warnings about words of a language and of the letter's kind that lack a form in which the letter has them."""
    yield from language.warnings
    words = pack.words[language.code]
    yield from kind_forms(letter, language, words.kinds[letter.kind.name])
    yield from lost_places(letter.kind.name, words, pack.words.values())


def forms_doubts(letter: Letter, language: Language, pack: Pack) -> Iterator[Problem]:
    """The doubts of a letter that is not composed, about forms of words: see :class:`Composed`."""
    text = letter.origin.text
    has_ranges = any(isinstance(fact, DateRange) for fact in letter.facts.values())
    asks = not text or language.beside.may_change(text, has_ranges)
    asks = asks or any(f"}}}}{space}{end}" in text for end in language.date_ends for space in " \u00a0")
    asks = asks or any(_may_be_doubtful(name, letter, language) for name in letter.places)
    is_labelled = any(annex.label for annex in letter.annexes)
    if not (asks or is_labelled or letter.reference):
        return
    draft = begin(letter, language, pack, NOBODY, addressed=False)
    report_forms(draft)
    if asks or (language.after and is_labelled):
        number_parts(draft)
        _document(draft, drawn=False)
    yield from (one for one in draft.warnings if one.code != TYPED_LABEL)


def _may_be_doubtful(name: str, letter: Letter, language: Language) -> bool:
    """Whether a field of a letter may be in another form, or without the capital that it needs."""
    field, _, form = name.partition("|")
    if field.startswith(CELL):
        return field == f"{CELL}{COUNTRY}"
    if not (field.startswith("ref:") or field in letter.facts):
        return False
    if isinstance(text := letter.facts.get(field), Mapping):
        return bool(form) or language.asks_of_texts or as_noun(text[language.code]).plain[:1].islower()
    has_words = len(language.dates.get(form, ())) > 1 or form.startswith(_WITH_WORDS)
    is_reference = field.startswith("ref:")
    return (
        (is_reference and bool(form or language.after or language.joined or articles_of(language)))
        or (bool(form) and not language.has_format(form))
        or has_words
    )


def _document(draft: Draft, drawn: bool) -> Document:
    source, code = draft.source, draft.language.code
    signed = signatures(draft)
    body = tuple(blocks(draft, "body", source.body))
    rows, addressees = particulars(draft), tuple(addressee_lists(draft))
    subject_lines = subject(draft)
    return Document(
        language=code,
        locale=draft.language.locale.replace("_", "-"),
        direction=draft.language.direction,
        layout=draft.kind.layout,
        date_first=draft.kind.date_first,
        date_beside=has_date_beside(draft),
        letterhead=letterhead(draft),
        date_line=date_line(draft),
        particulars=rows,
        addressees=addressees,
        subject_label=draft.label("subject") if source.subject else "",
        subject=subject_lines,
        references=references(draft),
        salutation=salutation(draft),
        body=body,
        ends_briefly=ends_briefly(body),
        closing=closing(draft),
        signature=signed[0] if signed else None,
        link_code=link_code(draft) if drawn else None,
        annex_note=annex_note(draft),
        distribution=distribution(draft),
        annexes=tuple(annex(draft, number) for number in range(1, len(source.annexes) + 1)),
        running_header=running_header(draft),
        footer=draft.words.footer,
        properties=properties(draft, subject_lines),
        addressee=addressee_block(draft),
        blank_label=draft.language.blank,
        box_label=draft.language.box,
        label_width=label_width(draft, rows, addressees),
        window="right" if draft.pack.addressee_block == "right" else "left",
        cosignatures=signed[1:],
        side_by_side=len(signed) > 1 and source.signatory_layout == "side-by-side",
        postscript=postscript(draft),
        drafter=source.drafter.get(code, ""),
        enclosures=enclosures(draft),
        copies=copies(draft),
    )

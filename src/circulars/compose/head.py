"""Settles the head of a letter, its letterhead, date, subject and references, and its metadata."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from circulars.addressing.widths import EAST_ASIAN, width_of
from circulars.compose.draft import Draft
from circulars.compose.reference import citation
from circulars.compose.texts import lines_of, settled
from circulars.compose.typed_labels import report_typed_number
from circulars.model.document import AddressList, LabelledList, Letterhead, Particular, Properties
from circulars.model.text import Item, Spans, as_one_line, one_line

_BESIDE: Final = 2  # millimetres between a label and what it names
_WIDEST: Final = 45  # millimetres
_UNBROKEN: Final = re.compile(r"[^ \n-]{7,}-*")  # shorter words fit into any column


def report_unshown_fields(draft: Draft) -> None:
    """Adds a problem for each field that this kind of letter does not show, so that no field is left out silently."""
    source, kind = draft.source, draft.source.kind.name
    if source.place and draft.kind.dateline != "place":
        fact, hint = f"a {kind} has no 'place' before its date", "delete it"
        draft.problem(draft.place("place"), "unshown-field", fact, hint)
    if source.reference is False:
        for key, value in (("number", source.number), ("group", source.group), ("amends", source.amends)):
            if value:
                fact = f"this letter has no reference, so its '{key}' is not shown"
                draft.problem(draft.place(key), "unshown-field", fact, f"delete '{key}:', or 'reference: false'")
    elif source.group and not source.reference and not draft.kind_words.reference.has("group"):
        fact, hint = f"the reference of a {kind} has no 'group'", "delete it"
        draft.problem(draft.place("group"), "unshown-field", fact, hint)


def letterhead(draft: Draft) -> Letterhead:
    mark = draft.pack.mark
    return Letterhead(
        draft.words.organization,
        draft.source.bureau.get(draft.language.code) or draft.words.bureaus[draft.kind.bureau],
        replace(mark, alt=draft.words.organization) if mark else None,
    )


def has_date_beside(draft: Draft) -> bool:
    """Whether the date follows the reference in its line."""
    return draft.kind.dateline == "reference" and (draft.source.reference is not False or bool(draft.source.initials))


def date_line(draft: Draft) -> str:
    date = draft.date
    if has_date_beside(draft):
        # The date follows the reference in its line; the pack's words separate the two.
        words = draft.kind_words.labels.get("dateline")
        return words.filled(date=date) if words else date
    if draft.kind.dateline != "place" or draft.source.place is False:
        words = draft.language.labels.get("dateline-date")
        return words.filled(date=date) if words else date
    place = draft.source.place.get(draft.language.code) or draft.words.place
    return draft.language.labels["dateline"].filled(place=place, date=date)


def subject(draft: Draft) -> tuple[Spans, ...]:
    """The lines of the subject; none in a letter without one."""
    given = draft.source.subject
    return lines_of(settled(draft, given[draft.language.code], begins=True)) if given else ()


def references(draft: Draft) -> LabelledList | None:
    """The documents that the letter refers to, if there are any; those of a list are numbered if there are several."""
    given, code = draft.source.references, draft.language.code
    items: tuple[Item, ...]
    if isinstance(given, Mapping):
        items = (Item("", settled(draft, given[code])),)
    else:
        entries = [settled(draft, reference[code]) for reference in given]
        is_sole = len(given) == 1
        for number, spans in enumerate(entries if not is_sole else (), start=1):
            report_typed_number(draft, f"{number})", spans, draft.place("references"))
        items = tuple(Item("" if is_sole else f"{number})", spans) for number, spans in enumerate(entries, start=1))
        has_own = "references" in {**draft.source.labels, **draft.kind_words.labels}
        if is_sole and not has_own and (label := draft.pattern("sole-reference")):
            return LabelledList(label.text, items)
    return LabelledList(draft.label("references"), items) if items else None


def running_header(draft: Draft) -> tuple[str, ...]:
    """The lines on every page but the first: the page's number, and the reference or what the letter has instead."""
    given = draft.source.running_header
    words = "" if given is False else given.get(draft.language.code) or citation(draft)
    return tuple(line for line in (draft.language.page, *words.split("\n")) if line)


def properties(draft: Draft, subject: Iterable[Spans]) -> Properties:
    """The metadata. The title is the ``subject`` in one line; without one, it is the reference, or else the date."""
    own, cited = as_one_line(one_line(line) for line in subject), citation(draft)
    title = own or cited or date_line(draft)
    return Properties(title, cited, draft.words.organization, cited, draft.language.code, draft.source.date)


def label_width(draft: Draft, rows: Iterable[Particular], addressees: Iterable[AddressList]) -> float:
    """The width in millimetres that the labels in the table of a head need, so that no word of them is broken."""
    type = draft.pack.type
    labels = _labels(draft, rows, addressees)
    words = (word for label in labels for word in _UNBROKEN.findall(label) if _is_wide(word))
    widest = max(map(width_of, words), default=0) / 1000 * type.size * 25.4 / 72 * type.width / 100
    return min(math.ceil(2 * (widest + _BESIDE)) / 2, _WIDEST) if widest else 0


def _labels(draft: Draft, rows: Iterable[Particular], addressees: Iterable[AddressList]) -> list[str]:
    """The labels in the table: in some layouts that of the reference, or those of addressees, are elsewhere."""
    labels = [row.label for row in rows][draft.kind.layout == "title" :]
    if draft.kind.layout == "row":
        labels += [group.label for group in addressees if not group.part]
    return [*labels, draft.label("subject")] if draft.source.subject else labels


def _is_wide(word: str) -> bool:
    """Whether a word cannot be broken, and the widths of its letters are known: East Asian lines break in it."""
    return not EAST_ASIAN.search(word) and all(unicodedata.bidirectional(sign) != "R" for sign in word)

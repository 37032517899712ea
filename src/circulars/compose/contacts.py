"""Settles the rows of the reference table: the reference, further rows, and the contacts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from circulars.compose.directions import value
from circulars.compose.draft import Draft
from circulars.compose.reference import head_lines
from circulars.compose.texts import lines_of, settled
from circulars.model.document import Particular
from circulars.model.letter import Contact
from circulars.model.text import Span, Spans

_UNLABELLED: Final = ("name", "post", "town")
"""The keys of a contact that have no labels of their own: they are together in the row "Contact:"."""


def report_unshown_contacts(draft: Draft) -> None:
    """Adds a problem for each detail that this kind of letter does not show, of contacts without a label."""
    shown = {*draft.kind.particulars, *(_UNLABELLED if "contact" in draft.kind.particulars else ())}
    unlabelled = (contact for contact in draft.source.contact if not contact.label)
    for name in dict.fromkeys(name for contact in unlabelled for name in contact.keys):
        if name not in shown:
            fact = f"a {draft.source.kind.name} does not show the contact's '{name}'"
            hint = "delete it, or add it to the kind's 'particulars' in pack.yaml"
            draft.problem(draft.place("contact"), "unshown-contact", fact, hint)


def particulars(draft: Draft) -> tuple[Particular, ...]:
    """The rows of the reference table, from the reference on. Neighbours with the same label are one row.

    Where the layout needs a first row for the reference, a letter without one has an empty row.
    """
    rows = [*_reference_rows(draft), *_further_rows(draft, "reference")]
    for number, contact in enumerate(draft.source.contact, start=1):
        rows += (replace(row, contact=number) for row in _contact_rows(draft, contact))
    rows += _further_rows(draft, "contact")
    has_reference = draft.source.reference is not False or draft.source.initials
    if not has_reference and (not rows or not draft.kind.date_first):
        rows.insert(0, Particular("", ()))
    return tuple(_merged(rows))


def _reference_rows(draft: Draft) -> Iterator[Particular]:
    amendment, reference = head_lines(draft)
    label, lines = draft.label("reference"), [amendment, reference, draft.source.initials]
    if amendment and draft.kind.amendment_label:
        label, lines = amendment, lines[1:]
    if any(lines):
        yield Particular(label, tuple((value(draft, line),) for line in lines if line))


def _further_rows(draft: Draft, above: str) -> Iterator[Particular]:
    code = draft.language.code
    for row in (row for row in draft.source.rows if row.below == above):
        text = settled(draft, row.text[code]) if row.text else ()
        yield Particular(row.label.get(code, ""), tuple(lines_of(text)) if text else ())


def _contact_rows(draft: Draft, contact: Contact) -> Iterator[Particular]:
    """One row for a contact with a label of its own; otherwise a row for each detail, in the order of the kind."""
    code = draft.language.code
    if contact.label:
        yield Particular(contact.label[code], tuple(_labelled_lines(draft, contact)))
        return
    for name in draft.kind.particulars:
        if name == "contact":
            lines = [line for key in _UNLABELLED for line in _lines(draft, contact, key)]
        else:
            lines = _lines(draft, contact, name)
        if lines:
            yield Particular(draft.label(name), tuple(lines))


def _labelled_lines(draft: Draft, contact: Contact) -> Iterator[Spans]:
    """The lines of a contact, each detail after its label ("Tel:"), in the order of the letter."""
    for name in contact.keys:
        for line in _lines(draft, contact, name):
            yield line if name in _UNLABELLED else labelled(draft, draft.label(name), line)


def _lines(draft: Draft, contact: Contact, name: str) -> list[Spans]:
    text = getattr(contact, name, {}).get(draft.language.code, "")
    return [(value(draft, line, _link(name, line)),) for line in text.split("\n") if line]


def labelled(draft: Draft, label: str, spans: Spans) -> Spans:
    """A text with its label on one line ("Attention: Ms Ejemplo"); full-width punctuation needs no space."""
    if not label:
        return spans
    if (line := draft.language.label_line) is None:
        return (Span(label if label.endswith("：") else f"{label} "), *spans)
    before, _, after = line.around("text")
    return (
        Span(before.filled(label=label)),
        *spans,
        *filter(lambda span: span.text, [Span(after.filled(label=label))]),
    )


def _link(name: str, value: str) -> str:
    if name == "email":
        return f"mailto:{value}"
    if name == "web":
        return value if value.startswith(("http://", "https://")) else f"https://{value}"
    return ""


def _merged(rows: Iterable[Particular]) -> Iterator[Particular]:
    for label, found in itertools.groupby(rows, lambda row: row.label):
        neighbours = [*found]
        contacts = {row.contact for row in neighbours}
        if label:
            lines = tuple(line for row in neighbours for line in row.lines)
            yield Particular(label, lines, contacts.pop() if len(contacts) == 1 else 0)
        else:
            yield from neighbours

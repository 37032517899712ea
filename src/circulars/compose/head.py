"""Settles the head of a letter, from the letterhead to the references, and its metadata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace

from circulars.compose.draft import Draft
from circulars.compose.reference import amendment, citation, reference
from circulars.compose.texts import settled
from circulars.language import worded
from circulars.model.document import LabelledList, Letterhead, Particular, Properties
from circulars.model.text import Item, Span, Spans, one_line


def report_unshown_fields(draft: Draft) -> None:
    """Adds a problem for each field that this kind of letter does not show, so that no field is left out silently."""
    source, kind = draft.source, draft.source.kind.name
    shown = {"name" if name == "contact" else name for name in draft.kind.particulars}
    for entry in fields(source.contact):
        if getattr(source.contact, entry.name) and entry.name not in shown:
            fact = f"a {kind} does not show the contact's '{entry.name}'"
            hint = "delete it, or add it to the kind's 'particulars' in pack.yaml"
            draft.problem(draft.place("contact"), "unshown-contact", fact, hint)
    if source.place and draft.kind.dateline == "date":
        fact, hint = f"a {kind} has no 'place' before its date", "delete it"
        draft.problem(draft.place("place"), "unshown-field", fact, hint)
    if source.group and not source.reference and "{group}" not in draft.kind_words.reference:
        fact, hint = f"the reference of a {kind} has no 'group'", "delete it"
        draft.problem(draft.place("group"), "unshown-field", fact, hint)


def letterhead(draft: Draft) -> Letterhead:
    mark = draft.pack.mark
    return Letterhead(
        draft.words.organization,
        draft.words.bureaus[draft.kind.bureau],
        replace(mark, alt=draft.words.organization) if mark else None,
    )


def date_line(draft: Draft) -> str:
    date = draft.language.date(draft.source.date)
    if draft.kind.dateline == "date":
        return date
    place = draft.source.place.get(draft.language.code) or draft.words.place
    return worded(draft.language.labels["dateline"], place=place, date=date)


def particulars(draft: Draft) -> Iterator[Particular]:
    """The rows with the reference and the contact, in the order that the kind of letter sets."""
    for name in draft.kind.particulars:
        if name == "reference":
            yield _reference_particular(draft)
        elif value := getattr(draft.source.contact, "name" if name == "contact" else name, ""):
            yield Particular(draft.label(name), ((Span(value, link=_contact_link(name, value)),),))


def subject(draft: Draft) -> tuple[Spans, ...]:
    """The lines of the subject."""
    return _lines(settled(draft, draft.source.subject[draft.language.code]))


def references(draft: Draft) -> LabelledList | None:
    """The numbered list of documents that the letter refers to, if there are any."""
    entries = (settled(draft, reference[draft.language.code]) for reference in draft.source.references)
    items = tuple(Item(f"{number})", spans) for number, spans in enumerate(entries, start=1))
    return LabelledList(draft.label("references"), items) if items else None


def properties(draft: Draft) -> Properties:
    source, code = draft.source, draft.language.code
    title = one_line(settled(draft, source.subject[code]))
    return Properties(title, citation(draft), draft.words.organization, citation(draft), code, source.date)


def _reference_particular(draft: Draft) -> Particular:
    label, lines = draft.label("reference"), [reference(draft), draft.source.initials]
    if amendment(draft) and draft.kind.layout == "title":
        label = amendment(draft)
    else:
        lines.insert(0, amendment(draft))
    return Particular(label, tuple((Span(line),) for line in lines if line))


def _contact_link(name: str, value: str) -> str:
    if name == "email":
        return f"mailto:{value}"
    if name == "web":
        return value if value.startswith(("http://", "https://")) else f"https://{value}"
    return ""


def _lines(spans: Iterable[Span]) -> tuple[Spans, ...]:
    """The spans of each line; forced line breaks separate lines."""
    lines: list[list[Span]] = [[]]
    for span in spans:
        first, *others = span.text.split("\n") if not span.hole else [""]
        lines[-1].append(replace(span, text=first))
        for rest in others:
            lines.append([replace(span, text=rest)])
    return tuple(tuple(span for span in line if span.text or span.hole) for line in lines)

"""Settles the annexes and the lists that announce annexes and enclosures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from circulars.compose.body import blocks
from circulars.compose.contacts import labelled
from circulars.compose.draft import Draft
from circulars.compose.fields import address_of
from circulars.compose.numbers import annex_id
from circulars.compose.reference import parent_line
from circulars.compose.texts import settled
from circulars.compose.typed_labels import report_typed_name, without_dash
from circulars.model import document, letter
from circulars.model.document import LabelledList
from circulars.model.text import Item, Span, Spans, joined, one_line, plain


def annex_note(draft: Draft) -> tuple[str, ...]:
    """The lines that announce the annexes: no line, their number, or their titles, as the letter or its kind says."""
    listed = [number for number, annex in enumerate(draft.source.annexes, start=1) if annex.listed]
    form = draft.source.annex_note or draft.kind.annex_note
    if not listed or form == "none":
        return ()
    if form == "count" or (len(listed) == 1 and _is_nameless(draft, listed[0])):
        return (_counted(draft, len(listed)),)
    # One form for all: "1 – Programme", or "Annex 1 – Programme" if another has words of its own or its name only.
    by_name = len(listed) > 1 and not all(_is_titled(draft, number) for number in listed)
    lines = [_line(draft, number, by_name) for number in listed]
    label = _label(draft, len(listed))
    if len(lines) == 1 and lines[0]:
        return (on_line(draft, label, lines[0]),)
    return tuple(filter(None, (label, *lines)))


def _is_titled(draft: Draft, number: int) -> bool:
    return bool(draft.source.annexes[number - 1].title) and not draft.annex_labels[number - 1].is_own


def _is_nameless(draft: Draft, number: int) -> bool:
    return not draft.source.annexes[number - 1].title and not draft.annex_labels[number - 1].is_own


def _counted(draft: Draft, number: int) -> str:
    """The number of annexes: "Annexes: 2"."""
    if _label_key(number) in draft.source.labels:
        return on_line(draft, _label(draft, number), str(number))
    return draft.language.counted(draft.language.annexes.count, number)


def on_line(draft: Draft, label: str, text: str) -> str:
    """A text with its label on one line: "Annex: Programme"."""
    return plain(labelled(draft, label, (Span(text),)))


def _label(draft: Draft, number: int) -> str:
    """The label of the list of some annexes: the letter's own, or that of the language ("Annexes:")."""
    if _label_key(number) in draft.source.labels:
        return draft.label(_label_key(number))
    return draft.language.counted(draft.language.annexes.titles, number)


def _label_key(number: int) -> str:
    return "annex" if number == 1 else "annexes"


def _line(draft: Draft, number: int, by_name: bool) -> str:
    """The line of an annex in the list of annexes: "2 – Programme", or with its name, "Annex 2 – Programme".

    It is "Programme" if it is the only one, and the name alone without a title.
    """
    label = draft.annex_labels[number - 1]
    title = one_line(_title(draft, draft.source.annexes[number - 1]))
    words, sign = draft.language.annexes, label.name if by_name else label.sign
    if not title or not sign:
        return title or label.name
    if by_name and words.named_line:
        return words.named_line.filled(name=sign, title=title)
    return words.line.filled(sign=sign, title=title)


def _title(draft: Draft, annex: letter.Annex) -> Spans:
    return settled(draft, annex.title.get(draft.language.code, ()), begins=True)


def annex(draft: Draft, number: int) -> document.SettledAnnex:
    """The ``number``-th annex, counted from 1."""
    annex, label = draft.source.annexes[number - 1], draft.annex_labels[number - 1]
    name, title = annex_id(annex, number), _title(draft, annex)
    report_typed_name(draft, label.name, title, annex)
    return document.SettledAnnex(
        id=name,
        label=label.heading,
        parent=parent_line(draft),
        title=title,
        body=tuple(blocks(draft, name, annex.body, annex.orientation == "landscape")),
        name=label.name,
        orientation=annex.orientation,
    )


def enclosures(draft: Draft) -> LabelledList | None:
    """The list of the documents that go with the letter, if there are any."""
    enclosed = draft.source.enclosures
    if not enclosed:
        return None
    label = draft.label("enclosure" if len(enclosed) == 1 else "enclosures")
    return LabelledList(label, tuple(Item("–", without_dash(joined(_enclosure(draft, one)))) for one in enclosed))


def _enclosure(draft: Draft, enclosure: letter.Enclosure) -> Iterator[Span]:
    """The title and the reference; a link is that of the title, or of the reference if there is no title."""
    code = draft.language.code
    title, reference = settled(draft, enclosure.title.get(code, ())), enclosure.reference.get(code, "")
    address = address_of(draft, enclosure.link) if enclosure.link else ""
    if not title:
        yield Span(reference, link=address)
        return
    yield from (replace(span, link=span.link or address) for span in title)
    if reference:
        if (words := draft.pattern("enclosure-reference")) is None:
            draft.label("enclosure-reference")  # reports that it is missing
        else:
            yield Span(words.filled(reference=reference))

"""Settles whom a letter addresses, in its lists and in its salutation."""

from __future__ import annotations

from collections.abc import Iterator

from circulars.compose.draft import Draft
from circulars.compose.texts import settled
from circulars.errors import did_you_mean
from circulars.model.addressee import BLOCK, SALUTATION
from circulars.model.document import AddressList, LabelledList
from circulars.model.letter import PlacedName, Prose
from circulars.model.text import Item, Span, Spans, joined


def addressee_lists(draft: Draft) -> Iterator[AddressList]:
    """The lists "to" and "copy": the letter's own, or else those that its kind usually has."""
    for name, given, usual in (("to", draft.source.to, draft.kind.to), ("copy", draft.source.copy, draft.kind.copy)):
        listed = given if given is not None else tuple(PlacedName(item, draft.source.kind.where) for item in usual)
        if listed:
            yield AddressList(draft.label(name), _entries(draft, listed, "" if draft.kind.layout == "title" else "–"))


def distribution(draft: Draft) -> LabelledList | None:
    listed = draft.source.distribution
    return LabelledList(draft.label("distribution"), _entries(draft, listed, "–")) if listed else None


def addressee_block(draft: Draft) -> Spans:
    """The hole for the postal block of the person whom a merged copy is for."""
    wanted = draft.addressed and draft.source.addressee_block and draft.pack.addressee_block != "none"
    return (Span("", hole=BLOCK),) if wanted else ()


def salutation(draft: Draft) -> Spans:
    """The letter's own salutation, or a hole for the addressee's, or the usual one of the kind."""
    if own := draft.source.salutation.get(draft.language.code):
        return (Span(own),)
    if not draft.kind.salutation:
        return ()
    if draft.addressed:
        return (Span("", hole=f"{SALUTATION}|{draft.source.kind.name}"),)
    return (Span(usual),) if (usual := draft.kind_words.salutation) else ()


def _entries(draft: Draft, listed: tuple[PlacedName | Prose, ...], label: str) -> tuple[Item, ...]:
    end = Span(draft.language.labels["entry-end"])
    spans = [_listed(draft, entry) for entry in listed]
    return tuple(Item(label, joined((*entry, end)) if entry is not spans[-1] else entry) for entry in spans)


def _listed(draft: Draft, entry: PlacedName | Prose) -> Spans:
    if not isinstance(entry, PlacedName):
        return settled(draft, entry[draft.language.code])
    if entry.name not in draft.words.lists:
        known = draft.words.lists
        draft.problem(
            entry.where,
            "unknown-list",
            f"the pack '{draft.pack.name}' has no list '{entry.name}'",
            did_you_mean(entry.name, known, "its lists: " + ", ".join(known)),
        )
    return (Span(draft.words.lists.get(entry.name, entry.name)),)

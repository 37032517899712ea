"""Settles the lists of addressees, the postal block and the salutation."""

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
    """The lists "to" and "copy": those in the letter, or else the usual ones of its kind."""
    for name, given, usual in (("to", draft.source.to, draft.kind.to), ("copy", draft.source.copy, draft.kind.copy)):
        listed = given if given is not None else tuple(PlacedName(item, draft.source.kind.where) for item in usual)
        if listed:
            yield AddressList(draft.label(name), _entries(draft, listed, "" if draft.kind.layout == "title" else "–"))


def distribution(draft: Draft) -> LabelledList | None:
    """The distribution list at the end of the letter, if it has one."""
    listed = draft.source.distribution
    return LabelledList(draft.label("distribution"), _entries(draft, listed, "–")) if listed else None


def addressee_block(draft: Draft) -> Spans:
    """The hole for the addressee's postal block; empty if the letter has none."""
    wanted = draft.addressed and draft.source.addressee_block and draft.pack.addressee_block != "none"
    return (Span("", hole=BLOCK),) if wanted else ()


def salutation(draft: Draft) -> Spans:
    """The letter's own salutation, a hole for the addressee's, or the usual one of the kind of letter."""
    if own := draft.source.salutation.get(draft.language.code):
        return (Span(own),)
    if not draft.kind.salutation:
        return ()
    if draft.addressed:
        return (Span("", hole=f"{SALUTATION}|{draft.source.kind.name}"),)
    return (Span(usual),) if (usual := draft.kind_words.salutation) else ()


def _entries(draft: Draft, listed: tuple[PlacedName | Prose, ...], label: str) -> tuple[Item, ...]:
    """The entries of a list; all but the last end with the language's "entry-end" (";")."""
    end = Span(draft.language.labels["entry-end"])
    spans = [_entry(draft, entry) for entry in listed]
    return tuple(Item(label, joined((*entry, end)) if entry is not spans[-1] else entry) for entry in spans)


def _entry(draft: Draft, entry: PlacedName | Prose) -> Spans:
    """The text of one entry: the pack's words for a named list, or the letter's own text."""
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

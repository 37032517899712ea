"""Settles lists, with the lists in their entries."""

from __future__ import annotations

from collections.abc import Iterator

from circulars.compose.draft import Draft
from circulars.compose.labels import LabelledEntry, labelled_entries
from circulars.compose.texts import settled
from circulars.model.letter import Listing
from circulars.model.text import Item, Items, Paragraph


def listed(draft: Draft, listing: Listing, list_id: str, above: str = "") -> Iterator[Items]:
    """The list of a paragraph or an entry; none if it has no entry for the draft's audience.

    ``above`` is the number of the entry around it if both belong to one outline.
    """
    start = draft.starts.get(list_id, 1)
    entries = tuple(_item(draft, one) for one in labelled_entries(draft, listing, start, above))
    if entries:
        yield Items(listing.style, entries, list_id, start)


def _item(draft: Draft, labelled: LabelledEntry) -> Item:
    entry = labelled.entry
    first, *others = entry.text[draft.language.code]
    spans = settled(draft, first)
    blocks: list[Paragraph | Items] = [Paragraph(settled(draft, other)) for other in others]
    if entry.listing:
        blocks += listed(draft, entry.listing, "", labelled.number)
    return Item(labelled.label, spans, tuple(blocks), entry.id)

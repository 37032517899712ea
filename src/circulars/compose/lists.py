"""Settles lists, with the lists in their entries."""

from __future__ import annotations

from collections.abc import Iterator

from circulars.compose.audience import present_entries
from circulars.compose.draft import Draft
from circulars.compose.labels import label_of, outline_number
from circulars.compose.texts import settled
from circulars.model.letter import ListedItem, Listing
from circulars.model.text import Item, Items, Paragraph


def listed(draft: Draft, listing: Listing, list_id: str, above: str = "") -> Iterator[Items]:
    """The list of a paragraph or an entry; none if it has no entry for the draft's audience.

    ``above`` is the number of the entry around it if both belong to one outline.
    """
    start = draft.starts.get(list_id, 1)
    entries = tuple(
        _item(draft, listing, entry, number, above)
        for number, entry in enumerate(present_entries(listing, draft.audience), start=start)
    )
    if entries:
        yield Items(listing.style, entries, list_id, start)


def _item(draft: Draft, listing: Listing, entry: ListedItem, number: int, above: str) -> Item:
    first, *others = entry.text[draft.language.code]
    spans = settled(draft, first)
    blocks: list[Paragraph | Items] = [Paragraph(settled(draft, other)) for other in others]
    if entry.listing:
        inner = outline_number(number, above) if listing.style == entry.listing.style == "outline" else ""
        blocks += listed(draft, entry.listing, "", inner)
    return Item(label_of(draft, listing, number, above), spans, tuple(blocks), entry.id)

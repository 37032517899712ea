"""Finds links that would mislead once an addressee's values fill the holes in their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from circulars.addressing.deception import misleading_links
from circulars.addressing.settle import column_of, settle
from circulars.errors import Problem
from circulars.language import Language
from circulars.model.addressee import Addressee
from circulars.model.document import Document, filled, texts_of
from circulars.model.text import Spans
from circulars.pack import Pack
from circulars.source.addressees import AddresseeList

_NEAR = 3  # spans: an address may begin before a link, and end after it


def texts_with_open_links(document: Document) -> tuple[Spans, ...]:
    """The texts of a document that have a hole in the words of a link, or near a link."""
    return tuple(spans for spans in texts_of(document) if any(_is_open(spans, place) for place in range(len(spans))))


def misleading_cells(
    texts: Sequence[Spans], addressee: Addressee, language: Language, pack: Pack, listed: AddresseeList
) -> Iterator[Problem]:
    """A problem for each link that an addressee's values would make misleading, at the first column in its words."""
    for spans in texts:
        holes = [span.hole for span in spans if span.hole]
        for _link, _words, (fact, remedy) in misleading_links(filled(spans, settle(addressee, language, pack, holes))):
            column = next((column_of(hole) for hole in holes if hole.startswith("addressee.")), "")
            where = listed.place(addressee.row, column)
            yield Problem(where, "deceptive-link", f"{column}: {fact}" if column else fact, remedy)


def _is_open(spans: Spans, place: int) -> bool:
    near = spans[max(place - _NEAR, 0) : place + _NEAR + 1]
    return bool(spans[place].hole) and any(span.link for span in near)

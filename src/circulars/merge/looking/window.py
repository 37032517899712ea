"""Finds the addressees whose block does not fit in the window of an envelope, or has no address in it."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Final

from circulars.addressing.postal import overflows_window
from circulars.addressing.settle import settle
from circulars.addressing.widths import width_of
from circulars.errors import Problem
from circulars.language import load_language
from circulars.merge.making.copies import addressee_of
from circulars.merge.making.run import Merge
from circulars.merge.planning.cells import split_cells
from circulars.merge.planning.ledger import Entry
from circulars.model.addressee import BLOCK

_SHOWN: Final = ("title", "name", "surname", "organization", "address", "postcode", "city", "region")
_PLACES: Final = ("address", "postcode", "city")
_NAMED: Final = 10
"""The maximum number of addressees that a warning names."""
FILL_IN: Final = "fill in the address, or hand these letters out"
"""What to do about an addressee without an address."""
_COUNTRY: Final = 31_000
"""The width of the longest country name, in thousandths of the font size."""


def without_address(merge: Merge) -> tuple[Problem, ...]:
    """A warning that names the addressees of printed letters whose block has no address; none for other outputs.

    If the list has no column of an address, its letters are not meant for the post.
    """
    found = list(rows_without_address(merge))
    if not found:
        return ()
    named = ", ".join(f"{id} (row {row:,})" for id, row in found[:_NAMED])
    more = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
    letters = "1 letter has" if len(found) == 1 else f"{len(found):,} letters have"
    fact = f"{letters} no address in the block: {named}{more}"
    return (Problem(merge.planner.listed.place(), "no-address", fact, FILL_IN),)


def rows_without_address(merge: Merge) -> Iterator[tuple[str, int]]:
    """The ids and the rows of these addressees."""
    columns = merge.facts.inputs.columns
    places = [place for place, column in enumerate(columns) if column in _PLACES]
    if merge.order.kind != "print" or not places or not _has_block(merge):
        return
    rows = merge.ledger.connection.execute("SELECT id, row, cells FROM addressees WHERE n >= ?", (merge.first,))
    for id, row, cells in rows:
        if not any(map(split_cells(cells).__getitem__, places)):
            yield id, row


def beyond_window(merge: Merge) -> Iterator[Entry]:
    """The addressees of a planned merge whose postal block is too long for the window, in order.

    There are none if the letter shows no postal block. If the merge adds a list, only those who are added are checked.
    """
    pack, ledger = merge.planner.pack, merge.ledger
    if not merge.order.output.windowed or not _has_block(merge):
        return
    columns = merge.facts.inputs.columns
    # Too many lines are joined in pairs, so text that would fill less than half the lines always fits.
    surely_fits = pack.window.lines // 2 * pack.window.width - _COUNTRY
    places = [place for place, column in enumerate(columns) if column in _SHOWN]
    if not places:
        return
    # The first index is given twice, because an itemgetter with a single index does not return a tuple.
    shown = itemgetter(places[0], *places)
    query = "SELECT n, cells FROM addressees WHERE n >= ? AND length(cells) > ?"
    long = ledger.connection.execute(query, (merge.first, surely_fits // 1_000))
    for n, cells in long:
        if width_of("".join(shown(split_cells(cells)))) > surely_fits:
            entry = ledger.entry(n)
            language = load_language(entry.language, merge.workspace.language_folders)
            if overflows_window(settle(addressee_of(entry, columns), language, pack, (BLOCK,))[BLOCK], pack.window):
                yield entry


def _has_block(merge: Merge) -> bool:
    """Whether the letter shows the addressee's postal block."""
    return merge.letter.addressee_block and merge.planner.pack.addressee_block != "none"

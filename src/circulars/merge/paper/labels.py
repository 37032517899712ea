"""Prints addresses on sheets of labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import BinaryIO

from circulars.merge.paper.addressed import Addressed
from circulars.merge.paper.fields import print_fields
from circulars.merge.paper.joined import Joined
from circulars.merge.paper.stock import check_skip, labels_of
from circulars.model.document import Direction, Properties
from circulars.pack import Pack
from circulars.processes import Spread, in_turn


def print_labels(
    addressed: Iterable[Addressed],
    sheet: str,
    stream: BinaryIO,
    pack: Pack,
    properties: Properties,
    *,
    skip: int = 0,
    sheet_words: str = "{n}",
    direction: Direction = "ltr",
    spread: Spread = in_turn,
    on_done: Callable[[int], object] = bool,
) -> Joined:
    """What was written to ``stream``: a PDF of sheets of the labels of a name ("L7160"), an address on each.

    The first ``skip`` labels of the first sheet stay empty: they are used up. ``sheet_words`` name a sheet in the
    bookmarks ("Sheet {n}"). Lines that do not fit are set in smaller letters. ``spread`` may have several processes do
    the work of :func:`map`; ``on_done`` is told how many labels are in the file.

    Raises:
        UsageError: there are no such labels, fewer on a sheet than are to be skipped, or no address.
        LetterError: addresses do not fit; all of them at once.
        MachineError: no installed font shows one of the characters.
    """
    stock = labels_of(sheet)
    check_skip(stock, skip)
    return print_fields(
        addressed,
        stock,
        stream,
        pack,
        properties,
        skip=skip,
        sheet=sheet_words,
        direction=direction,
        spread=spread,
        on_done=on_done,
    )

"""Prints addresses on sheets of labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import BinaryIO

from circulars.merge.paper.address_field import AddressField
from circulars.merge.paper.fields import print_fields
from circulars.merge.paper.joined import Joined
from circulars.merge.paper.stock import check_skip, labels_of
from circulars.model.document import Direction, Properties
from circulars.pack import Pack
from circulars.processes import ParallelMap, serial_map


def print_labels(
    addresses: Iterable[AddressField],
    sheet: str,
    stream: BinaryIO,
    pack: Pack,
    properties: Properties,
    *,
    skip: int = 0,
    sheet_words: str = "{n}",
    direction: Direction = "ltr",
    parallel_map: ParallelMap = serial_map,
    on_done: Callable[[int], object] = bool,
) -> Joined:
    """Writes a PDF of labels to ``stream``, with an address on each; ``sheet`` names the labels ("L7160").

    The first ``skip`` labels of the first sheet stay empty because they are used already. ``sheet_words`` name a sheet
    in the bookmarks ("Sheet {n}"). Long addresses get a smaller font. ``parallel_map`` may use several processes;
    ``on_done`` receives how many labels are in the file.

    Raises:
        UsageError: the labels are unknown, a sheet has fewer labels than ``skip``, or there is no address.
        LetterError: addresses do not fit; all of them are reported together.
        MachineError: no installed font shows one of the characters.
    """
    stock = labels_of(sheet)
    check_skip(stock, skip)
    return print_fields(
        addresses,
        stock,
        stream,
        pack,
        properties,
        skip=skip,
        sheet=sheet_words,
        direction=direction,
        parallel_map=parallel_map,
        on_done=on_done,
    )

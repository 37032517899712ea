"""Prints addresses on envelopes, where postal sorting machines expect them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import BinaryIO

from circulars.merge.paper.address_field import AddressField
from circulars.merge.paper.fields import print_fields
from circulars.merge.paper.joined import Joined
from circulars.merge.paper.stock import envelope_of
from circulars.model.document import Direction, Properties
from circulars.pack import Pack
from circulars.processes import ParallelMap, serial_map


def print_envelopes(
    addresses: Iterable[AddressField],
    envelope: str,
    stream: BinaryIO,
    pack: Pack,
    properties: Properties,
    *,
    direction: Direction = "ltr",
    parallel_map: ParallelMap = serial_map,
    on_done: Callable[[int], object] = bool,
) -> Joined:
    """Writes a PDF to ``stream`` with a page of an envelope's size ("C5") for each address.

    ``parallel_map`` may use several processes; ``on_done`` receives how many envelopes are in the file.

    Raises:
        UsageError: the envelope is unknown, or there is no address.
        LetterError: addresses do not fit; all of them are reported together.
        MachineError: no installed font shows one of the characters.
    """
    return print_fields(
        addresses,
        envelope_of(envelope),
        stream,
        pack,
        properties,
        direction=direction,
        parallel_map=parallel_map,
        on_done=on_done,
    )


def sender_lines(pack: Pack, language: str) -> tuple[str, ...]:
    """The return address: the footer of the pack's letters or, without one, the organization's name.

    It is empty if the pack has no words in the language.
    """
    words = pack.words.get(language)
    if words is None or not words.footer:
        return (words.organization,) if words else ()
    return tuple(part.strip() for part in words.footer[0].split("•") if part.strip())

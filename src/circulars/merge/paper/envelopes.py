"""Prints addresses on envelopes, where the posts' machines look for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import BinaryIO

from circulars.merge.paper.addressed import Addressed
from circulars.merge.paper.fields import print_fields
from circulars.merge.paper.joined import Joined
from circulars.merge.paper.stock import envelope_of
from circulars.model.document import Direction, Properties
from circulars.pack import Pack
from circulars.processes import Spread, in_turn


def print_envelopes(
    addressed: Iterable[Addressed],
    envelope: str,
    stream: BinaryIO,
    pack: Pack,
    properties: Properties,
    *,
    direction: Direction = "ltr",
    spread: Spread = in_turn,
    on_done: Callable[[int], object] = bool,
) -> Joined:
    """What was written to ``stream``: a PDF with a page of an envelope's size ("C5") for each address.

    ``spread`` may have several processes do the work of :func:`map`; ``on_done`` is told how many are in the file.

    Raises:
        UsageError: there is no such envelope, or no address.
        LetterError: addresses do not fit; all of them at once.
        MachineError: no installed font shows one of the characters.
    """
    return print_fields(
        addressed, envelope_of(envelope), stream, pack, properties, direction=direction, spread=spread, on_done=on_done
    )


def sender_lines(pack: Pack, language: str) -> tuple[str, ...]:
    """Who is to be written back to, as the pack's letters say at the foot of their first page; none if they do not."""
    words = pack.words.get(language)
    if words is None or not words.footer:
        return (words.organization,) if words else ()
    return tuple(part.strip() for part in words.footer[0].split("•") if part.strip())

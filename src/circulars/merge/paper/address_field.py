"""The text of one field on a label or an envelope: an addressee's lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from circulars.addressing.settle import settle
from circulars.language import Language
from circulars.model.addressee import BLOCK, Addressee
from circulars.model.document import Direction
from circulars.model.filling import with_isolates
from circulars.pack import Pack

_REQUIRED: Final = ("address", "postcode", "city", "region")
"""An address has at least one of these: a name or a country alone is not an address."""


@dataclass(frozen=True, slots=True)
class AddressField:
    """One field: the addressee's id, the lines of the address, their language and direction, and the sender's lines.

    ``list`` and ``row`` are the place of the addressee, for problems.
    """

    id: str
    lines: tuple[str, ...]
    language: str
    direction: Direction = "ltr"
    sender: tuple[str, ...] = ()
    list: str = ""
    row: int = 0


def address_field(addressee: Addressee, language: Language, pack: Pack, listed: str) -> AddressField:
    """The text of an addressee's label or envelope, without the sender; ``listed`` is the name of the list."""
    columns, lines = addressee.columns, tuple[str, ...]()
    if any(columns.get(name, "").strip("|\n ") for name in _REQUIRED):
        block = settle(addressee, language, pack, (BLOCK,))[BLOCK]
        lines = tuple(with_isolates(line, columns.values()) for line in block.split("\n"))
    return AddressField(addressee.id, lines, language.code, language.direction, list=listed, row=addressee.row)

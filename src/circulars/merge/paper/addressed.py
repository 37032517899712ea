"""What stands in one field: an addressee's lines, on a label or an envelope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from circulars.addressing.settle import settle
from circulars.language import Language
from circulars.model.addressee import BLOCK, Addressee
from circulars.model.document import Direction
from circulars.pack import Pack

_WHERETO: Final = ("name", "surname", "organization", "address", "postcode", "city", "region")
"""Where nothing of this is known, there is no address: a country or a title alone is none."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """One field: whose it is, the lines of the address, their language and direction, and the sender's lines.

    ``row`` is the addressee's row in ``list``, for problems.
    """

    id: str
    lines: tuple[str, ...]
    language: str
    direction: Direction = "ltr"
    sender: tuple[str, ...] = ()
    list: str = ""
    row: int = 0


def field_of(addressee: Addressee, language: Language, pack: Pack, listed: str) -> Addressed:
    """What stands on an addressee's label or envelope, but for the sender; ``listed`` names the list."""
    columns, lines = addressee.columns, tuple[str, ...]()
    if any(columns.get(name, "").strip("|\n ") for name in _WHERETO):
        lines = tuple(settle(addressee, language, pack, (BLOCK,))[BLOCK].split("\n"))
    return Addressed(addressee.id, lines, language.code, language.direction, list=listed, row=addressee.row)

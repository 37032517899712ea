"""Whom a letter goes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

KNOWN_COLUMNS: Final = (
    "id", "language", "title", "name", "surname", "organization", "address", "postcode", "city", "region", "country",
    "email", "category", "salutation",
)  # fmt: skip
"""The columns of a list that mean something by themselves; any other is there as ``{{ addressee.<column> }}``."""


BLOCK: Final = "addressee.block"
"""The hole that the postal block fills: the addressee's name, organization, address and country, a line each."""

SALUTATION: Final = "addressee.salutation"
"""The hole that the salutation fills; after a bar it names the kind of letter whose usual one stands in for it."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """One row of a list: its cells by column, as typed. They are text: never markup, formula or code.

    ``columns`` has every column of the list, with "" for an empty cell. ``row`` is the row's number in the list, the
    head row being 1; problems name it.
    """

    id: str
    columns: Mapping[str, str]
    row: int = 0

"""Addressees: the rows of a list, and the columns with a meaning of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

KNOWN_COLUMNS: Final = (
    "id", "language", "title", "name", "surname", "organization", "address", "postcode", "city", "region", "country",
    "email", "category", "salutation", "suffix",
)  # fmt: skip
"""The columns of a list that have a fixed meaning; a letter can show any other as ``{{ addressee.<column> }}``."""

MAIL_COLUMNS: Final = ("cc", "bcc", "reply-to", "attachment")
"""The columns with a meaning for e-mail alone: further addresses, and the names of files. Cells may have several,
separated by ";".
"""

BLOCK: Final = "addressee.block"
"""The hole for the postal block: lines with the addressee's name, organization, address and country."""

STATED: Final = "addressee.\x02"
"""Begins the holes by which a comparison of two letters finds what a letter states once. No letter can have them, for
no text of a letter can have this character."""

SALUTATION: Final = "addressee.salutation"
"""The hole for the salutation. A "|" and the kind of letter follow it; the kind's salutation is the fallback."""

CLOSING: Final = SALUTATION + "|{kind}|closing"
"""The hole for the closing that takes up the salutation, by the kind of letter."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """One row of a list: its cells by column, as typed. They are text, never markup, formulas or code.

    ``columns`` has every column of the list, with "" for an empty cell. ``row`` is the row's number in the list, for
    error messages; the header row is row 1.
    """

    id: str
    columns: Mapping[str, str]
    row: int = 0

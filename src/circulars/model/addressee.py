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

COUNTRY: Final = "country"
"""The column with the code of a country, whose name languages have in forms."""

CAPITAL: Final = "capital"
"""The last part of a field's format if its first letter is a capital."""

BLOCK: Final = "addressee.block"
"""The hole for the postal block: lines with the addressee's name, organization, address and country."""

STATED: Final = "addressee.\x02"
"""Begins the holes by which a comparison of two letters finds what a letter states once. No letter can have them, for
no text of a letter can have this character."""

SALUTATION: Final = "addressee.salutation"
"""The hole for the salutation. A "|" and the kind of letter follow it; the kind's salutation is the fallback."""

CLOSING: Final = SALUTATION + "|{kind}|closing"
"""The hole for the closing that takes up the salutation, by the kind of letter."""

CELL: Final = "addressee."
"""Begins the name of a hole that shows a column of the list."""
_WORD, _PREFIX, _STOP, _CAPITAL, _APART = "~", "+", ".", "^", "-"
_MARKS: Final = frozenset((_WORD, _PREFIX, _STOP, _CAPITAL, _APART))


@dataclass(frozen=True, slots=True)
class CellHole:
    """A hole that shows a column of the list, in a format; "" for the cell as typed.

    With a ``word`` the hole is for that word, which stands before the value and depends on it, as typed with the space
    after it: "в ". With a ``prefix`` ("لـ") value and prefix are one word. If the prefix ``is_apart``, another hole
    shows it, in a look of its own: "au **Caire**". If the hole ``has_stop``, it ends with one full stop.
    """

    column: str
    form: str = ""
    word: str = ""
    prefix: str = ""
    has_stop: bool = False
    is_capital: bool = False
    is_apart: bool = False

    @classmethod
    def of(cls, hole: str) -> CellHole:
        """The hole with a name: "addressee.due", "addressee.due|weekday|accusative|."."""
        column, *parts = hole.removeprefix(CELL).split("|")
        marks = {part[:1]: part[1:] for part in parts if part[:1] in _MARKS}
        form = [part for part in parts if part[:1] not in marks]
        is_capital = _CAPITAL in marks or form[-1:] == [CAPITAL]
        form = form[:-1] if form[-1:] == [CAPITAL] else form
        word, prefix = marks.get(_WORD, ""), marks.get(_PREFIX, "")
        return cls(column, "|".join(form), word, prefix, _STOP in marks, is_capital, _APART in marks)

    def __str__(self) -> str:
        marks = [f"{_WORD}{self.word}"] if self.word else []
        marks += [f"{_PREFIX}{self.prefix}"] if self.prefix else []
        marks += [_STOP] * self.has_stop + [_CAPITAL] * self.is_capital + [_APART] * self.is_apart
        return CELL + "|".join(filter(None, (self.column, self.form, *marks)))


@dataclass(frozen=True, slots=True)
class Addressee:
    """One row of a list: its cells by column, as typed. They are text, never markup, formulas or code.

    ``columns`` has every column of the list, with "" for an empty cell. ``row`` is the row's number in the list, for
    error messages; the header row is row 1.
    """

    id: str
    columns: Mapping[str, str]
    row: int = 0

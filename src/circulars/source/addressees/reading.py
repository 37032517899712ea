"""Reads a list as its heads are understood: with the settings of the user, and those that an earlier run used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Final

from circulars.source.addressees.columns import understand
from circulars.source.addressees.countries import with_country_codes
from circulars.source.addressees.layout import has_own_names, plain_layout
from circulars.source.addressees.lists import AddresseeList, HeaderRow
from circulars.source.addressees.salutations import is_title
from circulars.source.addressees.settings import Setting, read_settings

_SAMPLE: Final = 1_000
"""The number of rows whose values decide what a column is."""


def as_understood(
    listed: AddresseeList, settings: tuple[Setting, ...] = (), remembered: Iterable[Setting] = (), judged: str = ""
) -> AddresseeList:
    """The list with the columns that its heads mean, and with codes of countries in place of their names.

    ``settings`` win over ``remembered`` ones; ``judged`` is what values of an earlier list decided.

    Raises:
        AddresseesError: two heads mean the same column, or a setting names a head that the list does not have.
    """
    heads, others = listed.heads, tuple(remembered)
    if heads is None or (not (settings or others) and (heads.only_known or has_own_names(heads.typed))):
        return with_country_codes(listed)

    def title_share(number: int) -> float:
        return _title_share(heads, number)

    row = listed.head_row if listed.cells_have_places else 0
    layout = understand(
        listed.name, row, heads.typed, settings, others, title_share, judged=judged, only_known=heads.only_known
    )
    return with_country_codes(replace(heads.read_as(layout), settings=settings))


def remembering(listed: AddresseeList, settled: Iterable[str], judged: str) -> AddresseeList:
    """The list, read as an earlier list was settled and judged, except where the user settles it anew.

    Raises:
        AddresseesError: as :func:`as_understood` does.
    """
    texts = tuple(settled)
    return as_understood(listed, listed.settings, read_settings(texts), judged) if texts or judged else listed


def _title_share(heads: HeaderRow, number: int) -> float:
    """The share of titles among the filled cells of a column in the first rows; -1 if all are empty."""
    plain = plain_layout(heads.typed)
    listed = heads.read_as(plain)
    cells = [addressee.columns[plain.names[number]] for addressee in islice(listed, _SAMPLE)]
    filled = [cell for cell in cells if cell]
    return sum(map(is_title, filled)) / len(filled) if filled else -1.0

"""Reads a list as its heads are understood: with the settings of the user, and those that an earlier run used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from circulars.language import country_codes
from circulars.model.addressee import Addressee
from circulars.source.addressees.columns import understand
from circulars.source.addressees.countries import described, meaning_of
from circulars.source.addressees.languages import language_codes, language_meant
from circulars.source.addressees.layout import has_own_names, plain_layout
from circulars.source.addressees.lists import AddresseeList, HeaderRow
from circulars.source.addressees.salutations import is_title
from circulars.source.addressees.settings import Setting, read_settings

_SAMPLE: Final = 1_000
"""The number of rows whose values decide what a column is."""
_MAX_GUESSES: Final = 1_000


def as_understood(
    listed: AddresseeList, settings: tuple[Setting, ...] = (), remembered: Iterable[Setting] = (), judged: str = ""
) -> AddresseeList:
    """The list with the columns that its heads mean, and with codes of countries and languages in place of their names.

    ``settings`` win over ``remembered`` ones; ``judged`` is what values of an earlier list decided.

    Raises:
        AddresseesError: two heads mean the same column, or a setting names a head that the list does not have.
    """
    heads, others = listed.heads, tuple(remembered)
    if heads is None or (not (settings or others) and (heads.only_known or has_own_names(heads.typed))):
        return with_codes(listed)

    def title_share(number: int) -> float:
        return _title_share(heads, number)

    row = listed.head_row if listed.cells_have_places else 0
    layout = understand(
        listed.name, row, heads.typed, settings, others, title_share, judged=judged, only_known=heads.only_known
    )
    return with_codes(replace(heads.read_as(layout), settings=settings))


def remembering(listed: AddresseeList, settled: Iterable[str], judged: str) -> AddresseeList:
    """The list, read as an earlier list was settled and judged, except where the user settles it anew.

    Raises:
        AddresseesError: as :func:`as_understood` does.
    """
    texts = tuple(settled)
    return as_understood(listed, listed.settings, read_settings(texts), judged) if texts or judged else listed


def with_codes(listed: AddresseeList) -> AddresseeList:
    """The list, with the codes of countries and languages in place of their names, and without titles before names.

    What is not certain stays as typed. A title that is in its column and before the name counts once.
    """
    has_country, has_language, has_title = (name in listed.columns for name in ("country", "language", "title"))
    has_title = has_title and "name" in listed.columns
    if not (has_country or has_language or has_title):
        return listed
    countries, languages = country_codes() | {""}, language_codes() | {""}
    guesses, languages_read = dict[str, str](), dict[str, str]()

    def rows() -> Iterator[Addressee]:
        for addressee in listed:
            columns = addressee.columns
            changed = {}
            if has_country and (typed := columns["country"]) not in countries:
                meaning = meaning_of(typed)
                if meaning.is_guess and len(guesses) < _MAX_GUESSES:
                    guesses[typed] = described(meaning)
                changed["country"] = meaning.code or typed
            if has_language and (typed := columns["language"]) not in languages and (code := language_meant(typed)):
                if len(languages_read) < _MAX_GUESSES:
                    languages_read[typed] = code
                changed["language"] = code
            if has_title and (title := columns["title"]) and columns["name"].startswith(f"{title} "):
                changed["name"] = columns["name"].removeprefix(title).strip()
            yield replace(addressee, columns={**columns, **changed}) if changed else addressee

    return replace(listed, rows=rows, guesses=guesses, languages_read=languages_read)


def _title_share(heads: HeaderRow, number: int) -> float:
    """The share of titles among the filled cells of a column in the first rows; -1 if all are empty."""
    plain = plain_layout(heads.typed)
    listed = heads.read_as(plain)
    cells = [addressee.columns[plain.names[number]] for addressee in islice(listed, _SAMPLE)]
    filled = [cell for cell in cells if cell]
    return sum(map(is_title, filled)) / len(filled) if filled else -1.0

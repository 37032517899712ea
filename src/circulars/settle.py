"""Says in a language what fills a document's holes for one addressee."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from circulars.addressee import BLOCK, SALUTATION, Addressee
from circulars.document import Document, holes_of
from circulars.language import Language
from circulars.pack import Pack

_FIELD = "addressee."


def settle(addressee: Addressee, language: Language, pack: Pack, holes: Iterable[str]) -> dict[str, str]:
    """What stands in each hole: a cell as typed, the country by its name, the postal block, the salutation."""
    return {hole: _settled(addressee, language, pack, hole) for hole in holes}


def needed_columns(document: Document) -> frozenset[str]:
    """The columns that a document's words ask for: a list must have them, and their cells may not be empty."""
    made = (BLOCK, SALUTATION)
    holes = (hole for hole in holes_of(document) if hole.partition("|")[0] not in made)
    return frozenset(hole.removeprefix(_FIELD) for hole in holes)


def _settled(addressee: Addressee, language: Language, pack: Pack, hole: str) -> str:
    columns = addressee.columns
    name, _, kind = hole.partition("|")
    if name == BLOCK:
        return _block(columns, language, pack)
    if name == SALUTATION:
        return _salutation(columns, language, pack, kind)
    column = name.removeprefix(_FIELD)
    return language.country(columns.get("country", "")) if column == "country" else columns.get(column, "")


def _salutation(columns: Mapping[str, str], language: Language, pack: Pack, kind: str) -> str:
    words = pack.words[language.code].kinds
    return columns.get("salutation", "") or (words[kind].salutation if kind in words else "")


def _block(columns: Mapping[str, str], language: Language, pack: Pack) -> str:
    get = columns.get
    name = " ".join(part for part in (get("title", ""), get("name", ""), get("surname", "")) if part)
    street = [line.strip() for line in get("address", "").replace("|", "\n").split("\n")]
    city = f"{get('postcode', '')} {get('city', '')}".strip()
    country = "" if get("country", "") == pack.country else language.country(get("country", "")).upper()
    lines = (name, get("organization", ""), *street, city, get("region", ""), country)
    return "\n".join(line for line in lines if line)

"""Reads addressees from address cards: vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), as address books export them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import vobject

from circulars.errors import AddresseesError, Place, Problem
from circulars.source.addressees.bounds import ListText, bounded_text
from circulars.source.addressees.by_entry import ListEntry, is_of_organization, list_of_entries
from circulars.source.addressees.encodings import undecodable
from circulars.source.addressees.head import one_kind_of_line_end
from circulars.source.addressees.lists import AddresseeList
from circulars.source.addressees.meaning import column_name

_BEGIN: Final = re.compile(r"(?:[\w-]+\.)?BEGIN:VCARD\s*", re.IGNORECASE)
_END: Final = re.compile(r"(?:[\w-]+\.)?END:VCARD\s*", re.IGNORECASE)
# Pictures, sounds and keys, which no letter needs, may be larger than all else together.
_LARGE: Final = re.compile(r"(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY|AGENT)[;:]", re.IGNORECASE)
_AGAIN: Final = "export the address book again as vCard 3.0 or 4.0, in UTF-8"

_ADD_ID: Final = "write a line 'UID:' and an id into each card, another in each, and keep it"

_COLUMNS: Final = {
    "lang": "language", "categories": "category", "title": "function", "role": "role", "tel": "phone", "note": "note",
    "url": "url", "bday": "birthday", "nickname": "nickname",
}  # fmt: skip
"""The columns of properties that are one text each. A card's TITLE is a function in an organization, not "Ms"."""
_WITHOUT_COLUMN: Final = frozenset((
    "begin", "end", "version", "prodid", "rev", "uid", "n", "fn", "org", "adr", "email", "kind", "x-abshowas",
    "name", "source", "profile",
))  # fmt: skip
"""Properties that are read on their own, or are about the card; NAME is that of the address book it comes from."""


def open_cards(text: ListText) -> AddresseeList:
    """The list in a file of address cards. A card's UID is the addressee's id.

    Raises:
        AddresseesError: the text cannot be decoded, or has no cards.
    """
    none = Problem(Place(text.name), "empty-file", "the file has no address cards", _AGAIN)
    return list_of_entries(text.name, lambda: _records(text), none, add_id=_ADD_ID)


def _records(text: ListText) -> Iterator[ListEntry]:
    for line, card in _cards(text):
        yield _record(card, line, text.name)


def _cards(text: ListText) -> Iterator[tuple[int, str]]:
    """The text of each card, without pictures, and its first line."""
    card: list[str] = []
    first, is_left_out = 0, False
    try:
        with bounded_text(text) as lines:
            for number, line in enumerate(lines, 1):
                if not card:
                    first = number
                    if not _BEGIN.fullmatch(line):
                        if line.strip():
                            raise _stray(line, text.name, number)
                        lines.begin_row(number + 1)
                        continue
                is_left_out = bool(_LARGE.match(line)) or (is_left_out and line[0] in " \t")
                if is_left_out:
                    lines.begin_row(first)
                else:
                    card.append(line)
                if card and _END.fullmatch(line):
                    yield first, "".join(card)
                    card.clear()
                    lines.begin_row(number + 1)
    except UnicodeDecodeError:
        raise AddresseesError(undecodable(text)) from None
    if card:
        fact = "the card that begins here has no end"
        raise AddresseesError(Problem(Place(text.name, first, 1), "wrong-card", fact, _AGAIN))


def _stray(line: str, name: str, number: int) -> AddresseesError:
    fact = f"'{line.strip()[:40]}' is outside of a card, which begins with BEGIN:VCARD"
    return AddresseesError(Problem(Place(name, number, 1), "wrong-card", fact, _AGAIN))


def _record(text: str, line: int, name: str) -> ListEntry:
    try:
        card = vobject.readOne(text, allowQP=True)
        properties: dict[str, list[Any]] = {}
        for one in card.lines():
            properties.setdefault(one.name.casefold(), []).append(one)
        values = {column: value for column, value in _values(properties) if value}
    except Exception as error:  # the library raises errors of many kinds, AttributeError among them
        fact = f"this card cannot be read: {' '.join(str(error).split())[:200]}"
        return ListEntry({"id": ""}, line, (Problem(Place(name, line, 1), "wrong-card", fact, _AGAIN),))
    if any(_text(one.value).casefold() == "group" for one in properties.get("kind", ())):
        fact, hint = (
            "this card is a group of addressees, not an addressee",
            "remove it; its members have their own cards",
        )
        return ListEntry(values, line, (Problem(Place(name, line, 1), "group-in-list", fact, hint),))
    return ListEntry(values, line)


def _values(properties: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, str]]:
    """The values of a card by column."""
    first = {kind: _preferred(found) for kind, found in properties.items()}
    yield "id", _text(first["uid"].value).removeprefix("urn:uuid:") if "uid" in first else ""
    person = first["n"].value if "n" in first else None
    organization, *units = map(_text, first["org"].value) if "org" in first else ("",)
    if person and any(map(_text, (person.prefix, person.given, person.additional, person.family))):
        yield "title", _text(person.prefix)
        yield "name", " ".join(filter(None, (_text(person.given), _text(person.additional))))
        yield "surname", _text(person.family)
        yield "suffix", _text(person.suffix)
    elif "fn" in first and not is_of_organization(_text(first["fn"].value), organization):
        yield "name", _text(first["fn"].value)
    if "fn" in first:
        yield "display-name", _text(first["fn"].value)
    yield "organization", organization
    yield "department", ", ".join(filter(None, units))
    if "adr" in first:
        address = first["adr"].value
        yield (
            "address",
            "\n".join(filter(None, (_lines(address.extended), _lines(address.street), _lines(address.box)))),
        )
        yield "postcode", _text(address.code)
        yield "city", _text(address.city)
        yield "region", _text(address.region)
        yield "country", _text(address.country)
    if "email" in first:
        yield "email", _text(first["email"].value)
    for kind, found in properties.items():
        if kind not in _WITHOUT_COLUMN:
            texts = [_text(one.value) for one in found]
            yield _COLUMNS.get(kind) or column_name(kind), "\n".join(filter(None, texts))
    for kind in ("email", "adr"):
        others = [_text(str(one.value)) for one in properties.get(kind, ()) if one is not first[kind]]
        yield f"other-{'address' if kind == 'adr' else kind}", "\n".join(others)


def _preferred(found: Sequence[Any]) -> Any:
    """The property that the card prefers; without a preference the one for work, and then the first."""

    def order(one: Any) -> tuple[int, bool]:
        kinds = {kind.casefold() for kind in (*one.params.get("TYPE", ()), *one.singletonparams)}
        given = one.params.get("PREF", ["0"])[0]
        preference = (
            int(given) if given.isdecimal() and len(given) < 4 and int(given) else 1 if "pref" in kinds else 101
        )
        return preference, "work" not in kinds

    return min(found, key=order)


def _text(value: Any) -> str:
    """A value on one line; the parts of a list with commas between them."""
    parts = value if isinstance(value, list) else [value]
    return " ".join(", ".join(part for part in map(str, parts) if part).split())


def _lines(value: Any) -> str:
    """A value that may have several lines."""
    parts = value if isinstance(value, list) else [value]
    lines = "\n".join(one_kind_of_line_end(str(part)) for part in parts).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())

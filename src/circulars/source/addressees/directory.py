"""Reads addressees from exports of directories: LDIF (RFC 2849), of LDAP servers and Thunderbird's address book."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final, NoReturn

from circulars.errors import AddresseesError, Place, Problem
from circulars.source.addressees.bounds import BoundedText, ListText, bounded_text
from circulars.source.addressees.by_entry import ListEntry, is_of_organization, list_of_entries
from circulars.source.addressees.encodings import undecodable
from circulars.source.addressees.head import one_kind_of_line_end
from circulars.source.addressees.lists import AddresseeList
from circulars.source.addressees.meaning import column_name

_ADD_ID: Final = "export the attribute 'uid' or 'entryUUID' too, or write a line 'uid:' with an id into each entry"
_COLUMNS: Final = {
    "uid": "id", "employeenumber": "id", "entryuuid": "id", "samaccountname": "id",
    "preferredlanguage": "language",
    "personaltitle": "title", "title": "function", "givenname": "name", "sn": "surname", "cn": "display-name",
    "displayname": "display-name", "name": "display-name",
    "o": "organization", "company": "organization", "ou": "department",
    "street": "address", "streetaddress": "address", "mozillaworkstreet2": "address", "postofficebox": "address",
    "postalcode": "postcode", "l": "city", "st": "region", "c": "country", "co": "country", "countryname": "country",
    "mail": "email", "mozillasecondemail": "other-email", "telephonenumber": "phone",
}  # fmt: skip
"""The columns of attributes, by name (RFC 4519, 4524, 2798, and Thunderbird's). "title" is a function, not "Ms"."""
_FIRST: Final = {"id": ("uid", "employeenumber", "samaccountname", "entryuuid"), "country": ("c", "co", "countryname")}
"""Attributes of which an entry may have several for one column; the first one counts."""
_ADDRESS: Final = ("street", "streetaddress", "mozillaworkstreet2", "postofficebox")
_GROUPS: Final = frozenset(("groupofnames", "groupofuniquenames", "posixgroup", "group"))
_STRUCTURE: Final = frozenset(
    ("organizationalunit", "domain", "dcobject", "country", "locality", "container", "computer", "device", "subschema")
)
_RESULTS: Final = frozenset(("search", "result", "matcheddn", "ref"))
"""What a program writes about a search, instead of an entry."""
_HOME: Final = {
    "mozillahomestreet": "street", "mozillahomestreet2": "street", "mozillahomelocalityname": "l",
    "mozillahomestate": "st", "mozillahomepostalcode": "postalcode", "mozillahomecountryname": "c",
}  # fmt: skip
"""Thunderbird's attributes for the address at home, which counts if an entry has no other."""
_LEFT_OUT: Final = frozenset(
    ("dn", "objectclass", "version", "member", "uniquemember", "userpassword", "jpegphoto", "usercertificate",
     "modifytimestamp", "thumbnailphoto", "changetype", "countrycode")
)  # fmt: skip
"""Attributes that no letter needs: keys, pictures and passwords among them, and the number of a country, often 0."""

_Attribute = tuple[int, str, str]
"""The line, the name in lower case, with no other option than a language ("sn;lang-ru"), and the text."""


def open_directory(text: ListText) -> AddresseeList:
    """The list in an LDIF file. Entries of the directory's own structure, such as its units, are left out.

    Raises:
        AddresseesError: the text cannot be decoded, is not LDIF, or has no entries of people or organizations.
    """
    hint = "export the address book again as LDIF"
    none = Problem(Place(text.name), "empty-file", "the file has no entries of people or organizations", hint)
    return list_of_entries(text.name, lambda: _records(text), none, add_id=_ADD_ID)


def _records(text: ListText) -> Iterator[ListEntry]:
    name = text.name
    try:
        with bounded_text(text) as lines:
            for entry in _entries(lines, name):
                classes = {value.casefold() for _, kind, value in entry if kind == "objectclass"}
                if any(kind == "changetype" and value != "add" for _, kind, value in entry):
                    _stop(name, entry[0][0], "this entry is a change to a directory, not an addressee")
                if not classes & _STRUCTURE and entry[0][1] not in _RESULTS:
                    yield _record(entry, bool(classes & _GROUPS), name)
    except UnicodeDecodeError:
        raise AddresseesError(undecodable(text)) from None


def _entries(text: BoundedText, name: str) -> Iterator[list[_Attribute]]:
    """The entries: attributes in lines, with empty lines between entries."""
    entry: list[_Attribute] = []
    for number, line in _unfolded(text):
        if line:
            if not (number == 1 and line.casefold().startswith("version:")):
                entry.append((number, *_attribute(line, name, number)))
        elif entry:
            yield entry
            entry = []
    if entry:
        yield entry


def _unfolded(text: BoundedText) -> Iterator[tuple[int, str]]:
    """The lines, with continued lines joined and without comments; an empty one ends."""
    first, parts = 1, [""]
    for number, line in enumerate(text, 1):
        line = line.rstrip("\n")
        if line.startswith(" "):
            parts.append(line[1:])
            continue
        if not (joined := "".join(parts)).startswith("#"):
            yield first, joined
        if not line:
            text.begin_row(number + 1)
        first, parts = number, [line]
    if not (joined := "".join(parts)).startswith("#"):
        yield first, joined


def _attribute(line: str, name: str, number: int) -> tuple[str, str]:
    """The name of an attribute, with its language if it has one (RFC 3866), and its text."""
    described, colon, value = line.partition(":")
    kind, *marks = (mark.strip() for mark in described.casefold().split(";"))
    if not colon or not kind:
        _stop(name, number, f"'{line[:40]}' is not an attribute of an entry")
    return ";".join([kind, *(mark for mark in marks if mark.startswith("lang-"))][:2]), _text(kind, value, name, number)


def _text(kind: str, value: str, name: str, number: int) -> str:
    """The text of an attribute; "" for a key, a password or a picture."""
    if value[:1] in (":", "<") and kind in _LEFT_OUT and kind != "dn":
        return ""
    if value.startswith("<"):
        _stop(name, number, f"'{kind}' is in another file, which is not read")
    if value.startswith(":"):
        try:
            return base64.b64decode(value[1:].strip(), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            if kind not in _COLUMNS:
                return ""  # a number, a key or a picture of a directory
            _stop(name, number, f"'{kind}' is not text in UTF-8 in Base64")
    return value.strip(" ")


def _stop(name: str, number: int, fact: str) -> NoReturn:
    hint = "export the entries again as LDIF, or fix this line"
    raise AddresseesError(Problem(Place(name, number, 1), "ldif-syntax", fact, hint))


def _record(entry: list[_Attribute], is_group: bool, name: str) -> ListEntry:
    texts: dict[str, list[str]] = {}
    plain = {kind for _, kind, _ in entry}
    for _, described, value in entry:
        kind, of_language, _ = described.partition(";")
        if of_language and kind in plain:
            continue  # the entry has the value without a language, too
        if kind not in _LEFT_OUT and value:
            texts.setdefault(kind, []).append(one_kind_of_line_end(value))
    values = _values(texts)
    line = entry[0][0]
    if is_group:
        fact, hint = "this entry is a group of addressees, not an addressee", "remove it; its members have own entries"
        return ListEntry(values, line, (Problem(Place(name, line, 1), "group-in-list", fact, hint),))
    return ListEntry(values, line)


def _values(texts: dict[str, list[str]]) -> dict[str, str]:
    """The values of an entry by column."""
    if not texts.keys() & {*_ADDRESS, "l", "postalcode", "postaladdress"}:
        for home, kind in _HOME.items():
            texts[kind] = texts.get(kind, []) + texts.pop(home, [])
    if "postaladdress" in texts and not texts.keys() & frozenset(_ADDRESS):
        texts["street"] = [line.strip() for line in texts.pop("postaladdress")[0].split("$")]
    values: dict[str, str] = {}
    for column, kinds in _FIRST.items():
        if first := next((texts[kind][0] for kind in kinds if texts.get(kind)), ""):
            values[column] = first
    if lines := [line for kind in _ADDRESS for line in texts.get(kind, ())]:
        values["address"] = "\n".join(lines)
    for kind, found in texts.items():
        column = _COLUMNS.get(kind) or column_name(kind)
        if not column or column in values or not found:
            continue
        if column == "language":  # "es, en;q=0.5" (RFC 2798, 2.7)
            found = [re.split("[,;]", found[0])[0].strip()]
        if column == "email" and len(found) > 1:
            values["other-email"] = "\n".join((*found[1:], *texts.get("mozillasecondemail", ())))
        one_text = column in ("email", "surname", "name", "city", "region", "postcode", "language", "title")
        values[column] = found[0] if one_text else "\n".join(found)
    shown = values.get("display-name", "")
    has_name = not values.keys().isdisjoint(("name", "surname"))
    if shown and not has_name and not is_of_organization(shown, values.get("organization", "")):
        values["name"] = shown
    return values

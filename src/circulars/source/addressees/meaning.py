"""Says what the head of a list's column means: the field, and which of several that a list may have."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from circulars.model.addressee import KNOWN_COLUMNS, MAIL_COLUMNS
from circulars.syntax.own_tables import own_table

POSTAL_FIELDS: Final = frozenset((
    "address", "street", "house-number", "care-of", "extra", "po-box", "postcode", "city", "region", "country",
    "country-code", "kind-of-address",
))  # fmt: skip
"""The fields of which a list may have several groups: one of a home, one of an office."""
_LONGEST: Final = 80
"""The maximum length of a head that is known, in characters."""
_SIGNS: Final = re.compile(r"[^\w]+")
_DIGIT: Final = re.compile("[0-9]")
_NUMBERED: Final = re.compile("([^0-9]+)([1-9])([^0-9]*)")
_LINE_OF_NUMBERED: Final = re.compile("([^0-9]+)([1-9])([^0-9]+)([1-9])")
_GROUPED: Final = POSTAL_FIELDS | {"email"}
_COLUMNS_OF_ALL: Final = (*KNOWN_COLUMNS, *MAIL_COLUMNS)
# The column that a field fills where nothing else in the list does.
_COLUMNS: Final = {
    "given": "name", "full-name": "name", "nom": "name", "country-code": "country", "street": "address",
    "doubtful-title": "title", "several-emails": "email",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeadMeaning:
    """What a head means.

    ``field`` is a known column, a part of one, or "" if the head is not known. ``group`` tells addresses apart
    ("business", "home", or their number), ``number`` the lines of an address or several values (0 if there is none).
    ``words`` is the usual name of the field in the head's language.
    """

    field: str = ""
    group: str = ""
    number: int = 0
    words: str = ""


_UNKNOWN: Final = HeadMeaning()


def column_name(head: str) -> str:
    """The name of a column in letters: "E-mail" is ``email``, "País" is ``country``, "Seat no." is ``seat-no``.

    It is in lower case, without accents and spaces. A known column has the same name in all languages.
    """
    name = plain_name(head)
    meaning = head_meaning(name)
    if meaning.group or meaning.number:
        return name
    column = _COLUMNS.get(meaning.field, meaning.field)
    return column if column in _COLUMNS_OF_ALL and meaning.field != "street" else name


def plain_name(head: str) -> str:
    """A head in lower case, without accents, and with hyphens for all other signs."""
    letters = head.strip().casefold()
    if not letters.isascii():
        letters = unicodedata.normalize("NFKD", head.strip()).casefold()
        letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _SIGNS.sub("-", letters).strip("-")


def key_of(head: str) -> str:
    """A head as it is compared with others: its letters and digits."""
    return plain_name(head).replace("-", "").replace("_", "")


def head_meaning(head: str) -> HeadMeaning:
    """What a head means, whatever other heads the list has."""
    if head in _COLUMNS_OF_ALL:
        return HeadMeaning(head)
    # Cells that may be heads are looked up, too: most are something else, and some are very long.
    if len(head) > _LONGEST or len(_DIGIT.findall(head)) > 2 or not (key := key_of(head)):
        return _UNKNOWN
    return _meaning_of_key(key)


@functools.lru_cache(10_000)
def _meaning_of_key(key: str) -> HeadMeaning:
    fields = _fields()
    if found := fields.get(key):
        return found
    if line := _LINE_OF_NUMBERED.fullmatch(key):  # "Address 1: Street 2"
        found = _postal(line[3]) if _is_address(line[1]) else None
        return HeadMeaning(found.field, line[2], int(line[4]), found.words) if found else _UNKNOWN
    parts = _NUMBERED.fullmatch(key)
    number = int(parts[2]) if parts else 0
    if parts and _is_address(parts[1]) and (found := _postal(parts[3])):
        return HeadMeaning(found.field, parts[2], 0, found.words)
    base = parts[1] + parts[3] if parts else key
    if number and (found := fields.get(base)):
        return HeadMeaning(found.field, "", number, found.words)
    if not _group_pattern().search(base):
        return _UNKNOWN
    for group, word in _group_words():
        rest = base.removeprefix(word) if base.startswith(word) else base.removesuffix(word)
        if len(rest) < len(base) and (found := fields.get(rest)) and found.field in _GROUPED:
            return HeadMeaning(found.field, group, number, found.words)
    return _UNKNOWN


def _is_address(key: str) -> bool:
    """Whether a word is "address" in any language."""
    found = _fields().get(key)
    return found is not None and found.field == "address"


def _postal(key: str) -> HeadMeaning | None:
    """The part of a numbered address, as in "Address 1 - Street"."""
    found = _fields().get(key) or _fields().get(f"address{key}")
    return found if key and found and found.field in POSTAL_FIELDS else None


@functools.cache
def _fields() -> Mapping[str, HeadMeaning]:
    """What each name means, by its key."""
    found = {key_of(name): HeadMeaning(name) for name in _COLUMNS_OF_ALL}
    found |= {key_of(name): HeadMeaning(name) for name in _PARTS_IN_ENGLISH}
    for kind in ("columns", "messages", "parts"):
        for field, words in _table()[kind].items():
            for names in words.values():
                for name in names:
                    usual = names[0] if field == "po-box" else name[:1].upper() + name[1:]
                    found[key_of(name)] = HeadMeaning(field, words=usual)
    return found


_PARTS_IN_ENGLISH: Final = ("street", "house-number")


@functools.cache
def _group_words() -> tuple[tuple[str, str], ...]:
    """Each group and a word for it; longer words come first, because a word may contain another."""
    pairs = [
        (group, key_of(name))
        for group, words in _table()["groups"].items()
        for names in words.values()
        for name in names
    ]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[1])))


@functools.cache
def _group_pattern() -> re.Pattern[str]:
    """Matches a word for a group at the beginning or the end of a key."""
    words = "|".join(re.escape(word) for _, word in _group_words())
    return re.compile(f"^(?:{words})|(?:{words})$")


@functools.cache
def kinds_of_address() -> Mapping[str, str]:
    """The groups by the words that a column of kinds may have ("Work")."""
    return {word: group for group, word in _group_words()}


@functools.cache
def _table() -> Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]:
    """The names of the fields or groups of each kind, by language."""
    table: Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]] = own_table(__package__, "columns.yaml")
    return table


def documented_names() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """The names of each column and part by language, as the documentation lists them."""
    return {**_table()["columns"], **_table()["parts"]}

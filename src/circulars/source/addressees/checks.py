"""Says everything that is wrong with a list's head row and with each of its rows, before a letter is made."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping

from circulars.addressing import emails
from circulars.errors import Problem, did_you_mean, nearest
from circulars.files.output import can_be_stored
from circulars.model.addressee import KNOWN_COLUMNS, Addressee
from circulars.source.addressees.head import column_name
from circulars.source.addressees.lists import AddresseeList, FaultyRow
from circulars.source.addressees.seen import Seen
from circulars.syntax.decoding import forbidden_in

MAX_CELL = 10_000
"""The most characters that a cell may have."""
MAX_ID = 120
"""The most bytes that an id may have: a file's name has 255, and language and format come behind the id."""

# A line break in one of these would be an addressee who writes our headers, or a line more than an address has.
_ONE_LINE = frozenset(
    ("id", "language", "title", "name", "surname", "postcode", "city", "region", "country", "email", "category")
)
# What CLDR has beside ISO 3166-1: groups of countries, places without codes of their own there, and test data.
_NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])
_OTHER_CODES = {"EL": "GR"}  # the European Union's own (Interinstitutional style guide, 7.1)
_ALIKE = 0.75


class Checks:
    """What the rows of one list must be like, for one letter.

    ``needs`` are the columns whose cells the letter cannot do without, ``asks`` those that must be there and may be
    empty (of its conditions); both as the letter names them. ``languages`` are the letter's; ``fallback`` is
    the one for addressees whose language the letter is not in, or who have none, or "" where that is a problem. An
    object of this class remembers the ids that it was shown, and is for one pass through the list.
    """

    def __init__(
        self,
        addressees: AddresseeList,
        needs: Iterable[str],
        languages: tuple[str, ...],
        fallback: str = "",
        asks: Iterable[str] = (),
    ) -> None:
        self._list = addressees
        self._needs, self._asks = frozenset(needs), frozenset(asks)
        self._languages = languages
        self._fallback = fallback
        self._has_language, self._has_country, self._has_email = (
            name in addressees.columns for name in ("language", "country", "email")
        )
        self._by_code = {code.casefold(): code for code in languages}
        self._spoken = frozenset(languages) | (_all_languages() | {""} if fallback else frozenset())
        self._filled = tuple(sorted((self._needs & frozenset(addressees.columns)) - {"id", "language"}))
        self._seen = Seen()
        self._countries = _countries() | {""}

    def head(self) -> tuple[Problem, ...]:
        """What is wrong with the head row: columns that must be there, and are not."""
        return tuple(self._missing_columns())

    def doubts(self, used: Iterable[str]) -> tuple[Problem, ...]:
        """The columns that look like misspelt ones: nobody uses them, and a known one of nearly that name is not there.

        ``used`` are the columns that the letter asks for.
        """
        there = frozenset(self._list.columns)
        passed = there - frozenset(KNOWN_COLUMNS) - self._asks - frozenset(used)
        alike = {other: nearest(other, passed, _ALIKE) for other in KNOWN_COLUMNS if other not in there}
        return tuple(
            Problem(
                self._list.place(1, column),
                "unused-column",
                f"the letter does not use the column '{column}', and there is no column '{other}'",
                f"is it '{other}', misspelt?",
            )
            for other, column in alike.items()
            if column
        )

    def language(self, addressee: Addressee) -> str:
        """The language of an addressee's letter: the addressee's own, or else the fallback."""
        return self._by_code.get(addressee.columns.get("language", "").casefold(), self._fallback)

    def problems(self, addressee: Addressee) -> tuple[Problem, ...]:
        """What is wrong with a row, cell by cell; nothing, for nearly all rows of nearly all lists."""
        columns, identifier = addressee.columns, addressee.id
        first = self._seen.first(identifier, addressee.row) if identifier else 0
        words = "".join(columns.values())
        if "\n" in words and words.count("\n") == columns.get("address", "").count("\n"):
            words = words.replace("\n", "")
        if (
            identifier
            and not first
            and type(addressee) is Addressee
            and words.isprintable()
            and "\ufffd" not in words
            and len(words) <= MAX_CELL
            and len(identifier) <= MAX_ID // 4
            and can_be_stored(identifier)
            and (not self._has_language or columns["language"] in self._spoken)
            and (not self._has_country or columns["country"] in self._countries)
            and (not self._has_email or not columns["email"] or emails.is_plain(columns["email"]))
            and all(map(columns.get, self._filled))
        ):
            return ()
        return tuple(self._faults(addressee, first))

    def _missing_columns(self) -> Iterator[Problem]:
        present = self._list.columns
        asked = {"id": "there is no column 'id': each addressee needs one of their own"}
        if not self._fallback:
            asked["language"] = "there is no column 'language', and no language is stated for those without"
        asked |= {name: f"the letter asks for the column '{name}'" for name in sorted(self._asks - asked.keys())}
        asked |= {name: f"the letter needs the column '{name}'" for name in sorted(self._needs - asked.keys())}
        for name, fact in asked.items():
            if name not in present:
                hint = did_you_mean(name, present, f"the list has: {', '.join(present)}")
                if (other := column_name(name)) in present:
                    hint = f"write '{other}' in the letter: columns have the same names in every language"
                hint += f"; {self._list.about}" if self._list.about else ""
                yield Problem(self._list.place(1), "missing-column", fact, hint, self._list.choices)

    def _faults(self, addressee: Addressee, first: int) -> Iterator[Problem]:
        if isinstance(addressee, FaultyRow):
            yield from addressee.problems
        yield from self._wrong_id(addressee, first)
        for name, cell in addressee.columns.items():
            yield from self._wrong_text(addressee, name, cell)
        if self._has_language:
            yield from self._wrong_language(addressee)
        country = addressee.columns.get("country", "")
        if country not in self._countries:
            fact = f"{_quoted(country)} is no country's code (ISO 3166-1)"
            code = _codes_by_name(self._languages).get(country.casefold(), "") or _official(country)
            hint = f"write {code}" if code else "write the two letters that ISO 3166-1 has for it: CH, say"
            yield self._problem(addressee, "country", "unknown-country", fact, hint)
        email = addressee.columns.get("email", "")
        if email and (wrong := emails.email_fault(email)):
            yield self._problem(
                addressee, "email", "wrong-email", f"{_quoted(email)} is no address: {wrong[0]}", wrong[1]
            )
        for name in self._filled:
            if not addressee.columns[name]:
                fact, hint = "the cell is empty, and the letter needs it", "write it, or leave the addressee out"
                yield self._problem(addressee, name, "missing-cell", fact, hint)

    def _wrong_id(self, addressee: Addressee, first: int) -> Iterator[Problem]:
        identifier = addressee.id
        if not identifier:
            if "id" in self._list.columns:
                fact, hint = "the addressee has no id", "write one that no other row has"
                yield self._problem(addressee, "id", "missing-id", fact, hint)
        elif not can_be_stored(identifier) or not identifier.isprintable():
            fact = f"{_quoted(identifier)} cannot be part of a file's name on every system"
            hint = "use letters, digits, hyphens and dots; none at the end, and no name that Windows keeps, such as CON"
            yield self._problem(addressee, "id", "wrong-id", fact, hint)
        elif len(identifier.encode("utf-8", "replace")) > MAX_ID:
            fact, hint = f"{_quoted(identifier)} is too long for a file's name", f"use {MAX_ID} bytes at most"
            yield self._problem(addressee, "id", "wrong-id", fact, hint)
        if first:
            fact = f"{_quoted(identifier)} is the id of row {first} already; capitals make no difference"
            yield self._problem(addressee, "id", "id-twice", fact, "give each addressee an id of their own")

    def _wrong_text(self, addressee: Addressee, name: str, cell: str) -> Iterator[Problem]:
        if len(cell) > MAX_CELL:
            fact, hint = f"the cell has {len(cell):,} characters; the limit is {MAX_CELL:,}", "shorten it"
            yield self._problem(addressee, name, "too-long", fact, hint)
        if forbidden_in(cell):
            # One of each kind is enough.
            kinds = {wrong[0]: wrong for wrong in map(forbidden_in, reversed(dict.fromkeys(cell))) if wrong}
            for wrong in kinds.values():
                yield self._problem(addressee, name, *wrong)
        if "\t" in cell:
            yield self._problem(addressee, name, "control-character", "a tab stands in the cell", "write a space")
        if "\n" in cell and name in _ONE_LINE:
            hint = "write it on one line; lines of an address stand in the column 'address'"
            yield self._problem(addressee, name, "line-break", "a line break stands in the cell", hint)

    def _wrong_language(self, addressee: Addressee) -> Iterator[Problem]:
        code = addressee.columns["language"]
        if code in self._spoken or code.casefold() in self._by_code:
            return
        choices = f"write one of: {', '.join(self._languages)}"
        if not code:
            fact = "the addressee has no language, and none is stated for those without"
            yield self._problem(addressee, "language", "missing-language", fact, choices)
        elif code in _all_languages():
            fact = f"the letter is not in the language '{code}', and none is stated instead"
            yield self._problem(addressee, "language", "unknown-language", fact, choices)
        else:
            meant = nearest(code, _languages_by_name(self._languages))
            hint = f"write {_languages_by_name(self._languages)[meant]}" if meant else choices
            fact = f"{_quoted(code)} is no language's code (ISO 639)"
            yield self._problem(addressee, "language", "unknown-language", fact, hint)

    def _problem(self, addressee: Addressee, column: str, code: str, fact: str, hint: str) -> Problem:
        return Problem(self._list.place(addressee.row, column), code, f"{column}: {fact}", hint)


def _quoted(text: str, most: int = 40) -> str:
    return f"'{text}'" if len(text) <= most else f"'{text[: most - 1]}…'"


@functools.cache
def _countries() -> frozenset[str]:
    """The two letters of every country (ISO 3166-1), from CLDR; "XK", which the post uses, among them."""
    from babel import Locale

    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NO_COUNTRIES


def _official(country: str) -> str:
    """The two letters of a country for which others are written: GB for "UK" and "GBR"."""
    from babel.core import get_global

    others: tuple[str, ...] = tuple(get_global("territory_aliases").get(country.upper(), ()))
    return others[0] if len(others) == 1 and others[0] in _countries() else _OTHER_CODES.get(country.upper(), "")


@functools.cache
def _all_languages() -> frozenset[str]:
    from babel import Locale

    return frozenset(str(code).replace("_", "-") for code in Locale("en").languages)


@functools.cache
def _codes_by_name(languages: tuple[str, ...]) -> Mapping[str, str]:
    """The codes of countries by their names in English and in some languages, without capitals."""
    from babel import Locale

    return {
        str(name).casefold(): str(code)
        for language in ("en", *languages)
        for code, name in Locale.parse(language, sep="-").territories.items()
        if code in _countries()
    }


@functools.cache
def _languages_by_name(languages: tuple[str, ...]) -> Mapping[str, str]:
    """The codes of some languages by their names in English and in each of them."""
    from babel import Locale

    return {
        str(Locale.parse(reader, sep="-").languages.get(code, code)).casefold(): code
        for code in languages
        for reader in ("en", *languages)
    }

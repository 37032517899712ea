"""Checks the header row and the rows of a list, before any letter is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from circulars.addressing import emails
from circulars.characters import forbidden_at, has_selector, problem_of
from circulars.errors import Choice, Problem, did_you_mean, nearest, quoted
from circulars.files.names import can_be_stored, is_visible
from circulars.language import MESSAGES, country_codes
from circulars.model.addressee import KNOWN_COLUMNS, Addressee
from circulars.source.addressees.countries import fault_of
from circulars.source.addressees.doubts import Doubts
from circulars.source.addressees.lists import TAKE_HIDDEN, AddresseeList, FaultyRow
from circulars.source.addressees.lost_values import AS_TEXT, LostValue, lost_values, may_be_lost
from circulars.source.addressees.meaning import column_name
from circulars.source.addressees.postcodes import shortest, with_zeros
from circulars.source.addressees.salutations import is_as_judged
from circulars.source.addressees.seen import Seen
from circulars.source.addressees.settings import Setting
from circulars.source.addressees.spoken import SpokenLanguages

_NAME_ID = Choice("columns", "names the column that has it", "id=HEAD")
MAX_CELL = 10_000
"""The maximum length of a cell, in characters."""
MAX_ID = 120
"""The maximum length of an id, in bytes. A file name may have 255, including the language and the format."""

# A line break in one of these could inject an e-mail header, or add a line to an address.
_ONE_LINE = frozenset(
    ("id", "language", "title", "name", "surname", "postcode", "city", "region", "country", "email", "category")
)
WHO: Final = frozenset(("surname", "organization", "name", "address"))
"""The columns of which an addressee must have one."""
_ALIKE = 0.75
_SUGGESTIONS = 20
"""For how many unknown countries a similar name is looked for, which takes some milliseconds each."""
_OF_WORKBOOKS: Final = frozenset(("cell-error", "formula-without-result", "long-number"))
"""The codes of cells without a value that the reader of workbooks finds."""


class Checks:
    """Checks the rows of one list for one letter.

    ``needs`` are the columns whose cells must not be empty; ``asks`` are those that must exist but may have empty
    cells, because conditions use them. Both have the names that the letter uses. ``languages`` are the letter's;
    ``fallback`` is the language for addressees who have none, or one that the letter does not have. Without a fallback
    (""), such addressees are problems. ``used`` returns the columns that an addressee's letter uses, by default all: a
    lost value in any other is a warning, not a problem. ``postcode_before`` returns the postcode that an earlier list
    had for an id, or "". An object is for one pass through the list, because it remembers the ids seen.
    """

    def __init__(
        self,
        addressees: AddresseeList,
        needs: Iterable[str],
        languages: tuple[str, ...],
        fallback: str = "",
        asks: Iterable[str] = (),
        *,
        used: Callable[[Addressee], Iterable[str]] | None = None,
        postcode_before: Callable[[str], str] = lambda _: "",
    ) -> None:
        self._list = addressees
        self._used, self._postcode_before = used or (lambda _: addressees.columns), postcode_before
        self._needs, self.asked = frozenset(needs), frozenset(asks)
        self._fallback = fallback
        self._has_language, self._has_country, self._has_email = (
            name in addressees.columns for name in ("language", "country", "email")
        )
        self._spoken = SpokenLanguages(languages, fallback)
        self._plain = self._spoken.plain
        self._filled = tuple(sorted((self._needs & frozenset(addressees.columns)) - {"id", "language"}))
        self._seen = Seen()
        self._countries = country_codes() | {""}
        self._compared: set[str] = set()
        self._has_postcode = self._has_country and "postcode" in addressees.columns
        self._judged = addressees.understood.judged
        self._doubts = Doubts()

    def head(self) -> tuple[Problem, ...]:
        """The problems of the header row: missing columns."""
        return tuple(self._missing_columns())

    def doubts(self, used: Iterable[str]) -> tuple[Problem, ...]:
        """Warnings for unused columns that are probably misspelt, guesses, and lost values that nothing uses.

        A column is probably misspelt if it resembles a known column that is missing. ``used`` are the columns that the
        letter uses. The list must have been read.
        """
        guessed = (*self._spoken.guesses(self._list), *self._guessed_countries())
        return (*self._misspelt_columns(used), *guessed, *self._doubts.warnings())

    def _misspelt_columns(self, used: Iterable[str]) -> tuple[Problem, ...]:
        return tuple(
            Problem(
                self._list.place(self._list.head_row, column),
                "unused-column",
                f"the letter does not use the column '{column}', and there is no column '{other}'",
                f"did you mean '{other}'?",
            )
            for other, column in _alike(self._list, {*self.asked, *used}).items()
        )

    def _guessed_countries(self) -> Iterator[Problem]:
        for typed, meant in self._list.guesses.items():
            hint = "if another country is meant, write its code"
            fact = f"country: {quoted(typed)} is read as {meant}"
            yield Problem(self._list.place(), "guessed-country", fact, hint)

    def language(self, addressee: Addressee) -> str:
        """The language of an addressee's letter: the addressee's own if the letter has it, or else the fallback."""
        return self.spoken(addressee.columns.get("language", "")) or self._fallback

    def spoken(self, language: str) -> str:
        """The letter's language for that of a row, without the fallback; "" if the letter does not have it."""
        return self._spoken.of(language)

    def problems(self, addressee: Addressee) -> tuple[Problem, ...]:
        """The problems of a row, cell by cell."""
        columns, identifier = addressee.columns, addressee.id
        first = self._seen.first(identifier, addressee.row) if identifier else 0
        words = "".join(columns.values())
        if "\n" in words and words.count("\n") == _lines(columns):
            words = words.replace("\n", "")
        if (
            identifier
            and not first
            and type(addressee) is Addressee
            and words.isprintable()
            and (words.isascii() or not has_selector(words))
            and "\ufffd" not in words
            and len(words) <= MAX_CELL
            and len(identifier) <= MAX_ID // 4
            and can_be_stored(identifier)
            and is_visible(identifier)
            and (not self._has_language or (code := columns["language"]) in self._plain or self.spoken(code))
            and (not self._has_country or columns["country"] in self._countries)
            and (not self._has_email or not columns["email"] or emails.is_plain(columns["email"]))
            and all(map(columns.get, self._filled))
            and not may_be_lost(words, columns)
            and (not self._judged or is_as_judged(columns, self._judged))
            and not (
                self._has_postcode and len(columns["postcode"]) < shortest(columns["country"]) and _lacks_zeros(columns)
            )
        ):
            return ()
        return tuple(self._faults(addressee, first))

    def _missing_columns(self) -> Iterator[Problem]:
        present = self._list.columns
        required = {"id": "there is no column 'id': each addressee needs a unique id"}
        if not self._fallback:
            required["language"] = "there is no column 'language', and no fallback language is given"
        required |= {name: f"the letter uses the column '{name}'" for name in sorted(self.asked - required.keys())}
        required |= {name: f"the letter needs the column '{name}'" for name in sorted(self._needs - required.keys())}
        for name, fact in required.items():
            if name not in present:
                hint = did_you_mean(name, present, f"the list has: {', '.join(present)}")
                if name == "id":  # so short a name is similar to too many
                    hint = f"did you mean '{meant}'?" if (meant := nearest(name, present, 0.8)) else self._list.add_id
                if (other := self._list.understood.parts.get(name) or column_name(name)) in present:
                    hint = f"write '{other}' in the letter: columns have the same names in all languages"
                choices = self._list.choices + ((_NAME_ID,) if hint == self._list.add_id else ())
                hint += f"; {self._list.about}" if self._list.about else ""
                if letters := self._list.hidden_columns.get(name):
                    fact = f"the letter needs the column '{name}', and it is hidden (column {letters})"
                    hint, choices = "unhide it in the workbook", (TAKE_HIDDEN,)
                elif self._list.hidden_columns:
                    named = ", ".join(f"'{other}' ({at})" for other, at in self._list.hidden_columns.items())
                    hint, choices = f"{hint}; hidden: {named}", (*choices, TAKE_HIDDEN)
                yield Problem(self._list.place(self._list.head_row), "missing-column", fact, hint, choices)

    def _faults(self, addressee: Addressee, first: int) -> Iterator[Problem]:
        yield from self._unread_cells(addressee)
        unread = addressee.problems if isinstance(addressee, FaultyRow) else ()
        known = frozenset(problem.message.partition(":")[0] for problem in unread)
        lost = {value.column: value for value in self._lost_values(addressee) if value.column not in known}
        refused = {}
        for value in lost.values():
            problem = self._problem(addressee, value.column, value.code, value.fact, value.hint)
            if value.is_doubtful or value.column not in self._used(addressee):
                self._doubts.note(problem, value.column)
            else:
                refused[value.column] = value.code
                yield problem
        if "id" not in refused:
            yield from self._wrong_id(addressee, first)
        for name, cell in addressee.columns.items():
            if refused.get(name) != "garbled-text":  # which explains its invisible characters
                yield from self._wrong_text(addressee, name, cell)
        is_language_typed = self._has_language and "language" not in lost
        if is_language_typed and (fault := self._spoken.fault(addressee.columns["language"])):
            yield self._problem(addressee, "language", *fault)
        country = addressee.columns.get("country", "")
        if country not in self._countries and "country" not in lost:
            if len(self._compared) < _SUGGESTIONS:
                self._compared.add(country)
            code, fact, hint = fault_of(country, suggest=country in self._compared)
            yield self._problem(addressee, "country", code, fact, hint)
        email = addressee.columns.get("email", "")
        if email and "email" not in lost and (wrong := emails.email_fault(email)):
            yield self._problem(
                addressee, "email", "wrong-email", f"{quoted(email)} is not an e-mail address: {wrong[0]}", wrong[1]
            )
        if self._judged and not is_as_judged(addressee.columns, self._judged):
            yield _not_as_judged(self._list, addressee)
        for name in self._filled:
            if not addressee.columns[name]:
                fact, hint = "the cell is empty, and the letter needs it", "write it, or leave the addressee out"
                yield self._problem(addressee, name, "missing-cell", fact, hint)

    def _unread_cells(self, addressee: Addressee) -> Iterator[Problem]:
        """The problems that were found while the row was read, except lost values that the letter does not use."""
        if not isinstance(addressee, FaultyRow):
            return
        for problem in addressee.problems:
            column = problem.message.partition(":")[0]
            if problem.code in _OF_WORKBOOKS and column not in self._used(addressee):
                self._doubts.note(problem, column)
            else:
                yield problem

    def _lost_values(self, addressee: Addressee) -> Iterator[LostValue]:
        columns = addressee.columns
        yield from lost_values(columns)
        if self._has_postcode and (whole := _lacks_zeros(columns)):
            typed, country = columns["postcode"], columns["country"]
            from babel import Locale

            named = Locale(MESSAGES).territories[country]
            fact = f"'{typed}' has {len(typed)} digits, and a postcode of {named} has {len(whole)}"
            hint = f"if a spreadsheet dropped zeros, write {whole}; {AS_TEXT}"
            before = self._postcode_before(addressee.id)
            if before != typed and before.lstrip("0") == typed.lstrip("0"):
                hint = f"write {before}, as in the list before; {AS_TEXT}"
            yield LostValue("postcode", "lost-zeros", fact, hint)

    def _wrong_id(self, addressee: Addressee, first: int) -> Iterator[Problem]:
        identifier = addressee.id
        if not identifier:
            if "id" in self._list.columns:
                fact = "the addressee has no id"
                hint = "write one that no other row has" if self._list.cells_have_places else self._list.add_id
                yield self._problem(addressee, "id", "missing-id", fact, hint)
        elif len(identifier.encode("utf-8", "replace")) > MAX_ID:
            fact, hint = f"{quoted(identifier)} is too long for a file name", f"use at most {MAX_ID} bytes"
            yield self._problem(addressee, "id", "wrong-id", fact, hint)
        elif not can_be_stored(identifier):
            fact = f"{quoted(identifier)} is not allowed in file names on every system"
            hint = "use letters, digits, hyphens and dots; no dot at the end, and no name that Windows reserves (CON)"
            yield self._problem(addressee, "id", "wrong-id", fact, hint)
        elif not is_visible(identifier):
            fact, hint = f"a file named {quoted(identifier)} would be hidden", "begin it with a letter or a digit"
            yield self._problem(addressee, "id", "wrong-id", fact, hint)
        if first:
            fact = f"{quoted(identifier)} is already the id of row {first} (upper and lower case count as the same)"
            yield self._problem(addressee, "id", "id-twice", fact, "give each addressee a unique id")

    def _wrong_text(self, addressee: Addressee, name: str, cell: str) -> Iterator[Problem]:
        if len(cell) > MAX_CELL:
            fact, hint = f"the cell has {len(cell):,} characters; the limit is {MAX_CELL:,}", "shorten it"
            yield self._problem(addressee, name, "too-long", fact, hint)
        # One problem of each kind is enough.
        kinds = {wrong[0]: wrong for wrong in map(problem_of, reversed([cell[at] for at in forbidden_at(cell)]))}
        for wrong in kinds.values():
            yield self._problem(addressee, name, *wrong)
        if "\t" in cell:
            yield self._problem(addressee, name, "control-character", "the cell has a tab", "write a space")
        if "\n" in cell and name in _ONE_LINE:
            hint = "write it on one line; the lines of an address go into the column 'address'"
            yield self._problem(addressee, name, "line-break", "the cell has a line break", hint)

    def _problem(self, addressee: Addressee, column: str, code: str, fact: str, hint: str) -> Problem:
        return Problem(self._list.place(addressee.row, column), code, f"{column}: {fact}", hint)


def unknown_names(listed: AddresseeList, used: Iterable[str]) -> Iterator[Problem]:
    """A problem if a list has nothing of what says who somebody is, and a head that resembles that of a name.

    ``used`` are the columns that the letter uses.
    """
    if not WHO.isdisjoint(listed.columns):
        return
    alike = {other: column for other, column in _alike(listed, used).items() if other in WHO}
    if alike:
        fact = "the list has no column for the name or the organization of an addressee"
        heads = listed.understood.others
        choices = tuple(
            Choice("columns", f"makes it the {other}", str(Setting(other, ((heads.get(column, column),),))))
            for other, column in alike.items()
        )
        place = listed.place(listed.head_row, next(iter(alike.values())))
        yield Problem(place, "missing-column", fact, choices=choices)


def _alike(listed: AddresseeList, used: Iterable[str]) -> dict[str, str]:
    """Each known column that a list lacks, with the unused column that is probably meant by it."""
    present = frozenset(listed.columns)
    unused = present - frozenset(KNOWN_COLUMNS) - frozenset(used)
    alike = {other: nearest(other, unused, _ALIKE) for other in KNOWN_COLUMNS if other not in present}
    return {other: column for other, column in alike.items() if column}


def _lacks_zeros(columns: Mapping[str, str]) -> str:
    """The postcode of a row with the leading zeros that it lacks; "" if it lacks none."""
    postcode = columns["postcode"]
    return with_zeros(postcode, columns["country"]) if postcode.isdecimal() else ""


def _not_as_judged(listed: AddresseeList, addressee: Addressee) -> Problem:
    """The problem of a title among openings of letters, or of another text among titles."""
    judged = listed.understood.judged
    heads = [head for one in listed.understood.read if one.column == judged for head in one.heads]
    head = heads[0] if heads else judged
    cell = quoted(addressee.columns[judged])
    fact = f"{cell} is a title, and most cells of this column are openings of letters"
    if judged == "title":
        fact = f"{cell} is not a known title, and most cells of this column are titles"
    choices = (
        Choice("columns", "reads all of them as titles", f"title={head}"),
        Choice("columns", "reads all of them as openings of letters", f"salutation={head}"),
    )
    place = listed.place(addressee.row, judged)
    return Problem(place, "mixed-salutations", f"{judged}: {fact}", "correct it", choices)


def _lines(columns: Mapping[str, str]) -> int:
    """The number of line breaks in the columns that may have several lines in a good list."""
    return columns.get("address", "").count("\n") + columns.get("organization", "").count("\n")

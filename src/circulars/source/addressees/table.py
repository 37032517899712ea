"""Finds the table in a list that was made for people: its header row, and which rows below it are addressees.

Above the header row there may be a title; below it totals, notes, empty rows that are only formatted, and the names of
the columns again.
"""

from __future__ import annotations

import functools
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from circulars.characters import bare_letters
from circulars.errors import AddresseesError, Place, Problem, short
from circulars.model.addressee import KNOWN_COLUMNS
from circulars.source.addressees.bounds import check_empty
from circulars.source.addressees.lists import MARK_OF_REJECTED, MAX_NAMED
from circulars.source.addressees.meaning import column_name, head_meaning
from circulars.syntax.own_tables import own_table

MAX_ABOVE: Final = 50
"""The maximum number of filled rows in which the header row is sought."""
_BLANK: Final = " \t\n\r\f\v\u00a0\u00ad\u2007\u2009\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202f\u2060\u3000\ufeff"
"""White space, and characters that nobody sees."""
_FILL_IN: Final = "if it is an addressee, fill in its other cells"
_NUMBER: Final = re.compile(r"[-+()\s.,%'’€$£¥]*\d[-+()\d\s.,%'’€$£¥]*")
_MARKED: Final = re.compile(r"(?:[*†‡§©]+|\(\d{1,2}\)|[¹²³⁴-⁹]+)\s*\S")
_REASONS: Final = {
    "total": ("it is a total", "they are totals"),
    "note": ("it is a note", "they are notes"),
    "numbers": ("it has only numbers", "they have only numbers"),
    "head": ("it has the names of the columns again", "they have the names of the columns again"),
}
"""Why rows are left out, for one row and for several."""


@dataclass(frozen=True, slots=True)
class HeadRow:
    """The header row of a list: its number, its cells, and the first text of each row above it."""

    row: int
    cells: Sequence[str]
    above: tuple[str, ...] = ()

    def remarks(self, file: str) -> Iterator[Problem]:
        """A remark that says where the header row is, if it is below something else."""
        if self.above:
            fact = f"the names of the columns are in row {self.row}; above them is '{short(self.above[0])}'"
            hint = "if this is wrong, delete what is above the names of the columns"
            yield Problem(Place(file, self.row, 1), "head-row", fact, hint)


def find_head(file: str, rows: Iterable[tuple[int, Sequence[str]]]) -> HeadRow:
    """The header row among the first rows: the first one that has names of columns, below a title or notes.

    If no row has known names, it is the first row with several cells; in an empty list it is row 1, without cells.

    Raises:
        AddresseesError: there are too many empty rows.
    """
    above: list[str] = []
    otherwise = HeadRow(1, [])
    empty = 0
    for row, cells in rows:
        filled = [text for cell in cells if (text := cell.strip(_BLANK))]
        if not filled:
            check_empty(empty := empty + 1, file, row)
            continue
        if has_names(filled):
            return HeadRow(row, cells, tuple(above))
        if not otherwise.cells or (len(filled) > 1 and _is_single(otherwise.cells)):
            otherwise = HeadRow(row, cells, tuple(above))
        above.append(filled[0])
        if len(above) == MAX_ABOVE:
            break
    return otherwise


def has_names(filled: Sequence[str]) -> bool:
    """Whether the filled cells of a row are names of columns: one is ``id``, or at least half of them are known."""
    names = [column_name(cell) for cell in filled]
    known = len({meaning for cell in filled if (meaning := head_meaning(cell)).field})
    return "id" in names or MARK_OF_REJECTED in filled or (known > 1 and 2 * known >= len(filled))


def _is_single(cells: Sequence[str]) -> bool:
    return sum(bool(cell.strip(_BLANK)) for cell in cells) == 1


class Body:
    """The rows below a header row, of which only addressees are passed on. What is left out is remembered."""

    def __init__(self, file: str, head: HeadRow, totals: range = range(0)) -> None:
        """Prepares to read the rows below a header row, of which ``totals`` are known not to be addressees.

        Raises:
            AddresseesError: two lists stand side by side.
        """
        self._file, self._head, self._totals = file, head, totals
        self._names = tuple(column_name(cell) if cell.strip(_BLANK) else "" for cell in head.cells)
        _refuse_side_by_side(file, head, self._names)
        self._id = self._names.index("id") if "id" in self._names else 0
        self._least = min(3, sum(map(bool, self._names)))
        self._words = frozenset(_BLANK) | frozenset(
            _spellings([*KNOWN_COLUMNS, *_words()["total"], *map(str.strip, head.cells)])
        )
        self._left_out: Counter[str] = Counter()
        self._first_left_out: dict[str, list[tuple[int, str]]] = {}
        self._rows_left_out: dict[str, array[int]] = {}

    def meant(self, rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, Sequence[str]]]:
        """The rows that are addressees, or may be. Rows without anything visible are passed on without cells.

        Raises:
            AddresseesError: another list begins.
        """
        self._left_out, self._first_left_out, self._rows_left_out = Counter(), {}, {}
        at, least, words = self._id, self._least, self._words
        for row, cells in self._without_totals(rows) if self._totals else rows:
            # The usual row is recognised by little, because lists are long.
            if (
                len(cells) > at
                and (identifier := cells[at])
                and identifier.isascii()
                and " " not in identifier
                and identifier not in words
                and len(cells) - cells.count("") >= least
            ):
                yield row, cells
                continue
            filled = [(place, text) for place, cell in enumerate(cells) if (text := cell.strip(_BLANK))]
            if kind := self._kind(row, filled):
                self._leave_out(kind, row, filled[0][1])
            else:
                yield row, cells if filled else ()

    def _without_totals(self, rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, Sequence[str]]]:
        for row, cells in rows:
            if row in self._totals:
                self._leave_out("total", row, next((cell for cell in cells if cell), ""))
            else:
                yield row, cells

    def _leave_out(self, kind: str, row: int, text: str) -> None:
        self._left_out[kind] += 1
        self._rows_left_out.setdefault(kind, array("I")).append(row)
        if self._left_out[kind] <= MAX_NAMED:
            self._first_left_out.setdefault(kind, []).append((row, text))

    def remarks(self) -> Iterator[Problem]:
        """Where the header row is, and which rows were left out in the last pass."""
        yield from self._head.remarks(self._file)
        for kind, rows in self._first_left_out.items():
            count = self._left_out[kind]
            named = ", ".join(f"row {row:,} ('{short(text)}')" for row, text in rows)
            more = f" and {count - MAX_NAMED:,} more" if count > MAX_NAMED else ""
            were = "a row was" if count == 1 else f"{count:,} rows were"
            fact = f"{were} left out, because {_REASONS[kind][count > 1]}: {named}{more}"
            yield Problem(Place(self._file, rows[0][0], 1), "row-left-out", fact, _FILL_IN)

    def each_left_out(self) -> Iterator[Problem]:
        """A remark for each row that was left out in the last pass."""
        for kind, rows in self._rows_left_out.items():
            for row in rows:
                fact = f"the row was left out, because {_REASONS[kind][0]}"
                yield Problem(Place(self._file, row, 1), "row-left-out", fact, _FILL_IN)

    def _kind(self, row: int, filled: Sequence[tuple[int, str]]) -> str:
        """What a row is instead of an addressee: a key of :data:`_REASONS`; "" if it may be an addressee."""
        if not filled:
            return ""
        if kind := self._kind_of_names(row, filled):
            return kind
        texts = [text for _, text in filled if not _NUMBER.fullmatch(text)]
        identifier = next((text for place, text in filled if place == self._id), "")
        if identifier and identifier not in texts:
            return ""
        if not texts:
            return "numbers"
        if len(texts) == 1 and _is_total(texts[0]) and identifier in ("", texts[0]):
            return "total"
        if not any(map(_has_letter, texts)):
            return "note"
        is_first = texts[0] == filled[0][1] and identifier in ("", texts[0])
        return "note" if is_first and _is_note(texts) else ""

    def _kind_of_names(self, row: int, filled: Sequence[tuple[int, str]]) -> str:
        """Whether a row has the names of the columns again.

        Raises:
            AddresseesError: it has the names of other columns: another list begins.
        """
        if len(filled) < self._least:
            return ""
        names = [*self._possible_names(filled)]
        if len(names) < len(filled):
            return ""
        same = sum(place < len(self._names) and self._names[place] == name for place, name in names)
        if same >= self._least and 2 * same > len(filled):
            return "head"
        known = {name for _, name in names} & frozenset(KNOWN_COLUMNS)
        if len(known) >= 3 and 2 * len(known) >= len(filled):
            fact = f"another list begins here: the row has names of columns ({', '.join(sorted(known))})"
            hint = "put each list on a sheet or into a file of its own"
            if row == self._head.row + 1:
                fact = f"the names of the columns are in two rows ({', '.join(sorted(known))} in the second)"
                hint = "write all names of columns in one row, and delete the other"
            raise AddresseesError(Problem(Place(self._file, row, 1), "lists-together", fact, hint))
        return ""

    def _possible_names(self, filled: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """The cells of a row as names of columns, as long as half of them may be such names."""
        others = 0
        for place, text in filled:
            name = column_name(text)
            others += name not in KNOWN_COLUMNS and self._names[place : place + 1] != (name,)
            if 2 * others > len(filled):
                return
            yield place, name


def _refuse_side_by_side(file: str, head: HeadRow, names: Sequence[str]) -> None:
    """Refuses a header row in which names come again after an empty column."""
    first = next((place for place, name in enumerate(names) if name), 0)
    for gap in range(first + 1, len(names)):
        again = frozenset(names[first:gap]) & frozenset(names[gap + 1 :]) - {""}
        if not names[gap] and again:
            place = names.index(next(iter(sorted(again))), gap) + 1
            fact = f"two lists are side by side: after an empty column come the same names ({', '.join(sorted(again))})"
            hint = "put each list on a sheet or into a file of its own"
            raise AddresseesError(Problem(Place(file, head.row, place), "lists-together", fact, hint))


def _is_total(text: str) -> bool:
    """Whether a text is the label of a total, alone or with a number: "Total", "Totals:", "Итого: 312"."""
    plain = _plain(text)
    if not (found := _pattern("total").match(plain)):
        return False
    rest = plain[found.end() :].strip(" .-–()")
    return not rest or rest[0] in ":=" or bool(re.search(r"\d", rest))


def _has_letter(text: str) -> bool:
    return any(map(str.isalnum, text))


def _is_note(texts: Sequence[str]) -> bool:
    """Whether texts are a note, which CSV may have split at its commas: "Source: …", "* observer"."""
    text = _plain(texts[0])
    if found := _pattern("note").match(text):
        rest = text[found.end() :].lstrip()
        return rest[:1] == ":" or (len(texts) == 1 and bool(re.search(r"\s.*\d", rest)))
    return len(texts) == 1 and bool(_MARKED.match(texts[0])) and " " in texts[0]


@functools.cache
def _pattern(kind: str) -> re.Pattern[str]:
    """Matches a word for a kind of row at the beginning of a text, longer ones first; a letter must not follow it."""
    words = sorted(map(_plain, _words()[kind]), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, words))})(?![^\W\d])")


@functools.cache
def _words() -> Mapping[str, Sequence[str]]:
    """The words for totals and notes in all languages, by kind of row."""
    table = own_table(__package__, "rows.yaml")
    return {kind: [word for words in languages.values() for word in words] for kind, languages in table.items()}


def _spellings(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        yield from (word, word.lower(), word.upper(), word.capitalize(), word.title())


def _plain(text: str) -> str:
    return bare_letters(text.strip(_BLANK))

"""The heads of one list while they are being understood: what each means, and which are taken for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from circulars.errors import Place, Problem, short
from circulars.model.addressee import KNOWN_COLUMNS
from circulars.source.addressees.belonging import with_groups
from circulars.source.addressees.layout import Layout, ReadColumn, Understood
from circulars.source.addressees.meaning import HeadMeaning, column_name, head_meaning, key_of, plain_name
from circulars.source.addressees.parts import AddressChoice, Assembly, Value, cell, joined
from circulars.source.addressees.settings import choice_of


@dataclass(frozen=True, slots=True)
class Made:
    """A value that is made of cells: their numbers from 0, how it is made, and the same in words.

    ``is_cell`` says whether it is just the one cell.
    """

    cells: tuple[int, ...]
    value: Value
    words: str
    is_cell: bool = False


class Heads:
    """The heads of a list. Each is free until it is taken for a column, or for a part of one.

    ``closed`` are columns that are settled: no free head may be taken for them.
    """

    def __init__(self, file: str, row: int, typed: Sequence[str], *, only_known: bool = False) -> None:
        self.typed = typed
        self.problems: list[Problem] = []
        self.closed: set[str] = set()
        self.choice: AddressChoice | None = None
        self._file, self._row = file, row
        meant = [head_meaning(head) if head else HeadMeaning() for head in typed]
        self._meanings = with_groups(
            [HeadMeaning() if only_known and one.field != head else one for one, head in zip(meant, typed, strict=True)]
        )
        # A part must not have the name of a column, nor of another part.
        self._names = [
            f"{head} ({n})" if head in KNOWN_COLUMNS or head in typed[: n - 1] else head
            for n, head in enumerate(typed, 1)
        ]
        self._free = {n for n, head in enumerate(typed) if head}
        self._single: dict[str, int] = {}
        self._made: dict[str, Made] = {}
        self._chosen: dict[str, Made] = {}

    def place(self, number: int = 0) -> Place:
        """The place of a head, by its number from 0."""
        return Place(self._file, self._row, number + 1) if self._row else Place(self._file)

    def find(self, head: str) -> int | None:
        """The number of a head that a user typed, from 0; capitals, accents and signs do not matter."""
        same = [n for n, typed in enumerate(self.typed) if typed == head]
        return next(iter(same or [n for n, one in enumerate(self.typed) if one and key_of(one) == key_of(head)]), None)

    def of(self, *fields: str, group: str = "", most: int = 1) -> list[int]:
        """The free heads of some fields in a group, with a number of at most ``most``, sorted by these numbers."""
        meant = self._meanings
        found = [n for n in sorted(self._free) if meant[n].field in fields and meant[n].group == group]
        return sorted((n for n in found if meant[n].number <= most), key=lambda n: meant[n].number)

    def meaning(self, number: int) -> HeadMeaning:
        """What a head means."""
        return self._meanings[number]

    def groups(self) -> tuple[str, ...]:
        """The groups that free heads are in."""
        return tuple(dict.fromkeys(self._meanings[n].group for n in sorted(self._free)))

    def name(self, number: int) -> str:
        """The name of the cells below a head, for what is made of them."""
        return self._names[number]

    def cell(self, number: int) -> Value:
        """The cell below a head."""
        return cell(self._names[number])

    def quoted(self, number: int) -> str:
        """A head in quotation marks, for messages."""
        return f"'{short(self.typed[number])}'"

    def lines(self, lines: Sequence[Sequence[int]]) -> Made:
        """A value of lines, in each of which cells are joined by spaces."""
        filled = [line for line in lines if line]
        value = joined([joined([self.cell(n) for n in line], " ") for line in filled], "\n")
        words = ", ".join(" + ".join(map(self.quoted, line)) for line in filled)
        cells = tuple(n for line in filled for n in line)
        return Made(cells, value, words, is_cell=len(cells) == 1)

    def value_of(self, column: str) -> Value | None:
        """The value of a column in a row, from the row's cells; None if no head was taken for it."""
        if column in self._made:
            return self._made[column].value
        return cell(column) if column in self._single else None

    # Taking.

    def take_one(self, column: str, numbers: Sequence[int]) -> None:
        """Takes the only one of some heads for a column; if there are several, it is a problem."""
        if numbers and column not in self.closed:
            if len(numbers) > 1:
                self.twice(column, numbers[0], numbers[1])
            self._free -= {*numbers}
            self._single[column] = numbers[0]

    def take(self, column: str, made: Made) -> None:
        """Takes heads as the parts of a column."""
        if column in self.closed:
            return
        self._free -= {*made.cells}
        if made.is_cell:
            self._single[column] = made.cells[0]
        else:
            self._made[column] = made

    def settle(self, column: str, made: Made) -> None:
        """Takes heads for a column whatever else they are taken for, and closes the column."""
        self.closed.add(column)
        if not made.cells:
            return
        used = {*made.cells} - self._free
        for other, number in [*self._single.items()]:
            if number in used:
                del self._single[other]
                self._made[other] = self.lines([[number]])
        self._free -= {*made.cells}
        if made.is_cell and not used:
            self._single[column] = made.cells[0]
        else:
            self._made[column] = made

    def take_choice(self, choice: AddressChoice, chosen: dict[str, Made]) -> None:
        """Takes heads as parts of several addresses, of which each row gets one."""
        self.choice, self._chosen = choice, chosen
        for made in chosen.values():
            self._free -= {*made.cells}

    def leave(self, numbers: Sequence[int]) -> None:
        """Takes heads that only say something about others, for no column."""
        self._free -= {*numbers}

    # Problems.

    def twice(self, column: str, first: int, other: int) -> None:
        """Reports two heads that mean one column."""
        both = f"{self.quoted(first)} and {self.quoted(other)} (columns {first + 1} and {other + 1})"
        fact = f"the header row names one column twice: {both}"
        if {column_name(self.typed[first]), column_name(self.typed[other])} != {column}:
            fact = f"two columns may be '{column}': {both}"
        choices = (choice_of(column, self.typed[first]),)
        hint = "give each column a different name"
        self.problems.append(Problem(self.place(other), "column-twice", fact, hint, choices))

    def are_distinct(self, column: str, numbers: Sequence[int]) -> bool:
        """Whether heads differ in their groups or numbers; reports two that do not."""
        seen: dict[tuple[str, str, int], int] = {}
        for n in numbers:
            meaning = self._meanings[n]
            if (first := seen.setdefault((meaning.field, meaning.group, meaning.number), n)) != n:
                self.twice(column, first, n)
                return False
        return True

    # The result.

    def layout(self, settled: tuple[str, ...], judged: str) -> Layout:
        """How rows are read, with the names of letters for heads that were not taken."""
        made = self._made | self._chosen
        begins = self._single | {column: min(one.cells) for column, one in made.items()}
        parts = {n for one in made.values() for n in one.cells}
        names = ["" if not head else self._names[n] for n, head in enumerate(self.typed)]
        targets = [""] * len(names)
        for column, one in made.items():
            for n in one.cells:
                targets[n] = targets[n] or column
        for column, n in self._single.items():
            names[n] = targets[n] = column
        others: dict[str, str] = {}
        for n in sorted(self._free):
            names[n] = targets[n] = self._other_name(n, begins, others)
            others[names[n]] = self.typed[n]
            begins[names[n]] = n
        label_cells = [n for n, head in enumerate(self.typed) if head and not targets[n]]
        removed = tuple(names[n] for n in sorted({*parts, *label_cells}))
        assemble = None
        if removed:
            assemble = Assembly(tuple((name, one.value) for name, one in self._made.items()), self.choice, removed)
        columns = tuple(sorted(begins, key=lambda column: (begins[column], column)))
        understood = Understood(
            read=tuple(self._read(columns, made)),
            others=others,
            parts={
                plain_name(self.typed[n]): target for n, target in enumerate(targets) if target and n not in self._free
            },
            settled=settled,
            judged=judged,
        )
        numbers = {column: n + 1 for column, n in begins.items()}
        return Layout(tuple(names), columns, numbers, tuple(targets), assemble, understood)

    def _other_name(self, number: int, taken: dict[str, int], others: dict[str, str]) -> str:
        """The name of a column that the program does not know; one that is taken gets a number."""
        name = plain_name(self.typed[number])
        names = (name, *(f"{name}-{n}" for n in range(2, len(self.typed) + 2)))
        return next(one for one in names if one not in taken and one not in others)

    def _read(self, columns: Sequence[str], made: dict[str, Made]) -> list[ReadColumn]:
        """The columns whose heads have other names; hyphens and the like make no other name."""
        read = []
        for column in columns:
            if one := made.get(column):
                read.append(ReadColumn(column, tuple(self.typed[n] for n in one.cells), one.words))
            elif column in self._single:
                head = self.typed[number := self._single[column]]
                if key_of(head) != key_of(column):
                    read.append(ReadColumn(column, (head,), self.quoted(number)))
        return read

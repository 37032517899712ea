"""A list of entries that each name their own columns: those of YAML, address cards, entries of a directory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from circulars.errors import AddresseesError, Place, Problem
from circulars.model.addressee import Addressee
from circulars.source.addressees.head import MAX_COLUMNS, normalizer
from circulars.source.addressees.lists import AddresseeList, FaultyRow


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One entry of a list: its values by column, its first line, and its problems."""

    values: Mapping[str, str]
    line: int
    problems: tuple[Problem, ...] = ()


def list_of_entries(name: str, read: Callable[[], Iterator[ListEntry]], none: Problem) -> AddresseeList:
    """The list of the entries that ``read`` gives, each time anew. ``none`` is the problem of a list without any.

    The entries are read once to learn all columns, so that an unreadable file is reported at once.

    Raises:
        AddresseesError: there are no entries, or they have too many columns.
    """
    columns: dict[str, None] = {}
    for entry in read():
        columns |= dict.fromkeys(entry.values)
        if len(columns) > MAX_COLUMNS:
            fact = f"the entries have more than {MAX_COLUMNS} different keys; up to here they have {len(columns):,}"
            raise AddresseesError(Problem(Place(name, entry.line, 1), "too-many-columns", fact, "remove some"))
    if not columns:
        raise AddresseesError(none)
    empty = dict.fromkeys(columns, "")
    normalize = normalizer(columns)

    def addressees() -> Iterator[Addressee]:
        for entry in read():
            cells = empty | dict(entry.values)
            normalize(cells)
            identifier = cells.get("id", "")
            if entry.problems:
                yield FaultyRow(identifier, cells, entry.line, entry.problems)
            else:
                yield Addressee(identifier, cells, entry.line)

    return AddresseeList(name, tuple(columns), addressees, cells_have_places=False)

"""A list of records that each name their own columns: entries in YAML, address cards, entries of a directory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from circulars.errors import AddresseesError, Place, Problem
from circulars.model.addressee import Addressee
from circulars.source.addressees.head import MAX_COLUMNS, normalizer
from circulars.source.addressees.lists import AddresseeList, FaultyRow


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a list: its values by column, its first line, and its problems."""

    values: Mapping[str, str]
    line: int
    problems: tuple[Problem, ...] = ()


def list_of_records(name: str, read: Callable[[], Iterator[Record]], none: Problem) -> AddresseeList:
    """The list of the records that ``read`` gives, each time anew. ``none`` is the problem of a list without any.

    The records are read once to learn all columns, so that an unreadable file is reported at once.

    Raises:
        AddresseesError: there are no records, or they have too many columns.
    """
    columns: dict[str, None] = {}
    for record in read():
        columns |= dict.fromkeys(record.values)
        if len(columns) > MAX_COLUMNS:
            fact = f"the entries have more than {MAX_COLUMNS} different keys; up to here they have {len(columns):,}"
            raise AddresseesError(Problem(Place(name, record.line, 1), "too-many-columns", fact, "remove some"))
    if not columns:
        raise AddresseesError(none)
    empty = dict.fromkeys(columns, "")
    normalize = normalizer(columns)

    def addressees() -> Iterator[Addressee]:
        for record in read():
            cells = empty | dict(record.values)
            normalize(cells)
            identifier = cells.get("id", "")
            if record.problems:
                yield FaultyRow(identifier, cells, record.line, record.problems)
            else:
                yield Addressee(identifier, cells, record.line)

    return AddresseeList(name, tuple(columns), addressees, cells_have_places=False)

"""A list of entries that each name their own columns: those of YAML, address cards, entries of a directory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from circulars.errors import AddresseesError, Place, Problem
from circulars.model.addressee import Addressee
from circulars.source.addressees.head import MAX_COLUMNS, normalizer
from circulars.source.addressees.layout import Layout, plain_layout
from circulars.source.addressees.lists import AddresseeList, FaultyRow, HeaderRow


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One entry of a list: its values by column, its first line, and its problems."""

    values: Mapping[str, str]
    line: int
    problems: tuple[Problem, ...] = ()


def is_of_organization(shown: str, organization: str) -> bool:
    """Whether a shown name is no person's, but the organization's: "Example Ltd, Sales" for "Example Ltd"."""
    return bool(organization) and shown.casefold().startswith(organization.casefold())


def list_of_entries(
    name: str,
    read: Callable[[], Iterator[ListEntry]],
    none: Problem,
    *,
    only_known: bool = True,
    add_id: str,
) -> AddresseeList:
    """The list of the entries that ``read`` gives, each time anew. ``none`` is the problem of a list without any,
    and ``add_id`` says how an entry gets an id.

    With ``only_known``, columns that are not the program's own mean nothing to it. The entries are read once
    to learn all columns, so that an unreadable file is reported at once.

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
    typed = tuple(columns)

    def listed(layout: Layout) -> AddresseeList:
        names = dict(zip(typed, layout.names, strict=True))
        is_same = typed == layout.names
        empty = dict.fromkeys(layout.names, "")
        normalize, assemble = normalizer(layout.columns), layout.assemble

        def addressees() -> Iterator[Addressee]:
            for entry in read():
                values = entry.values
                cells = empty | (dict(values) if is_same else {names[key]: value for key, value in values.items()})
                if assemble:
                    assemble(cells)
                normalize(cells)
                identifier = cells.get("id", "")
                if entry.problems:
                    yield FaultyRow(identifier, cells, entry.line, entry.problems)
                else:
                    yield Addressee(identifier, cells, entry.line)

        header_row = HeaderRow(typed, layout, listed, only_known)
        return AddresseeList(name, layout.columns, addressees, cells_have_places=False, add_id=add_id, heads=header_row)

    return listed(plain_layout(typed))

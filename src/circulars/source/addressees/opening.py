"""Opens a list of addressees: the table of what one can be kept in, by suffix and by scheme."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from circulars.errors import AddresseesError, Choice, Place, Problem, UsageError, did_you_mean, not_read
from circulars.model.addressee import Addressee
from circulars.source.addressees.delimited import open_delimited
from circulars.source.addressees.lists import AddresseeList


@dataclass(frozen=True, slots=True)
class ListSource:
    """A list as the caller names it: a file or an address, and the folder at which relative paths begin."""

    source: str
    folder: Path
    query: str = ""
    sheet: str = ""

    @property
    def path(self) -> Path:
        """Where the list is, if it is a file."""
        return self.folder / self.source


@dataclass(frozen=True, slots=True)
class ListKind:
    """What a list can be kept in: the suffixes or schemes that say so, and what opens it.

    ``takes`` are the parameters of :func:`open_list` that only some kinds have.
    """

    names: tuple[str, ...]
    open: Callable[[ListSource], AddresseeList]
    takes: tuple[str, ...] = ()


# Each reader is imported when it is first used: those of workbooks and of databases take long to load.


def _workbook(asked: ListSource) -> AddresseeList:
    from circulars.source.addressees.workbook import open_workbook

    return open_workbook(asked.path, asked.source, asked.sheet)


def _entries(asked: ListSource) -> AddresseeList:
    from circulars.source.addressees.entries import open_entries

    return open_entries(asked.path, asked.source)


def _database(asked: ListSource) -> AddresseeList:
    from circulars.source.addressees.database import open_database

    return open_database(asked.source, asked.query, asked.folder)


SOURCES: Final = (
    ListKind((".csv", ".tsv", ".txt"), lambda asked: open_delimited(asked.path, asked.source)),
    ListKind((".xlsx", ".xlsm"), _workbook, takes=("sheet",)),
    ListKind((".yaml", ".yml"), _entries),
    ListKind(("postgresql://", "postgres://", "sqlite://"), _database, takes=("query",)),
)
"""All that a list can be kept in: files by their suffix, addresses by their scheme."""

_BY_NAME: Final[Mapping[str, ListKind]] = {name: kind for kind in SOURCES for name in kind.names}
_OTHER_WORKBOOKS = (".xls", ".xlsb", ".ods", ".numbers")
_OWN: Final = {"query": "only a database is asked with a query", "sheet": "only a workbook has sheets"}
"""Why a parameter is refused that a kind of list does not take."""


def open_list(source: str, *, query: str = "", sheet: str = "", folder: Path) -> AddresseeList:
    """The list of addressees in a CSV, XLSX or YAML file, or behind a database's address and a query.

    A relative path begins at ``folder``. ``sheet`` names the sheet of a workbook; without it, it is the first one
    that is not hidden. Nothing but the head row is read yet, except of YAML, whose entries name the columns.

    Raises:
        AddresseesError: the list cannot be read, or its columns cannot be told apart.
        UsageError: there is no such kind of list, or ``query`` or ``sheet`` is of another kind.
        MachineError: the database cannot be reached, or the library for it is not installed.
    """
    asked = ListSource(source, folder, query, sheet)
    if "://" in source:
        kind = _kind_of_address(source)
        _check_use(kind.takes, asked)
        return kind.open(asked)
    known = _BY_NAME.get(suffix := Path(source).suffix.lower())
    _check_use(known.takes if known else (), asked)
    if "\0" in source:
        raise UsageError(Problem(Place(source), "no-such-file", "no file can have this name", "look at the name"))
    if known is None:
        raise UsageError(_unknown(source, suffix))
    return _opened(known, asked)


def _kind_of_address(source: str) -> ListKind:
    """The kind of an address. A driver may stand behind the name of its scheme: ``postgresql+psycopg://``."""
    scheme = source.partition("://")[0]
    if found := _BY_NAME.get(f"{scheme.partition('+')[0].lower()}://"):
        return found
    known = [name for name in _BY_NAME if name.endswith("://")]
    fact = f"no list can be read from an address that begins with '{scheme}://'"
    hint = did_you_mean(f"{scheme}://", known, f"known are {', '.join(known)}; from anything else, export a .csv file")
    raise UsageError(Problem(Place(f"{scheme}://…"), "unknown-database", fact, hint))


def _opened(kind: ListKind, asked: ListSource) -> AddresseeList:
    path, source = asked.path, asked.source
    with _told(path, source):
        with path.open("rb") as stream:
            if not stream.read(1):
                fact, hint = "the file is empty", "write a head row and a row for each addressee"
                raise AddresseesError(Problem(Place(source), "empty-file", fact, hint))
        opened = kind.open(asked)

    def addressees() -> Iterator[Addressee]:
        with _told(path, source):
            yield from opened

    return replace(opened, rows=addressees, file=path)


@contextmanager
def _told(path: Path, source: str) -> Iterator[None]:
    """Says what keeps the system from reading the file, which may be gone when it is read again."""
    try:
        yield
    except OSError as error:
        raise AddresseesError(_unreadable(error, path, source)) from None


def _check_use(takes: Sequence[str], asked: ListSource) -> None:
    for parameter, fact in _OWN.items():
        if getattr(asked, parameter) and parameter not in takes:
            choice = Choice(parameter, "leave out {}", parameter.upper())
            raise UsageError(Problem(Place(), "wrong-option", fact, choices=(choice,)))


def _unknown(source: str, suffix: str) -> Problem:
    fact = f"'{suffix}' is no kind of list that is known" if suffix else "a list's kind is told by its name's ending"
    hint = "a list is a file .csv, .xlsx or .yaml, or a database's address (postgresql://…, sqlite:///…)"
    if suffix in _OTHER_WORKBOOKS:
        hint = "save it as .xlsx or as .csv"
    return Problem(Place(source), "unknown-list", fact, hint)


def _unreadable(error: OSError, path: Path, source: str) -> Problem:
    if isinstance(error, FileNotFoundError):
        siblings = [other.name for other in path.parent.glob("*") if other.suffix.lower() in _BY_NAME]
        hint = did_you_mean(path.name, siblings, "look at the name, and at the folder where you are")
        return Problem(Place(source), "no-such-file", "there is no such file", hint)
    if isinstance(error, IsADirectoryError):
        return Problem(Place(source), "no-such-file", "this is a folder, not a list", "name the file in it")
    fact = not_read(error)
    return Problem(Place(source), "cannot-read", fact, "ask for permission to read it, or copy it elsewhere")

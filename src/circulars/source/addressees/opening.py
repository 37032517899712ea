"""Opens a list of addressees with the reader for its suffix or URL scheme."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from circulars.errors import (
    AddresseesError,
    Choice,
    Place,
    Problem,
    UsageError,
    did_you_mean,
    nearest,
    not_read,
    several,
)
from circulars.files.reading import open_file
from circulars.model.addressee import Addressee
from circulars.source.addressees.bounds import ListText
from circulars.source.addressees.delimited import open_delimited
from circulars.source.addressees.encodings import list_text
from circulars.source.addressees.lists import AddresseeList
from circulars.source.addressees.reading import as_understood
from circulars.source.addressees.settings import Setting, read_settings, settings_beside


@dataclass(frozen=True, slots=True)
class ListSource:
    """A list as the caller names it: a file or a URL, and the folder to which relative paths refer."""

    source: str
    folder: Path
    query: str = ""
    sheet: str = ""
    hidden: bool = False
    encoding: str = ""

    @property
    def path(self) -> Path:
        """The path of the list, if it is a file."""
        return self.folder / self.source


@dataclass(frozen=True, slots=True)
class ListKind:
    """A kind of list: its suffixes or URL schemes, and the function that opens it.

    ``takes`` names the parameters of :func:`open_list` that only this kind uses.
    """

    names: tuple[str, ...]
    open: Callable[[ListSource], AddresseeList]
    takes: tuple[str, ...] = ()


def _text_kind(names: tuple[str, ...], opened: Callable[[ListText], AddresseeList]) -> ListKind:
    """A kind of list that is text, in an encoding that is found or named."""

    def open(asked: ListSource) -> AddresseeList:
        text = list_text(asked.path, asked.source, asked.encoding)
        return _with_text(opened(text), text, asked.encoding)

    return ListKind(names, open, takes=("encoding",))


def _with_text(opened: AddresseeList, text: ListText, encoding: str) -> AddresseeList:
    """The list with the remarks about its text, however its heads are read."""
    heads = opened.heads
    if heads:
        read_as = heads.read_as
        heads = replace(heads, read_as=lambda layout: _with_text(read_as(layout), text, encoding))
    return replace(opened, encoding=encoding, heads=heads, remarks=lambda: (*text.remarks, *opened.remarks()))


# Each reader is imported at its first use: those for workbooks and databases take long to load.


def _workbook(asked: ListSource) -> AddresseeList:
    from circulars.source.addressees.workbook import open_workbook

    return open_workbook(asked.path, asked.source, asked.sheet, hidden=asked.hidden)


def _opendocument(asked: ListSource) -> AddresseeList:
    from circulars.source.addressees.opendocument import open_opendocument

    return open_opendocument(asked.path, asked.source, asked.sheet, hidden=asked.hidden)


def _entries(text: ListText) -> AddresseeList:
    from circulars.source.addressees.entries import open_entries

    return open_entries(text)


def _cards(text: ListText) -> AddresseeList:
    from circulars.source.addressees.cards import open_cards

    return open_cards(text)


def _directory(text: ListText) -> AddresseeList:
    from circulars.source.addressees.directory import open_directory

    return open_directory(text)


def _database(asked: ListSource) -> AddresseeList:
    from circulars.source.addressees.database import open_database

    return open_database(asked.source, asked.query, asked.folder)


SOURCES: Final = (
    _text_kind((".csv", ".tsv", ".txt"), open_delimited),
    ListKind((".xlsx", ".xlsm"), _workbook, takes=("sheet", "hidden")),
    ListKind((".ods",), _opendocument, takes=("sheet", "hidden")),
    _text_kind((".yaml", ".yml"), _entries),
    _text_kind((".vcf", ".vcard"), _cards),
    _text_kind((".ldif", ".ldi"), _directory),
    ListKind(("postgresql://", "postgres://", "mysql://", "mariadb://", "sqlite://"), _database, takes=("query",)),
)
"""All kinds of lists: files by suffix, databases by URL scheme."""

_BY_NAME: Final[Mapping[str, ListKind]] = {name: kind for kind in SOURCES for name in kind.names}
_SQL_SERVER: Final = ("mssql", "sqlserver")
"""The schemes of a database that is not read: no library for it can be kept from logging in at another server."""
_OTHER_WORKBOOKS = (".xls", ".xlsb", ".numbers")
_ONLY_FOR: Final = {
    "query": "only a database takes a query",
    "sheet": "only a workbook has sheets",
    "hidden": "only a workbook has hidden rows and columns",
    "encoding": "only a list that is text has an encoding to name",
}
"""The fact for a parameter that a kind of list does not take."""


def open_list(
    source: str,
    *,
    query: str = "",
    sheet: str = "",
    hidden: bool = False,
    columns: Sequence[str] = (),
    encoding: str = "",
    folder: Path,
) -> AddresseeList:
    """The list of addressees in a CSV, XLSX, ODS, YAML, vCard or LDIF file, or in a database (a URL and a query).

    Names of countries are replaced by their codes. A relative path refers to ``folder``. ``sheet`` is the name of a
    workbook's sheet, by default the first that is not hidden; ``hidden`` takes its hidden rows and columns, too.
    ``encoding`` names that of a text, such as "windows-1251", by default the one that its bytes show. Only the header
    row is read at first, except for files whose entries name the columns.

    ``columns`` says what columns are made of, each like ``address=Street,ZIP+Town``: a comma begins a new line, and "+"
    joins with a space. A file beside the list, ``members.columns.yaml`` beside ``members.csv``, says the same under its
    key ``columns``. Other heads are understood by their usual names in six languages; see ``understood`` of the list.

    Raises:
        AddresseesError: the list cannot be read, its header row has problems, or what is said about its columns has.
        UsageError: there is no such kind of list, or it does not take an argument; the encoding is unknown.
        MachineError: the database cannot be reached, or the library for it is not installed.
    """
    asked = ListSource(source, folder, query, sheet, hidden, encoding)
    settings = read_settings(several("columns", columns))
    if "://" in source:
        kind = _kind_of_address(source)
        _check_use(kind.takes, asked)
        return as_understood(kind.open(asked), settings)
    known = _BY_NAME.get(suffix := Path(source).suffix.lower())
    _check_use(known.takes if known else (), asked)
    if "\0" in source:
        raise UsageError(Problem(Place(source), "no-such-file", "no file can have this name", "check the name"))
    if known is None:
        raise UsageError(_unknown(source, suffix))
    return _opened(known, asked, settings)


def _kind_of_address(source: str) -> ListKind:
    """The kind of list at a URL. The scheme may include a driver: ``postgresql+psycopg://``."""
    scheme = source.partition("://")[0]
    kind = scheme.partition("+")[0].lower()
    if found := _BY_NAME.get(f"{kind}://"):
        return found
    if kind in _SQL_SERVER:
        fact = "lists are not read from SQL Server: its libraries log in wherever a server sends them"
        hint = "export the rows as a .csv file in UTF-8; or read them through a view in PostgreSQL or MariaDB"
        raise UsageError(Problem(Place(f"{scheme}://…"), "unknown-database", fact, hint))
    known = [name for name in _BY_NAME if name.endswith("://")]
    fact = f"lists cannot be read from addresses that begin with '{scheme}://'"
    meant = nearest(scheme, [name.removesuffix("://") for name in known])
    hint = f"use {', '.join(known)}; from any other source, export a .csv file"
    hint = f"did you mean '{meant}://'?" if meant else hint
    raise UsageError(Problem(Place(f"{scheme}://…"), "unknown-database", fact, hint))


def _opened(kind: ListKind, asked: ListSource, settings: tuple[Setting, ...]) -> AddresseeList:
    path, source = asked.path, asked.source
    with _reporting(path, source):
        with open_file(path, "list") as stream:
            if not stream.read(1):
                fact, hint = "the file is empty", "write a header row and a row for each addressee"
                raise AddresseesError(Problem(Place(source), "empty-file", fact, hint))
        opened = _reported(kind.open(asked), path, source)
        said = {setting.column: setting for setting in (*settings_beside(path, source), *settings)}
        return as_understood(opened, tuple(said.values()))


def _reported(opened: AddresseeList, path: Path, source: str) -> AddresseeList:
    """The list, in whose rows errors of the operating system are problems, however the rows are read."""

    def addressees() -> Iterator[Addressee]:
        with _reporting(path, source):
            yield from opened

    heads = opened.heads
    if heads:
        read_as = heads.read_as
        heads = replace(heads, read_as=lambda layout: _reported(read_as(layout), path, source))
    return replace(opened, rows=addressees, file=path, heads=heads)


@contextmanager
def _reporting(path: Path, source: str) -> Iterator[None]:
    """Turns errors of the operating system into problems; the file may be gone when it is read again."""
    try:
        yield
    except OSError as error:
        raise AddresseesError(_unreadable(error, path, source)) from None


def _check_use(takes: Sequence[str], asked: ListSource) -> None:
    for parameter, fact in _ONLY_FOR.items():
        if getattr(asked, parameter) and parameter not in takes:
            value = "" if parameter == "hidden" else parameter.upper()
            choice = Choice(parameter, "leave out {}", value)
            raise UsageError(Problem(Place(), "wrong-option", fact, choices=(choice,)))


def _unknown(source: str, suffix: str) -> Problem:
    fact = f"'{suffix}' is not a known kind of list" if suffix else "the list's name has no suffix"
    hint = (
        "use a .csv, .xlsx, .ods, .yaml, .vcf or .ldif file, or the address of a database (postgresql://…, sqlite:///…)"
    )
    if suffix in _OTHER_WORKBOOKS:
        hint = "save it as .xlsx or as .csv"
    return Problem(Place(source), "unknown-list", fact, hint)


def _unreadable(error: OSError, path: Path, source: str) -> Problem:
    if isinstance(error, FileNotFoundError):
        siblings = [other.name for other in path.parent.glob("*") if other.suffix.lower() in _BY_NAME]
        hint = did_you_mean(path.name, siblings, "check the name, and the folder that you are in")
        return Problem(Place(source), "no-such-file", "there is no such file", hint)
    if isinstance(error, IsADirectoryError):
        return Problem(Place(source), "no-such-file", "this is a folder, not a list", "name a file in it")
    fact = not_read(error)
    return Problem(Place(source), "cannot-read", fact, "ask for permission to read it, or copy it elsewhere")

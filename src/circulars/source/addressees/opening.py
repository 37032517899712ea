"""Finds out what a list of addressees is kept in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from circulars.errors import AddresseesError, Choice, Place, Problem, UsageError, did_you_mean
from circulars.model.addressee import Addressee
from circulars.source.addressees.delimited import open_delimited
from circulars.source.addressees.lists import AddresseeList

_ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".yaml", ".yml")
_DELIMITED = (".csv", ".tsv", ".txt")
_WORKBOOKS = (".xlsx", ".xlsm")
_OTHER_WORKBOOKS = (".xls", ".xlsb", ".ods", ".numbers")


def open_list(source: str, *, query: str = "", sheet: str = "", folder: Path) -> AddresseeList:
    """The list of addressees in a CSV, XLSX or YAML file, or behind a database's address and a query.

    A relative path begins at ``folder``. ``sheet`` names the sheet of a workbook; without it, it is the first one
    that is not hidden. Nothing but the head row is read yet, except of YAML, whose entries name the columns.

    Raises:
        AddresseesError: the list cannot be read, or its columns cannot be told apart.
        UsageError: there is no such kind of list, or ``query`` or ``sheet`` is of another kind.
        MachineError: the database cannot be reached, or the library for it is not installed.
    """
    if "://" in source:
        _check_use("sheet", sheet, "only a workbook has sheets")
        from circulars.source.addressees.database import open_database

        return open_database(source, query, folder)
    path, ending = folder / source, Path(source).suffix.lower()
    _check_use("query", query, "only a database is asked with a query")
    if ending not in _WORKBOOKS:
        _check_use("sheet", sheet, "only a workbook has sheets")
    if "\0" in source:
        raise UsageError(Problem(Place(source), "no-such-file", "no file can have this name", "look at the name"))
    if ending not in _DELIMITED + _WORKBOOKS and ending not in (".yaml", ".yml"):
        raise UsageError(_unknown(source, ending))
    with _told(path, source):
        with path.open("rb") as stream:
            if not stream.read(1):
                fact, hint = "the file is empty", "write a head row and a row for each addressee"
                raise AddresseesError(Problem(Place(source), "empty-file", fact, hint))
        opened = _opened(path, source, sheet, ending)

    def addressees() -> Iterator[Addressee]:
        with _told(path, source):
            yield from opened

    return replace(opened, rows=addressees, file=path)


def _opened(path: Path, source: str, sheet: str, ending: str) -> AddresseeList:
    if ending in _DELIMITED:
        return open_delimited(path, source)
    if ending in _WORKBOOKS:
        from circulars.source.addressees.workbook import open_workbook

        return open_workbook(path, source, sheet)
    from circulars.source.addressees.entries import open_entries

    return open_entries(path, source)


@contextmanager
def _told(path: Path, source: str) -> Iterator[None]:
    """Says what keeps the system from reading the file, which may be gone when it is read again."""
    try:
        yield
    except OSError as error:
        raise AddresseesError(_unreadable(error, path, source)) from None


def _check_use(parameter: str, value: str, fact: str) -> None:
    if value:
        choice = Choice(parameter, "leave out {}", parameter.upper())
        raise UsageError(Problem(Place(), "wrong-option", fact, choices=(choice,)))


def _unknown(source: str, ending: str) -> Problem:
    fact = f"'{ending}' is no kind of list that is known" if ending else "a list's kind is told by its name's ending"
    hint = "a list is a file .csv, .xlsx or .yaml, or a database's address (postgresql://…, sqlite:///…)"
    if ending in _OTHER_WORKBOOKS:
        hint = "save it as .xlsx or as .csv"
    return Problem(Place(source), "unknown-list", fact, hint)


def _unreadable(error: OSError, path: Path, source: str) -> Problem:
    if isinstance(error, FileNotFoundError):
        siblings = [other.name for other in path.parent.glob("*") if other.suffix.lower() in _ENDINGS]
        hint = did_you_mean(path.name, siblings, "look at the name, and at the folder where you are")
        return Problem(Place(source), "no-such-file", "there is no such file", hint)
    if isinstance(error, IsADirectoryError):
        return Problem(Place(source), "no-such-file", "this is a folder, not a list", "name the file in it")
    fact = f"the file cannot be read: {error.strerror or error}"
    return Problem(Place(source), "cannot-read", fact, "ask for permission to read it, or copy it elsewhere")

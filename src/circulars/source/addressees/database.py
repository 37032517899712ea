"""Reads addressees from a database: the rows that one SELECT gives, as they arrive."""

from __future__ import annotations

import datetime
import logging
import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circulars.errors import AddresseesError, CircularsError, MachineError, Place, Problem, UsageError
from circulars.extras import to_install
from circulars.model.addressee import Addressee
from circulars.source.addressees import query as queries
from circulars.source.addressees.head import Head, one_kind_of_line_end, read_head
from circulars.source.addressees.lists import AddresseeList, FaultyRow

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, CursorResult, Engine

_AT_ONCE = 2_000
# In seconds. Without the others a server whose cable was pulled is waited for two hours (libpq, 34.1.2).
_PATIENCE = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "sqlite": "sqlite"}


# A connection that breaks is told as a problem; SQLAlchemy would log it besides, with a traceback, to a terminal.
logging.getLogger("sqlalchemy").addHandler(logging.NullHandler())


def open_database(source: str, query: str, folder: Path) -> AddresseeList:
    """The list that a query gives; each time that it is read, the database is asked anew, in a transaction of its own.

    The columns are known after the database was asked once, and no row was fetched. Nothing can be written: SQLite's
    file is opened for reading, PostgreSQL's transaction is ``READ ONLY``. The password of the address is in no message.

    Raises:
        UsageError: the address is none, or the query is not one SELECT.
        AddresseesError: the database refuses the query.
        MachineError: the database cannot be reached, or SQLAlchemy or psycopg is not installed.
    """
    url = _url(source)
    name = _shown(url)
    _check_query(query, name)
    asked = queries.without_end(query)
    engine = _engine(url, name, folder)
    with _answer(engine, asked, name, url) as answer:
        head = read_head(name, answer.heads)

    def addressees() -> Iterator[Addressee]:
        with _answer(engine, asked, name, url) as answer:
            for addressee in head.addressees(answer.rows(head)):
                found = answer.faults.pop(addressee.row, ())
                yield FaultyRow(addressee.id, addressee.columns, addressee.row, found) if found else addressee

    return AddresseeList(name, head.columns, addressees)


def _url(source: str) -> URL:
    try:
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError
    except ImportError:
        raise _missing_library("sqlalchemy") from None
    scheme = source.partition("://")[0]
    try:
        url = make_url(source)
    except (ArgumentError, ValueError):
        hint = "write it like postgresql://user@host/database, or sqlite:///file.db"
        fact = "this is not the address of a database"
        raise UsageError(Problem(Place(f"{scheme}://…"), "wrong-address", fact, hint)) from None
    return url.set(drivername=_DRIVERS[url.drivername.partition("+")[0].lower()])


def _shown(url: URL) -> str:
    """What problems call the database: nothing of who may enter, and how."""
    host = f"{url.host or ''}{f':{url.port}' if url.port else ''}"
    return f"{url.get_backend_name()}://{host}/{url.database or ''}"


def _check_query(query: str, name: str) -> None:
    if not query.strip():
        fact, hint = "a database needs a query", "say which rows: SELECT id, language, name FROM …"
        raise UsageError(Problem(Place(name), "missing-query", fact, hint))
    if fact := queries.fault(query):
        hint = "write one SELECT; here nothing is ever changed"
        raise UsageError(Problem(Place(name), "not-a-select", f"the query may only ask: {fact}", hint))


def _engine(url: URL, name: str, folder: Path) -> Engine:
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    if url.get_backend_name() == "sqlite":
        return create_engine("sqlite://", creator=lambda: _sqlite(url, name, folder), poolclass=NullPool)
    patience = {name: value for name, value in _PATIENCE.items() if name not in url.query}
    try:
        return create_engine(url, poolclass=NullPool, connect_args=patience)
    except ImportError:
        raise _missing_library("psycopg") from None


def _sqlite(url: URL, name: str, folder: Path) -> Any:
    import sqlite3

    path = folder / (url.database or "")
    if not path.is_file():
        fact, hint = "there is no such file", "an address with three '/' begins at this folder, one with four at '/'"
        raise AddresseesError(Problem(Place(name), "no-such-file", fact, hint))
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    connection.execute("PRAGMA query_only = ON")
    return connection


@contextmanager
def _answer(engine: Engine, query: str, name: str, url: URL) -> Iterator[_Answer]:
    """The answer to a query, over a connection that can only read, and is closed afterwards."""
    from sqlalchemy import text

    with ExitStack() as opened:
        with _told(name, url, 0):
            connection = engine.connect()
            opened.callback(_close, connection)
            if url.get_backend_name() == "postgresql":
                connection.execute(text("SET TRANSACTION READ ONLY"))
            # As it stands: SQLAlchemy would take ":word" in a query for a value to be filled in, the driver "%".
            options = connection.execution_options(stream_results=True, yield_per=_AT_ONCE, no_parameters=True)
            result = options.exec_driver_sql(query)
            opened.callback(_close, result)
        yield _Answer(result, name, url)


def _close(what: Connection | CursorResult[Any]) -> None:
    """Closes a connection or a result; of a server that went away there is nothing to take leave of."""
    from sqlalchemy.exc import SQLAlchemyError

    with suppress(SQLAlchemyError):
        what.close()


class _Answer:
    """What a database answers to a query: the heads of its columns, and its rows, some thousands at a time."""

    def __init__(self, result: CursorResult[Any], name: str, url: URL) -> None:
        self._result, self._name, self._url = result, name, url
        self.heads = tuple(result.keys())
        self.faults: dict[int, tuple[Problem, ...]] = {}

    def rows(self, head: Head) -> Iterator[tuple[int, Sequence[str]]]:
        """The rows as text, numbered as in a file with a head row; what is wrong with one stands in ``faults``."""
        row = 1
        rows = iter(self._result)
        while True:
            with _told(self._name, self._url, row):
                values = next(rows, None)
            if values is None:
                return
            row += 1
            self.faults.clear()
            cells = [value if type(value) is str and "\r" not in value else _text(value) for value in values]
            if None in cells:
                self.faults[row] = tuple(self._untold(row, values, cells, head))
            yield row, [cell or "" for cell in cells]

    def _untold(self, row: int, values: Sequence[Any], cells: Sequence[str | None], head: Head) -> Iterator[Problem]:
        for number, (value, cell) in enumerate(zip(values, cells, strict=True)):
            if cell is None:
                column = head.names[number] if number < len(head.names) else f"column {number + 1}"
                fact = f"{column}: the value is no text, number or date ({type(value).__name__})"
                hint = "let the query make a text of it: CAST(… AS text)"
                yield Problem(Place(self._name, row, number + 1), "not-text", fact, hint)


def _text(value: Any) -> str | None:
    """A value as text: dates and times as ISO 8601 writes them; None for what has no text of its own."""
    if value is None:
        return ""
    if isinstance(value, str):
        return one_kind_of_line_end(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | uuid.UUID):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 10**15 else repr(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "seconds" if value.second else "minutes")
    if isinstance(value, datetime.time):
        return value.isoformat("seconds" if value.second else "minutes")
    return value.isoformat() if isinstance(value, datetime.date) else None


@contextmanager
def _told(name: str, url: URL, row: int) -> Iterator[None]:
    """Says what the database refused, or that it went away, in our words and its own."""
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    try:
        yield
    except CircularsError:
        raise
    except DBAPIError as error:
        raise _refusal(error, name, url, row) from None
    except (SQLAlchemyError, OSError, UnicodeError) as error:
        fact = f"the database cannot be read: {_words(error, url)}"
        raise MachineError(Problem(Place(name), "database-fault", fact, "look at its address")) from None


def _refusal(error: Any, name: str, url: URL, row: int) -> CircularsError:
    """What an error of the database means. PostgreSQL's class 08 and 57P are about the connection, 42 is the query."""
    words = _words(error.orig or error, url)
    state = str(getattr(error.orig, "sqlstate", None) or "")
    is_postgresql = url.get_backend_name() == "postgresql"
    if row and (error.connection_invalidated or (is_postgresql and (not state or state[:2] in ("08", "57")))):
        fact = f"the database went away after {row - 1:,} rows: {words}"
        return MachineError(Problem(Place(name), "database-gone", fact, "try again when it is back"))
    if is_postgresql and (not state or state[:2] in ("08", "28", "3D", "53", "57")):
        fact, hint = f"the database cannot be reached: {words}", "look at its address, and whether it runs"
        return MachineError(Problem(Place(name), "database-unreachable", fact, hint))
    if state == "25006" or "readonly database" in words:
        fact, hint = f"the query may only ask: {words}", "write one SELECT; here nothing is ever changed"
        return UsageError(Problem(Place(name), "not-a-select", fact, hint))
    if "decode to UTF-8" in words:
        fact, hint = f"a text in the database is not UTF-8: {words}", "mend it there"
        return AddresseesError(Problem(Place(name, row + 1, 1), "not-utf-8", fact, hint))
    fact, hint = f"the database refuses the query: {words}", _hint(state, words)
    return AddresseesError(Problem(Place(name), "query-refused", fact, hint))


def _hint(state: str, words: str) -> str:
    """What to look at, by the SQLSTATE's class (PostgreSQL, appendix A); SQLite has its words alone."""
    if state == "42501":
        return "ask those who keep the database for the right to read it"
    if state[:2] == "42" or words.startswith(("no such ", "near ", "ambiguous column", "incomplete input")):
        return "look at the names in the query, and at how it is written"
    if state[:2] == "22":
        return "a value does not suit what the query makes of it: look at what it reckons and converts"
    if "not a database" in words:
        return "look at its address"
    return "try the query in the database's own program"


def _words(error: BaseException, url: URL) -> str:
    """The database's own words on one line, without the password."""
    words = " ".join(str(error).split())
    secrets = [str(url.password or ""), *(v for key, value in url.query.items() if "pass" in key for v in _each(value))]
    for secret in filter(None, secrets):
        words = words.replace(secret, "***")
    return re.sub(r"\(Background on this error at: \S+\)", "", words).strip()


def _each(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _missing_library(name: str) -> MachineError:
    fact = f"lists in databases need the library {name}, which is not installed"
    return MachineError(Problem(Place(), "missing-library", fact, to_install("database")))

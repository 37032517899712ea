"""Reads addressees from a database: the rows of one SELECT, as they arrive."""

from __future__ import annotations

import datetime
import logging
import re
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circulars.errors import AddresseesError, CircularsError, MachineError, Place, Problem, UsageError, not_read
from circulars.extras import to_install
from circulars.model.addressee import Addressee
from circulars.sockets import Clock
from circulars.source.addressees import query as queries
from circulars.source.addressees.head import Head, one_kind_of_line_end, read_head
from circulars.source.addressees.lists import AddresseeList, FaultyRow

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, CursorResult, Engine

_ADD_ID = "select a column with the name: SELECT number AS id, …"
_BATCH = 2_000
# In seconds. Without these keepalives, libpq waits two hours for a server that was disconnected (libpq, 34.1.2).
_TIMEOUTS = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
_ONE_SELECT = "write a single SELECT: lists are only read"
_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "sqlite": "sqlite",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
}
_READ_ONLY = {"postgresql": "SET TRANSACTION READ ONLY", "mysql": "START TRANSACTION READ ONLY"}
"""What makes the transaction of a query read-only, by backend. A file of SQLite is opened read-only."""


# A broken connection is reported as a problem; without a handler, SQLAlchemy would print a traceback as well.
logging.getLogger("sqlalchemy").addHandler(logging.NullHandler())


def open_database(source: str, query: str, folder: Path, clock: Clock = time.monotonic) -> AddresseeList:
    """The list that a query returns. Each pass through the list runs the query again, in a new transaction.

    The query is run once to learn the columns, without fetching rows. Nothing can be written: SQLite's file is opened
    read-only, PostgreSQL's transaction is ``READ ONLY``. No message contains the password of the address.

    ``clock`` measures how long a server takes. The connection to a server that is too slow, or sends more than any list
    has, is closed.

    Raises:
        UsageError: the address is not valid, or the query is not one SELECT.
        AddresseesError: the database refuses the query.
        MachineError: the database cannot be reached, or SQLAlchemy or psycopg is not installed.
    """
    url = _url(source)
    name = _shown(url)
    _check_query(query, name, url)
    statement = queries.without_semicolon(query)
    engine = _engine(url, name, folder, clock)
    with _result(engine, statement, name, url) as result:
        named = read_head(name, result.columns)

    def listed(head: Head) -> AddresseeList:
        def addressees() -> Iterator[Addressee]:
            with _result(engine, statement, name, url) as result:
                for addressee in head.addressees(result.rows(head)):
                    found = result.faults.pop(addressee.row, ())
                    yield FaultyRow(addressee.id, addressee.columns, addressee.row, found) if found else addressee

        return AddresseeList(name, head.columns, addressees, add_id=_ADD_ID, heads=head.header_row(listed))

    return listed(named)


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
    """The address for messages, without user name and password."""
    host = f"{url.host or ''}{f':{url.port}' if url.port else ''}"
    return f"{url.get_backend_name()}://{host}/{url.database or ''}"


def _check_query(query: str, name: str, url: URL) -> None:
    if not query.strip():
        fact, hint = "a database needs a query", "write one: SELECT id, language, name FROM …"
        raise UsageError(Problem(Place(name), "missing-query", fact, hint))
    if fact := queries.fault(query) or (queries.fault_in_mysql(query) if url.get_backend_name() == "mysql" else ""):
        raise UsageError(Problem(Place(name), "not-a-select", f"the query must only read: {fact}", _ONE_SELECT))


def _engine(url: URL, name: str, folder: Path, clock: Clock) -> Engine:
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    if url.get_backend_name() == "sqlite":
        return create_engine("sqlite://", creator=lambda: _sqlite(url, name, folder), poolclass=NullPool)
    if url.get_backend_name() == "mysql":
        return create_engine("mysql+pymysql://", creator=_mysql(url, name, clock), poolclass=NullPool)
    timeouts = {name: value for name, value in _TIMEOUTS.items() if name not in url.query}
    try:
        from circulars.source.addressees.postgresql import connection_class

        engine = create_engine(url, poolclass=NullPool, connect_args=timeouts)
    except ImportError:
        raise _missing_library("psycopg") from None
    limited = connection_class(clock)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, arguments: list[Any], named: dict[str, Any]) -> Any:
        return limited.connect(*arguments, **named)

    return engine


def _sqlite(url: URL, name: str, folder: Path) -> Any:
    from circulars.source.addressees.sqlite import open_sqlite

    path = folder / (url.database or "")
    if not path.exists():
        hint = "a path after 'sqlite:///' is relative to this folder, one after 'sqlite:////' is absolute"
        raise AddresseesError(Problem(Place(name), "no-such-file", "there is no such file", hint))
    try:
        return open_sqlite(path)
    except OSError as error:
        raise AddresseesError(Problem(Place(name), "cannot-read", not_read(error), "name a file")) from None


def _mysql(url: URL, name: str, clock: Clock) -> Callable[[], Any]:
    try:
        from circulars.source.addressees.mysql import connector
    except ImportError:
        raise _missing_library("pymysql") from None
    try:
        return connector(url, clock)
    except ValueError as error:
        raise UsageError(Problem(Place(name), "wrong-address", str(error), "remove it from the address")) from None
    except OSError as error:  # of OpenSSL, too
        fact = f"a certificate that the address names cannot be read: {not_read(error)}"
        raise UsageError(Problem(Place(name), "wrong-address", fact, "name a file with certificates (PEM)")) from None


@contextmanager
def _result(engine: Engine, query: str, name: str, url: URL) -> Iterator[_Result]:
    """The result of a query, over a read-only connection, which is closed on exit."""
    from sqlalchemy import text

    with ExitStack() as opened:
        with _reporting(name, url, 0):
            connection = engine.connect()
            opened.callback(_close, connection)
            if begin := _READ_ONLY.get(url.get_backend_name()):
                connection.execute(text(begin))
            # The query is passed unchanged: SQLAlchemy would take ":word" for a parameter, the driver "%".
            options = connection.execution_options(stream_results=True, yield_per=_BATCH, no_parameters=True)
            result = options.exec_driver_sql(query)
            opened.callback(_close, result)
        yield _Result(result, name, url)


def _close(what: Connection | CursorResult[Any]) -> None:
    """Closes a connection or a result; errors of a server that is gone are ignored."""
    from sqlalchemy.exc import SQLAlchemyError

    with suppress(SQLAlchemyError):
        what.close()


class _Result:
    """The result of a query: the names of its columns, and its rows, fetched in batches."""

    def __init__(self, result: CursorResult[Any], name: str, url: URL) -> None:
        self._result, self._name, self._url = result, name, url
        # Only a view of SQLite can have more rows than bytes; what a server sends has limits of its own.
        self._most: int = getattr(result.connection.connection.dbapi_connection, "most_rows", sys.maxsize)
        self.columns = tuple(result.keys())
        self.faults: dict[int, tuple[Problem, ...]] = {}

    def rows(self, head: Head) -> Iterator[tuple[int, Sequence[str]]]:
        """The rows as text, numbered as in a file with a header row; the problems of the last row are in ``faults``."""
        row = 1
        rows = iter(self._result)
        while True:
            with _reporting(self._name, self._url, row):
                values = next(rows, None)
            if values is None:
                return
            row += 1
            if row > self._most:
                raise AddresseesError(_endless(self._name, f"the query returns more than {self._most:,} rows"))
            self.faults.clear()
            cells = [value if type(value) is str and "\r" not in value else _text(value) for value in values]
            if None in cells:
                self.faults[row] = tuple(self._not_text(row, values, cells, head))
            yield row, [cell or "" for cell in cells]

    def _not_text(self, row: int, values: Sequence[Any], cells: Sequence[str | None], head: Head) -> Iterator[Problem]:
        for number, (value, cell) in enumerate(zip(values, cells, strict=True)):
            if cell is None:
                column = head.names[number] if number < len(head.names) else f"column {number + 1}"
                fact = f"{column}: the value is not text, a number or a date ({type(value).__name__})"
                hint = "convert it to text in the query: CAST(… AS text)"
                yield Problem(Place(self._name, row, number + 1), "not-text", fact, hint)


def _text(value: Any) -> str | None:
    """A value as text, dates and times in ISO 8601; None for a value of any other type."""
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
    if isinstance(value, datetime.timedelta):  # MySQL's times
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return value.isoformat() if isinstance(value, datetime.date) else None


@contextmanager
def _reporting(name: str, url: URL, row: int) -> Iterator[None]:
    """Turns errors of the database into problems, which quote the database's message."""
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    try:
        yield
    except CircularsError:
        raise
    except DBAPIError as error:
        raise _refusal(error, name, url, row) from None
    except (SQLAlchemyError, OSError, UnicodeError) as error:
        fact = f"the database cannot be read: {_words(error, url)}"
        raise MachineError(Problem(Place(name), "database-fault", fact, "check its address")) from None


def _refusal(error: Any, name: str, url: URL, row: int) -> CircularsError:
    """The problem for a database error. PostgreSQL's classes 08 and 57 are about the connection, 42 about the query."""
    words, state = _words_and_state(error, url)
    is_server = url.get_backend_name() != "sqlite"
    if row and (error.connection_invalidated or (is_server and (not state or state[:2] in ("08", "57")))):
        fact = f"the connection to the database was lost after {row - 1:,} rows: {words}"
        return MachineError(Problem(Place(name), "database-gone", fact, "try again when the database is available"))
    if is_server and (not state or state[:2] in ("08", "28", "3D", "53", "57")):
        fact, hint = f"the database cannot be reached: {words}", "check its address, and whether it is running"
        return MachineError(Problem(Place(name), "database-unreachable", fact, hint))
    if state == "25006" or "readonly database" in words:
        return UsageError(Problem(Place(name), "not-a-select", f"the query must only read: {words}", _ONE_SELECT))
    if words == "interrupted":
        return AddresseesError(_endless(name, "the query takes more steps or time than a database of this size needs"))
    if "decode to UTF-8" in words:
        fact, hint = f"text in the database is not UTF-8: {words}", "fix it in the database"
        return AddresseesError(Problem(Place(name, row + 1, 1), "not-utf-8", fact, hint))
    fact, hint = f"the database refuses the query: {words}", _hint(state, words)
    return AddresseesError(Problem(Place(name), "query-refused", fact, hint))


def _words_and_state(error: Any, url: URL) -> tuple[str, str]:
    """The database's message, and its SQLSTATE; "" if it has none, as those of SQLite, or an unknown one."""
    original = error.orig or error
    if url.get_backend_name() != "mysql":
        return _words(original, url), str(getattr(original, "sqlstate", None) or "")
    from circulars.source.addressees.mysql import state_of

    number, words = (*original.args, "", "")[:2]
    return _words(words or original, url), state_of(number)


def _endless(name: str, fact: str) -> Problem:
    hint = "query its tables instead of its views, or export a .csv file"
    return Problem(Place(name), "endless-query", fact, hint)


def _hint(state: str, words: str) -> str:
    """The hint for an error: by the class of its SQLSTATE (PostgreSQL, appendix A); SQLite has only a message."""
    if state == "42501":
        return "ask the database's administrator for permission to read it"
    if state[:2] == "42" or words.startswith(("no such ", "near ", "ambiguous column", "incomplete input")):
        return "check the names and the syntax of the query"
    if state[:2] == "22":
        return "check what the query computes and converts: a value does not fit"
    if "not a database" in words:
        return "check its address"
    return "try the query in the database's own program"


def _words(error: object, url: URL) -> str:
    """The database's message on one line, without passwords."""
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

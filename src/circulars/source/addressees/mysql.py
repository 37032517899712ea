"""Connections to MySQL and MariaDB within limits: each answer has a deadline and a size, and all together have one.

Outside of this machine TLS is required, and the certificate must be for the host.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import pymysql
from pymysql.connections import Connection, MysqlPacket
from pymysql.cursors import Cursor, SSCursor

from circulars.sockets import Allowance, Clock, LimitedSocket, LimitedTLSSocket, connected, encrypted, is_this_machine

if TYPE_CHECKING:
    from sqlalchemy import URL

_ANSWER: Final = 600.0  # seconds until the first row of a query, or the next one
_SESSION: Final = 3_600.0  # seconds of waiting for the server until the last row
_OPENING: Final = 60.0
_OPENING_BYTES: Final = 1_000_000  # until a query can be sent; a server needs a few hundred
_BYTES: Final = 64_000_000  # of a row, or of the description of the columns
OPTIONS: Final = ("read_default_file", "ssl_ca", "ssl_cert", "ssl_disabled", "ssl_key", "unix_socket")
"""What an address may say after "?". Other options of the library could change data, or send files to the server."""
# In a string, a backslash is a letter, as in the standard and in other databases; so strings end where they seem to.
_BEGIN: Final = (
    "SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES')",
    "SET SESSION TRANSACTION READ ONLY",
)
_STATES: Final[Mapping[object, str]] = {
    1044: "42501", 1142: "42501", 1143: "42501", 1227: "42501", 1370: "42501",
    1045: "28000", 1698: "28000", 1049: "3D000", 1040: "53300", 1203: "53300",
    1054: "42703", 1064: "42601", 1146: "42P01", 1305: "42883", 1052: "42702",
    1792: "25006", 1290: "42501",
    2002: "08001", 2003: "08001", 2006: "08006", 2013: "08006", 2026: "08001",
    1053: "57P01", 1317: "57014", 1927: "57P01",
}  # fmt: skip
"""The SQLSTATEs that PostgreSQL has for the numbers of errors of MySQL and MariaDB."""


def state_of(number: object) -> str:
    """The SQLSTATE of an error's number. Most are about what the query computes."""
    return _STATES.get(number, "22000" if isinstance(number, int) else "")


def connector(url: URL, clock: Clock) -> Callable[[], LimitedMySQLConnection]:
    """A function that makes a connection whose transactions are read-only.

    Raises:
        ValueError: the address has an option that is not in :data:`OPTIONS`.
        OSError: a certificate cannot be read.
    """
    options = {name: str(value) for name, value in url.query.items()}
    if unknown := sorted(set(options) - set(OPTIONS)):
        raise ValueError(f"'{unknown[0]}' is not an option of the address; it may have {', '.join(OPTIONS)}")
    file = options.get("read_default_file")
    password = (str(url.password) if url.password else "").encode()
    named: dict[str, Any] = {"host": url.host, "port": url.port or 0, "user": url.username, "password": password}
    named |= {"database": url.database, "unix_socket": options.get("unix_socket"), "read_default_file": file}
    context = None if _is_true(options.get("ssl_disabled", "")) else _context(options)

    def connect() -> LimitedMySQLConnection:
        connection = LimitedMySQLConnection(clock, context, named, is_asked="ssl_ca" in options)
        with connection.cursor() as cursor:
            for statement in _BEGIN:
                cursor.execute(statement)
        return connection

    return connect


class LimitedMySQLConnection(Connection):  # type: ignore[misc]  # the library has no types
    """A connection that ends when the server is too slow, or sends too much. ``clock`` measures how slow it is."""

    def __init__(
        self, clock: Clock, context: ssl.SSLContext | None, named: Mapping[str, Any], *, is_asked: bool
    ) -> None:
        """Connects. ``is_asked`` says whether TLS is required also within this machine."""
        self.allowance, self._clock, self._waited = Allowance(clock), clock, 0.0
        super().__init__(**named, ssl_disabled=True, defer_connect=True)
        is_here = bool(self.unix_socket) or is_this_machine(self.host)
        if context and (is_asked or not is_here):
            self.ssl = self._ssl_required = True
            self.client_flag |= pymysql.constants.CLIENT.SSL
            self.ctx = _Context(context)
        self.allowance.begin(_OPENING, _OPENING_BYTES)
        try:
            sock = self._socket()
        except (OSError, UnicodeError) as error:
            raise pymysql.err.OperationalError(2003, f"{getattr(error, 'strerror', None) or error}") from None
        self._secure = bool(self.unix_socket)
        self.connect(sock)

    def _socket(self) -> LimitedSocket:
        if not self.unix_socket:
            return connected(self.host, self.port, self.allowance)
        sock = LimitedSocket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.allowance = self.allowance
        sock.settimeout(self.allowance.remaining())
        sock.connect(self.unix_socket)
        return sock

    def cursor(self, cursor: type[Cursor] | None = None) -> Cursor:
        """A new cursor. One that fetches row by row does not read the rest when it is closed."""
        return super().cursor(_RowCursor if cursor is SSCursor else cursor)

    def rollback(self) -> None:
        """Ends the transaction, unless the connection is closed, which ends it, too."""
        if self.open:
            super().rollback()

    def abandon(self) -> None:
        """Closes the connection if there are rows that were not read; the server would send all of them."""
        if self._result is not None and self._result.unbuffered_active:
            self._force_close()

    def _force_close(self) -> None:
        """Closes the connection; the result that was being read does not wait for rows any more."""
        if (result := self._result) is not None and result.unbuffered_active:
            result.unbuffered_active, result.connection = False, None
        super()._force_close()

    def _execute_command(self, command: int, sql: str | bytes) -> None:
        self._begin()
        super()._execute_command(command, sql)

    def _read_packet(self, packet_type: type[MysqlPacket] = MysqlPacket) -> MysqlPacket:
        """The next packet. A row may have as many bytes as all that comes before the rows."""
        if packet_type is MysqlPacket and getattr(self._result, "unbuffered_active", False):
            self._begin()
        begun = self._clock()
        try:
            return super()._read_packet(packet_type)
        finally:
            self._waited += self._clock() - begun

    def _begin(self) -> None:
        self.allowance.begin(max(min(_ANSWER, _SESSION - self._waited), 0.0), _BYTES)


class _RowCursor(SSCursor):  # type: ignore[misc]  # the library has no types
    """A cursor that fetches row by row."""

    connection: LimitedMySQLConnection | None

    def close(self) -> None:
        """Ends the answer. What is left of it is not read."""
        if self.connection is not None:
            self.connection.abandon()
        super().close()


class _Context:
    """What encrypts the connection of the library, within its allowance."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context

    def wrap_socket(self, sock: LimitedSocket, server_hostname: str) -> LimitedTLSSocket:
        """The connection, encrypted; the certificate must be for the host."""
        return encrypted(sock, self._context, server_hostname)


def _context(options: Mapping[str, str]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=options.get("ssl_ca"))
    if certificate := options.get("ssl_cert"):
        context.load_cert_chain(certificate, options.get("ssl_key"))
    return context


def _is_true(value: str) -> bool:
    return value.casefold() in ("1", "true", "yes")

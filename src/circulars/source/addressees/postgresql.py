"""Connections to PostgreSQL within limits: each answer has a deadline and a size, and all together have a deadline."""

from __future__ import annotations

import fcntl
import re
import struct
import termios
import time
from collections.abc import Generator, Mapping
from typing import Any, ClassVar, Final

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo, timeout_from_conninfo

from circulars.sockets import Allowance, Clock, TooLong, TooSlow
from circulars.source.addressees.relay import Relay, connected

_ANSWER: Final = 600.0  # seconds until the first rows of a query, or the next ones
_SESSION: Final = 3_600.0  # seconds of waiting for the server until the last row
_OPENING: Final = 60.0  # seconds for each address; an address may ask for less (connect_timeout)
_OPENING_BYTES: Final = 1_000_000  # until a query can be sent; a server needs a few thousand
_BYTES: Final = 64_000_000  # of an answer; a batch of rows has less than a megabyte
_PORT: Final = "5432"
_PIECE: Final = 8_192  # bytes that each piece counts at least: while libpq reads one, more may arrive


class LimitedConnection(psycopg.Connection[Any]):
    """A connection that ends when the server is too slow, or sends too much. ``clock`` measures how slow it is."""

    clock: ClassVar[staticmethod[[], float]] = staticmethod(time.monotonic)
    _waited: float = 0.0
    _relay: Relay | None = None

    @classmethod
    def _get_connection_params(cls, conninfo: str, **kwargs: Any) -> dict[str, Any]:
        """As psycopg's, with the servers that a service or the environment names; psycopg tries one after the other."""
        params: dict[str, Any] = super()._get_connection_params(conninfo, **kwargs)
        complete = _complete(make_conninfo("", **params))
        return params | {name: complete[name] for name in ("host", "hostaddr", "port") if name in complete}

    @classmethod
    def _connect_gen(cls, info: str = "") -> Generator[Any, Any, Any]:
        allowance = Allowance(cls.clock)
        allowance.begin(_OPENING, _OPENING_BYTES)
        named = _complete(info)
        relay = _relay(named, allowance.remaining()) if "hostaddr" in named else None
        try:
            if relay:
                relay.begin(_OPENING_BYTES)
                info = make_conninfo(info, **_over(relay, named))
            connection = yield from _counted(super()._connect_gen(info), allowance, relay)
        except BaseException as error:
            if relay:
                relay.close()
            if isinstance(error, TooSlow | TooLong):
                raise psycopg.OperationalError(str(error)) from None
            if relay and isinstance(error, psycopg.Error):
                error.args = (_with_excess(_with_own_address(str(error), relay, named), relay),)
            raise
        connection._relay = relay
        return connection

    def close(self) -> None:
        """Closes the connection, and its way to the server."""
        super().close()
        if self._relay:
            self._relay.close()

    def wait(self, gen: Any, *arguments: Any, **named: Any) -> Any:
        """What psycopg waits for, within the limits.

        Raises:
            psycopg.Error: of the server, or a limit was exceeded; then the connection is closed.
        """
        allowance, begun = Allowance(self.clock), self.clock()
        allowance.begin(max(min(_ANSWER, _SESSION - self._waited), 0.0), _BYTES)
        if self._relay:
            self._relay.begin(_BYTES)
        try:
            return super().wait(_counted(gen, allowance, self._relay, self.pgconn.socket), *arguments, **named)
        except (TooSlow, TooLong) as error:
            self.pgconn.finish()
            raise psycopg.OperationalError(str(error)) from None
        except psycopg.Error as error:
            if self._relay:
                error.args = (_with_excess(str(error), self._relay),)
            raise
        finally:
            self._waited += self.clock() - begun


def connection_class(clock: Clock) -> type[LimitedConnection]:
    """The class of connections with this clock."""
    return type("ClockedConnection", (LimitedConnection,), {"clock": staticmethod(clock)})


def _complete(info: str) -> dict[str, str]:
    """The parameters of a connection, with those of a service and the environment, and a password that a file has.

    No mode of TLS is called "-", so libpq reads all of them and then connects to nothing.
    """
    conn = pq.PGconn.connect_start(make_conninfo(info, sslmode="-").encode())
    try:
        named = {option.keyword.decode(): option.val.decode() for option in conn.info if option.val}
        return named | ({"password": conn.password.decode()} if conn.password else {})
    finally:
        conn.finish()


def _relay(named: Mapping[str, str], seconds: float) -> Relay:
    """A way to the server at the address ``hostaddr``.

    Raises:
        psycopg.OperationalError: the server cannot be reached.
    """
    timeout = min(float(timeout_from_conninfo(dict(named))), seconds)
    address, port = named["hostaddr"], named.get("port") or _PORT
    try:
        return Relay(lambda: connected((address, int(port)), timeout, named))
    except (OSError, ValueError, OverflowError) as error:  # the port may be no number, or too large
        fact = f"connection failed: {_server(named)} failed: {getattr(error, 'strerror', None) or error}"
        raise psycopg.OperationalError(fact) from None


def _over(relay: Relay, named: Mapping[str, str]) -> dict[str, str]:
    """What leads libpq over a relay.

    The name of the host stays, as its certificate must be for it. A file of passwords has no entry for the relay.
    """
    over = {"host": named.get("host") or named["hostaddr"], "hostaddr": "127.0.0.1", "port": str(relay.port)}
    return over | ({"password": named["password"]} if "password" in named else {})


def _with_own_address(message: str, relay: Relay, named: Mapping[str, str]) -> str:
    """A message of libpq with the address of the server instead of the relay's."""
    return re.sub(
        rf'connection to server at "[^"]*"(?: \(\S+\))?, port {relay.port}\b', lambda _: _server(named), message
    )


def _with_excess(message: str, relay: Relay) -> str:
    """A message of libpq after the limit at which the relay has closed the connection, if it has."""
    return f"{relay.excess}; {message}" if relay.excess else message


def _server(named: Mapping[str, str]) -> str:
    """The server, in libpq's words."""
    address = named["hostaddr"]
    host = named.get("host") or address
    shown = f'"{host}"' if host == address else f'"{host}" ({address})'
    return f"connection to server at {shown}, port {named.get('port') or _PORT}"


def _counted(
    gen: Generator[Any, Any, Any], allowance: Allowance, relay: Relay | None, socket: int = -1
) -> Generator[Any, Any, Any]:
    """A generator of psycopg, which yields what it waits for; each time it goes on, its limits are checked.

    A relay counts the bytes itself. While a connection is opened, what it waits for includes the socket.
    """
    try:
        waited = next(gen)
        while True:
            ready = yield waited
            allowance.remaining()
            if ready and not relay:
                allowance.take(max(_arrived(waited[0] if isinstance(waited, tuple) else socket), _PIECE))
            waited = gen.send(ready)
    except StopIteration as end:
        return end.value
    finally:
        gen.close()  # a connection that was being opened is closed, too


def _arrived(socket: int) -> int:
    """The bytes that have arrived on a socket and were not read yet."""
    count: int = struct.unpack("i", fcntl.ioctl(socket, termios.FIONREAD, b"\0" * 4))[0]
    return count

"""Connections to PostgreSQL within limits: each answer has a deadline and a size, and all together have a deadline."""

from __future__ import annotations

import fcntl
import struct
import termios
import time
from collections.abc import Generator
from typing import Any, ClassVar, Final

import psycopg

from circulars.sockets import Allowance, Clock, TooLong, TooSlow

_ANSWER: Final = 600.0  # seconds until the first rows of a query, or the next ones
_SESSION: Final = 3_600.0  # seconds of waiting for the server until the last row
_OPENING: Final = 60.0  # seconds for each address; an address may ask for less (connect_timeout)
_OPENING_BYTES: Final = 1_000_000  # until a query can be sent; a server needs a few thousand
_BYTES: Final = 64_000_000  # of an answer; a batch of rows has less than a megabyte
_PIECE: Final = 8_192  # bytes that each piece counts at least: while libpq reads one, more may arrive


class LimitedConnection(psycopg.Connection[Any]):
    """A connection that ends when the server is too slow, or sends too much. ``clock`` measures how slow it is."""

    clock: ClassVar[staticmethod[[], float]] = staticmethod(time.monotonic)
    _waited: float = 0.0

    @classmethod
    def _connect_gen(cls, *arguments: Any, **named: Any) -> Generator[Any, Any, Any]:
        allowance = Allowance(cls.clock)
        allowance.begin(_OPENING, _OPENING_BYTES)
        try:
            return (yield from _counted(super()._connect_gen(*arguments, **named), allowance))
        except (TooSlow, TooLong) as error:
            raise psycopg.OperationalError(str(error)) from None

    def wait(self, gen: Any, *arguments: Any, **named: Any) -> Any:
        """What psycopg waits for, within the limits.

        Raises:
            psycopg.Error: of the server, or a limit was exceeded; then the connection is closed.
        """
        allowance, begun = Allowance(self.clock), self.clock()
        allowance.begin(max(min(_ANSWER, _SESSION - self._waited), 0.0), _BYTES)
        try:
            return super().wait(_counted(gen, allowance, self.pgconn.socket), *arguments, **named)
        except (TooSlow, TooLong) as error:
            self.pgconn.finish()
            raise psycopg.OperationalError(str(error)) from None
        finally:
            self._waited += self.clock() - begun


def connection_class(clock: Clock) -> type[LimitedConnection]:
    """The class of connections with this clock."""
    return type("ClockedConnection", (LimitedConnection,), {"clock": staticmethod(clock)})


def _counted(gen: Generator[Any, Any, Any], allowance: Allowance, socket: int = -1) -> Generator[Any, Any, Any]:
    """A generator of psycopg, which yields what it waits for; each time it goes on, its limits are checked.

    While a connection is opened, what it waits for includes the socket.
    """
    try:
        waited = next(gen)
        while True:
            ready = yield waited
            allowance.remaining()
            if ready:
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

"""Passes on the bytes between libpq and a PostgreSQL server, and counts those of the server.

libpq reads from its connection in C. While a server sends TLS messages without content, as greetings or tickets without
end, libpq reads on and gives no chance to count. So it connects to a port of this machine, and what arrives there was
counted before.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from circulars.sockets import Allowance, TooLong

_PIECE: Final = 16_384  # bytes that are passed on at a time
_CONNECTIONS: Final = 8  # libpq makes at most four to open one, and one to cancel a query
_HERE: Final = "127.0.0.1"
# libpq's parameters for a connection that has died, which are for the connection to the server.
_KEEPALIVES: Final = {
    "keepalives_idle": (socket.IPPROTO_TCP, getattr(socket, "TCP_KEEPIDLE", None)),
    "keepalives_interval": (socket.IPPROTO_TCP, getattr(socket, "TCP_KEEPINTVL", None)),
    "keepalives_count": (socket.IPPROTO_TCP, getattr(socket, "TCP_KEEPCNT", None)),
    "tcp_user_timeout": (socket.IPPROTO_TCP, getattr(socket, "TCP_USER_TIMEOUT", None)),
}


class Relay:
    """A port of this machine whose connections lead to a server, until too many bytes have come from there.

    libpq may need several connections: it connects again without TLS if ``sslmode`` allows that, and to cancel a query.
    All of them are counted together.
    """

    def __init__(self, connect: Callable[[], socket.socket]) -> None:
        """``connect`` makes a connection to the server; the first one is made now.

        Raises:
            OSError: the server cannot be reached.
        """
        self._connect, self._first = connect, connect()
        self._allowance, self._lock = Allowance(), threading.Lock()
        self._allowance.begin(0, 0)
        self.excess: TooLong | None = None
        """Why the connection was closed, if it was at the limit."""
        self._listener = socket.create_server((_HERE, 0))
        self.port: int = self._listener.getsockname()[1]
        _start(self._accept)

    def begin(self, size: int) -> None:
        """Allows this many bytes for the next answer."""
        with self._lock:
            self._allowance.begin(0, size)

    def close(self) -> None:
        """Accepts no further connections; those that exist end when libpq closes them."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listener.close()

    def _accept(self) -> None:
        server: socket.socket | None = self._first
        with suppress(OSError):
            for _ in range(_CONNECTIONS):
                client, _address = self._listener.accept()
                try:
                    server = server or self._connect()
                except OSError:
                    client.close()
                else:
                    self._join(client, server)
                server = None
        if server:
            server.close()

    def _join(self, client: socket.socket, server: socket.socket) -> None:
        """Passes on what either side sends until libpq has closed its side."""
        for side in (client, server):
            side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def from_server() -> None:
            with suppress(OSError):
                while (data := server.recv(_PIECE)) and self._is_allowed(len(data)):
                    client.sendall(data)
            _shut(server, socket.SHUT_RDWR)
            _shut(client, socket.SHUT_WR)  # libpq can still read what was passed on

        def from_client() -> None:
            with suppress(OSError):
                while data := client.recv(_PIECE):
                    with suppress(OSError):  # libpq closes its side when it has read the server's last words
                        server.sendall(data)
            _shut(server, socket.SHUT_RDWR)
            answers.join()
            client.close()
            server.close()

        answers = _start(from_server)
        _start(from_client)

    def _is_allowed(self, count: int) -> bool:
        with self._lock:
            try:
                self._allowance.take(count)
            except TooLong as error:
                self.excess = self.excess or error
                self.close()  # libpq would try again without TLS
                return False
        return True


def connected(address: tuple[str, int], timeout: float, named: Mapping[str, str]) -> socket.socket:
    """A connection to a server that notices when it has died, as libpq's parameters say.

    Raises:
        OSError: the server cannot be reached.
    """
    sock = socket.create_connection(address, timeout)
    sock.settimeout(None)
    if named.get("keepalives") != "0":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, (level, option) in _KEEPALIVES.items():
            with suppress(ValueError, OverflowError, OSError):  # libpq itself reports wrong values
                if option is not None and (value := int(named.get(name) or 0)) > 0:
                    sock.setsockopt(level, option, value)
    return sock


def _start(task: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=task, daemon=True)
    thread.start()
    return thread


def _shut(sock: socket.socket, side: int) -> None:
    with suppress(OSError):
        sock.shutdown(side)

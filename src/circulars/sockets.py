"""Connections to servers that may be slow or hostile: each answer has a deadline and a limit on its size.

A timeout of a socket begins again with each byte, so a server that sends a byte each second would never end. Here the
time for a whole answer is limited, and its bytes are counted.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from typing import Any, Final

Clock = Callable[[], float]
"""Seconds from a fixed but arbitrary moment."""

_NEVER: Final = float("inf")


class TooSlow(TimeoutError):  # noqa: N818  # a state, as TimeoutError's other subclasses are
    """The server did not finish its answer in time."""


class TooLong(OSError):  # noqa: N818
    """The server's answer is longer than any answer may be."""


class Allowance:
    """How long a server may take for its answers, and how many bytes each may have.

    ``clock`` is only asked how much time has passed; what a letter says never depends on it.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._deadline = self._end = _NEVER
        self._seconds, self._left, self._size = 0.0, 0, 0

    def limit(self, seconds: float) -> None:
        """Limits the time from now on for all answers together; infinity removes the limit."""
        self._end = self._clock() + seconds

    def begin(self, seconds: float, size: int) -> None:
        """Allows this much for the next answer, from the request to its last byte."""
        self._seconds, self._size, self._left = seconds, size, size
        self._deadline = min(self._clock() + seconds, self._end)

    def remaining(self) -> float:
        """The seconds that are left, at least a millisecond.

        Raises:
            TooSlow: the time is over.
        """
        left = self._deadline - self._clock()
        if left <= 0:
            raise TooSlow(f"no complete answer within {self._seconds:,.0f} seconds")
        return max(left, 0.001)

    def take(self, count: int) -> None:
        """Counts bytes that were received.

        Raises:
            TooLong: they are more than were allowed.
        """
        self._left -= count
        if self._left < 0:
            raise TooLong(f"an answer of more than {self._size:,} bytes")


class _Limited:
    """What both kinds of sockets do: wait no longer than is allowed, and count what they receive."""

    allowance: Allowance

    def recv(self, *arguments: Any) -> bytes:
        self.settimeout(self.allowance.remaining())  # type: ignore[attr-defined]
        data: bytes = super().recv(*arguments)  # type: ignore[misc]
        self.allowance.take(len(data))
        return data

    def recv_into(self, *arguments: Any, **named: Any) -> int:
        self.settimeout(self.allowance.remaining())  # type: ignore[attr-defined]
        count: int = super().recv_into(*arguments, **named)  # type: ignore[misc]
        self.allowance.take(count)
        return count

    def send(self, *arguments: Any) -> int:
        self.settimeout(self.allowance.remaining())  # type: ignore[attr-defined]
        count: int = super().send(*arguments)  # type: ignore[misc]
        return count

    def sendall(self, *arguments: Any) -> None:
        # The timeout is for all bytes together; a TLS socket calls `send` for each piece.
        self.settimeout(self.allowance.remaining())  # type: ignore[attr-defined]
        super().sendall(*arguments)  # type: ignore[misc]

    def unasked(self) -> bytes | None:
        """What the server has sent already: None if nothing, no bytes if it has closed the connection."""
        self.settimeout(0)  # type: ignore[attr-defined]
        try:
            data: bytes = super().recv(500)  # type: ignore[misc]
        except (BlockingIOError, ssl.SSLWantReadError):
            return None
        return data


class LimitedSocket(_Limited, socket.socket):
    """A TCP connection within an allowance."""


class LimitedTLSSocket(_Limited, ssl.SSLSocket):
    """The same, encrypted."""


def connected(host: str, port: int, allowance: Allowance) -> LimitedSocket:
    """A connection to the first address of a host that answers.

    Raises:
        OSError, UnicodeError: there is no such host, or none of its addresses answers within the allowance.
    """
    refused: OSError = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        sock = LimitedSocket(family, kind, protocol)
        sock.allowance = allowance
        try:
            sock.settimeout(allowance.remaining())
            sock.connect(address)
        except OSError as error:
            sock.close()
            refused = error
        else:
            return sock
    raise refused


def encrypted(sock: LimitedSocket, context: ssl.SSLContext, host: str) -> LimitedTLSSocket:
    """The connection, encrypted with TLS under the same allowance; the certificate must be for the host.

    Raises:
        ssl.SSLError, OSError: the server is not who it should be, or does not speak TLS.
    """
    context.sslsocket_class = LimitedTLSSocket
    allowance = sock.allowance
    sock.settimeout(allowance.remaining())
    tls = context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
    assert isinstance(tls, LimitedTLSSocket)
    tls.allowance = allowance
    try:
        tls.settimeout(allowance.remaining())
        tls.do_handshake()  # its timeout is for the whole handshake
    except BaseException:
        tls.close()
        raise
    return tls

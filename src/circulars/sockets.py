"""Connections to servers that may be slow or hostile: each answer has a deadline and a limit on its size.

A timeout of a socket begins again with each byte, so a server that sends a byte each second would never end. Here the
time for a whole answer is limited, and its bytes are counted.
"""

from __future__ import annotations

import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from circulars.errors import Choice, Place, Problem, UsageError

Clock = Callable[[], float]
"""Seconds from a fixed but arbitrary moment."""

_NEVER: Final = float("inf")
_UNASKED: Final = 500  # bytes that are looked at
_PIECE: Final = 16_384  # bytes that are received or sent at a time
_STEP: Final = 250_000  # bytes of TLS until there is content; a handshake has a few thousand, a record 16,000
_Result = TypeVar("_Result")


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


class LimitedSocket(socket.socket):
    """A TCP connection within an allowance: it waits no longer than is allowed, and counts what it receives."""

    allowance: Allowance

    def recv(self, *arguments: Any) -> bytes:
        data = self.received(*arguments)
        self.allowance.take(len(data))
        return data

    def recv_into(self, *arguments: Any, **named: Any) -> int:
        self.settimeout(self.allowance.remaining())
        count = super().recv_into(*arguments, **named)
        self.allowance.take(count)
        return count

    def send(self, *arguments: Any) -> int:
        self.settimeout(self.allowance.remaining())
        return super().send(*arguments)

    def sendall(self, *arguments: Any) -> None:
        self.settimeout(self.allowance.remaining())  # for all bytes together
        super().sendall(*arguments)

    def received(self, *arguments: Any) -> bytes:
        """What arrives next, not counted."""
        self.settimeout(self.allowance.remaining())
        return super().recv(*arguments)

    def waiting(self, count: int) -> bytes | None:
        """What has arrived already, not counted: None if nothing, no bytes if the server has closed the connection."""
        self.settimeout(0)
        try:
            return super().recv(count)
        except BlockingIOError:
            return None

    def unasked(self) -> bytes | None:
        """What the server has sent already: None if nothing, no bytes if it has closed the connection."""
        return self.waiting(_UNASKED)


class LimitedTLSSocket:
    """A connection encrypted with TLS, within the allowance of the TCP connection below it.

    OpenSSL never reads from the connection itself: while messages arrive that are not content, such as greetings or
    tickets without end, it would go on without asking how much time has passed. It gets pieces that were received
    within the allowance, and only so many until there is content.
    """

    def __init__(self, sock: LimitedSocket, context: ssl.SSLContext, host: str) -> None:
        self._sock, self.allowance = sock, sock.allowance
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._readers, self._is_closed = 0, False

    def do_handshake(self) -> None:
        """Agrees on keys; the certificate must be for the host.

        Raises:
            ssl.SSLError, OSError: the server is not who it should be, or does not speak TLS.
        """
        self._finish(self._tls.do_handshake, self._sock.received)

    def recv(self, count: int) -> bytes:
        self.allowance.remaining()
        data = self._content(count, self._sock.received)
        self.allowance.take(len(data))
        return data

    def sendall(self, data: bytes | bytearray) -> None:
        for place in range(0, len(data), _PIECE):
            piece = memoryview(data)[place : place + _PIECE]
            self._finish(lambda piece=piece: self._tls.write(piece), self._sock.received)  # type: ignore[misc]  # mypy does not infer a default

    def unasked(self) -> bytes | None:
        """As for :class:`LimitedSocket`."""

        def waiting(count: int) -> bytes:
            if (data := self._sock.waiting(count)) is None:
                raise BlockingIOError
            return data

        try:
            return self._content(_UNASKED, waiting)
        except BlockingIOError:
            return None

    def makefile(self, mode: str) -> io.BufferedReader:
        """A file of what is received (mode "rb"); the connection stays open as long as it does."""
        assert mode == "rb"
        self._readers += 1
        return io.BufferedReader(_Received(self))

    def getsockname(self) -> Any:
        """The own address of the connection."""
        return self._sock.getsockname()

    def close(self) -> None:
        """Closes the connection, as soon as no file needs it."""
        self._is_closed = True
        if not self._readers:
            self._sock.close()

    def release(self) -> None:
        """Notes that a file no longer needs the connection."""
        self._readers -= 1
        if self._is_closed:
            self.close()

    def _content(self, count: int, receive: Callable[[int], bytes]) -> bytes:
        """The next content; no bytes if the server has closed the connection."""
        try:
            return self._finish(lambda: self._tls.read(count), receive)
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def _finish(self, step: Callable[[], _Result], receive: Callable[[int], bytes]) -> _Result:
        """The result of a step of OpenSSL, which gets what it waits for.

        Raises:
            TooLong: it got more than a step may need.
        """
        left = _STEP
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                pass
            finally:
                if self._outgoing.pending:
                    self._sock.sendall(self._outgoing.read())
            if left <= 0:
                raise TooLong(f"more than {_STEP:,} bytes of TLS without content")
            if data := receive(_PIECE):
                self._incoming.write(data)
            else:
                self._incoming.write_eof()
            left -= len(data)


class _Received(io.RawIOBase):
    """What a TLS connection receives, as a file."""

    def __init__(self, connection: LimitedTLSSocket) -> None:
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._connection.recv(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._connection.release()
        super().close()


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
    tls = LimitedTLSSocket(sock, context, host)
    try:
        tls.do_handshake()
    except BaseException:
        tls.close()
        raise
    return tls


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine, so that nothing crosses a network."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def secret_shown() -> UsageError:
    """The error for a password in a server's address on the command line."""
    fact = "a password must not be part of the server's address: others on this machine can read a command line"
    hint = "leave it out and type it when asked (and change it: this one was exposed)"
    return UsageError(Problem(Place(), "secret-shown", fact, hint))


def login_refused(place: Place, reason: str, *, has_token: bool) -> UsageError:
    """The error for a login that a mail server does not accept; ``reason`` is the server's, or ""."""
    fact = "the server does not accept this login" + (f": {reason}" if reason else "")
    if has_token:
        hint = "check that the token is for this user, has not expired, and allows sending or reading mail"
    else:
        hint = (
            "check the user and the password; a provider may want a password for programs (an app password), or a token"
        )
    choices = (Choice("user", "names the user", "NAME"),)
    return UsageError(Problem(place, "wrong-login", fact, hint, choices))


def trusting(authorities: str) -> ssl.SSLContext:
    """Settings of TLS that trust the system's certificates and those in a file, if one is named.

    Raises:
        UsageError: the file has no readable certificate.
    """
    context = ssl.create_default_context()
    if authorities:
        try:
            context.load_verify_locations(cafile=authorities)
        except (OSError, ssl.SSLError) as error:
            fact = f"the file has no readable certificate: {error.strerror or error}"
            raise UsageError(Problem(Place(authorities), "unreadable-file", fact, "name a PEM file")) from None
    return context


def server_problem(error: Exception, host: str, name: str, no_tls: str) -> UsageError | None:
    """The error for a connection that failed for a reason that waiting does not remove; None for any other.

    ``name`` is the server's in the problem, and ``no_tls`` the remedy if it does not speak TLS.
    """
    place = Place(name)
    if isinstance(error, ssl.SSLCertVerificationError):
        fact = f"the server's certificate is not trusted: {error.verify_message}"
        choice = Choice("authorities", "name its authority's certificate with {}", "FILE")
        return UsageError(Problem(place, "untrusted-server", fact, choices=(choice,)))
    if isinstance(error, ssl.SSLError):
        fact = f"no encrypted connection: {getattr(error, 'reason', '') or error.strerror or error}"
        return UsageError(Problem(place, "not-encrypted", fact, no_tls))
    # A host name that cannot be encoded raises a UnicodeError.
    if isinstance(error, UnicodeError) or (isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME):
        return UsageError(Problem(place, "no-such-server", f"there is no server '{host}'", "is it misspelt?"))
    return None

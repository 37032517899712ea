"""Time-stamp servers that lie: an answer can be neither too long nor too slow, in any part of it."""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import itertools
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, repeat
from pathlib import Path

import pytest
from cryptography import x509

from circulars.errors import SigningError
from circulars.signing.timestamp_server import TimestampServer
from commands import HANGING
from signing.authority import AUTHORITY, issue, pem

MOST = 2_000_000
"""How many pieces an answer has: more than any limit allows. Then the connection is closed."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
FLOODS: dict[str, Callable[[], Iterator[bytes]]] = {
    "continue": lambda: repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 10, MOST),
    "status line": lambda: repeat(b"H" * 1_000, MOST),
    "header": lambda: chain([HEAD, b"X: "], repeat(b"x" * 1_000, MOST)),
    "headers": lambda: chain([HEAD], repeat(b"X-A: b\r\n" * 10, MOST)),
    "body": lambda: chain([HEAD + b"\r\n"], repeat(b"0" * 1_000, MOST)),
    "body of a length": lambda: chain([HEAD + b"Content-Length: 99999999999\r\n\r\n"], repeat(b"0" * 1_000, MOST)),
    "chunks": lambda: chain([CHUNKED], repeat(b"1\r\nx\r\n" * 100, MOST)),
    "size of a chunk": lambda: chain([CHUNKED], repeat(b"1" * 1_000, MOST)),
    "extension of a chunk": lambda: chain([CHUNKED, b"1;"], repeat(b"x" * 1_000, MOST)),
    "trailers": lambda: chain([CHUNKED, b"1\r\nx\r\n0\r\n"], repeat(b"X-A: b\r\n" * 10, MOST)),
}
DRIPS = {
    "continue": b"HTTP/1.1 100 Continue\r\n\r\n",
    "status line": b"",
    "header": HEAD + b"X: ",
    "body": HEAD + b"\r\n",
    "chunks": CHUNKED + b"ffff\r\n",
    "trailers": CHUNKED + b"1\r\nx\r\n0\r\n",
}


@contextmanager
def answering(pieces: Iterator[bytes], context: ssl.SSLContext | None = None) -> Iterator[str]:
    """The address of a server that reads a request and sends these pieces."""

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with context.wrap_socket(connection, server_side=True) if context else connection as talk:
                talk.recv(10_000)
                for piece in pieces:
                    talk.sendall(piece)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"{'https' if context else 'http'}://127.0.0.1:{listening.getsockname()[1]}/tsa"
        thread.join(HANGING)


class Drip:
    """An answer with one more byte for each half second of a clock, however busy the machine is."""

    def __init__(self, beginning: bytes) -> None:
        self.beginning = beginning
        self.seconds = itertools.count(step=0.5)
        self.due = threading.Semaphore(0)
        self.ended = False

    def clock(self) -> float:
        """The next half second; a byte is due."""
        self.due.release()
        return next(self.seconds)

    def pieces(self) -> Iterator[bytes]:
        """The pieces that are due, until the end."""
        yield self.beginning
        while self.due.acquire(timeout=HANGING) and not self.ended:
            yield b"x"

    def end(self) -> None:
        """Ends the answer."""
        self.ended = True
        self.due.release()


def refusal(address: str, clock: Callable[[], float], proxies: dict[str, str] | None = None) -> str:
    """What the problem says when a time-stamp is asked for."""
    server = TimestampServer(address, proxies or {}, clock)
    with pytest.raises(SigningError) as caught:
        asyncio.run(server.async_timestamp(hashlib.sha256(b"text").digest(), "sha256"))
    [problem] = caught.value.problems
    assert problem.code == "no-time-stamp"
    return problem.message


@pytest.mark.parametrize("part", FLOODS)
def test_a_flood_in_any_part_of_an_answer_is_cut_off(part: str) -> None:
    """The clock stands still: the size alone ends it, and the message is short."""
    with answering(FLOODS[part]()) as address:
        message = refusal(address, lambda: 0.0)

    assert len(message) < 300


@pytest.mark.parametrize("part", DRIPS)
def test_a_drip_in_any_part_of_an_answer_is_cut_off(part: str) -> None:
    """A byte now and then delays the command for no longer than half a minute."""
    drip = Drip(DRIPS[part])
    with answering(drip.pieces()) as address:
        message = refusal(address, drip.clock)
        drip.end()

    assert message.endswith("(no complete answer within 30 seconds)")


@pytest.mark.parametrize("part", FLOODS)
def test_a_proxy_cannot_flood_either(part: str) -> None:
    """Its answer to CONNECT counts, too."""
    with answering(FLOODS[part]()) as proxy:
        message = refusal("https://stamps.example.org/tsa", lambda: 0.0, {"https": proxy})

    assert len(message) < 300


def test_an_encrypted_server_is_asked_if_it_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits hold inside the encryption, and a certificate that is not trusted is refused."""
    authority = issue("Example Web Root", None, extensions=AUTHORITY)
    name = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    holder = issue("127.0.0.1", authority, extensions=((name, False),))
    (tmp_path / "chain.pem").write_bytes(holder.pem_certificates + holder.pem_key())
    (tmp_path / "root.pem").write_bytes(pem(authority.certificate))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "chain.pem")

    with answering(FLOODS["body"](), context) as address:
        assert "CERTIFICATE_VERIFY_FAILED" in refusal(address, lambda: 0.0)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))
    with answering(FLOODS["body"](), context) as address:
        assert "too long" in refusal(address, lambda: 0.0)

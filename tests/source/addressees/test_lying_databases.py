"""PostgreSQL servers that lie: no answer can be too long or too slow."""

from __future__ import annotations

import itertools
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

import postgresql
from circulars.errors import MachineError
from circulars.source.addressees.database import open_database
from commands import HANGING

QUERY = "SELECT id, language, name FROM people"
WELCOME = b"R" + struct.pack("!ii", 8, 0)
MOST = 500_000
"""How many times a message comes: more than any limit allows. Then the connection is closed."""


def message(kind: bytes, body: bytes) -> bytes:
    """A message of PostgreSQL's protocol."""
    return kind + struct.pack("!i", len(body) + 4) + body


ATTACKS: dict[str, Callable[[], Iterator[bytes]]] = {
    "notices": lambda: itertools.repeat(message(b"N", b"SNOTICE\0C00000\0M" + b"x" * 1_000 + b"\0\0"), MOST),
    "parameters": lambda: itertools.repeat(message(b"S", b"application_name\0" + b"x" * 1_000 + b"\0"), MOST),
    "a long message": lambda: itertools.chain([b"S\x3f\xff\xff\xff"], itertools.repeat(b"x" * 1_000, MOST)),
    "a long refusal": lambda: itertools.chain([b"E\x3f\xff\xff\xff"], itertools.repeat(b"x" * 1_000, MOST)),
}


@contextmanager
def answering(pieces: Callable[[], Iterator[bytes]]) -> Iterator[str]:
    """The address of a server that accepts a client, sends these pieces, and never becomes ready for a query."""

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.recv(10_000)
            connection.sendall(WELCOME)
            for piece in pieces():
                connection.sendall(piece)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        yield f"postgresql://ana@{address}/people?sslmode=disable&gssencmode=disable&connect_timeout={HANGING}"
        thread.join(HANGING)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_flood_while_a_connection_is_opened_is_cut_off(attack: str, tmp_path: Path) -> None:
    """The clock stands still: the size alone ends it."""
    with answering(ATTACKS[attack]) as url, pytest.raises(MachineError) as caught:
        open_database(url, QUERY, tmp_path, lambda: 0.0)

    [problem] = caught.value.problems
    assert problem.code == "database-unreachable"
    # libpq itself refuses a message of such a length, unless it is a refusal.
    reason = "lost synchronization" if attack == "a long message" else "an answer of more than 1,000,000 bytes"
    assert reason in problem.message


def test_a_drip_while_a_connection_is_opened_is_cut_off(tmp_path: Path) -> None:
    """A notice now and then delays nothing for longer than a minute."""
    notice = message(b"N", b"SNOTICE\0C00000\0Mwait\0\0")
    with (
        answering(lambda: itertools.repeat(notice, MOST)) as url,
        pytest.raises(MachineError, match="no complete answer within 60 seconds"),
    ):
        open_database(url, QUERY, tmp_path, itertools.count(step=5.0).__next__)


@pytest.fixture(scope="module")
def server() -> Iterator[postgresql.Server]:
    """A real PostgreSQL server."""
    programs = postgresql.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: scripts/install dev installs it")
    with postgresql.server(programs) as running:
        yield running


def test_rows_without_end_are_cut_off(server: postgresql.Server, tmp_path: Path) -> None:
    """Two thousand rows of a megabyte each are no list of addressees."""
    query = "SELECT 'a' AS id, repeat('x', 1000000) AS name FROM generate_series(1, 2000)"
    with pytest.raises(MachineError, match="an answer of more than 64,000,000 bytes"):
        list(open_database(server.url, query, tmp_path, lambda: 0.0))


def test_rows_that_drip_are_cut_off(server: postgresql.Server, tmp_path: Path) -> None:
    """A row now and then delays nothing for longer than ten minutes, here in seconds of a fast clock."""
    query = "SELECT 'a' AS id, repeat('x', 9000) || pg_sleep(0.001) AS name FROM generate_series(1, 2000)"
    with pytest.raises(MachineError, match="no complete answer within 600 seconds"):
        list(open_database(server.url, query, tmp_path, itertools.count(step=15.0).__next__))


def test_a_slow_query_is_cut_off(server: postgresql.Server, tmp_path: Path) -> None:
    """All answers together have a deadline, even if each of them comes in time."""
    query = "SELECT i AS id, 'x' AS name FROM generate_series(1, 400000) AS i"
    with pytest.raises(MachineError, match="no complete answer within"):
        list(open_database(server.url, query, tmp_path, itertools.count(step=20.0).__next__))


@pytest.mark.parametrize("mode", ["require", "prefer"])
def test_a_flood_of_greetings_is_cut_off(mode: str, tmp_path: Path) -> None:
    """The server accepts TLS and goes on asking for a greeting. OpenSSL skips that, however often; here it is counted.

    Without the limit, libpq would read all 90 MB: then the server closes the connection.
    """
    greetings, sent = b"\x16\x03\x03\x00\x04\x00\x00\x00\x00" * 1_000, [0]

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.recv(8)  # a request for TLS
            connection.sendall(b"S")
            connection.recv(5_000)  # the client's greeting
            for _ in range(10_000):
                connection.sendall(greetings)
                sent[0] += len(greetings)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        url = f"postgresql://ana@{address}/people?sslmode={mode}&gssencmode=disable&connect_timeout={HANGING}"
        with pytest.raises(MachineError) as caught:
            open_database(url, QUERY, tmp_path, lambda: 0.0)
        thread.join(HANGING)

    [problem] = caught.value.problems
    assert problem.code == "database-unreachable"
    assert "an answer of more than 1,000,000 bytes" in problem.message
    assert sent[0] < 45_000_000  # with what the system holds in between

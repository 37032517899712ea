"""Connections that send no request are closed, and there are never too many."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from circulars.desk import connections
from commands import HANGING
from desk.desks import Reader, served


def connected(reader: Reader, sent: bytes = b"") -> socket.socket:
    """A connection that has sent a part of a request."""
    name, port = reader.host.split(":")
    connection = socket.create_connection((name, int(port)), timeout=HANGING)
    connection.sendall(sent.replace(b"HOST", reader.host.encode()))
    return connection


def end_of(connection: socket.socket) -> bytes:
    """What arrives until the desk closes the connection."""
    data = b""
    try:
        while piece := connection.recv(4096):
            data += piece
    except ConnectionResetError:
        pass
    return data


@pytest.mark.parametrize(
    "sent",
    [
        b"", b"GET / HTT", b"GET / HTTP/1.1\r\nHost: HOST\r\n",
        b"POST /language HTTP/1.1\r\nHost: HOST\r\nContent-Length: 9\r\n\r\ntok",
        b"GET /static/desk.css HTTP/1.1\r\nHost: HOST\r\n\r\nGET / HTT",
    ],
    ids=["nothing", "line", "head", "form", "second"],
)  # fmt: skip
def test_a_connection_without_a_whole_request_is_closed(
    sent: bytes, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever part of a request it has sent. The desk answers others afterwards."""
    with served(office, keep_alive=1) as reader:
        with monkeypatch.context() as patch:
            patch.setattr(connections, "REQUEST_SECONDS", 0.2)
            with connected(reader, sent) as connection:
                answered = end_of(connection)
        assert b"HTTP/1.1 200" not in answered or sent.startswith(b"GET /static")
        assert reader.begin().get("/").status == 200


def test_there_are_never_too_many_connections(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One too many is closed at once; when others end, the desk answers again."""
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 3)
    with served(office) as reader:
        held = [connected(reader) for _ in range(3)]
        with connected(reader, b"GET / HTTP/1.1\r\n") as refused:
            assert end_of(refused) == b""
        for one in held:
            one.sendall(b"x\r\n\r\n")  # no request: the desk closes it
            end_of(one)
            one.close()

        assert reader.begin().get("/").status == 200

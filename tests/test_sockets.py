"""Connections that are encrypted end within their allowance, whatever TLS messages arrive."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress

import pytest

from circulars.sockets import Allowance, TooLong, connected, encrypted


def test_a_handshake_without_end_is_cut_off() -> None:
    """OpenSSL skips requests for a greeting, however many come; here they are counted."""
    greeting = b"\x16\x03\x03\x00\x04\x00\x00\x00\x00"

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.recv(5_000)
            connection.sendall(greeting * 200_000)

    allowance = Allowance(lambda: 0.0)
    allowance.begin(60, 65_536)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        sock = connected("127.0.0.1", listening.getsockname()[1], allowance)

        with pytest.raises(TooLong, match="250,000 bytes of TLS"):
            encrypted(sock, ssl.create_default_context(), "127.0.0.1")

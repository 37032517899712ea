"""A mail server on this machine that behaves well until one command, and then does what no server should."""

from __future__ import annotations

import base64
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import repeat
from typing import Final

from commands import HANGING
from merge.post.server import context_of
from signing.authority import Holder

Attack = Callable[[], Iterator[bytes]]
STAGES: Final = ("banner", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "dot", "RSET", "QUIT")
MOST: Final = 400_000
"""How many times an attack sends: more than any limit allows. Then the server closes the connection."""

_REPLIES: Final = {
    "banner": b"220 mail.example.int\r\n",
    "EHLO": b"250-mail.example.int\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n",
    "STARTTLS": b"220 go ahead\r\n",
    "AUTH": b"235 2.7.0 welcome\r\n",
    "MAIL": b"250 ok\r\n",
    "RCPT": b"250 ok\r\n",
    "DATA": b"354 go on\r\n",
    "dot": b"250 2.0.0 taken\r\n",
    "RSET": b"250 ok\r\n",
    "QUIT": b"221 goodbye\r\n",
}


def lines_without_end() -> Iterator[bytes]:
    """A reply of many lines, none of which is the last."""
    return repeat(b"250-and another line\r\n", MOST)


def line_without_end() -> Iterator[bytes]:
    """A line that never ends."""
    return repeat(b"2" * 100, MOST)


def drip() -> Iterator[bytes]:
    """One byte at a time; the reply is short, but never complete."""
    yield from (b"250-", *repeat(b"x", 7_000))


def said(*answers: bytes) -> Attack:
    """Exactly these bytes."""
    return lambda: iter(answers)


@dataclass(slots=True)
class LyingServer:
    """The port, and the lines that the client sent."""

    port: int = 0
    lines: list[bytes] = field(default_factory=list)

    def commands(self) -> list[str]:
        """The names of the commands, in order."""
        return [line.split()[0].decode("ascii", "replace").upper() for line in self.lines if line.strip()]


@contextmanager
def lying(stage: str, attack: Attack, holder: Holder | None = None, *, connections: int = 1) -> Iterator[LyingServer]:
    """A server that answers a stage with an attack; with a holder it offers STARTTLS."""
    server = LyingServer()
    context = context_of(holder) if holder else None

    def serve() -> None:
        for _ in range(connections):
            connection, _ = listening.accept()
            with suppress(OSError):
                _talk(server, connection, stage, attack, context)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            thread.join(HANGING)


def _talk(
    server: LyingServer, connection: socket.socket, stage: str, attack: Attack, context: ssl.SSLContext | None
) -> None:
    """One connection, until the client leaves."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with ExitStack() as opened:
        opened.enter_context(connection)
        _answer(connection, "banner", stage, attack, context)
        stream, is_text = opened.enter_context(connection.makefile("rb")), False
        while line := stream.readline():
            server.lines.append(line)
            if not line.strip() or (is_text and line != b".\r\n"):
                continue
            command = "dot" if is_text else line.decode("ascii", "replace").split(maxsplit=1)[0].upper()
            command = command if command in _REPLIES else "AUTH"  # the second line of AUTH LOGIN
            _answer(connection, command, stage, attack, context)
            is_text = command == "DATA" and stage != "DATA"
            if command == "STARTTLS" and context:
                connection = opened.enter_context(context.wrap_socket(connection, server_side=True))
                stream, context = opened.enter_context(connection.makefile("rb")), None
            if command == "QUIT":
                return


def _answer(
    connection: socket.socket, command: str, stage: str, attack: Attack, context: ssl.SSLContext | None
) -> None:
    reply = _REPLIES[command]
    if not context:
        reply = reply.replace(b"250-STARTTLS\r\n", b"")
    for data in attack() if command == stage else [reply]:
        connection.sendall(data)


def echoes(password: str, user: str) -> dict[str, bytes]:
    """What a server can say that contains a password."""
    secret = password.encode()
    return {
        "plain": secret,
        "backwards": password[::-1].encode(),
        "in capitals": password.upper().encode(),
        "Base64": base64.b64encode(secret),
        "AUTH PLAIN": base64.b64encode(b"\0" + user.encode() + b"\0" + secret),
        "Base64 in the middle": base64.b64encode(b"password=" + secret + b", is it not?"),
        "URL-safe Base64": base64.urlsafe_b64encode(secret),
        "hexadecimal": secret.hex().encode(),
        "hexadecimal with spaces": secret.hex(" ").encode(),
        "percent": re.sub(rb"[^a-z]", lambda found: b"%%%02X" % found[0][0], secret),
        "Base32": base64.b32encode(secret),
        "Base85": base64.b85encode(secret),
        "Base64 twice": base64.b64encode(base64.b64encode(secret)),
        "decimal": " ".join(map(str, secret)).encode(),
        "JSON": "".join(f"\\u{ord(letter):04x}" for letter in password).encode(),
        "HTML": "".join(f"&#{ord(letter)};" for letter in password).encode(),
        "wide": "".join(chr(ord(letter) + 0xFEE0) if letter > " " else letter for letter in password).encode(),
        "letter by letter": b" ".join(bytes([byte]) for byte in secret),
        "on two lines": secret[:7] + b"\r\n535 5.7.8 " + secret[7:],
    }

"""Reads a mailbox on a server (IMAP, RFC 3501): encrypted, and without changing anything in it (EXAMINE).

The server may be slow or hostile: each answer has a deadline and a limit on its size.
"""

from __future__ import annotations

import base64
import imaplib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from circulars.errors import Choice, MachineError, Place, Problem, UsageError
from circulars.returned.parsing import MAX_BEGINNING
from circulars.returned.sources import FoundMail, OpenedMailbox
from circulars.sockets import (
    Allowance,
    Clock,
    connected,
    encrypted,
    is_this_machine,
    login_refused,
    secret_shown,
    server_problem,
    trusting,
)

MAX_MESSAGES: Final = 1_000_000
"""How many messages of a mailbox are read."""
BATCH: Final = 20
"""How many messages are asked for at a time."""
MAX_ANSWER: Final = BATCH * (MAX_BEGINNING + 16_384)
"""How many bytes an answer of the server may have."""
MAX_REPLY: Final = 1_000_000
"""How many bytes an answer without messages may have."""
PATIENCE: Final = 4
"""How many times the timeout an answer with messages may take."""

_SHOWN: Final = 20  # mailboxes that a hint names
_CODES: Final = {
    b"EXPIRED": "the password has expired", b"CONTACTADMIN": "your administrator must allow it",
    b"PRIVACYREQUIRED": "only over an encrypted connection", b"UNAVAILABLE": "logins are not possible at the moment",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MailboxServer:
    """A mailbox on a server, and how to connect to it.

    ``authorities`` is a file of CA certificates to trust besides the system's. ``timeout`` is how long to wait for an
    answer, in seconds.
    """

    host: str
    port: int
    user: str
    mailbox: str
    is_encrypted: bool = True
    authorities: str = ""
    timeout: float = 60.0

    @property
    def name(self) -> str:
        """The name of the server in problems."""
        return f"{self.host}:{self.port}"

    @property
    def is_this_machine(self) -> bool:
        """Whether the server is on this machine, so that nothing crosses a network."""
        return is_this_machine(self.host)


@dataclass(frozen=True, slots=True)
class MailboxLogin:
    """What to log in to a server with: a function that returns the password, or one that returns a token (XOAUTH2)."""

    password: Callable[[], str] | None = None
    token: Callable[[], str] | None = None


def is_server(name: str) -> bool:
    """Whether the name of a mailbox is the address of one on a server."""
    return name.lower().startswith(("imap://", "imaps://"))


def read_mailbox_server(address: str) -> MailboxServer:
    """The mailbox of an address: ``imaps://user@host/INBOX``. ``imap://`` is not encrypted.

    Raises:
        UsageError: it is not such an address. The message does not show it, because it may contain a password.
    """
    try:
        parts = urlsplit(address)
        host, port, secret = parts.hostname, parts.port, parts.password
    except ValueError:
        parts, host, port, secret = urlsplit(""), None, None, None
    hint = "imaps://bounces@mail.example.int/INBOX; '@' within a name is written '%40'"
    if secret is not None:
        raise secret_shown()
    if not host or parts.query or parts.fragment:
        raise UsageError(Problem(Place(), "wrong-server", "this is not the address of a mailbox on a server", hint))
    is_encrypted = parts.scheme.lower() == "imaps"
    mailbox = unquote(parts.path.strip("/")) or "INBOX"
    return MailboxServer(
        host, port or (993 if is_encrypted else 143), unquote(parts.username or ""), mailbox, is_encrypted
    )


def open_on_server(server: MailboxServer, login: MailboxLogin, clock: Clock = time.monotonic) -> OpenedMailbox:
    """Connects, logs in, and opens the mailbox for reading only. The connection ends with the last message.

    Raises:
        UsageError: the certificate or the login is refused, or there is no such mailbox.
        MachineError: the server does not answer, or not as IMAP servers do.
    """
    if not server.is_encrypted and not server.is_this_machine:
        fact = "without encryption, everybody on the way could read the password and the messages"
        raise UsageError(Problem(Place(server.name), "not-encrypted", fact, "write imaps://…"))
    if not server.user:
        hint = "write it before the server: imaps://bounces@mail.example.int/INBOX"
        raise UsageError(Problem(Place(server.name), "missing-option", "there is no user to log in as", hint))
    client = None
    try:
        client = _Client(server, clock)
        _log_in(client, server, login)
        count = _examine(client, server)
    except BaseException as error:
        if client:
            client.shutdown()
        raise _problem(error, server) from None
    name = f"imap{'s' * server.is_encrypted}://{server.host}/{server.mailbox}"
    return OpenedMailbox(name, count, "messages", _messages(client, server, count))


class _Client(imaplib.IMAP4):
    """Python's IMAP client, within an allowance for each answer."""

    def __init__(self, server: MailboxServer, clock: Clock) -> None:
        self._server, self._allowance = server, Allowance(clock)
        self._stream: Any = None
        super().__init__(server.host, server.port)

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        self._begin()
        sock = connected(host, port, self._allowance)
        self.sock = encrypted(sock, trusting(self._server.authorities), host) if self._server.is_encrypted else sock  # type: ignore[assignment]  # a socket of ours
        self._stream = self.sock.makefile("rb")

    def _begin(self, *, with_messages: bool = False) -> None:
        seconds = self._server.timeout * (PATIENCE if with_messages else 1)
        self._allowance.begin(seconds, MAX_ANSWER if with_messages else MAX_REPLY)

    def read(self, size: int) -> bytes:
        if size > MAX_ANSWER:  # memory for all of it would be reserved
            raise OSError(f"an answer of more than {MAX_ANSWER:,} bytes")
        data: bytes = self._stream.read(size)
        return data

    def readline(self) -> bytes:
        line: bytes = self._stream.readline(MAX_ANSWER)
        return line

    def send(self, data: Any) -> None:
        self._begin(with_messages=b" FETCH " in data[:20])
        self.sock.sendall(data)

    def shutdown(self) -> None:
        with suppress(OSError):
            if self._stream:
                self._stream.close()
            if getattr(self, "sock", None):
                self.sock.close()


def _log_in(client: _Client, server: MailboxServer, login: MailboxLogin) -> None:
    """Logs in.

    Raises:
        UsageError: the server refuses it.
    """
    try:
        if login.token:
            token = f"user={server.user}\1auth=Bearer {login.token()}\1\1".encode()
            answers = iter([token])
            client.authenticate("XOAUTH2", lambda _: next(answers, b""))
            return
        password = login.password() if login.password else ""
        if "AUTH=PLAIN" in client.capabilities:
            client.authenticate("PLAIN", lambda _: f"\0{server.user}\0{password}".encode())
        elif "LOGINDISABLED" not in client.capabilities and f"{server.user}{password}".isascii():
            client.login(server.user, password)
        else:
            fact = "the server offers no login with this password"
            raise UsageError(Problem(Place(server.name), "no-login", fact, "ask who runs it how programs log in"))
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        # Nothing else of the words is kept: a server can repeat the password in any form.
        code = re.search(rb"\[([A-Z]{1,30})\]", str(error).encode("ascii", "replace"))
        reason = _CODES.get(code[1], "") if code else ""
        raise login_refused(Place(server.name), reason, has_token=login.token is not None) from None


def _examine(client: _Client, server: MailboxServer) -> int:
    """Opens the mailbox for reading only; returns the number of its messages.

    Raises:
        UsageError: there is none of this name.
    """
    kind, data = client.select(_quoted(server.mailbox), readonly=True)
    if kind != "OK":
        known = ", ".join(_mailboxes(client))
        hint = f"its mailboxes are {known}" if known else "write its name after the server: imaps://…/INBOX"
        fact = f"there is no mailbox '{server.mailbox}' that this user may read"
        raise UsageError(Problem(Place(server.name), "wrong-mailbox", fact, hint))
    count = data[0] or b"0"
    return min(int(count), MAX_MESSAGES) if re.fullmatch(rb"[0-9]{1,12}", count) else 0


def _mailboxes(client: _Client) -> list[str]:
    """The names of the user's mailboxes, as the server writes them."""
    _, rows = client.list()
    lines = (row.decode("ascii", "replace") for row in rows if isinstance(row, bytes))
    names = (re.search(r'(?:"((?:[^"\\]|\\.)*)"|(\S+))$', line) for line in lines)
    return [found[1] or found[2] for found in names if found][:_SHOWN]


def _messages(client: _Client, server: MailboxServer, count: int) -> Iterator[FoundMail]:
    """The beginnings of the messages, in the order of the mailbox."""
    try:
        for first in range(1, count + 1, BATCH):
            last = min(first + BATCH - 1, count)
            kind, data = client.fetch(f"{first}:{last}", f"(BODY.PEEK[]<0.{MAX_BEGINNING + 1}>)")
            if kind != "OK":
                raise OSError("it does not give out these messages")
            found = [one[1] for one in data if isinstance(one, tuple) and len(one) == 2]
            for place, text in enumerate(found[:BATCH]):
                yield FoundMail(text[:MAX_BEGINNING], len(text) > MAX_BEGINNING, first + place)
        with suppress(imaplib.IMAP4.error, OSError):
            client.logout()
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        raise _problem(error, server) from None
    finally:
        client.shutdown()


def _problem(error: BaseException, server: MailboxServer) -> BaseException:
    """What to raise for an error of a connection."""
    if isinstance(error, UsageError | MachineError) or not isinstance(error, Exception):
        return error
    if found := server_problem(error, server.host, server.name, "write imaps://…; is this the port for IMAP with TLS?"):
        return found
    # What imaplib says contains the server's words.
    words = "its answers are not those of an IMAP server" if not isinstance(error, OSError) else ""
    words = words or error.strerror or str(error)  # type: ignore[attr-defined]  # an OSError
    hint = "nothing was recorded: check the server, and read the mailbox again"
    choice = Choice("timeout", "waits longer", "SECONDS")
    return MachineError(
        Problem(Place(server.name), "server-busy", f"the server does not answer: {words}", hint, (choice,))
    )


def _quoted(name: str) -> str:
    """A mailbox's name in quotation marks, and what is not ASCII in modified UTF-7 (RFC 3501, 5.1.3)."""
    coded = re.sub(r"[^\x20-\x7e]+|&", _coded, name)
    return '"' + coded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _coded(found: re.Match[str]) -> str:
    if found[0] == "&":
        return "&-"
    text = base64.b64encode(found[0].encode("utf-16-be", "replace")).decode("ascii")
    return f"&{text.rstrip('=').replace('/', ',')}-"

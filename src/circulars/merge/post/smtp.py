"""The talk with a mail server (SMTP, RFC 5321): encrypted, logged in, one message at a time.

What matters here is to know at each step whether the server has the message. Until the dot that ends it has gone it
has not; with its answer to the dot it has or has not; between the two nobody can know.
"""

from __future__ import annotations

import base64
import ipaddress
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from circulars.errors import Choice, MachineError, Place, Problem, UsageError
from circulars.merge.post.mailbox import Mailbox
from circulars.merge.post.mime import plain_line

Security = Literal["starttls", "tls", "none"]
Kind = Literal["sent", "later", "refused", "unknown", "lost", "busy", "sender", "taken"]

_SCHEMES: Final[dict[str, tuple[Security, int]]] = {"smtp": ("starttls", 587), "smtps": ("tls", 465)}
_WORDS: Final = 500  # characters of a server's words that are kept


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server: where it is, and how to talk to it.

    ``authorities`` is a file of certificates to trust besides the system's. ``timeout`` is how long one answer may
    take, ``patience`` how long the one to a whole message may: servers look into it first (RFC 5321, 4.5.3.2.6, asks
    for ten minutes). Both in seconds.
    """

    host: str
    port: int
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    authorities: str = ""
    timeout: float = 60.0
    patience: float = 600.0

    @property
    def name(self) -> str:
        """How problems name the server."""
        return f"{self.host}:{self.port}"

    @property
    def is_this_machine(self) -> bool:
        """Whether the server is on this machine: nobody else is on the way to it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one message, with the server's words.

    ``sent``: the server has it. ``refused``: it will not take it. ``later``: it asks to come back. ``unknown``: the
    connection broke after the message's end. ``lost``: it broke before. ``busy``: the server takes nothing at the
    moment. ``sender``: it takes nothing from this sender. ``taken``: another process is sending this message.
    """

    kind: Kind
    words: str = ""


def read_server(address: str) -> Server:
    """The server of an address: ``smtp://host:587`` (STARTTLS) or ``smtps://host`` (TLS), with ``user@`` or without.

    Raises:
        UsageError: it is no such address; no message shows it, for it may hold a password.
    """
    try:
        parts = urlsplit(address)
        scheme, host, port, secret = parts.scheme, parts.hostname, parts.port, parts.password
    except ValueError:
        scheme, host, port, secret = "", None, None, None
    hint = "smtp://mail.example.int:587, or smtps://mail.example.int"
    if secret is not None:
        fact = "a password may not stand in the server's address: others on this machine can read a command line"
        hint = "leave it out, and it is asked for (and choose another one: this one was shown)"
        raise UsageError(Problem(Place(), "secret-shown", fact, hint))
    if scheme not in _SCHEMES or not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise UsageError(Problem(Place(), "wrong-server", "this is not the address of a mail server", hint))
    security, usual = _SCHEMES[scheme]
    return Server(host, port or usual, security, unquote(parts.username or ""))


class Session:
    """One connection to a server, logged in."""

    def __init__(self, server: Server) -> None:
        """Connects, encrypts, and logs in.

        Raises:
            UsageError: the server cannot be talked to in this way: its certificate, its login, its abilities.
            ServerBusy: it does not answer, or says that it cannot now.
        """
        self._server = server
        self._smtp = _connected(server)
        try:
            self._introduce()
        except (smtplib.SMTPException, OSError) as error:
            self.drop()
            raise _trouble(error, server) from None
        except BaseException:
            self.drop()
            raise

    def _introduce(self) -> None:
        smtp, server = self._smtp, self._server
        # The name of this machine is nobody's business: an address literal will do (RFC 5321, 4.1.3).
        address = str(smtp.sock.getsockname()[0])  # type: ignore[union-attr]  # it is connected
        smtp.local_hostname = f"[IPv6:{address}]" if ":" in address else f"[{address}]"
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            if not smtp.has_extn("starttls"):
                fact, hint = "the server offers no encryption (STARTTLS)", "smtps://…, or ask who runs the server"
                raise UsageError(Problem(Place(server.name), "not-encrypted", fact, hint))
            smtp.starttls(context=_trusting(server))
            smtp.ehlo_or_helo_if_needed()
        if server.user:
            self._log_in()

    def _log_in(self) -> None:
        smtp, server = self._smtp, self._server
        if server.security == "none":
            fact = "a password is never sent to a server without encryption"
            choice = Choice("security", "leave out {}", "none")
            raise UsageError(Problem(Place(server.name), "not-encrypted", fact, choices=(choice,)))
        known = smtp.esmtp_features.get("auth", "").upper().split()
        # The library takes passwords in ASCII only; RFC 4616 says UTF-8.
        if "PLAIN" in known:
            secret = "\0".join(("", server.user, server.password))
            code, words = smtp.docmd("AUTH", f"PLAIN {_base64(secret)}")
        elif "LOGIN" in known:
            code, words = smtp.docmd("AUTH", f"LOGIN {_base64(server.user)}")
            if code == 334:
                code, words = smtp.docmd(_base64(server.password))
        else:
            fact = f"it takes no login with a password ({', '.join(known) or 'it offers none'})"
            raise UsageError(Problem(Place(server.name), "no-login", fact, "leave out the user, or ask who runs it"))
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, words)

    def send(self, sender: Mailbox, to: Mailbox, data: bytes, claim: Callable[[], bool]) -> Answer:
        """What the server did with a message.

        ``claim`` is called when all of the message has gone but the dot that ends it; unless it says yes the message
        is broken off, and the server forgets it.
        """
        ended = False
        try:
            if refusal := self._envelope(sender, to, data):
                return refusal
            self._smtp.send(re.sub(rb"(?m)^\.", b"..", data))
            if not self._claimed(claim):
                return Answer("taken")
            self._check_listening()
            self._wait_at_most(self._server.patience)
            ended = True
            self._smtp.send(b".\r\n")
            code, words = self._smtp.getreply()
            self._wait_at_most(self._server.timeout)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self.drop()
            why = _why(error)
            return Answer("unknown", f"no answer to the message: {why}") if ended else Answer("lost", why)
        except BaseException:
            self.drop()  # in the middle of a message no farewell would be heard
            raise
        return self._judged(code, words)

    def _claimed(self, claim: Callable[[], bool]) -> bool:
        """Whether the message is ours to send; when it is not, or that cannot be noted, it is broken off."""
        mine = False
        try:
            mine = claim()
        finally:
            if not mine:
                self.drop()
        return mine

    def _check_listening(self) -> None:
        """Makes sure that the server has neither left nor spoken before the message's end: then it has not taken it."""
        sock = self._smtp.sock
        assert sock is not None
        sock.settimeout(0)
        try:
            said = sock.recv(_WORDS)
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        why = plain_line(said.decode("utf-8", errors="replace")) or "the connection was closed"
        raise smtplib.SMTPServerDisconnected(f"before the message's end: {why}")

    def _wait_at_most(self, seconds: float) -> None:
        if self._smtp.sock:
            self._smtp.sock.settimeout(seconds)

    def _judged(self, code: int, words: bytes) -> Answer:
        """What an answer to a message's end means."""
        said = _said(code, words)
        if 200 <= code < 300:
            return Answer("sent", said)
        if code == 421:
            self.drop()
        if 400 <= code < 500:
            return Answer("later", said)
        if 500 <= code < 600:
            return Answer("refused", said)
        self.drop()
        return Answer("unknown", f"an answer that SMTP does not know: {said}")

    def _envelope(self, sender: Mailbox, to: Mailbox, data: bytes) -> Answer | None:
        """What keeps the server from taking a message for an addressee, or nothing."""
        smtp = self._smtp
        options = []
        if not (sender.is_ascii and to.is_ascii):
            if not smtp.has_extn("smtputf8"):
                return Answer("refused", "the server takes no addresses beyond ASCII (SMTPUTF8, RFC 6531)")
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        if smtp.has_extn("size"):
            options.append(f"SIZE={len(data)}")
        code, words = smtp.mail(sender.address, options)
        if code != 250:
            return self._refusal(code, words, "refused" if code == 552 else "sender", "busy")
        code, words = smtp.rcpt(to.address)
        if code not in (250, 251):
            return self._refusal(code, words, "refused", "later")
        code, words = smtp.docmd("DATA")
        if code != 354:
            return self._refusal(code, words, "refused", "later")
        return None

    def _refusal(self, code: int, words: bytes, never: Kind, later: Kind) -> Answer:
        """The answer for a refused command; the server forgets what it was told of the message."""
        if code == 421 or not 400 <= code < 600:
            self.drop()
            return Answer("busy", _said(code, words))
        self._smtp.rset()
        return Answer(later if code < 500 else never, _said(code, words))

    def close(self) -> None:
        """Takes leave of the server."""
        with suppress(smtplib.SMTPException, OSError):
            self._smtp.quit()
        self.drop()

    def drop(self) -> None:
        """Ends the connection without a word."""
        self._smtp.close()

    @property
    def is_open(self) -> bool:
        """Whether there still is a connection."""
        return self._smtp.sock is not None


class ServerBusy(MachineError):  # noqa: N818  # it is a state of the server, and often passes
    """The server does not answer, or says that it cannot take messages now."""


def _connected(server: Server) -> smtplib.SMTP:
    try:
        if server.security == "tls":
            return smtplib.SMTP_SSL(
                server.host, server.port, "localhost", timeout=server.timeout, context=_trusting(server)
            )
        return smtplib.SMTP(server.host, server.port, "localhost", timeout=server.timeout)
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise _trouble(error, server) from None


def _trusting(server: Server) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if server.authorities:
        try:
            context.load_verify_locations(cafile=server.authorities)
        except (OSError, ssl.SSLError) as error:
            fact = f"no certificate can be read from it: {error.strerror or error}"
            raise UsageError(Problem(Place(server.authorities), "unreadable-file", fact, "name a PEM file")) from None
    return context


def _trouble(error: Exception, server: Server) -> UsageError | ServerBusy:
    """What keeps us from talking to the server, as a problem that says whether to wait or to change something."""
    place = Place(server.name)
    if isinstance(error, ssl.SSLCertVerificationError):
        fact = f"the server's certificate cannot be believed: {error.verify_message}"
        choice = Choice("authorities", "name its authority's certificate with {}", "FILE")
        return UsageError(Problem(place, "untrusted-server", fact, choices=(choice,)))
    if isinstance(error, ssl.SSLError):
        fact = f"no encrypted connection: {error.reason or error}"
        return UsageError(Problem(place, "not-encrypted", fact, "is it smtp:// (STARTTLS) or smtps:// (TLS)?"))
    if isinstance(error, smtplib.SMTPResponseException) and 500 <= error.smtp_code < 600:
        said = _said(error.smtp_code, error.smtp_error)
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return UsageError(Problem(place, "wrong-login", f"the server does not know this login: {said}"))
        return UsageError(Problem(place, "server-refused", f"the server refuses to talk to us: {said}", ""))
    # What cannot be a name of the Internet is no UnicodeError to anybody else.
    if isinstance(error, UnicodeError) or (isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME):
        return UsageError(Problem(place, "no-such-server", f"there is no server '{server.host}'", "is it misspelt?"))
    return ServerBusy(Problem(place, "server-busy", f"the server does not answer: {_why(error)}", ""))


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _why(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return plain_line(str(error)) or type(error).__name__


def _said(code: int, words: bytes | str) -> str:
    """The server's words on one line: "550 5.1.1 no such user"."""
    text = words.decode("utf-8", errors="replace") if isinstance(words, bytes) else words
    return plain_line(f"{code} {text}")[:_WORDS]

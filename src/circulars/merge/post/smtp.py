"""Connects to a mail server (SMTP, RFC 5321): encrypted, logged in, one message at a time.

What matters is to know at each step whether the server has the message. Until the dot that ends the message has gone,
it has not. With its answer to the dot, it has or has not. Between the two nobody can know.
"""

from __future__ import annotations

import math
import re
import smtplib
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final, Literal, get_args
from urllib.parse import unquote, urlsplit

from circulars.errors import Choice, MachineError, Place, Problem, UsageError, check_word
from circulars.merge.post.echoes import without_echo
from circulars.merge.post.login import TokenSource, log_in_with_password, log_in_with_token
from circulars.merge.post.mailbox import Mailbox
from circulars.merge.post.refusals import known_refusal
from circulars.merge.post.smtp_client import SmtpClient
from circulars.sockets import Clock, is_this_machine, login_refused, secret_shown, server_problem, trusting

Security = Literal["starttls", "tls", "none"]
AnswerKind = Literal["sent", "later", "refused", "unknown", "lost", "busy", "sender", "size", "taken"]

_SCHEMES: Final[dict[str, tuple[Security, int]]] = {"smtp": ("starttls", 587), "smtps": ("tls", 465)}
_OPENING: Final = 3  # times the timeout, until the login is done; each reply alone may take the timeout
_SESSION: Final = 3600.0  # seconds after which the next message gets a new connection


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server: its address, and how to connect to it.

    ``tokens`` gives the tokens to log in with instead of a password (XOAUTH2 or OAUTHBEARER).
    ``authorities`` is a file of CA certificates to trust besides the system's. ``timeout`` is how long to wait for an
    answer, in seconds. ``patience`` is how long to wait for the answer to a whole message, which servers examine first
    (RFC 5321, 4.5.3.2.6, requires ten minutes).

    Raises:
        UsageError: ``security`` is not one of the known words.
    """

    host: str
    port: int
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    authorities: str = ""
    timeout: float = 60.0
    patience: float = 600.0
    tokens: TokenSource | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_word(self.security, get_args(Security), "a kind of encryption")

    @property
    def name(self) -> str:
        """The name of the server in problems."""
        return f"{self.host}:{self.port}"

    @property
    def secret(self) -> str:
        """What the server was told to log in: the password or the last token."""
        return self.tokens.last if self.tokens else self.password

    @property
    def is_this_machine(self) -> bool:
        """Whether the server is on this machine, so that messages to it cross no network."""
        return is_this_machine(self.host)


@dataclass(frozen=True, slots=True)
class Answer:
    """The server's answer to one message.

    - ``sent``: the server has it. ``refused``: the server rejects it. ``later``: the server defers it.
    - ``unknown``: the connection broke after the end of the message. ``lost``: it broke before.
    - ``busy``: the server accepts nothing at the moment. ``sender``: it accepts nothing from this sender.
    - ``size``: the server accepts no message of this size, as it said when it was greeted.
    - ``taken``: another process is sending this message.
    """

    kind: AnswerKind
    words: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Whom a message is from and to, as servers see it; ``copies`` are the recipients besides the addressee."""

    sender: Mailbox
    to: Mailbox
    copies: tuple[Mailbox, ...] = ()


NO_COPY: Final = "no copy to "
"""Begins what the words of an answer say of each recipient of a copy whom the server refused."""


def read_server(address: str) -> Server:
    """The server of an address: ``smtp://host:587`` (STARTTLS) or ``smtps://host`` (TLS), with ``user@`` or without.

    Raises:
        UsageError: it is not such an address. The message does not show it, because it may contain a password.
    """
    try:
        parts = urlsplit(address)
        scheme, host, port, secret = parts.scheme, parts.hostname, parts.port, parts.password
    except ValueError:
        scheme, host, port, secret = "", None, None, None
    hint = "smtp://mail.example.int:587, or smtps://mail.example.int"
    if secret is not None:
        raise secret_shown()
    if scheme not in _SCHEMES or not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise UsageError(Problem(Place(), "wrong-server", "this is not the address of a mail server", hint))
    security, usual = _SCHEMES[scheme]
    return Server(host, port or usual, security, unquote(parts.username or ""))


class Session:
    """One connection to a server, logged in.

    Each command has a deadline, and so have the opening and the whole session: a server that sends a byte now and then
    delays nothing for longer than one that is silent. A server that was told the password may repeat it, so nothing
    that it says afterwards is kept if it contains the password.
    """

    def __init__(self, server: Server, clock: Clock = time.monotonic) -> None:
        """Connects, encrypts, and logs in; ``clock`` measures how long the server takes.

        Raises:
            UsageError: the certificate, the login or the encryption is refused or not available.
            ServerBusy: the server does not answer, or is temporarily unavailable.
        """
        self._server, self._clock = server, clock
        self._smtp = SmtpClient(
            server.timeout, clock, trusting(server.authorities) if server.security == "tls" else None
        )
        self._smtp.allowance.limit(_OPENING * server.timeout)
        try:
            self._connect()
            self._greet()
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            self.drop()
            raise _connection_problem(error, server) from None
        except BaseException:
            self.drop()
            raise
        self._smtp.allowance.limit(math.inf)
        self._end = clock() + _SESSION

    def _connect(self) -> None:
        code, words = self._smtp.connect(self._server.host, self._server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)

    def _greet(self) -> None:
        smtp, server = self._smtp, self._server
        # An address literal keeps the name of this machine private (RFC 5321, 4.1.3).
        address = str(smtp.sock.getsockname()[0])  # type: ignore[union-attr]  # it is connected
        smtp.local_hostname = f"[IPv6:{address}]" if ":" in address else f"[{address}]"
        smtp.ehlo_or_helo_if_needed()
        if server.security not in ("tls", "none"):
            if not smtp.has_extn("starttls"):
                fact, hint = "the server offers no encryption (STARTTLS)", "smtps://…, or ask who runs the server"
                raise UsageError(Problem(Place(server.name), "not-encrypted", fact, hint))
            smtp.encrypt(trusting(server.authorities))
            smtp.ehlo_or_helo_if_needed()
        if server.user:
            self._log_in()

    def _log_in(self) -> None:
        smtp, server = self._smtp, self._server
        if server.security == "none":
            secret = "token" if server.tokens else "password"
            fact = f"a {secret} is never sent to a server without encryption"
            choice = Choice("security", "leave out {}", "none")
            raise UsageError(Problem(Place(server.name), "not-encrypted", fact, choices=(choice,)))
        if server.tokens:
            log_in_with_token(smtp, server.user, server.tokens, server.host, server.port)
        else:
            log_in_with_password(smtp, server.user, server.password, server.name)

    def send(
        self, envelope: Envelope, data: bytes, claim: Callable[[], bool], *, without_deferred: bool = False
    ) -> Answer:
        """Sends a message; returns the server's answer.

        ``claim`` is called when everything but the final dot has been sent. Unless it returns True, the connection is
        dropped, and the server discards the message.

        If the server refuses a recipient of a copy for good, the others get the message, and the answer's words say
        so. If it defers one, the whole message is deferred, unless ``without_deferred``.
        """
        is_ended, not_to = False, list[str]()
        try:
            if refusal := self._envelope(envelope, data):
                return refusal
            if refusal := self._copies(envelope, not_to, without_deferred=without_deferred):
                return refusal
            code, words = self._smtp.docmd("DATA")
            if code != 354:
                return self._refusal(code, words, "refused", "later")
            self._smtp.send(re.sub(rb"(?m)^\.", b"..", data))
            if not self._claimed(claim):
                return Answer("taken")
            self._check_listening()
            is_ended = True
            self._smtp.send(b".\r\n", self._server.patience)
            code, words = self._smtp.getreply()
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self.drop()
            reason = _reason(error, self._server)
            return Answer("unknown", f"no answer to the message: {reason}") if is_ended else Answer("lost", reason)
        except BaseException:
            self.drop()  # in the middle of a message the server would not recognize QUIT
            raise
        answer = self._answer(code, words)
        return replace(answer, words="; ".join([answer.words, *not_to])) if answer.kind == "sent" else answer

    def _claimed(self, claim: Callable[[], bool]) -> bool:
        """Whether this process may send the message; otherwise, or on an error, the connection is dropped."""
        is_claimed = False
        try:
            is_claimed = claim()
        finally:
            if not is_claimed:
                self.drop()
        return is_claimed

    def _check_listening(self) -> None:
        """Checks, just before the end of a message, that the server is still connected and has not answered early.

        Raises:
            smtplib.SMTPServerDisconnected: the server has left or answered early.
        """
        assert self._smtp.sock is not None
        if (early := self._smtp.sock.unasked()) is not None:
            reason = early.decode("utf-8", errors="replace") or "the connection was closed"
            raise smtplib.SMTPServerDisconnected(f"before the message's end: {reason}")

    def _answer(self, code: int, words: bytes) -> Answer:
        """The answer that a reply to the end of a message means."""
        reply = _reply_line(code, words, self._server)
        if 200 <= code < 300:
            return Answer("sent", reply)
        if code == 421:
            self.drop()
        if 400 <= code < 500:
            return Answer("later", reply)
        if 500 <= code < 600:
            return Answer("refused", reply)
        self.drop()
        return Answer("unknown", f"an answer that is not SMTP: {reply}")

    def _envelope(self, envelope: Envelope, data: bytes) -> Answer | None:
        """The refusal of a message's sender, addressee or size; None if the server accepts them."""
        smtp, sender, to = self._smtp, envelope.sender, envelope.to
        options = []
        if not all(one.is_ascii for one in (sender, to, *envelope.copies)):
            if not smtp.has_extn("smtputf8") and not (sender.is_ascii and to.is_ascii):
                return Answer("refused", "the server accepts only ASCII addresses (no SMTPUTF8, RFC 6531)")
            options = ["SMTPUTF8", "BODY=8BITMIME"] if smtp.has_extn("smtputf8") else []
        if smtp.has_extn("size"):
            if 0 < self.size_limit < len(data):
                fact = f"the message has {len(data):,} bytes, and the server accepts {self.size_limit:,}"
                return Answer("size", fact)
            options.append(f"SIZE={len(data)}")
        code, words = smtp.mail(sender.address, options)
        if code != 250:
            return self._refusal(code, words, "refused" if code == 552 else "sender", "busy")
        code, words = smtp.rcpt(to.address)
        return None if code in (250, 251) else self._refusal(code, words, "refused", "later")

    def _copies(self, envelope: Envelope, not_to: list[str], *, without_deferred: bool) -> Answer | None:
        """The refusal of the whole message because of a copy; None if it goes to the others.

        Adds to ``not_to`` what the server says of each recipient of a copy whom it refuses.
        """
        for copy in envelope.copies:
            if not copy.is_ascii and not self._smtp.has_extn("smtputf8"):
                not_to.append(f"{NO_COPY}{copy.address}: the server accepts only ASCII addresses")
                continue
            code, words = self._smtp.rcpt(copy.address)
            if code in (250, 251):
                continue
            reply = _reply_line(code, words, self._server)
            refusal = known_refusal(reply)
            concerns_sender = refusal is not None and refusal.concerns != "addressee"
            if code == 421 or not 400 <= code < 600 or concerns_sender or (code < 500 and not without_deferred):
                return self._refusal(code, words, "refused", "later")
            not_to.append(f"{NO_COPY}{copy.address}: {reply}")
        return None

    def _refusal(self, code: int, words: bytes, never: AnswerKind, later: AnswerKind) -> Answer:
        """The answer for a refused command; resets the server for the next message."""
        if code == 421 or not 400 <= code < 600:
            self.drop()
            return Answer("busy", _reply_line(code, words, self._server))
        self._smtp.rset()
        return Answer(later if code < 500 else never, _reply_line(code, words, self._server))

    @property
    def size_limit(self) -> int:
        """How many bytes a message may have, as the server says (RFC 1870); 0 if it does not say."""
        announced = self._smtp.esmtp_features.get("size", "")
        return int(announced) if re.fullmatch(r"[0-9]{1,15}", announced) else 0

    def close(self) -> None:
        """Says goodbye (QUIT) and closes the connection."""
        with suppress(smtplib.SMTPException, OSError):
            self._smtp.quit()
        self.drop()

    def drop(self) -> None:
        """Closes the connection without QUIT."""
        self._smtp.close()

    @property
    def is_open(self) -> bool:
        """Whether the connection is open, and not too old for another message."""
        return self._smtp.sock is not None and self._clock() < self._end


class ServerBusy(MachineError):  # noqa: N818  # a state that often passes, not a fault
    """The server does not answer, or cannot accept messages now."""


def _connection_problem(error: Exception, server: Server) -> UsageError | ServerBusy:
    """The error for a failed connection: a :class:`ServerBusy` if waiting may help, else a :class:`UsageError`."""
    place = Place(server.name)
    hint = "is it smtp:// (STARTTLS) or smtps:// (TLS)?"
    if found := server_problem(error, server.host, server.name, hint):
        return found
    if isinstance(error, smtplib.SMTPResponseException) and 500 <= error.smtp_code < 600:
        reply = _reply_line(error.smtp_code, error.smtp_error, server)
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return login_refused(place, reply, has_token=server.tokens is not None)
        return UsageError(Problem(place, "server-refused", f"the server refuses the connection: {reply}", ""))
    return ServerBusy(Problem(place, "server-busy", f"the server does not answer: {_reason(error, server)}", ""))


def _reason(error: Exception, server: Server) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply_line(error.smtp_code, error.smtp_error, server)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return without_echo(str(error), server.secret) or type(error).__name__


def _reply_line(code: int, words: bytes | str, server: Server) -> str:
    """The server's reply on one line: "550 5.1.1 no such user"; without its words if they contain the password."""
    text = words.decode("utf-8", errors="replace") if isinstance(words, bytes) else words
    return f"{code} {without_echo(text, server.secret)}".strip()

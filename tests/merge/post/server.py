"""A mail server on this machine: a real one, over SMTP, that can also misbehave in every way that servers do.

    with serving(holder=authority.mail) as server:
        server.manner = always("refuse")

Each message is met in a manner (:data:`MANNERS`): ``server.manner`` says in which, from the addressee's address and how
often a message to it came before. What the server took stands in ``server.taken``, each message once for each time.
"""

from __future__ import annotations

import asyncio
import base64
import random
import re
import ssl
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from signing.authority import Holder

Manner = Literal[
    "accept", "refuse", "refuse text", "later", "later text", "busy", "stall", "cut", "drop taken", "drop untaken"
]
MANNERS: Sequence[Manner] = (
    "accept",  # 250
    "refuse",  # 550 to the addressee
    "refuse text",  # 554 to the message
    "later",  # 450 to the addressee (greylisting)
    "later text",  # 451 to the message
    "busy",  # 421, and the connection ends
    "stall",  # never an answer to the message, which is not taken
    "cut",  # the connection ends in the middle of the message
    "drop taken",  # the connection ends before the answer to the message, which was taken
    "drop untaken",  # the same, and it was not
)
Choice = Callable[[str, int], Manner]
USER, PASSWORD = "tsb", "a password of nöbody else"


def always(manner: Manner) -> Choice:
    """Treats every message in one manner."""
    return lambda address, before: manner


def first(manner: Manner, times: int = 1) -> Choice:
    """Treats the first messages to each address in one manner, and accepts the others."""
    return lambda address, before: manner if before < times else "accept"


def to(addresses: dict[str, Manner]) -> Choice:
    """Treats messages to some addresses in given manners, and accepts the others."""
    return lambda address, before: addresses.get(address, "accept")


def at_random(seed: int, manners: Sequence[Manner] = MANNERS) -> Choice:
    """Treats each message in a random manner, the same for the same seed; half of them are accepted."""

    def choose(address: str, before: int) -> Manner:
        dice = random.Random(f"{seed} {address} {before}")
        return "accept" if dice.random() < 0.5 else dice.choice(manners)

    return choose


@dataclass(slots=True)
class MailServer:
    """Where the server is, how it meets messages, and what it has taken: addresses and bytes, in order.

    ``recipients`` has all addresses that each message went to, and ``senders`` the address where it would come back to.

    It takes nothing from the senders that are ``unwelcome``, and addresses beyond ASCII only as it is told to.
    ``refusal`` and ``refusal_of_text`` return an answer for a recipient and for a message, "" to take it, from the
    address and from how often a message to it came before.
    """

    port: int = 0
    manner: Choice = field(default_factory=lambda: always("accept"))
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    offered: Counter[str] = field(default_factory=Counter)
    recipients: list[list[str]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    unwelcome: dict[str, str] = field(default_factory=dict)
    beyond_ascii: bool = True
    tokens: Callable[[str], bool] | None = None
    connections: int = 0
    logins: list[str] = field(default_factory=list)
    refusal: Callable[[str, int], str] = lambda address, before: ""
    refusal_of_text: Callable[[str, int], str] = lambda address, before: ""
    on_message: Callable[[str], None] = lambda address: None
    on_taken: Callable[[str, bytes], None] = lambda address, message: None

    def address(self, scheme: str = "smtp") -> str:
        """The server's address, as it is typed."""
        return f"{scheme}://127.0.0.1:{self.port}"

    def count(self) -> Counter[str]:
        """The number of messages for each address."""
        return Counter(address for address, _ in self.taken)

    def messages(self) -> list[EmailMessage]:
        """The messages that were accepted, parsed."""
        return [message_from_bytes(data, policy=policy.default) for _, data in self.taken]


class _Talk(SMTP):
    """The server's side of one connection."""

    def __init__(self, server: MailServer, **settings: Any) -> None:
        judge = _TokenJudge(server) if server.tokens else _Judge(server)
        super().__init__(judge, hostname="mail.example.int", enable_SMTPUTF8=server.beyond_ascii, **settings)
        self._server = server
        server.connections += 1

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # aiosmtpd's name
        if self.envelope and getattr(self.envelope, "manner", "") == "cut":
            await self.push("354 go on")
            await self._reader.readline()
            self.transport.abort()  # type: ignore[union-attr]
            raise asyncio.CancelledError
        await super().smtp_DATA(arg)


class _Judge:
    """Decides what happens to each message."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name
        self, talk: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self._server.unwelcome.get(address):
            return answer
        envelope.mail_from = address
        return "250 ok"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, talk: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        manner = self._server.manner(address, self._server.offered[address])
        self._server.offered[address] += 1
        envelope.manner = manner  # type: ignore[attr-defined]
        if refusal := self._server.refusal(address, self._server.offered[address] - 1):
            return refusal
        match manner:
            case "refuse":
                return "550 5.1.1 no such user here"
            case "later":
                return "450 4.2.0 greylisted, come back in five minutes"
            case "busy":
                await talk.push("421 4.3.2 the server is going down")
                talk.transport.close()  # type: ignore[union-attr]
                raise asyncio.CancelledError
            case _:
                pass  # the other manners begin with the message
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, talk: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        address, *_ = envelope.rcpt_tos
        self._server.on_message(address)
        if refusal := self._server.refusal_of_text(address, self._server.offered[address] - 1):
            return refusal
        manner: Manner = envelope.manner  # type: ignore[attr-defined]
        if manner == "refuse text":
            return "554 5.7.1 refused: looks like\x1b[31m spam"
        if manner == "later text":
            return "451 4.3.0 try again later"
        if manner == "stall":
            await asyncio.sleep(3600)
        if manner != "drop untaken":
            assert isinstance(envelope.content, bytes)
            self._server.taken.append((address, envelope.content))
            self._server.recipients.append([*envelope.rcpt_tos])
            self._server.senders.append(envelope.mail_from or "")
            self._server.on_taken(address, envelope.content)
        if manner.startswith("drop"):
            talk.transport.abort()  # type: ignore[union-attr]
            raise asyncio.CancelledError
        return "250 2.0.0 taken"


class _TokenJudge(_Judge):
    """The same, which also knows tokens."""

    async def auth_XOAUTH2(self, talk: SMTP, words: list[str]) -> AuthResult:  # noqa: N802  # aiosmtpd's name
        return await self._with_token("XOAUTH2", talk, words, rb"user=([^\x01]*)\x01auth=Bearer ([^\x01]*)\x01\x01")

    async def auth_OAUTHBEARER(self, talk: SMTP, words: list[str]) -> AuthResult:  # noqa: N802  # aiosmtpd's name
        form = rb"n,a=([^,]*),\x01host=127.0.0.1\x01port=\d+\x01auth=Bearer ([^\x01]*)\x01\x01"
        return await self._with_token("OAUTHBEARER", talk, words, form)

    async def _with_token(self, mechanism: str, talk: SMTP, words: list[str], form: bytes) -> AuthResult:
        said = base64.b64decode(words[1]) if len(words) > 1 else await talk.challenge_auth("")
        found = re.fullmatch(form, said) if isinstance(said, bytes) else None
        self._server.logins.append(f"{mechanism} {found[1].decode()}" if found else f"{mechanism} wrong")
        if found and self._server.tokens and self._server.tokens(found[2].decode()):
            return AuthResult(success=True)
        await talk.challenge_auth('{"status":"401","schemes":"bearer"}')
        return AuthResult(success=False, handled=False)


@contextmanager
def serving(
    holder: Holder | None = None,
    *,
    security: Literal["starttls", "tls", "none"] = "starttls",
    login: bool = False,
    missing: Sequence[str] = (),
    tokens: Callable[[str], bool] | None = None,
    size: int = 33_554_432,
    port: int = 0,
) -> Iterator[MailServer]:
    """A server that is there as long as the context; it has the holder's certificate.

    ``missing`` are the ways to log in that it does not offer, of LOGIN, PLAIN and, if ``tokens`` says which are valid,
    XOAUTH2 and OAUTHBEARER. ``size`` is the SIZE that it offers, ``port`` the port that it listens on, 0 for any.
    """
    server = MailServer(tokens=tokens)
    context = context_of(holder) if holder and security != "none" else None

    def authenticate(talk: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and data == LoginPassword(USER.encode(), PASSWORD.encode())
        server.logins.append(mechanism)
        return AuthResult(success=right, handled=False)

    settings: dict[str, Any] = {"auth_exclude_mechanism": missing, "data_size_limit": size}
    if security == "starttls":
        settings |= {"tls_context": context, "require_starttls": True}
    if login:
        settings |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": security == "starttls"}
    loop = asyncio.new_event_loop()

    def talk() -> SMTP:
        return _Talk(server, loop=loop, **settings)

    listening = loop.run_until_complete(
        loop.create_server(talk, "127.0.0.1", port, ssl=context if security == "tls" else None)
    )
    server.port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(_end(listening), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _end(listening: asyncio.Server) -> None:
    listening.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)


def context_of(holder: Holder) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with tempfile.TemporaryDirectory() as folder:
        chain, key = Path(folder, "chain.pem"), Path(folder, "key.pem")
        chain.write_bytes(holder.pem_certificates)
        key.write_bytes(holder.pem_key())
        context.load_cert_chain(chain, key)
    return context

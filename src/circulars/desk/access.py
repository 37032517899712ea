"""Decides which requests the desk answers, and of whom they are."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

from circulars.desk.people import OWNER, DeskPerson
from circulars.desk.refusals import NO_SESSION, NO_SETTINGS, NOT_BY_PROXY, NOT_NAMED, UNKNOWN_PERSON, RefusedError
from circulars.desk.settings import DeskSettings, ProxySettings
from circulars.errors import LetterError
from circulars.syntax.shape import shortened

HOSTS: Final = ("127.0.0.1", "localhost")
"""The names under which a desk for one person answers. A name that another site points to this machine is refused."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sends a request, and the token that the forms on this person's pages carry."""

    person: DeskPerson
    form_token: str
    may_leave: bool = False
    """Whether the desk itself can sign the person out."""

    def has_token(self, token: str) -> bool:
        """Whether a form carries the token of this person's pages."""
        return _same(token, self.form_token)


class Access(ABC):
    """The addresses of the desk, and how it knows who sends a request."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self._origins = {urlsplit(one).netloc: one for one in addresses}

    @property
    def address(self) -> str:
        """The address of the desk, or the first of several."""
        return next(iter(self._origins.values()))

    @property
    def link(self) -> str:
        """The address to open first."""
        return self.address

    @property
    def offers_sign_in(self) -> bool:
        """Whether people sign in by a page of the desk."""
        return False

    def is_own_host(self, host: str) -> bool:
        """Whether the header ``Host`` is an address of the desk."""
        return host in self._origins

    def is_own_origin(self, origin: str, host: str) -> bool:
        """Whether a form or a script of the desk's own pages sends a request, by the header ``Origin``."""
        return origin == self._origins.get(host)

    def name_of(self, email: str) -> str:
        """The name of a person of the desk, by the e-mail address; the address if there is no such person."""
        return email

    @abstractmethod
    def visitor(self, request: Request) -> Visitor:
        """Who sends a request.

        Raises:
            RefusedError: this is not known, or nobody who may use the desk.
        """


class LinkAccess(Access):
    """The access of one person: the link that works once, and the session that it begins."""

    def __init__(self, port: int) -> None:
        super().__init__(f"http://{host}:{port}" for host in HOSTS)
        self._port = port
        self._link = secrets.token_urlsafe(32)
        self._session = secrets.token_urlsafe(32)
        self._redeeming = threading.Lock()
        self.form_token = secrets.token_urlsafe(32)

    @property
    def link(self) -> str:
        """The address that begins the session; it works once."""
        return f"{self.address}/begin/{self._link}"

    @property
    def cookie(self) -> str:
        """The name of the session's cookie. Browsers share cookies between the ports of a machine."""
        return f"circulars-desk-{self._port}"

    def redeem(self, token: str) -> str | None:
        """The session for the token of the link, or None if the token is wrong or was used."""
        with self._redeeming:
            if not self._link or not _same(token, self._link):
                return None
            self._link = ""
            return self._session

    def is_session(self, cookies: Mapping[str, str]) -> bool:
        """Whether a request has the session's cookie."""
        return _same(cookies.get(self.cookie, ""), self._session)

    def visitor(self, request: Request) -> Visitor:
        if not self.is_session(request.cookies):
            raise RefusedError(NO_SESSION)
        return Visitor(OWNER, self.form_token)


class ProxyAccess(Access):
    """The access of people whom a proxy names in a header.

    ``settings`` gives what ``desk.yaml`` says now, so that whoever is removed from it is refused at once.
    """

    def __init__(self, proxy: ProxySettings, settings: Callable[[], DeskSettings], *, is_socket: bool) -> None:
        super().__init__(settings().addresses)
        self._proxy, self._settings, self._is_socket = proxy, settings, is_socket
        self._secret = secrets.token_bytes(32)

    def name_of(self, email: str) -> str:
        return name_in(self._settings, email)

    def visitor(self, request: Request) -> Visitor:
        if not self._is_socket and (not request.client or request.client.host != self._proxy.address):
            raise RefusedError(NOT_BY_PROXY, request.client.host if request.client else "")
        named = request.headers.getlist(self._proxy.header)
        if len(named) != 1 or not named[0]:
            raise RefusedError(NOT_NAMED, self._proxy.header)
        person = known_person(_decoded(named[0]), self._settings)
        return Visitor(person, _token_of(person.login, self._secret))


def known_person(login: str, settings: Callable[[], DeskSettings]) -> DeskPerson:
    """The person with a login.

    Raises:
        RefusedError: there is none, or ``desk.yaml`` has problems, so that nobody is known.
    """
    try:
        person = settings().person(login)
    except LetterError as error:
        raise RefusedError(NO_SETTINGS, str(error.problems[0].where)) from None
    if not person:
        raise RefusedError(UNKNOWN_PERSON, shortened(login))
    return person


def name_in(settings: Callable[[], DeskSettings], email: str) -> str:
    """The name of the person with an e-mail address; the address if there is none."""
    with suppress(LetterError):
        return next((one.name for one in settings().people if one.email == email), email)
    return email


def _decoded(header: str) -> str:
    """The value of a header, which servers send in UTF-8; as it is if that is not so."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeDecodeError:
        return header


def _token_of(login: str, secret: bytes) -> str:
    return hmac.new(secret, login.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode())

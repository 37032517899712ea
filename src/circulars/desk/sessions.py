"""The access of people whom an OpenID provider knows: their sign-ins, and their sessions."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from starlette.requests import Request

from circulars.desk.access import Access, Visitor, known_person, name_in
from circulars.desk.people import DeskPerson
from circulars.desk.refusals import NOT_SIGNED_IN, WRONG_SIGN_IN, RefusedError
from circulars.desk.settings import DeskSettings

SIGN_IN_SECONDS: Final = 600
"""So long a person may take to sign in at the provider."""
SESSION_SECONDS: Final = 10 * 60 * 60
"""A session ends after a working day, whatever is done in it."""
RETURN: Final = "/signed-in"
"""The path to which the provider sends people back."""
_MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """A sign-in that has begun: what its answer must fit, and the endpoints of the provider."""

    state: str
    browser: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect: str
    at: float
    provider: Mapping[str, Any] = field(repr=False)


class SignInProvider(Protocol):
    """Who knows the people. Its methods may refuse; see :class:`circulars.desk.openid.OpenIdProvider`."""

    def now(self) -> float:
        """The time, in seconds."""

    def begin(self, redirect: str) -> PendingSignIn:
        """A new sign-in, which is to come back to an address."""

    def address(self, pending: PendingSignIn) -> str:
        """The provider's address at which a person signs in."""

    def login(self, pending: PendingSignIn, browser: str, query: str) -> str:
        """The login of the person who has signed in."""


@dataclass(frozen=True, slots=True)
class _Session:
    login: str
    form_token: str = field(repr=False)
    ends: float


class OpenIdAccess(Access):
    """The access of people who sign in with an OpenID provider.

    ``settings`` gives what ``desk.yaml`` says now, so that whoever is removed from it is refused at once.
    """

    def __init__(self, provider: SignInProvider, settings: Callable[[], DeskSettings]) -> None:
        super().__init__(settings().addresses)
        self._provider, self._settings = provider, settings
        self._lock = threading.Lock()
        self._sessions: dict[str, _Session] = {}
        self._pending: dict[str, PendingSignIn] = {}

    @property
    def offers_sign_in(self) -> bool:
        return True

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the desk by TLS alone."""
        return self.address.startswith("https:")

    @property
    def cookie(self) -> str:
        """The name of the session's cookie. With "__Host-", no other host can have set it."""
        return f"{'__Host-' if self.is_secure else ''}circulars-desk"

    @property
    def sign_in_cookie(self) -> str:
        """The name of the cookie by which a browser is known again when the provider sends it back."""
        return f"{self.cookie}-sign-in"

    def begin(self, host: str) -> tuple[str, str]:
        """Begins a sign-in: the provider's address, and the value of the browser's cookie.

        Raises:
            RefusedError: the provider does not answer as it should.
        """
        pending = self._provider.begin(f"{self._origins[host]}{RETURN}")
        with self._lock:
            late = pending.at - SIGN_IN_SECONDS
            kept = [(state, one) for state, one in self._pending.items() if one.at > late]
            self._pending = {**dict(kept[-_MOST:]), pending.state: pending}
        return self._provider.address(pending), pending.browser

    def end(self, state: str, browser: str, query: str) -> tuple[str, DeskPerson]:
        """Ends a sign-in: a new session, and the person. What has the state of it is used up.

        Raises:
            RefusedError: the answer of the provider is not of this browser's sign-in, or the person is not known.
        """
        with self._lock:
            pending = self._pending.pop(state, None)
        if not pending:
            raise RefusedError(WRONG_SIGN_IN)
        login = self._provider.login(pending, browser, query)
        person = known_person(login, self._settings)
        session, now = secrets.token_urlsafe(32), self._provider.now()
        with self._lock:
            kept = [(key, one) for key, one in self._sessions.items() if one.ends > now]
            new = _Session(login, secrets.token_urlsafe(32), now + SESSION_SECONDS)
            self._sessions = {**dict(kept[-_MOST:]), _hashed(session): new}
        return session, person

    def leave(self, request: Request) -> None:
        """Ends the session of a request: the cookie counts for nothing any more, whoever has a copy."""
        with self._lock:
            self._sessions.pop(_hashed(request.cookies.get(self.cookie, "")), None)

    def visitor(self, request: Request) -> Visitor:
        found = self._sessions.get(_hashed(request.cookies.get(self.cookie, "")))
        if not found or found.ends <= self._provider.now():
            raise RefusedError(NOT_SIGNED_IN)
        return Visitor(known_person(found.login, self._settings), found.form_token, may_leave=True)

    def name_of(self, email: str) -> str:
        return name_in(self._settings, email)


def _hashed(session: str) -> str:
    """By which a session is kept: who reads the memory of the desk gets no cookie."""
    return hashlib.sha256(session.encode("utf-8", "surrogatepass")).hexdigest()

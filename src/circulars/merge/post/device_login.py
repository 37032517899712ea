"""Tokens by the device flow (RFC 8628): a person confirms the login in a browser, on any machine.

Tokens stay in memory: the next command asks again.
"""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from circulars.errors import Choice, Place, Problem, UsageError
from circulars.merge.post.sending import Clock
from circulars.sockets import Allowance, trusting
from circulars.web import limited_opener

_TIMEOUT: Final = 30.0  # seconds for a whole answer
_MAX_BYTES: Final = 100_000  # of an answer, with the lines before it
_LONGEST: Final = 16_384  # characters of a token or a code
_PATIENCE: Final = 1_800.0  # seconds in which a person must confirm the login, at most
_MARGIN: Final = 60.0  # seconds before its end from which a token is not used any more
_WELL_KNOWN: Final = "/.well-known/openid-configuration"
_DEVICE: Final = "urn:ietf:params:oauth:grant-type:device_code"
_ERROR: Final = re.compile(r"[a-z_]{1,60}")  # RFC 6749, 5.2


@dataclass(frozen=True, slots=True)
class Provider:
    """Where tokens come from: the address of an OpenID or OAuth server, and what the token is for."""

    issuer: str
    scope: str


PROVIDERS: Final[Mapping[str, Provider]] = {
    "microsoft": Provider(
        "https://login.microsoftonline.com/organizations/v2.0",
        "https://outlook.office.com/SMTP.Send offline_access",
    ),
}
"""Providers by name. Google grants no access to mail by the device flow."""


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What a person does to confirm a login: open an address in a browser, and type a code there."""

    address: str
    code: str


def provider_of(name: str, scope: str = "") -> Provider:
    """The provider with a name, or at an address; ``scope`` replaces what its tokens are for.

    Raises:
        UsageError: it is unknown, or its address is not ``https:``.
    """
    if name == "google":
        fact = "Google grants no access to mail in this way"
        choice = Choice("token_command", "has a program give the token", "COMMAND")
        raise UsageError(Problem(Place(), "no-login-token", fact, choices=(choice,)))
    if known := PROVIDERS.get(name):
        return Provider(known.issuer, scope or known.scope)
    if not _is_secure(name):
        hint = f"write {', '.join(PROVIDERS)}, or the address of your server: https://login.example.int"
        raise UsageError(Problem(Place(), "no-login-token", f"'{name}' is not a server that gives tokens", hint))
    return Provider(name.rstrip("/"), scope)


@dataclass(slots=True)
class DeviceTokens:
    """Tokens that a person confirms. They are renewed before they expire.

    ``client`` is the id under which the office registered the program. ``show`` receives what to do.
    ``authorities`` is a file of CA certificates to trust besides the system's.
    """

    provider: Provider
    client: str
    clock: Clock
    show: Callable[[DeviceCode], object]
    proxies: Mapping[str, str] = field(default_factory=dict)
    authorities: str = ""
    _token: str = field(default="", repr=False)
    _renewal: str = field(default="", repr=False)
    _expires: float = 0.0
    _is_fresh: bool = False
    _places: tuple[str, str] = ("", "")

    @property
    def last(self) -> str:
        return self._token

    def token(self) -> str:
        """The token; if there is none, or it expires, it is renewed, or a person confirms another login.

        Raises:
            UsageError: the server does not give one, or nobody confirms the login in time.
        """
        if not self._token or self.clock.time() >= self._expires - _MARGIN:
            self._is_fresh = True
            if not self._renewed():
                self._confirmed()
        return self._token

    def accepted(self) -> None:
        self._is_fresh = False

    def refused(self) -> bool:
        if self._is_fresh:
            return False
        self._expires = 0.0
        return True

    def _renewed(self) -> bool:
        """Renews the token without a person; returns whether that worked."""
        if not self._renewal:
            return False
        answer = self._posted(self._endpoints()[1], grant_type="refresh_token", refresh_token=self._renewal)
        if not _text(answer, "access_token"):
            self._renewal = ""
            return False
        self._take(answer)
        return True

    def _confirmed(self) -> None:
        """Gets a token that a person confirms in a browser."""
        device, place = self._endpoints()
        scope = {"scope": self.provider.scope} if self.provider.scope else {}
        answer = self._posted(device, **scope)
        code, typed = _text(answer, "device_code"), _text(answer, "user_code")
        address = _text(answer, "verification_uri") or _text(answer, "verification_url")
        if not (code and typed and _is_secure(address)):
            raise self._failure(_error(answer))
        self.show(DeviceCode(address, typed))
        interval = min(max(_number(answer, "interval", 5.0), 1.0), 60.0)
        end = self.clock.time() + min(_number(answer, "expires_in", _PATIENCE), _PATIENCE)
        while self.clock.time() < end:
            if self.clock.wait(interval):
                raise KeyboardInterrupt
            answer = self._posted(place, grant_type=_DEVICE, device_code=code)
            if _text(answer, "access_token"):
                self._take(answer)
                return
            match error := _error(answer):
                case "authorization_pending":
                    pass
                case "slow_down":
                    interval = min(interval + 5.0, 60.0)
                case "access_denied":
                    raise self._failure("the login was declined")
                case "expired_token":
                    break
                case _:
                    raise self._failure(error)
        raise self._failure("nobody confirmed the login in time")

    def _take(self, answer: Mapping[str, Any]) -> None:
        self._token = _text(answer, "access_token")
        self._renewal = _text(answer, "refresh_token") or self._renewal
        self._expires = self.clock.time() + _number(answer, "expires_in", 3600.0)

    def _endpoints(self) -> tuple[str, str]:
        """The addresses where a login begins, and where tokens are."""
        if not self._places[0]:
            answer = self._answer(self.provider.issuer + _WELL_KNOWN)
            places = _text(answer, "device_authorization_endpoint"), _text(answer, "token_endpoint")
            if not all(map(_is_secure, places)):
                raise self._failure("it does not say where to log in by the device flow")
            self._places = places
        return self._places

    def _posted(self, address: str, **values: str) -> Mapping[str, Any]:
        """The answer to a request with values and the client's id."""
        return self._answer(address, urllib.parse.urlencode({"client_id": self.client, **values}).encode())

    def _answer(self, address: str, data: bytes | None = None) -> Mapping[str, Any]:
        """The server's answer, also if it is a refusal by RFC 6749, 5.2.

        Raises:
            UsageError: the server does not answer, or not in JSON; or the file of certificates cannot be read.
        """
        request = urllib.request.Request(address, data, {"Accept": "application/json"})  # noqa: S310  # https only
        allowance, trusted = Allowance(self.clock.time), trusting(self.authorities)
        allowance.begin(_TIMEOUT, _MAX_BYTES)
        try:
            with limited_opener(allowance, self.proxies, trusted).open(request, timeout=_TIMEOUT) as opened:
                answer, status = _json(opened.read(_MAX_BYTES)), 200
        except urllib.error.HTTPError as error:
            with error:
                refusal = _json(error.read(_MAX_BYTES)) if 400 <= error.code < 500 else {}
            # Only what a refusal may say: no token comes with one.
            answer, status = {name: refusal[name] for name in ("error",) if name in refusal}, error.code
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            words = getattr(reason, "verify_message", "") or getattr(reason, "strerror", "") or type(reason).__name__
            raise self._failure(f"it does not answer ({words})") from None
        if not answer:
            raise self._failure(f"its answer is not one of the device flow (status {status})")
        return answer

    def _failure(self, fact: str) -> UsageError:
        place = Place(urlsplit(self.provider.issuer).hostname or "")
        hint = "check the client's id, and that the server's administrator allows this program the device flow"
        return UsageError(Problem(place, "no-login-token", f"the server gives no token: {fact}", hint))


def _json(data: bytes) -> Mapping[str, Any]:
    """The JSON object of an answer; an empty one if it is anything else."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(answer: Mapping[str, Any], name: str) -> str:
    """A text of an answer in visible ASCII; "" if it is anything else."""
    value = answer.get(name)
    if not isinstance(value, str) or len(value) > _LONGEST or not re.fullmatch(r"[!-~]+", value):
        return ""
    return value


def _number(answer: Mapping[str, Any], name: str, otherwise: float) -> float:
    value = answer.get(name)
    return float(value) if isinstance(value, int | float) and 0 < value < 1e9 else otherwise


def _error(answer: Mapping[str, Any]) -> str:
    """The error that an answer names."""
    found = _ERROR.fullmatch(_text(answer, "error"))
    return found[0] if found else "its answer is not one of the device flow"


def _is_secure(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False

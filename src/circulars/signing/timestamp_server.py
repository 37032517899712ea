"""Requests time-stamps from a server (RFC 3161): the only module of this package that uses the network."""

from __future__ import annotations

import asyncio
import http.client
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper

from circulars.errors import Choice, Place, Problem, SigningError, UsageError
from circulars.sockets import Allowance, Clock, LimitedSocket, connected, encrypted

_TIMEOUT = 30  # seconds, from the connection to the last byte of the response
_MAX_BYTES = 1_000_000  # of a response
_MAX_HEADERS = 100_000  # bytes before it, from a proxy too
_SHOWN = 100  # characters of what is no answer


class TimestampServer(TimeStamper):
    """A time-stamp server at an address ("http://stamps.example.org/tsa"); ``proxies`` maps schemes to proxies.

    ``clock`` measures how long the server takes: its whole answer must come in time, not only each byte of it.

    Raises:
        UsageError: the address is not a web address, or it contains a user name or a password.
    """

    def __init__(self, address: str, proxies: Mapping[str, str], clock: Clock = time.monotonic) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.host = _host(address)
        self._address = address
        self._allowance = Allowance(clock)
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler(dict(proxies)),
            _NoRedirects(),
            _Http(self._allowance),
            _Https(self._allowance),
        )

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """The time-stamp for a digest.

        Raises:
            SigningError: the server does not answer, or its answer is not a time-stamp for the digest.
        """
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except SigningError:
            raise
        except Exception as error:  # pyHanko and asn1crypto raise many kinds of errors for a wrong answer
            status = getattr(error, "args", ("",))[0] if isinstance(error, OSError) else ""
            fact = "the server's answer is not a time-stamp" + (f": {status}" if status else "")
            raise self._failure(fact) from None

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The server's response to a request."""
        return tsp.TimeStampResp.load(await asyncio.to_thread(self._answer, req.dump()), strict=True)

    def _answer(self, query: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        request = urllib.request.Request(self._address, query, headers)  # noqa: S310  # http and https only
        self._allowance.begin(_TIMEOUT, _MAX_BYTES + _MAX_HEADERS)
        try:
            with self._opener.open(request, timeout=_TIMEOUT) as answer:
                data: bytes = answer.read(_MAX_BYTES + 1)
        except urllib.error.HTTPError as error:
            with error:
                raise self._failure(f"the server refuses the request with status {error.code}") from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            words = str(getattr(reason, "strerror", "") or reason)
            words = words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
            raise self._failure(f"the server does not answer ({words})") from None
        if len(data) > _MAX_BYTES:
            raise self._failure("the server's answer is not a time-stamp: it is too long")
        return data

    def _failure(self, fact: str) -> SigningError:
        hint = "try again later, or name another server"
        choice = Choice("timestamp", "sign without {}", "URL")
        return SigningError(Problem(Place(self.host), "no-time-stamp", fact, hint, (choice,)))


class _HttpConnection(http.client.HTTPConnection):
    """A connection within an allowance."""

    def __init__(self, host: str, *, allowance: Allowance, **options: Any) -> None:
        super().__init__(host, **options)
        self._allowance = allowance
        self._create_connection = self._connected  # what `connect` calls
        self.response_class = self._response  # type: ignore[assignment]  # called to read each answer
        self._answer: http.client.HTTPResponse | None = None

    def _connected(self, address: tuple[str, int], *_: object) -> Any:
        return connected(*address, self._allowance)

    def _response(self, *arguments: Any, **named: Any) -> http.client.HTTPResponse:
        self._answer = http.client.HTTPResponse(*arguments, **named)
        return self._answer

    def connect(self) -> None:
        """Connects, or closes the connection: some versions of Python leave it open if a proxy's answer is refused."""
        try:
            super().connect()
            self._encrypt()
        except BaseException:
            if self._answer:
                self._answer.close()
            self.close()
            raise

    def _encrypt(self) -> None:
        """Encrypts the connection if its address wants that."""


class _HttpsConnection(_HttpConnection):
    """The same, encrypted; through a proxy only the encrypted bytes go."""

    default_port = http.client.HTTPS_PORT

    def _encrypt(self) -> None:
        assert isinstance(self.sock, LimitedSocket)
        target: str = getattr(self, "_tunnel_host", None) or self.host
        self.sock = encrypted(self.sock, ssl.create_default_context(), target)


class _Http(urllib.request.HTTPHandler):
    """Opens addresses with ``http:``."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__()
        self._allowance = allowance

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_HttpConnection, allowance=self._allowance), req)


class _Https(urllib.request.HTTPSHandler):
    """Opens addresses with ``https:``."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__()
        self._allowance = allowance

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_HttpsConnection, allowance=self._allowance), req)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no redirects: only the server that the user named is asked."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _host(address: str) -> str:
    try:
        parts = urlsplit(address)
        host, has_user = parts.hostname or "", parts.username is not None or parts.password is not None
    except ValueError:
        host, has_user = "", False
    if has_user:
        fact = "the address of a time-stamp server must not contain a user name or a password"
        hint = "others on this machine can read what is on a command line"
        raise UsageError(Problem(Place(host), "wrong-address", fact, hint))
    if not host or parts.scheme not in ("http", "https"):
        fact, hint = "the address of the time-stamp server is not a web address", "it begins with http:// or https://"
        raise UsageError(Problem(Place(), "wrong-address", fact, hint))
    return host

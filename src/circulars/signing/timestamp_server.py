"""Requests time-stamps from a server (RFC 3161): the only module of this package that uses the network."""

from __future__ import annotations

import asyncio
import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from urllib.parse import urlsplit

from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper

from circulars.errors import Choice, Place, Problem, SigningError, UsageError
from circulars.sockets import Allowance, Clock
from circulars.web import limited_opener

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
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko has no types
        self.host = _host(address)
        self._address = address
        self._allowance = Allowance(clock)
        self._opener = limited_opener(self._allowance, proxies)

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

"""Asks a server for time-stamps (RFC 3161): the one thing in this room that uses the network, and only when told."""

from __future__ import annotations

import asyncio
import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper

from circulars.errors import Place, Problem, SigningError, UsageError

_SECONDS = 30
_MOST = 1_000_000  # bytes of an answer


class StampServer(TimeStamper):
    """A time-stamp server at an address ("http://stamps.example.org/tsa"); ``proxies`` are those of the machine.

    Raises:
        UsageError: the address is not one of the web, or holds a user's name, which is no place for a secret.
    """

    def __init__(self, address: str, proxies: Mapping[str, str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.host = _host(address)
        self._address = address
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler(dict(proxies)), _Stay())

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """The stamp for a digest.

        Raises:
            SigningError: there is no answer, or the answer is no stamp for it.
        """
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except SigningError:
            raise
        except Exception as error:  # pyHanko and asn1crypto raise many kinds over an answer that is none
            status = getattr(error, "args", ("",))[0] if isinstance(error, OSError) else ""
            raise self._failure("the server's answer is no time-stamp" + (f": {status}" if status else "")) from None

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """What the server answers."""
        return tsp.TimeStampResp.load(await asyncio.to_thread(self._answer, req.dump()), strict=True)

    def _answer(self, query: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        request = urllib.request.Request(self._address, query, headers)  # noqa: S310  # http and https only
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                data: bytes = answer.read(_MOST + 1)
        except urllib.error.HTTPError as error:
            with error:
                raise self._failure(f"the server refuses, with the status {error.code}") from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise self._failure(f"the server does not answer ({getattr(reason, 'strerror', '') or reason})") from None
        if len(data) > _MOST:
            raise self._failure("the server's answer is no time-stamp: it is too long")
        return data

    def _failure(self, fact: str) -> SigningError:
        hint = "try again later, name another server, or sign without --timestamp"
        return SigningError(Problem(Place(self.host), "no-time-stamp", fact, hint))


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: a stamp is asked of the server that was named."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _host(address: str) -> str:
    try:
        parts = urlsplit(address)
        host, wrong = parts.hostname or "", parts.username is not None or parts.password is not None
    except ValueError:
        host, wrong = "", False
    if wrong:
        fact = "a user's name or password may not stand in the address of a time-stamp server"
        hint = "others on this machine can read what is on a command line"
        raise UsageError(Problem(Place(host), "wrong-address", fact, hint))
    if not host or parts.scheme not in ("http", "https"):
        hint = "it begins with http:// or https://"
        raise UsageError(Problem(Place(), "wrong-address", "the time-stamp server's address is none of the web", hint))
    return host

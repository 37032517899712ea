"""Requests to web servers that may be slow or hostile: each answer within an allowance, and no redirects."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from circulars.sockets import Allowance, LimitedSocket, connected, encrypted


def limited_opener(
    allowance: Allowance, proxies: Mapping[str, str], context: ssl.SSLContext | None = None
) -> urllib.request.OpenerDirector:
    """What opens web addresses within an allowance; ``proxies`` maps schemes to proxies.

    ``context`` says which certificates are trusted, by default those that the system trusts. A redirect is an error:
    only the server that was named is asked.
    """
    return urllib.request.build_opener(
        urllib.request.ProxyHandler(dict(proxies)),
        _NoRedirects(),
        _Http(allowance),
        _Https(allowance, context),
    )


class _HttpConnection(http.client.HTTPConnection):
    """A connection within an allowance."""

    def __init__(self, host: str, *, allowance: Allowance, **options: Any) -> None:
        super().__init__(host, **options)
        self._allowance = allowance
        self._create_connection = self._connected  # what `connect` calls
        self._opened: LimitedSocket | None = None

    def _connected(self, address: tuple[str, int], *_: object) -> Any:
        self._opened = connected(*address, self._allowance)
        return self._opened

    def connect(self) -> None:
        """Connects, or closes the connection: some versions of Python leave it open if a proxy's answer is refused."""
        try:
            super().connect()
            self._encrypt()
        except BaseException:
            if self._opened is not None:
                _end(self._opened)  # closing alone waits for whoever still reads the answer
            self.close()
            raise

    def _encrypt(self) -> None:
        """Encrypts the connection if its address wants that."""


def _end(connection: LimitedSocket) -> None:
    """Ends a connection at once, whoever else refers to it."""
    with suppress(OSError):  # it may have ended already
        connection.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        os.close(connection.detach())


class _HttpsConnection(_HttpConnection):
    """The same, encrypted; through a proxy only the encrypted bytes go."""

    default_port = http.client.HTTPS_PORT

    def __init__(self, host: str, *, trusted: ssl.SSLContext | None, **options: Any) -> None:
        super().__init__(host, **options)
        self._trusted = trusted

    def _encrypt(self) -> None:
        assert isinstance(self.sock, LimitedSocket)
        target: str = getattr(self, "_tunnel_host", None) or self.host
        self.sock = encrypted(self.sock, self._trusted or ssl.create_default_context(), target)


class _Http(urllib.request.HTTPHandler):
    """Opens addresses with ``http:``."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__()
        self._allowance = allowance

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_HttpConnection, allowance=self._allowance), req)


class _Https(urllib.request.HTTPSHandler):
    """Opens addresses with ``https:``."""

    def __init__(self, allowance: Allowance, trusted: ssl.SSLContext | None) -> None:
        super().__init__()
        self._allowance, self._trusted = allowance, trusted

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_HttpsConnection, allowance=self._allowance, trusted=self._trusted), req)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no redirects."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None

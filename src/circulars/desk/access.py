"""Decides which requests the desk answers: those of the browser that opened its link, from its own pages."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Mapping
from typing import Final

HOSTS: Final = ("127.0.0.1", "localhost")
"""The names under which the desk answers. A name that another site points to this machine is refused."""


class Access:
    """The link that works once, the session that it begins, and the token that forms carry."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._link = secrets.token_urlsafe(32)
        self._session = secrets.token_urlsafe(32)
        self._redeeming = threading.Lock()
        self.form_token = secrets.token_urlsafe(32)

    @property
    def address(self) -> str:
        """The address of the desk."""
        return f"http://{HOSTS[0]}:{self._port}"

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

    def is_own_host(self, host: str) -> bool:
        """Whether the header ``Host`` is the desk's own address."""
        return host in {f"{one}:{self._port}" for one in HOSTS}

    def is_own_origin(self, origin: str, host: str) -> bool:
        """Whether a form or a script of the desk's own pages sends a request, by the header ``Origin``."""
        return origin == f"http://{host}"

    def is_form_token(self, token: str) -> bool:
        """Whether a form carries the token of this desk's pages."""
        return _same(token, self.form_token)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode())

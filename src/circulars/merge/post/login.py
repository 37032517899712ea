"""Logs in to a mail server (RFC 4954): with a password, or with a token (XOAUTH2, and OAUTHBEARER of RFC 7628)."""

from __future__ import annotations

import base64
import re
import smtplib
from typing import Final, Protocol

from circulars.errors import Place, Problem, UsageError
from circulars.merge.post.echoes import without_echo
from circulars.merge.post.smtp_client import SmtpClient

_MECHANISM: Final = re.compile(r"[A-Z0-9_-]{1,20}")  # RFC 4422, 3.1
_STATUS: Final = re.compile(rb"[245]\.[0-9]{1,3}\.[0-9]{1,3}")  # RFC 3463
_LINE: Final = 500  # characters of a command; RFC 5321, 4.5.3.1.4, allows 512, and a longer secret goes on its own line


class TokenSource(Protocol):
    """Where tokens come from. None of them is printed, or kept on disk."""

    @property
    def last(self) -> str:
        """The last token, or "" if there was none."""

    def token(self) -> str:
        """A token that has not expired, as far as is known.

        Raises:
            UsageError: there is none.
        """

    def accepted(self) -> None:
        """Notes that the server accepted the last token."""

    def refused(self) -> bool:
        """Notes that the server refused the last token; returns whether another one may be accepted.

        It may unless the server never accepted this one.
        """


def log_in_with_password(smtp: SmtpClient, user: str, password: str, name: str) -> None:
    """Logs in with PLAIN or LOGIN; ``name`` is the server's in problems.

    Raises:
        UsageError: the server offers neither.
        smtplib.SMTPException: it refuses the login, or the connection is closed.
    """
    known = _offered(smtp)
    # smtplib accepts only ASCII passwords; RFC 4616 requires UTF-8.
    if "PLAIN" in known:
        secret = "\0".join(("", user, password))
        code, words = smtp.docmd("AUTH", f"PLAIN {_base64(secret)}")
    elif "LOGIN" in known:
        code, words = smtp.docmd("AUTH", f"LOGIN {_base64(user)}")
        if code == 334:
            code, words = smtp.docmd(_base64(password))
    else:
        raise _no_login(name, "a password", known, password, "leave out the user, or ask who runs it")
    if code != 235:
        raise _refused(code, words)


def log_in_with_token(smtp: SmtpClient, user: str, tokens: TokenSource, host: str, port: int) -> None:
    """Logs in with XOAUTH2 or OAUTHBEARER. If the server refuses a token that was used before, a new one is tried.

    Raises:
        UsageError: the server offers neither, or there is no token.
        smtplib.SMTPException: it refuses the login, or the connection is closed.
    """
    known = _offered(smtp)
    if not {"XOAUTH2", "OAUTHBEARER"} & {*known}:
        raise _no_login(f"{host}:{port}", "a token", known, "", "log in with a password, or ask who runs it")
    while True:
        token = tokens.token()
        if "XOAUTH2" in known:
            code, words = _exchange(smtp, "XOAUTH2", f"user={user}\1auth=Bearer {token}\1\1", "")
        else:
            # RFC 5801, 4: these characters have a meaning of their own.
            name = user.replace("=", "=3D").replace(",", "=2C")
            secret = f"n,a={name},\1host={host}\1port={port}\1auth=Bearer {token}\1\1"
            code, words = _exchange(smtp, "OAUTHBEARER", secret, "\1")
        if code == 235:
            tokens.accepted()
            return
        if not 500 <= code < 600 or not tokens.refused():
            raise _refused(code, words)


def _exchange(smtp: SmtpClient, mechanism: str, secret: str, after_error: str) -> tuple[int, bytes]:
    """The server's answer to a login. After the reason of a refusal, it waits for ``after_error``."""
    encoded = _base64(secret)
    if len(encoded) > _LINE - len("AUTH  ") - len(mechanism):
        code, words = smtp.docmd("AUTH", mechanism)
        if code == 334:
            code, words = smtp.docmd(encoded)
    else:
        code, words = smtp.docmd("AUTH", f"{mechanism} {encoded}")
    return smtp.docmd(_base64(after_error)) if code == 334 else (code, words)


def _offered(smtp: SmtpClient) -> list[str]:
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    return [name for name in offered if _MECHANISM.fullmatch(name)]


def _no_login(server: str, what: str, known: list[str], secret: str, hint: str) -> UsageError:
    listed = without_echo(", ".join(known), secret) or "it offers none at all"
    fact = f"the server offers no login with {what} ({listed})"
    return UsageError(Problem(Place(server), "no-login", fact, hint))


def _refused(code: int, words: bytes) -> smtplib.SMTPAuthenticationError:
    # Of the words only the status is kept: a server can repeat the password in any form.
    status = _STATUS.match(words)
    return smtplib.SMTPAuthenticationError(code, status[0] if status else b"")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")

"""Addresses for returned mail that tell which message came back: one for each message (VERP).

A token is derived from a message's Message-ID and its address with a key that only the ledger has. Whoever gets a
message sees its own token, and can make no other: so nobody can return a message that did not come back.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Final

from circulars.merge.planning.mail_checks import PLACE, TOKEN
from circulars.merge.post.mailbox import Mailbox

_TOKEN: Final = rf"([a-z2-7]{{{TOKEN}}})"


def token_of(key: str, message_id: str, address: str) -> str:
    """The token of a message: lower-case letters and digits. ``address`` is the addressee's."""
    made = hmac.digest(key.encode(), f"{message_id}\0{address.lower()}".encode(), hashlib.sha256)
    return base64.b32encode(made).decode("ascii")[:TOKEN].lower()


def bounce_address(base: Mailbox, token: str) -> Mailbox:
    """The address to which a message comes back: ``bounces+TOKEN@example.int``, or the token in its place."""
    return Mailbox("", _pattern(base).replace(PLACE, token), base.domain)


def token_in(address: str, base: Mailbox) -> str:
    """The token in an address that :func:`bounce_address` made from ``base``; "" if it is another address.

    Servers may change the case of an address.
    """
    before, _, after = _pattern(base).lower().partition(PLACE)
    domain = re.escape(base.domain)
    found = re.fullmatch(rf"{re.escape(before)}{_TOKEN}{re.escape(after)}@{domain}", address.strip().lower())
    return found[1] if found else ""


def by_token(key: str, messages: Iterable[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Messages, each by Message-ID and address, by their tokens; none without a key."""
    return {token_of(key, *message): message for message in messages} if key else {}


def _pattern(base: Mailbox) -> str:
    return base.local if PLACE in base.local else f"{base.local}+{PLACE}"

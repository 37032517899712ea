"""Notices that a server refuses one addressee after the other in the same words: then it means the sender."""

from __future__ import annotations

import re
from typing import Final

IN_ROW: Final = 3
"""How many refusals in a row in the same words, for addressees of at least two domains, concern the sender."""
IN_ROW_AT_ONE_DOMAIN: Final = 10
"""The same, for addressees of one domain, whose server may refuse them all."""

# Addresses, queue numbers, times and hosts differ from reply to reply.
_VARIABLE: Final = re.compile(r"<[^>]*>|\S*[@\d]\S*|\S+\.\S+\.\S+")


class Breaker:
    """Counts refusals in the same words that followed each other, without a message that was accepted in between."""

    def __init__(self) -> None:
        self._words = ""
        self._row: list[int] = []
        self._domains: set[str] = set()
        self._deferred: dict[int, str] = {}
        self._harmless: set[str] = set()

    def accepted(self, n: int) -> None:
        """Notes that the server took message ``n``: it takes messages from this sender.

        If it was deferred before, the words of that no longer count: the server defers each message at first.
        """
        self._begin("")
        if words := self._deferred.pop(n, ""):
            self._harmless.add(words)

    def refused(self, n: int, domain: str, reply: str) -> bool:
        """Notes the refusal of message ``n``; returns whether the refusals in a row concern the sender."""
        words = same_words(reply)
        if not reply[:1].isdigit() or words in self._harmless:
            return False
        if reply.startswith("4"):
            self._deferred[n] = words
        if words != self._words:
            self._begin(words)
        if n not in self._row:
            self._row.append(n)
        self._domains.add(domain)
        return len(self._row) >= (IN_ROW if len(self._domains) > 1 else IN_ROW_AT_ONE_DOMAIN)

    def _begin(self, words: str) -> None:
        self._words, self._row, self._domains = words, [], set()

    @property
    def row(self) -> tuple[int, ...]:
        """The messages that were refused in a row."""
        return tuple(self._row)


def same_words(reply: str) -> str:
    """What is the same in replies that say the same: the code, the status and the words, without what varies."""
    code, _, words = reply.partition(" ")
    status = re.match(r"[245]\.\d{1,3}\.\d{1,3}\b", words)
    plain = " ".join(_VARIABLE.sub(" ", words).lower().split())
    return f"{code} {status[0] if status else ''} {plain}"

"""Says why a message came back, in a clerk's words, and what to do: from the table ``reasons.yaml``."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from circulars.syntax.own_tables import own_table

Remedy = Literal["correct", "again", "ask", "letter"]
"""What to do: correct the address, send it again later, ask the addressee or an administrator, or change the letter."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a message came back: the code of RFC 3463, or "" if there is none, and what it means."""

    status: str
    words: str
    remedy: Remedy

    @property
    def is_temporary(self) -> bool:
        """Whether the same address may work later."""
        return self.remedy == "again"


@dataclass(frozen=True, slots=True)
class _ReasonTable:
    codes: dict[str, tuple[str, Remedy]]
    vague: frozenset[str]
    words: tuple[tuple[re.Pattern[str], str], ...]


@functools.cache
def _table() -> _ReasonTable:
    table: dict[str, Any] = own_table(__package__, "reasons.yaml")
    codes = {code: (row["words"], row["do"]) for code, row in table["codes"].items()}
    assert all(do in get_args(Remedy) for _, do in codes.values())
    words = tuple((re.compile("|".join(row["words"]), re.IGNORECASE), row["code"]) for row in table["words"])
    return _ReasonTable(codes, frozenset(table["vague"]), words)


_STATUS: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY: Final = re.compile(r"(?<![\d.])([45])\d\d(?=[ \-#])")
_SAID: Final = 2000  # characters of a server's words that are looked at


def reason_of(status: str, words: str) -> Reason:
    """The reason that a report's status and a server's words give. Either may be "".

    Many servers send a status that says little ("5.0.0"); then their words decide.
    """
    table, words = _table(), words[:_SAID]
    found = _STATUS.fullmatch(status)
    said = _STATUS.search(words)
    if said and (not found or ".".join(found.groups()[1:]) in table.vague):
        found = said
    code = f"{found[2]}.{found[3]}" if found else ""
    reply = _REPLY.search(words)
    level = found[1] if found else reply[1] if reply else "5"
    if not code or code in table.vague:
        code = next((meant for pattern, meant in table.words if pattern.search(words)), code)
    known = code if code in table.codes else f"{code.partition('.')[0]}.0"
    text, remedy = table.codes.get(known) or table.codes["0.0"]
    if level == "4" and remedy == "ask":
        remedy = "again"
    return Reason(found[0] if found else "", text, remedy)


def status_in(text: str) -> str:
    """The first code of RFC 3463 in a text; "" if there is none."""
    found = _STATUS.search(text)
    return found[0] if found else ""

"""The result of joining many copies, labels or envelopes into one file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Joined:
    """The numbers of copies, of pages, of blank pages among them, and of bytes written."""

    copies: int
    pages: int
    blank: int
    size: int

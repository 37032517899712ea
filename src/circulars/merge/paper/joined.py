"""What was written when many copies, labels or envelopes were joined into one file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Joined:
    """What was written: how many copies, pages in all, blank pages among them, and bytes."""

    copies: int
    pages: int
    blank: int
    size: int

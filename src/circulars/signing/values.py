"""What a signature says, where it is seen, and what is thought of it, as values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from circulars.errors import Problem

Ask = Callable[[], bytes]
"""Gives a pass phrase or a PIN; it is only called when one is needed."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From bottom to top."""
        return self.top - self.bottom

    def meets(self, other: Box) -> bool:
        """Whether the two have a point in common."""
        return (
            self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top
        )


@dataclass(frozen=True, slots=True)
class Spot:
    """A place for a block: the page, from 0, the box on it, and the mark (MCID) after which it is read, or -1."""

    page: int
    box: Box
    after: int = -1


@dataclass(frozen=True, slots=True)
class Block:
    """What is seen of a signature: ``drawing`` is a PDF of one page, ``words`` in ``language`` are read out for it."""

    spot: Spot
    drawing: bytes
    words: str
    language: str


@dataclass(frozen=True, slots=True)
class Signing:
    """What a signature says beside who signs. ``moment`` is what the signer says is the time, and knows its zone."""

    moment: datetime
    name: str = ""
    reason: str = ""
    location: str = ""
    block: Block | None = None


Trust = Literal["trusted", "untrusted", "unknown"]


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """What is to be thought of one signature.

    ``kind`` is "time-stamp" for a time-stamp of the whole file, which nobody has signed. ``claimed`` is the time that
    the signer says; ``stamped`` the one that a time-stamp authority says, when its stamp is in order. ``whole`` is
    true when the signature covers the file to its last byte. ``trust`` is "unknown" when nothing was given to trust.
    """

    kind: Literal["signature", "time-stamp"]
    field: str
    signer: str
    subject: str = ""
    issuer: str = ""
    claimed: datetime | None = None
    stamped: datetime | None = None
    authority: str = ""
    reason: str = ""
    location: str = ""
    whole: bool = False
    trust: Trust = "unknown"
    remarks: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong with it, so far as can be told."""
        return not self.problems

    def lines(self) -> tuple[str, ...]:
        """The report as people read it, a sentence a line; its problems are not among them."""
        head = f"signed by {self.signer}" if self.kind == "signature" else f"time-stamped by {self.signer}"
        said = [head + (f" ({self.subject})" if self.subject and self.subject != self.signer else "")]
        if self.stamped:
            said.append(f"on {_time(self.stamped)}, as the time-stamp of {self.authority or self.signer} says")
        elif self.claimed:
            said.append(f"on {_time(self.claimed)}, as the signer says; no time-stamp confirms it")
        if self.reason:
            said.append(f"reason: {self.reason}")
        if self.location:
            said.append(f"place: {self.location}")
        return (*said, *self.remarks)


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"

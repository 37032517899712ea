"""The values of signing: what a signature says, where it is shown, and what validation found."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from circulars.errors import Choice, Problem

AskSecret = Callable[[], bytes]
"""Returns a pass phrase or a PIN; only called when one is needed."""
GIVE_CERTIFICATE: Final = Choice("certificates", "name the file of its certificate: {}", "FILE")
"""What the caller can do about a key that comes without its certificate."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points from the page's lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """The width in points."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """The height in points."""
        return self.top - self.bottom

    def overlaps(self, other: Box) -> bool:
        """Whether the two rectangles have an area in common."""
        return (
            self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top
        )


@dataclass(frozen=True, slots=True)
class Placement:
    """A place for a block.

    ``page`` counts from 0. ``after`` is the number of the marked content (MCID) after which the block is read, or -1.
    """

    page: int
    box: Box
    after: int = -1


@dataclass(frozen=True, slots=True)
class Block:
    """The visible part of a signature.

    ``drawing`` is a PDF of one page. ``words``, in ``language``, are what screen readers say for it.
    """

    spot: Placement
    drawing: bytes
    words: str
    language: str


@dataclass(frozen=True, slots=True)
class Signing:
    """What a signature says, apart from the signer. ``moment`` is the signer's own time, with a time zone."""

    moment: datetime
    name: str = ""
    reason: str = ""
    location: str = ""
    block: Block | None = None


@dataclass(frozen=True, slots=True)
class DetachedData:
    """Some data, and a separate signature of it (CMS, RFC 5652) in DER."""

    data: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class TrustedSigners:
    """Whose signatures are trusted.

    ``certificates`` are those of authorities, ``fingerprints`` the SHA-256 of certificates of signers, in hexadecimal,
    and ``revocations`` lists of revoked certificates (CRL). Certificates and lists are in PEM or DER.
    """

    certificates: tuple[bytes, ...] = ()
    fingerprints: frozenset[str] = frozenset()
    revocations: tuple[bytes, ...] = ()


def fingerprint_in(name: str) -> str:
    """The SHA-256 of a certificate that a name of a signer is, in lower case without signs; "" if it is none."""
    digits = name.replace(":", "").replace(" ", "").lower()
    return digits if re.fullmatch("[0-9a-f]{64}", digits) else ""


Trust = Literal["trusted", "untrusted", "unknown"]


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """The result of validating one signature.

    ``kind`` is "time-stamp" for a time-stamp of the whole file, which is not a person's signature. ``claimed`` is the
    signer's own time; ``stamped`` is the time of a valid time-stamp, given by ``authority``. ``whole`` is true when
    the signature covers the file to its last byte. ``trust`` is "unknown" when no trusted certificates were given.
    ``certificate`` is the signer's certificate in DER. ``applied`` are the positions of the given revocation lists that
    say whether it, or that of a time-stamp's authority, was revoked.
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
    certificate: bytes = dataclasses.field(default=b"", repr=False)
    applied: frozenset[int] = frozenset()

    @property
    def sound(self) -> bool:
        """Whether validation found no problem."""
        return not self.problems

    def lines(self) -> tuple[str, ...]:
        """The report for people, one statement a line, without the problems."""
        head = f"signed by {self.signer}" if self.kind == "signature" else f"time-stamped by {self.signer}"
        lines = [head + (f" ({self.subject})" if self.subject and self.subject != self.signer else "")]
        if self.stamped:
            lines.append(f"on {_time(self.stamped)}, according to the time-stamp of {self.authority or self.signer}")
        elif self.claimed:
            lines.append(f"on {_time(self.claimed)}, according to the signer; no time-stamp confirms it")
        if self.reason:
            lines.append(f"reason: {self.reason}")
        if self.location:
            lines.append(f"place: {self.location}")
        return (*lines, *self.remarks)


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"

"""Sums over copies that begin alike: what they share is summed once."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field

from circulars.merge.making.copies import Copy


@dataclass(slots=True)
class Sums:
    """The CRC-32 and the SHA-256 of copies; the state after each head is kept for the next copy that has it."""

    _heads: dict[int, tuple[bytes, int, hashlib._Hash]] = field(default_factory=dict)

    def of(self, copy: Copy) -> tuple[int, bytes]:
        """The CRC-32 (as ZIP has it) and the SHA-256 of a copy's bytes."""
        crc, state = self._after(copy.head)
        digest = state.copy()
        digest.update(copy.tail)
        return zlib.crc32(copy.tail, crc), digest.digest()

    def _after(self, head: bytes) -> tuple[int, hashlib._Hash]:
        known = self._heads.get(id(head))
        if known is None:
            # The head is kept with its sums: as long as it is, no other one can have its identity.
            known = self._heads[id(head)] = (head, zlib.crc32(head), hashlib.sha256(head))
        return known[1], known[2]

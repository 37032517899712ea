"""Computes checksums of copies. The head that copies share is hashed once."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field

from circulars.merge.making.copies import Copy

_MOST_HEADS = 300


@dataclass(slots=True)
class Sums:
    """Computes CRC-32 and SHA-256 of copies; keeps the state after each head for the next copy with the same head."""

    _heads: dict[int, tuple[bytes, int, hashlib._Hash]] = field(default_factory=dict)

    def of(self, copy: Copy) -> tuple[int, bytes]:
        """The CRC-32 (as in ZIP files) and the SHA-256 of a copy's bytes."""
        crc, state = self._after(copy.head)
        digest = state.copy()
        digest.update(copy.tail)
        return zlib.crc32(copy.tail, crc), digest.digest()

    def _after(self, head: bytes) -> tuple[int, hashlib._Hash]:
        known = self._heads.get(id(head))
        if known is None:
            if len(self._heads) >= _MOST_HEADS:
                self._heads.clear()
            # A reference to the head is kept, so no other object can get its id().
            known = self._heads[id(head)] = (head, zlib.crc32(head), hashlib.sha256(head))
        return known[1], known[2]

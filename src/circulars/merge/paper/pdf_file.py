"""Writes a PDF object by object; only the objects' offsets are kept in memory."""

from __future__ import annotations

import hashlib
import zlib
from typing import BinaryIO, Final

from circulars.errors import Place, Problem, UsageError

MAX_OBJECTS: Final = 8_388_607
"""The most objects that a PDF/A file may have (ISO 19005-3, 6.1.13)."""
_PACKED: Final = 400  # objects in one stream of objects
_FIRST: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


class PdfWriter:
    """A PDF that is being written. Objects get their numbers first and are written when their content is known."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._packed: list[tuple[int, bytes]] = []
        self._places = bytearray(8)  # of object 0, which is free
        self._places[6:8] = b"\xff\xff"
        self.identity = hashlib.sha256()
        self.size = 0
        self._put(_FIRST)

    def number(self) -> int:
        """A new object number, for an object that will be written later."""
        number = len(self._places) // 8
        if number > MAX_OBJECTS - 1_000:  # leaves room for the objects that end the file
            fact = f"the copies have more than {MAX_OBJECTS:,} objects, which is the most that a PDF/A file may have"
            raise UsageError(Problem(Place(), "too-many-copies", fact, "print several files with fewer copies"))
        self._places += bytes(8)
        return number

    def write(self, number: int, body: bytes) -> None:
        """Writes an object that is not a stream. Many share a compressed object stream (ISO 32000-1, 7.5.7)."""
        self._packed.append((number, body))
        if len(self._packed) == _PACKED:
            self._flush()

    def write_stream(self, number: int, entries: bytes, data: bytes) -> None:
        """Writes a stream; ``entries`` are those of its dictionary without the length."""
        self._place(number, 1, self.size, 0)
        self._put(b"%d 0 obj\n<< /Length %d %s >>\nstream\n" % (number, len(data), entries))
        self._put(data)
        self._put(b"\nendstream\nendobj\n")

    def add(self, body: bytes) -> int:
        """Writes an object; returns its number."""
        number = self.number()
        self.write(number, body)
        return number

    def finish(self, catalog: int, info: int) -> None:
        """Writes the cross-reference stream (ISO 32000-1, 7.5.8)."""
        self._flush()
        number, begin = self.number(), self.size
        self._place(number, 1, begin, 0)
        identity = self.identity.hexdigest()[:32].encode()
        data = zlib.compress(bytes(self._places))
        entries = b"/Type /XRef /Filter /FlateDecode /W [1 5 2] /Size %d /Root %d 0 R /Info %d 0 R /ID [<%s> <%s>]" % (
            number + 1, catalog, info, identity, identity,
        )  # fmt: skip
        self._put(b"%d 0 obj\n<< /Length %d %s >>\nstream\n" % (number, len(data), entries))
        self._put(data)
        self._put(b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % begin)

    def _flush(self) -> None:
        if not self._packed:
            return
        holder, head, bodies, offset = self.number(), [], [], 0
        for index, (number, body) in enumerate(self._packed):
            self._place(number, 2, holder, index)
            head.append(b"%d %d" % (number, offset))
            bodies.append(body)
            offset += len(body) + 1
        first = b" ".join(head) + b"\n"
        entries = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(head), len(first))
        self._packed = []
        self.write_stream(holder, entries, zlib.compress(first + b"\n".join(bodies)))

    def _place(self, number: int, kind: int, where: int, index: int) -> None:
        entry = bytes((kind,)) + where.to_bytes(5, "big") + index.to_bytes(2, "big")
        self._places[number * 8 : number * 8 + 8] = entry

    def _put(self, data: bytes) -> None:
        self._stream.write(data)
        self.size += len(data)

"""Writes a PDF whose variable part is at its end (ISO 32000-1, 7.5): a head, streams, cross-references."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from circulars.render.pdf.string_holes import StringObject

_FREE = (0, 0, 0xFFFF)
_PLACE = struct.Struct(">BIH")
_place = _PLACE.pack  # a cross-reference: kind; place or container; generation or index

Objects = Callable[[int], Iterable[bytes]]
"""Objects of a file, if they are numbered from a number on."""


@dataclass(frozen=True, slots=True)
class File:
    """A PDF without its last streams.

    ``first`` is the number of the first of them; ``places`` are the cross-references of all objects before it,
    ``digest`` is the head's. If the pages' fonts vary, the object ``late`` with them is left out, too; its entries
    are ``fonts``. The objects in ``strings`` are left out, too: they have holes.
    """

    head: bytes
    first: int
    places: bytes
    trailer: bytes
    digest: bytes
    late: int = 0
    fonts: bytes = b""
    strings: tuple[StringObject, ...] = ()

    def tail(self, streams: Sequence[bytes], values: Mapping[str, str]) -> bytes | None:
        """The bytes after the head, or None if a string cannot be filled with the values.

        They are the last streams, the objects with holes in strings, the cross-references, the identifier.
        """
        return self._ended(values, [b"<</Length %d>>\nstream\n%b\nendstream" % (len(one), one) for one in streams])

    def tail_with_fonts(
        self, streams: Sequence[bytes], values: Mapping[str, str], fonts: Sequence[tuple[bytes, Objects]]
    ) -> bytes | None:
        """The bytes after the head of a file whose page resources are left out, with additional fonts.

        Each font has a name, and objects of which the first is the font itself.
        """
        objects = [b"<</Length %d>>\nstream\n%b\nendstream" % (len(one), one) for one in streams]
        entries = [self.fonts]
        for name, objects_from in fonts:
            number = self.first + len(objects)
            entries.append(b"/%b %d 0 R" % (name, number))
            objects += objects_from(number)
        return self._ended(values, objects, b"<<%b>>" % b"".join(entries))

    def _ended(self, values: Mapping[str, str], objects: Sequence[bytes], fonts: bytes = b"") -> bytes | None:
        """The bytes after the head: objects, those left out of it, the cross-references, the identifier."""
        strings = [(one.number, one.filled(values)) for one in self.strings]
        numbered = [*enumerate(objects, self.first), *strings, *([(self.late, fonts)] if fonts else [])]
        own = self.first + len(objects)
        parts, position = list[bytes](), len(self.head)
        table = bytearray(self.places.ljust(_PLACE.size * (own + 1), b"\0"))
        for number, one in numbered:
            if one is None:
                return None
            parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, one))
            _PLACE.pack_into(table, _PLACE.size * number, 1, position, 0)
            position += len(parts[-1])
        _PLACE.pack_into(table, _PLACE.size * own, 1, position, 0)
        # Different copies have different identifiers (ISO 32000-1, 14.4).
        identifier = hashlib.md5(b"".join((self.digest, *parts)), usedforsecurity=False).hexdigest().encode()
        parts.append(
            b"%d 0 obj\n<</Type /XRef/Index [0 %d]/W [1 4 2]/Size %d%b/ID [(%b) (%b)]/Length %d>>\nstream\n%b\n"
            b"endstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
            % (own, own + 1, own + 1, self.trailer, identifier, identifier, len(table), bytes(table), position)
        )
        return b"".join(parts)


def file_of(pdf: Any, strings: Sequence[StringObject], late: Any = None) -> File:
    """The file of a pydyf PDF whose streams are compressed; what it refers to beyond its last object comes later.

    ``strings`` are the objects with holes in strings, ``late`` is the dictionary of the pages' fonts if it varies.
    """
    objects = pdf.objects
    container = len(objects)
    parts, position = [b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"], 0
    position = len(parts[0])
    places = [_FREE] * (container + 1)
    gathered: list[Any] = []
    left_out = {one.number for one in strings}
    for one in objects[1:]:
        if one is late or one.number in left_out:
            continue
        if one.compressible:
            places[one.number] = (2, container, len(gathered))
            gathered.append(one)
        else:
            places[one.number] = (1, position, 0)
            parts.append(one.indirect + b"\n")
            position += len(parts[-1])
    places[container] = (1, position, 0)
    parts.append(_container(container, gathered))
    trailer = b"/Root %b/Info %b" % (pdf.catalog.reference, pdf.info.reference)
    head = b"".join(parts)
    digest = hashlib.md5(head, usedforsecurity=False).digest()
    table = b"".join(_place(*place) for place in places)
    if late is None:
        return File(head, container + 1, table, trailer, digest, strings=(*strings,))
    return File(head, container + 1, table, trailer, digest, late.number, late.data.strip()[2:-2], (*strings,))


def _container(number: int, objects: Sequence[Any]) -> bytes:
    """The object stream, with all objects that are not streams (ISO 32000-1, 7.5.7)."""
    index, data, position = [], [], 0
    for one in objects:
        index.append(b"%d %d" % (one.number, position))
        data.append(one.data)
        position += len(data[-1]) + 1
    first = b" ".join(index)
    stream = zlib.compress(b"\n".join((first, *data)), 9)
    said = b"/Type /ObjStm/N %d/First %d/Filter /FlateDecode/Length %d" % (len(objects), len(first) + 1, len(stream))
    return b"%d 0 obj\n<<%b>>\nstream\n%b\nendstream\nendobj\n" % (number, said, stream)

"""Splits the bytes after a PDF's first revision into updates, and accounts for each byte (ISO 32000-1, 7.5.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from circulars.revisions.parsing import HEADER, NotStrictError, ObjectParser
from circulars.revisions.tables import Location, Table, packed_objects, read_table, table_in
from circulars.revisions.values import Ref, Stream, Value, whole_number

MAX_UPDATES = 1_000
"""The maximum number of updates of a PDF."""

_END = re.compile(rb"endobj(?![^ \t\r\n\f])")
_FINISH = re.compile(rb"startxref[ \t]*(?:\r\n|\n|\r)[ \t]*(\d{1,12})[ \t]*(?:\r\n|\n|\r)%%EOF(?:\r\n|\n|\r)?")
_REMARK = re.compile(rb"(?:%[A-Za-z][ -~]{0,79}(?:\r\n|\n|\r))?")  # some programs write their name here
_MAY_DIFFER = {"Size", "Prev", "ID", "W", "Index", "Type", "Filter", "DecodeParms", "Length"}


class UnaccountedError(ValueError):
    """Bytes of an update do not belong to it, or readers may understand them in different ways.

    The arguments are the position of the fault, in bytes from the beginning of the file, and the fault.
    """


@dataclass(frozen=True, slots=True)
class Revision:
    """An update of a PDF: where it begins and ends, in bytes, and what it adds.

    ``objects`` has the new values of objects, and ``places`` where each begins and ends, except for those inside object
    streams. ``containers`` are the object streams and the cross-reference stream, which are not in ``objects``.
    ``deleted`` are the numbers of the objects that it deletes. ``table`` is where its cross-references begin.
    """

    start: int
    end: int
    objects: Mapping[Ref, Value]
    places: Mapping[Ref, tuple[int, int]]
    containers: frozenset[Ref]
    deleted: frozenset[int]
    trailer: Mapping[str, Value]
    table: int


def first_end(data: bytes) -> int:
    """Where the first revision of a PDF ends, in bytes from the beginning; the file's length if it is not known."""
    for found in _FINISH.finditer(data):
        if re.compile(rb"xref|\d+ \d+ obj").match(data, int(found[1])) and int(found[1]) < found.start():
            return found.end()
    return len(data)


def last_table(data: bytes) -> int:
    """Where the last cross-references of a PDF begin, according to its end.

    Raises:
        UnaccountedError: the PDF does not end as a PDF does.
    """
    at = data.rfind(b"startxref")
    found = _FINISH.match(data, at) if at >= 0 else None
    if found is None or data[found.end() :].strip(b" \t\r\n"):
        raise UnaccountedError(max(at, 0), "the first revision does not end as a PDF does")
    return int(found[1])


def revisions_after(data: bytes, start: int, table: int, trailer: Mapping[str, Value]) -> Iterator[Revision]:
    """The updates in ``data`` from position ``start`` on, each read in full; white space between them is skipped.

    ``table`` is where the cross-references of the revision before begin, and ``trailer`` its trailer.

    Raises:
        UnaccountedError: see there. The updates before the fault have been yielded.
    """
    for _ in range(MAX_UPDATES):
        if ObjectParser(data, start).skip_space() == len(data):
            return
        try:
            revision = _Update(ObjectParser(data, start)).read(table, trailer)
        except NotStrictError as error:
            raise UnaccountedError(*error.args) from None
        yield revision
        start, table, trailer = revision.end, revision.table, revision.trailer
    raise UnaccountedError(start, f"the file has more than {MAX_UPDATES} updates")


@dataclass(slots=True)
class _Update:
    """Reads one update, from the parser's position to the end of the update."""

    parser: ObjectParser
    values: dict[Ref, Value] = field(default_factory=dict)
    places: dict[Ref, tuple[int, int]] = field(default_factory=dict)

    def read(self, before: int, old: Mapping[str, Value]) -> Revision:
        parser, start = self.parser, self.parser.at
        parser.length_of = lambda ref: self.values.get(ref)
        self._read_objects()
        table_at = parser.at
        if parser.data.startswith(b"xref", table_at):
            table, trailer = read_table(parser)
            own = None
            parser.skip_space()
        else:
            own, table_at, table, trailer = self._stream_at_the_end()
        parser.take(_REMARK, "remark")
        named = int(parser.take(_FINISH, "end of an update, or an object")[1])
        if named != table_at:
            raise NotStrictError(parser.at, "an update does not refer to its own cross-references")
        self._check_trailer(trailer, old, before, start)
        deleted = self._check_table(table, own)
        if own:
            del self.values[own]
        containers = frozenset(self.places.keys() - self.values.keys())
        return Revision(start, parser.at, self.values, self.places, containers, deleted, trailer, table_at)

    def _read_objects(self) -> None:
        parser, numbers = self.parser, set[int]()
        parser.skip_space()
        while header := HEADER.match(parser.data, parser.at):
            ref, begins = Ref(int(header[1]), int(header[2])), parser.at
            if ref.number in numbers:
                raise parser.fault(f"an update has two objects of the number {ref.number}")
            numbers.add(ref.number)
            parser.at = header.end()
            value = parser.object()
            parser.skip_space()
            parser.take(_END, "end of an object")
            self.values[ref], self.places[ref] = value, (begins, parser.at)
            parser.skip_space()

    def _stream_at_the_end(self) -> tuple[Ref, int, Table, Mapping[str, Value]]:
        own = next(reversed(self.values), None)
        stream = self.values[own] if own else None
        if own is None or not isinstance(stream, Stream) or stream.entries.get("Type") != "XRef":
            raise self.parser.fault("there are bytes that belong to no object of an update")
        at = self.places[own][0]
        return own, at, table_in(stream, at), stream.entries

    def _check_trailer(self, trailer: Mapping[str, Value], old: Mapping[str, Value], before: int, at: int) -> None:
        if whole_number(trailer.get("Prev")) != before:
            raise NotStrictError(at, "an update does not refer to the revision before it")
        for name in sorted((trailer.keys() | old.keys()) - _MAY_DIFFER):
            if trailer.get(name) != old.get(name):
                raise NotStrictError(at, f"the trailer's entry '{name}' was changed")
        size, highest = whole_number(trailer.get("Size")), max((one.number for one in self.values), default=0)
        if size is None or size <= highest or size < (whole_number(old.get("Size")) or 0):
            raise NotStrictError(at, "the trailer counts too few objects")

    def _check_table(self, table: Table, own: Ref | None) -> frozenset[int]:
        """The numbers of deleted objects; each object is where the table says, and the table lists no other."""
        listed = {number: place for number, place in table.items() if place}
        packed: dict[int, Location] = {}
        for ref in [one for one in self.values if one != own]:
            stream = self.values[ref]
            if isinstance(stream, Stream) and stream.entries.get("Type") == "ObjStm":
                self._unpack(ref, stream, packed)
        for ref, (begins, _) in self.places.items():
            found = listed.pop(ref.number, None)
            if found != Location(begins, ref.generation) and not (ref == own and found is None):
                raise NotStrictError(begins, f"the cross-references do not list the object {ref}")
        for number, place in packed.items():
            if listed.pop(number, None) != place:
                raise NotStrictError(self.parser.at, f"the cross-references do not list the object {number} 0")
        if listed:
            number = min(listed)
            fact = f"the cross-references list the object {number}, which is not in the update"
            raise NotStrictError(self.parser.at, fact)
        return frozenset(number for number, place in table.items() if place is None and number)

    def _unpack(self, holder: Ref, stream: Stream, packed: dict[int, Location]) -> None:
        """Replaces an object stream by the objects in it."""
        del self.values[holder]
        others = {one.number for one in self.places}
        for index, (number, value) in enumerate(packed_objects(stream, self.places[holder][0])):
            ref = Ref(number, 0)
            if number in packed or number in others:
                raise NotStrictError(self.places[holder][0], f"an update has two objects of the number {number}")
            self.values[ref] = value
            packed[number] = Location(holder=holder.number, index=index)

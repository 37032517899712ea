"""What the objects of a PDF are at one of its revisions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from circulars.revisions.layout import UnaccountedError, last_table
from circulars.revisions.parsing import HEADER, MAX_DEPTH, MAX_NUMBER, NotStrictError, ObjectParser
from circulars.revisions.tables import Location, packed_objects, read_table, table_in, unpacked
from circulars.revisions.values import Ref, Stream, Value, entries_of, items_of, refs_in, whole_number

MAX_PAGES = 50_000
"""The maximum number of pages and nodes of the page tree that are looked at."""
MAX_WALKED = 100_000
"""The maximum number of objects that are looked at to find out who refers to one."""

_MAX_TABLES = 1_000
_REFERENCE = re.compile(rb"(?<![0-9])0*(\d{1,10})[ \t\r\n\f]+\d{1,5}[ \t\r\n\f]+R")
# Readers differ in where they end a number, and in whether a comment or a NUL may stand between two numbers.
_NUMBER = rb"[0-9.eE+-]"
_GAP = rb"(?:[\0\t\n\v\f\r ]|%[^\r\n]*[\r\n])"
_LIKE_A_REFERENCE = re.compile(
    rb"(?<!%b)(?:%b+%b+%b+|[0-9.]+[+-][0-9.]+)%b*R(?![A-Za-z0-9])" % (_NUMBER, _NUMBER, _GAP, _NUMBER, _GAP)
)


@dataclass(frozen=True, slots=True)
class Base:
    """The objects of a PDF's signed or built bytes.

    ``table`` is where its last cross-references begin, and ``trailer`` is what they say about the whole file.
    """

    data: bytes
    table: int
    trailer: Mapping[str, Value]
    places: Mapping[int, Location]
    holders: dict[int, dict[int, Value]] = field(default_factory=dict, repr=False)
    read: dict[Ref, Value] = field(default_factory=dict, repr=False)

    def get(self, ref: Ref) -> Value:
        """The object that a reference refers to; ``None`` if there is none, or it cannot be read."""
        if ref not in self.read:
            place = self.places.get(ref.number)
            try:
                self.read[ref] = self._value(ref, place) if place else None
            except NotStrictError:
                self.read[ref] = None
        return self.read[ref]

    def _value(self, ref: Ref, place: Location) -> Value:
        if not place.holder:
            return _object_at(self.data, place.offset, ref, self.get) if place.generation == ref.generation else None
        if place.holder not in self.holders:
            holder = self.places.get(place.holder)
            stream = _object_at(self.data, holder.offset, Ref(place.holder, 0), self.get) if holder else None
            packed = packed_objects(stream, place.offset) if isinstance(stream, Stream) else []
            self.holders[place.holder] = dict(packed)
        return self.holders[place.holder].get(ref.number) if not ref.generation else None

    def awaited(self) -> frozenset[int]:
        """The numbers of objects that something refers to, although they do not exist.

        An update could fill such a gap, and change what the file shows without changing any of its objects.

        Raises:
            UnaccountedError: some readers would find references that others do not, so that any object may be awaited.
        """
        pieces = [self.data, *self._unpacked_holders()]
        if any(map(_is_ambiguous, pieces)):
            named = {
                ref.number for number, place in self.places.items() for ref in refs_in(self._strictly(number, place))
            }
        else:
            named = {int(found[1]) for piece in pieces for found in _REFERENCE.finditer(piece)}
        return frozenset(named - self.places.keys())

    def _unpacked_holders(self) -> Iterator[bytes]:
        """The contents of all object streams."""
        for number in sorted({place.holder for place in self.places.values() if place.holder}):
            place = self.places.get(number, Location())
            stream = self._strictly(number, place)
            try:
                yield unpacked(stream) if isinstance(stream, Stream) else b""
            except NotStrictError as error:
                raise UnaccountedError(place.offset, error.args[1]) from None

    def _strictly(self, number: int, place: Location) -> Value:
        """An object that every reader reads in the same way."""
        try:
            return self._value(Ref(number, place.generation), place)
        except NotStrictError as error:
            fact = f"readers may understand the object {number} in different ways: {error.args[1]}"
            raise UnaccountedError(place.offset, fact) from None


def _is_ambiguous(piece: bytes) -> bool:
    """Whether bytes contain what may be a reference, but not for every reader."""
    plain = (_REFERENCE.fullmatch(found[0]) for found in _LIKE_A_REFERENCE.finditer(piece))
    return any(found is None or int(found[1]) > MAX_NUMBER for found in plain)


def read_base(data: bytes) -> Base:
    """The objects of a PDF whose bytes are ``data``.

    Raises:
        UnaccountedError: the PDF is broken or encrypted, or has two tables of its objects.
    """
    table = at = last_table(data)
    places: dict[int, Location | None] = {}
    trailer: Mapping[str, Value] = {}
    seen: set[int] = set()
    while len(seen) < _MAX_TABLES:
        try:
            found, entries = _table_at(data, at)
        except NotStrictError as error:
            raise UnaccountedError(*error.args) from None
        trailer = trailer or entries
        if {"XRefStm", "Encrypt"} & entries.keys():
            raise UnaccountedError(at, "the file is encrypted, or has two tables of its objects")
        places = {**found, **places}
        seen.add(at)
        before = whole_number(entries.get("Prev"))
        if before is None:
            return Base(data, table, trailer, {number: place for number, place in places.items() if place})
        if before in seen:
            break
        at = before
    raise UnaccountedError(at, "the cross-references never end")


def _table_at(data: bytes, at: int) -> tuple[Mapping[int, Location | None], Mapping[str, Value]]:
    parser = ObjectParser(data, at)
    if data.startswith(b"xref", at):
        return read_table(parser)
    header = parser.take(HEADER, "cross-reference table")
    stream = _object_at(data, at, Ref(int(header[1]), int(header[2])), lambda _: None)
    if not isinstance(stream, Stream) or stream.entries.get("Type") != "XRef":
        raise NotStrictError(at, "there is no cross-reference table")
    return table_in(stream, at), stream.entries


def _object_at(data: bytes, at: int, ref: Ref, length_of: Callable[[Ref], Value]) -> Value:
    parser = ObjectParser(data, at, length_of)
    header = parser.take(HEADER, "object")
    if Ref(int(header[1]), int(header[2])) != ref:
        raise parser.fault(f"the object {ref} is not where the cross-references say")
    return parser.object()


@dataclass(frozen=True, slots=True)
class State:
    """The objects of a PDF: those of its base, as later updates changed them."""

    base: Base
    updates: Sequence[Mapping[Ref, Value]] = ()

    @property
    def root(self) -> Value:
        """The reference to the catalog."""
        return self.base.trailer.get("Root")

    def after(self, update: Mapping[Ref, Value]) -> State:
        """The state after one more update."""
        return State(self.base, (*self.updates, update))

    def get(self, value: Value) -> Value:
        """The object that a reference refers to, or the value itself if it is none; ``None`` if there is no object."""
        for _ in range(MAX_DEPTH):
            if not isinstance(value, Ref):
                return value
            value = next((one[value] for one in reversed(self.updates) if value in one), self.base.get(value))
        return None

    def has(self, ref: Ref) -> bool:
        """Whether an object of this number exists, of any generation."""
        numbers = (one.number for update in self.updates for one in update)
        return ref.number in self.base.places or ref.number in numbers

    def dictionary(self, value: Value) -> Mapping[str, Value]:
        """The entries of a dictionary or a stream, following a reference; none of anything else."""
        return entries_of(self.get(value))

    def array(self, value: Value) -> tuple[Value, ...]:
        """The items of an array, following a reference; none of anything else."""
        return items_of(self.get(value))

    def uses(self, ref: Ref) -> int:
        """How many of the objects that the catalog leads to refer to an object; several if there are too many."""
        found, seen, waiting = 0, set[Value](), [self.root]
        while waiting:
            if len(seen) > MAX_WALKED:
                return len(seen)
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                named = set(refs_in(self.get(one)))
                found += ref in named
                waiting += named
        return found

    def pages(self) -> list[Ref]:
        """The pages in their order, each once, at most :data:`MAX_PAGES`."""
        found: list[Ref] = []
        seen: set[Ref] = set()
        waiting = [self.dictionary(self.root).get("Pages")]
        while waiting and len(seen) < MAX_PAGES:
            node = waiting.pop()
            if not isinstance(node, Ref) or node in seen:
                continue
            seen.add(node)
            entries = self.dictionary(node)
            if "Kids" in entries:
                waiting += reversed(self.array(entries["Kids"]))
            else:
                found.append(node)
        return found

"""A PDF is split into its revisions, and each byte of an update belongs to an object or to the table."""

from __future__ import annotations

import zlib

import pytest

from circulars.revisions import Ref, Revision, State, UnaccountedError, first_end, read_base, revisions_after
from circulars.revisions.state import Base
from circulars.revisions.tables import Location
from circulars.revisions.values import Stream
from signing.attacks import appended, last_startxref, stream


def simple(contents: bytes = b"4 0 R", content: bytes = b"0 0 9 9 re f") -> bytes:
    """A PDF of one page."""
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [ 3 0 R ] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 100 100 ] /Contents %b >>" % contents,
        stream(content),
        b"<< /Title (letter) >>",
    ]
    out = bytearray(b"%PDF-1.7\n")
    rows = b"0000000000 65535 f \n"
    for number, body in enumerate(bodies, 1):
        rows += b"%010d 00000 n \n" % len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    at = len(out)
    out += b"xref\n0 6\n%strailer\n<< /Size 6 /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (rows, at)
    return bytes(out)


def revisions(data: bytes, start: int) -> list[Revision]:
    """All updates after the first bytes."""
    base = read_base(data[:start])
    return list(revisions_after(data, start, base.table, base.trailer))


BASE = simple()
TWICE = b"/FlateDecode /FlateDecode"


def test_updates_are_read_with_tables_and_with_streams() -> None:
    """Each has its objects and ends where the next begins; white space between them belongs to none."""
    once = appended(BASE, {5: b"<< /Title (other) >>"})
    twice = appended(once + b"\r\n \n", {6: stream(b"new")}, streamed=7)

    first, second = revisions(twice, len(BASE))

    assert (first.start, first.end, second.end) == (len(BASE), len(once), len(twice))
    assert (first.objects, second.objects) == ({Ref(5, 0): {"Title": b"other"}}, {Ref(6, 0): Stream({}, b"new")})
    assert (set(first.containers), set(second.containers)) == (set(), {Ref(7, 0)})
    assert first_end(twice) == len(BASE)


def packed(count: int, content: bytes, first: int, entries: bytes = b"") -> bytes:
    """An object stream."""
    head = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode %s" % (count, first, entries)
    return stream(zlib.compress(content), head)


def in_a_stream(body: bytes, *, index: int = 0) -> bytes:
    """The PDF with an update whose object 5 is in the object stream 6, listed in the stream 7."""
    out = bytearray(BASE)
    places = {6: len(out)}
    out += b"6 0 obj\n%s\nendobj\n" % body
    places[7] = len(out)
    rows = [(5, b"\2" + (6).to_bytes(4, "big") + bytes([0, index]))]
    rows += [(number, b"\1" + place.to_bytes(4, "big") + b"\0\0") for number, place in places.items()]
    content = zlib.compress(b"".join(row for _, row in rows))
    entries = b"/Type /XRef /W [1 4 2] /Index [5 3] /Size 8 /Root 1 0 R /Info 5 0 R /Filter /FlateDecode /Prev %d"
    out += b"7 0 obj\n%s\nendobj\n" % stream(content, entries % last_startxref(BASE))
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % places[7]


def test_objects_in_object_streams_are_read() -> None:
    """The object stream itself is no object of the letter."""
    [revision] = revisions(in_a_stream(packed(1, b"5 0 << /Title (packed) >>", 4)), len(BASE))

    assert revision.objects == {Ref(5, 0): {"Title": b"packed"}}
    assert revision.containers == {Ref(6, 0), Ref(7, 0)}


@pytest.mark.parametrize(
    "body",
    [
        packed(2, b"5 0 5 3 (a)(b)", 8),
        packed(1, b"5 0 (a) (b)", 4),
        packed(1, b"5 3 (a)(b)", 4),
        packed(2, b"5 0 (a)", 4),
        packed(1, b"3 0 (a)", 4),
        packed(1, b"5 0 (a)", 400),
        packed(1, b"5 0 (a)", 4, b"/Extends 3 0 R"),
        packed(1, b"5 0 (a", 4),
        stream(b"5 0 (a)", b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"),
        stream(zlib.compress(zlib.compress(b"5 0 (a)")), b"/Type /ObjStm /N 1 /First 4 /Filter [%s]" % TWICE),
        stream(zlib.compress(b"5 0 (a)") + b"more", b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"),
        packed(1, b"5 0 " + b" " * 30_000_000 + b"(a)", 4),
    ],
)  # fmt: skip
def test_object_streams_with_several_readings_are_refused(body: bytes) -> None:
    """An object twice, bytes between objects, wrong measures, other compression, or more than 20 MB."""
    with pytest.raises(UnaccountedError):
        revisions(in_a_stream(body), len(BASE))


def test_an_object_stream_whose_table_is_wrong_is_refused() -> None:
    """The table names the second object of a stream of one."""
    with pytest.raises(UnaccountedError):
        revisions(in_a_stream(packed(1, b"5 0 (a)", 4), index=1), len(BASE))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"xref\n5 1", b"xref\n5 2"),
        (b"xref\n5 1", b"xref\n4 1"),
        (b"/Prev", b"/Perv"),
        (b"/Info 5", b"/Info 4"),
        (b"/Root 1", b"/Root 2"),
        (b"/Size 6", b"/Size 5"),
        (b"/Size 6", b"/Size 6 /Encrypt 4 0 R"),
        (b"startxref\n", b"startxref\n1"),
        (b"%%EOF\n", b"%%EOF\n%"),
        (b"%%EOF\n", b""),
        (b"5 0 obj", b"5 0 obj % remark\n"),
        (b"endobj\n", b"endobj\n\0"),
        (b"endobj\n", b"endobj\n5 0 obj\nnull\nendobj\n"),
        (b"trailer", b"5 1\n0000000000 00000 n \ntrailer"),
        (b" n \n", b" f \n"),
        (b" n \n", b" n\n"),
    ],
)
def test_an_update_that_does_not_add_up_is_refused(old: bytes, new: bytes) -> None:
    """Its table, trailer and objects must agree with each other, and with the revision before it."""
    update = appended(BASE, {5: b"<< /Title (other) >>"})[len(BASE) :]
    assert len(revisions(BASE + update, len(BASE))) == 1
    assert old in update

    changed = BASE + update.replace(old, new, 1)
    if b"startxref" not in old:  # the end names the table, wherever it is now
        changed = changed.replace(
            b"startxref\n%d\n" % last_startxref(changed), b"startxref\n%d\n" % (changed.rindex(b"\nxref") + 1)
        )
    with pytest.raises(UnaccountedError) as caught:
        revisions(changed, len(BASE))
    assert ("own cross-references" in str(caught.value)) == (b"startxref" in old)


def test_tables_that_lead_in_a_circle_end() -> None:
    """A file whose tables name each other is refused."""
    circle = BASE.replace(b"/Info 5 0 R", b"/Info 5 0 R /Prev %d" % last_startxref(BASE))

    with pytest.raises(UnaccountedError):
        read_base(circle)


def test_objects_that_are_referred_to_but_missing_are_known() -> None:
    """An update that adds one of them would change what the file shows."""
    base = read_base(BASE.replace(b"/Contents 4 0 R", b"/Contents 9 0 R"))

    assert base.awaited() == {9}


def test_a_state_knows_its_pages_and_objects() -> None:
    """Later values take the place of earlier ones; a page tree that leads in a circle ends."""
    state = State(read_base(BASE))
    circle = state.after({Ref(2, 0): {"Kids": (Ref(2, 0), Ref(3, 0), Ref(3, 0))}})

    assert state.pages() == circle.pages() == [Ref(3, 0)]
    assert state.dictionary(Ref(5, 0)) == {"Title": b"letter"}
    assert state.get(Ref(99, 0)) is state.get(Ref(5, 1)) is None
    assert state.uses(Ref(3, 0)) == 1


REFERENCES = (
    b"9\x000\x00R", b"9 %x\n0 R", b"9 0 %" + b"x" * 2000 + b"\nR", b"9.0 0 R", b"9. 0 R", b"9- 0 R", b"9+0 R", b"9 0R",
    b"9 000000 R", b"9 +0 R", b"9E0 0 R", b"4294967305 0 R", b"18446744073709551625 0 R",
)  # fmt: skip


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda one: repr(one[:20]))
def test_a_reference_that_only_some_readers_find_is_a_fault(reference: bytes) -> None:
    """Readers differ in where numbers end; a missing object behind such a reference could be added later."""
    base = read_base(simple(b"[ " + reference + b" ]"))

    with pytest.raises(UnaccountedError, match="object 3 in different ways"):
        base.awaited()


@pytest.mark.parametrize("text", [b"9 %x\n0 R", b"9 0R", b"4294967305 0 R"])
def test_what_looks_like_a_reference_in_a_string_or_a_stream_is_none(text: bytes) -> None:
    """Chance makes such bytes in pictures and fonts; they make no fault."""
    base = read_base(simple(content=text))

    assert base.awaited() == frozenset()


@pytest.mark.parametrize("filters", [b"/Fl", b"/ASCIIHexDecode", b"[ /FlateDecode /FlateDecode ]"])
def test_an_object_stream_that_cannot_be_searched_is_a_fault(filters: bytes) -> None:
    """References in it would not be found."""
    holder = Location(BASE.index(b"4 0 obj"))
    packed_in = stream(b"x", b"/Type /ObjStm /N 1 /First 4 /Filter " + filters)
    data = BASE[: holder.offset] + b"4 0 obj\n" + packed_in + b"\nendobj\n"
    base = Base(data, 0, {}, {4: holder, 7: Location(holder=4)})

    with pytest.raises(UnaccountedError, match="unusual way"):
        base.awaited()


def test_long_numbers_are_searched_in_linear_time() -> None:
    """The space for a signature is filled with zeros; a search that starts at each of them never ends."""
    base = read_base(simple(content=b"<" + b"0" * 300_000 + b">"))

    assert base.awaited() == frozenset()

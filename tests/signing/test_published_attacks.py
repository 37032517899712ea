"""The published attacks on signed PDFs: shadow attacks, signature forgery, incremental saving, signature wrapping.

A shadow attack prepares a file before somebody signs it, so that a later update shows something else.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pikepdf
import pytest
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from circulars import signing
from circulars.signing import Box, Placement
from circulars.signing.updates import updates_after
from signing.attacks import (
    HELVETICA,
    OVERLAY,
    appended,
    last_startxref,
    numbers_of,
    stream,
    value_of,
    with_entry,
    without_entry,
)
from signing.authority import Authority
from signing.samples import DETAILS, KeyOf
from signing.test_block import block_at
from signing.test_updates import Unchanged, changes, faults, signed_by_another_program, written

Prepared = tuple[bytes, Callable[[bytes], bytes]]
"""A file that somebody is made to sign, and what is done to the signed file."""


@pytest.fixture(scope="module")
def made(letters: dict[str, bytes]) -> bytes:
    """A letter of two pages, as it was built."""
    return letters["tsb-circular-213"]


@pytest.fixture(scope="module")
def signed(made: bytes, authority: Authority, key_of: KeyOf) -> bytes:
    """The letter, signed once."""
    return signing.sign(made, key_of(authority.director), DETAILS)


def _replaced(data: bytes, name: str, entry: bytes, value: bytes) -> dict[int, bytes]:
    """An object with another value of an entry."""
    number = numbers_of(data)[name]
    body = value_of(data, number)
    return {number: with_entry(without_entry(body, entry) if entry in body else body, entry + b" " + value)}


def _covered_by_a_stamp(data: bytes) -> Prepared:
    """Hide: a stamp covers the text that the signer must not see; it is removed later."""
    at = numbers_of(data)
    annots = re.search(rb"/Annots (\[.*?\])", value_of(data, at["page"]))
    assert annots
    stamp = b"<< /Type /Annot /Subtype /Stamp /Rect [0 0 500 700] /F 4 >>"
    covered = _replaced(data, "page", b"/Annots", annots[1][:-1] + b" %d 0 R ]" % at["next"]) | {at["next"]: stamp}
    return appended(data, covered), lambda signed: appended(signed, {at["page"]: value_of(data, at["page"])})


def _covered_by_a_picture(data: bytes) -> Prepared:
    """Hide: a drawing covers the text, and its object is deleted later."""
    at = numbers_of(data)
    drawn = b"[ %d 0 R %d 0 R ]" % (at["content"], at["next"])
    covered = _replaced(data, "page", b"/Contents", drawn) | {at["next"]: stream(b"1 1 1 rg 0 0 600 800 re f")}
    return appended(data, covered), lambda signed: appended(signed, {}, deleted=(at["next"],))


def _field_with_two_faces(data: bytes) -> Prepared:
    """Replace: a text field shows one amount when it is signed, and another one later."""
    at = numbers_of(data)
    annots = re.search(rb"/Annots (\[.*?\])", value_of(data, at["page"]))
    assert annots
    field = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /V (9 EUR) /Rect [50 50 150 70] /P %d 0 R >>"
    field %= at["page"]
    objects = _replaced(data, "page", b"/Annots", annots[1][:-1] + b" %d 0 R ]" % at["next"])
    objects |= _replaced(data, "catalog", b"/AcroForm", b"<< /Fields [ %d 0 R ] >>" % at["next"])
    later = {at["next"]: field.replace(b"9 EUR", b"900 EUR")}
    return appended(data, objects | {at["next"]: field}), lambda signed: appended(signed, later)


def _font_with_two_faces(data: bytes) -> Prepared:
    """Replace: the glyphs of a font are exchanged."""
    return data, lambda signed: appended(signed, {numbers_of(signed)["font"]: HELVETICA})


def _hidden_object(data: bytes) -> Prepared:
    """Hide and replace: two contents of one number are signed, and a table names the other one later."""
    number = numbers_of(data)["content"]
    hidden = b"%d 0 obj\n%s\nendobj\n" % (number, stream(OVERLAY))
    both = appended(data, {number: value_of(data, number)}, between=hidden)
    place = both.rindex(hidden)
    return both, lambda signed: appended(signed, {}, places={number: place})


def _hidden_catalog(data: bytes) -> Prepared:
    """Hide and replace: a second list of pages is in the file, and the catalog names it later."""
    at = numbers_of(data)
    other = b"<< /Type /Pages /Count 1 /Kids [ %d 0 R ] >>" % (at["next"] + 1)
    page = re.sub(rb"/Parent \d+", b"/Parent %d" % at["next"], value_of(data, at["page"]))
    page = with_entry(without_entry(page, b"/Contents"), b"/Contents %d 0 R" % (at["next"] + 2))
    both = appended(data, {at["next"]: other, at["next"] + 1: page, at["next"] + 2: stream(OVERLAY)})
    return both, lambda signed: appended(signed, _replaced(signed, "catalog", b"/Pages", b"%d 0 R" % at["next"]))


def _awaited_object(data: bytes) -> Prepared:
    """A page refers to an object that does not exist; later it arrives as a certificate among data for validation."""
    at = numbers_of(data)
    missing = at["next"] + 500
    awaiting = _replaced(data, "page", b"/Contents", b"[ %d 0 R %d 0 R ]" % (at["content"], missing))

    def later(signed: bytes) -> bytes:
        store = _replaced(signed, "catalog", b"/DSS", b"<< /Certs [ %d 0 R ] >>" % missing)
        return appended(signed, store | {missing: stream(b"\x30\x05 q Q ")})

    return appended(data, awaiting), later


def _shared_list(data: bytes) -> Prepared:
    """The annotations of a page are also the list of certificates; so data for validation take their place."""
    at = numbers_of(data)
    annots = re.search(rb"/Annots (\[.*?\])", value_of(data, at["page"]))
    assert annots
    objects = _replaced(data, "page", b"/Annots", b"%d 0 R" % at["next"]) | {at["next"]: annots[1]}
    objects |= _replaced(data, "catalog", b"/DSS", b"<< /Certs %d 0 R >>" % at["next"])

    def later(signed: bytes) -> bytes:
        new = numbers_of(signed)["next"]
        return appended(signed, {at["next"]: b"[ %d 0 R ]" % new, new: stream(b"\x30\x01\x00")})

    return appended(data, objects), later


SHADOWS = (
    _covered_by_a_stamp, _covered_by_a_picture, _field_with_two_faces, _font_with_two_faces, _hidden_object,
    _hidden_catalog, _awaited_object, _shared_list,
)  # fmt: skip


@pytest.mark.parametrize("prepare", SHADOWS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("again", [False, True])
def test_a_shadow_attack_is_reported(
    prepare: Callable[[bytes], Prepared],
    again: bool,
    made: bytes,
    authority: Authority,
    stranger: Authority,
    key_of: KeyOf,
) -> None:
    """The signature that was obtained by deceit has a problem, even if somebody signs the changed file again."""
    prepared, attack = prepare(made)
    signed = signed_by_another_program(prepared, key_of(authority.director))
    assert not faults(signed)

    attacked = attack(signed)
    if again:
        attacked = signed_by_another_program(attacked, key_of(stranger.director), "Again")

    assert faults(attacked)


@pytest.mark.parametrize("was_empty", [False, True])
def test_a_block_over_a_text_is_reported(
    was_empty: bool, made: bytes, authority: Authority, stranger: Authority, key_of: KeyOf
) -> None:
    """A stranger's signature covers a paragraph with its block, in a new field or in one that was empty."""
    box = Box(56, 300, 500, 600)
    if was_empty:
        writer = Unchanged(io.BytesIO(made))
        append_signature_field(writer, SigFieldSpec("Block", box=(56, 300, 500, 600)))
        made = written(writer)
    signed = signed_by_another_program(made, key_of(authority.director))
    drawing = block_at(Placement(0, box)).drawing

    later = signed_by_another_program(signed, key_of(stranger.director), "Block", box, drawing)

    expected = "the signature field 'Block' was changed" if was_empty else "covers a part of it"
    assert any(expected in words for words in changes(later, len(signed)))
    assert "changed-later" in faults(later)


FORGERIES = {
    "no contents": (rb"/Contents <[^>]*>", b""),
    "null contents": (rb"/Contents <[^>]*>", b"/Contents null"),
    "empty contents": (rb"/Contents <[^>]*>", b"/Contents <>"),
    "contents of a zero": (rb"/Contents <[^>]*>", b"/Contents <00>"),
    "contents of text": (rb"/Contents <[^>]*>", b"/Contents (valid)"),
    "contents of a number": (rb"/Contents <[^>]*>", b"/Contents 1"),
    "no range": (rb"/ByteRange \[[^\]]*\]", b""),
    "null range": (rb"/ByteRange \[[^\]]*\]", b"/ByteRange null"),
    "empty range": (rb"/ByteRange \[[^\]]*\]", b"/ByteRange []"),
    "range of nothing": (rb"/ByteRange \[[^\]]*\]", b"/ByteRange [ 0 0 0 0 ]"),
    "half a range": (rb"/ByteRange \[[^\]]*\]", b"/ByteRange [ 0 1000 ]"),
    "negative range": (rb"/ByteRange \[[^\]]*\]", b"/ByteRange [ 0 -1 -1 -1 ]"),
    "range of the whole file": (rb"/ByteRange \[[^\]]*\]", b"/ByteRange [ 0 99999999 0 0 ]"),
    "range of names": (rb"/ByteRange \[[^\]]*\]", b"/ByteRange [ /a /b /c /d ]"),
    "another filter": (rb"/SubFilter /ETSI.CAdES.detached", b"/SubFilter /adbe.none"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_signature_without_its_parts_is_not_valid(name: str, signed: bytes) -> None:
    """The entries that a signature needs are taken away, in place and by an update."""
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        number = pdf.Root.AcroForm.Fields[0].V.objgen[0]
    pattern, replacement = FORGERIES[name]
    found = re.search(rb"\n%d 0 obj\n(.*?)\nendobj" % number, signed, re.S)
    assert found
    body, count = re.subn(pattern, replacement, found[1])

    assert count == 1
    assert faults(appended(signed, {number: body}))
    in_place = signed[: found.start(1)] + body.ljust(len(found[1]))[: len(found[1])] + signed[found.end(1) :]
    assert faults(in_place)


def test_a_signature_that_was_wrapped_is_reported(signed: bytes) -> None:
    """The signed bytes are all there, but moved apart, with other objects and another table between them."""
    number = numbers_of(signed)["content"]
    [found] = re.finditer(rb"/Contents\s*(<[0-9A-Fa-f]{1000,}>)", signed)
    start, end = found.span(1)
    table = last_startxref(signed)
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        value, size, root = pdf.Root.AcroForm.Fields[0].V.objgen[0], int(pdf.trailer.Size), pdf.Root.objgen[0]
        before = int(pdf.trailer.Prev)
    value_at = signed.rindex(b"\n%d 0 obj" % value) + 1
    entries = (
        b"\n/ByteRange [ 0 %d %d %d ] /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached >>\nendobj\n"
    )
    moved = table + 5000
    middle = found[1] + entries % (start, moved, len(signed) - end)
    content_at = start + len(middle)
    middle += b"%d 0 obj\n%s\nendobj\n" % (number, stream(OVERLAY))
    middle = middle.ljust(table - start)
    rows = {number: content_at, value: value_at}
    lines = b"".join(b"%d 1\n%010d 00000 n \n" % row for row in sorted(rows.items()))
    middle += b"xref\n%strailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (lines, size, root, before)
    wrapped = signed[:start] + middle.ljust(moved - start) + signed[end:]

    assert wrapped[moved:] == signed[end:]
    assert faults(wrapped)
    assert changes(wrapped, len(signed)) or updates_after(wrapped, len(signed)) == ()


@pytest.mark.parametrize("copied", [False, True])
@pytest.mark.parametrize(
    "end", [b"", b"trailer\n<< >>\n", b"startxref\n0\n", b"startxref\n0\n%%EOF\n", b"xref\n", b"%%EOF\n"]
)
def test_objects_saved_without_a_table_are_reported(end: bytes, copied: bool, signed: bytes) -> None:
    """Some readers look for objects that no table names, also behind a copy of the signature."""
    number = numbers_of(signed)["content"]
    saved = b"%d 0 obj\n%s\nendobj\n" % (number, stream(OVERLAY))
    if copied:
        found = re.search(rb"\n(\d+ 0 obj\n<<\n/Contents <.*?endobj\n)", signed, re.S)
        assert found
        saved += found[1]

    assert faults(signed + saved + end)
    assert changes(signed + saved + end, len(signed))

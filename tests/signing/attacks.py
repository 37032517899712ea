"""Appends updates to PDFs byte by byte, as an attacker does who owes nothing to any library."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Mapping

import pikepdf

Attack = Callable[[bytes], bytes]
Objects = Mapping[int, bytes]
"""New values of objects by number, each without "obj" and "endobj"."""


def last_startxref(data: bytes) -> int:
    """Where the last cross-references begin."""
    return int(re.findall(rb"startxref\s+(\d+)", data)[-1])


def trailer_of(data: bytes) -> dict[str, int]:
    """The size of a PDF's table, and the numbers of its catalog and its document information."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return {"size": int(pdf.trailer.Size), "root": pdf.Root.objgen[0], "info": pdf.trailer.Info.objgen[0]}


def appended(
    data: bytes,
    objects: Objects,
    *,
    entries: bytes = b"",
    between: bytes = b"",
    deleted: tuple[int, ...] = (),
    places: Mapping[int, int] | None = None,
    previous: int | None = None,
    root: int = 0,
    streamed: int = 0,
) -> bytes:
    """The PDF with an update of some objects.

    ``entries`` are further entries of the trailer, ``between`` bytes before the cross-references, ``deleted`` objects
    that the update frees, and ``places`` offsets that the table gives instead of the true ones. ``streamed`` is the
    number of a cross-reference stream, or 0 for a table.
    """
    out = bytearray(data if data.endswith(b"\n") else data + b"\n")
    offsets: dict[int, int] = {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    offsets |= places or {}
    out += between
    trailer = trailer_of(data)
    size = max([trailer["size"] - 1, *offsets]) + 1
    at = len(out)
    before = last_startxref(data) if previous is None else previous
    common = b"/Root %d 0 R /Info %d 0 R /Prev %d %s" % (root or trailer["root"], trailer["info"], before, entries)
    if streamed:
        out += _stream(streamed, max(size, streamed + 1), at, offsets, deleted, common)
    else:
        out += b"xref\n"
        rows = {number: b"%010d 00000 n \n" % offset for number, offset in offsets.items()}
        rows |= dict.fromkeys(deleted, b"0000000000 00001 f \n")
        for number, row in sorted(rows.items()):
            out += b"%d 1\n%s" % (number, row)
        out += b"trailer\n<< /Size %d %s >>\n" % (size, common)
    out += b"startxref\n%d\n%%%%EOF\n" % at
    return bytes(out)


def _stream(own: int, size: int, at: int, offsets: Mapping[int, int], deleted: tuple[int, ...], common: bytes) -> bytes:
    rows = {number: (1, offset) for number, offset in offsets.items()} | dict.fromkeys(deleted, (0, 0)) | {own: (1, at)}
    packed = zlib.compress(
        b"".join(bytes([kind]) + offset.to_bytes(4, "big") + b"\0\0" for _, (kind, offset) in sorted(rows.items()))
    )
    index = b" ".join(b"%d 1" % number for number in sorted(rows))
    head = b"/Type /XRef /W [1 4 2] /Index [%s] /Size %d /Filter /FlateDecode %s" % (index, size, common)
    return b"%d 0 obj\n%s\nendobj\n" % (own, stream(packed, head))


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """The value of an object that is a stream."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def value_of(data: bytes, number: int) -> bytes:
    """The value of an object in a PDF, as bytes; of a stream, with its content as it is stored."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = pdf.get_object(number, 0)
        if isinstance(found, pikepdf.Stream):
            raw = found.read_raw_bytes()
            head = re.sub(rb"/Length \d+( 0 R)?", b"", found.stream_dict.unparse())
            return head[:-2] + b"/Length %d >>\nstream\n%s\nendstream" % (len(raw), raw)
        return found.unparse(resolved=True) if isinstance(found, pikepdf.Object) else str(found).encode()


def numbers_of(data: bytes) -> dict[str, int]:
    """The numbers of the objects that attacks aim at, by name."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        page = pdf.pages[0].obj
        fonts = page.Resources.Font
        found = {
            "catalog": pdf.Root,
            "page": page,
            "content": page.Contents,
            "pages": pdf.Root.Pages,
            "metadata": pdf.Root.Metadata,
            "information": pdf.trailer.Info,
            "tags": pdf.Root.StructTreeRoot,
            "font": next(font for _, font in fonts.items()),
            "resources": page.Resources,
            "colours": pdf.Root.OutputIntents[0].DestOutputProfile,
            "annotation": page.Annots[0],
        }
        names = {name: one.objgen[0] for name, one in found.items() if one.is_indirect}
        return names | {"next": int(pdf.trailer.Size)}


def with_entry(body: bytes, entry: bytes) -> bytes:
    """A dictionary with one more entry, which comes first."""
    return body.replace(b"<<", b"<< " + entry + b" ", 1)


def without_entry(body: bytes, name: bytes) -> bytes:
    """A dictionary whose entry has another name, so that no reader finds it."""
    assert name in body
    return body.replace(name, b"/Was" + name[1:], 1)


OVERLAY = b"q 1 1 1 rg 0 0 600 900 re f Q BT 0 g /F1 20 Tf 72 700 Td (Pay 900 EUR to Mallory) Tj ET"
HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def _page(data: bytes, entry: bytes = b"", *, without: bytes = b"") -> bytes:
    body = value_of(data, numbers_of(data)["page"])
    return with_entry(without_entry(body, without) if without else body, entry)


def _fonts(data: bytes, number: int) -> bytes:
    body = value_of(data, numbers_of(data)["resources"])
    return re.sub(rb"/Font (<<|\d+ 0 R)", b"/Font << /F1 %d 0 R >> /WasFont \\1" % number, body, count=1)


def replaced_page(data: bytes) -> bytes:
    """A new content, with a font of its own."""
    at = numbers_of(data)
    objects = {
        at["page"]: _page(data, b"/Contents %d 0 R" % at["next"], without=b"/Contents"),
        at["resources"]: _fonts(data, at["next"] + 1),
        at["next"]: stream(OVERLAY),
        at["next"] + 1: HELVETICA,
    }  # fmt: skip
    return appended(data, objects)


def _entry_of(name: str, entry: bytes, without: bytes = b"") -> Attack:
    def attack(data: bytes) -> bytes:
        number = numbers_of(data)[name]
        body = value_of(data, number)
        return appended(data, {number: with_entry(without_entry(body, without) if without else body, entry)})

    return attack


def _content_of(name: str, content: bytes) -> Attack:
    return lambda data: appended(data, {numbers_of(data)[name]: stream(content)})


def _annotation(entries: bytes) -> Attack:
    """A further annotation on the first page."""

    def attack(data: bytes) -> bytes:
        at = numbers_of(data)
        page = re.sub(rb"/Annots \[", b"/Annots [ ", value_of(data, at["page"]), count=1)
        page = page.replace(b"/Annots [ ", b"/Annots [ %d 0 R " % at["next"], 1)
        body = b"<< /Type /Annot /Rect [0 0 600 850] /F 4 /P %d 0 R %s >>" % (at["page"], entries)
        return appended(data, {at["page"]: page, at["next"]: body})

    return attack


def _field(entries: bytes) -> Attack:
    """A form with a field."""

    def attack(data: bytes) -> bytes:
        at = numbers_of(data)
        catalog = value_of(data, at["catalog"]).replace(b"/AcroForm", b"/WasAcroForm")
        form = with_entry(catalog, b"/AcroForm << /Fields [ %d 0 R ] >>" % at["next"])
        return appended(data, {at["catalog"]: form, at["next"]: b"<< /T (f) %s >>" % entries})

    return attack


def _another_catalog(data: bytes) -> bytes:
    at = numbers_of(data)
    return appended(data, {at["next"]: value_of(data, at["catalog"])}, root=at["next"])


def _swapped_pages(data: bytes) -> bytes:
    number = numbers_of(data)["pages"]
    body = value_of(data, number)
    found = re.search(rb"/Kids \[ (\d+ 0 R) (\d+ 0 R) \]", body)
    assert found
    return appended(data, {number: body.replace(found[0], b"/Kids [ %s %s ]" % (found[2], found[1]))})


def _fewer_pages(data: bytes) -> bytes:
    number = numbers_of(data)["pages"]
    body = re.sub(rb"/Kids \[ (\d+ 0 R) (\d+ 0 R) \]", rb"/Kids [ \1 ]", value_of(data, number))
    return appended(data, {number: body.replace(b"/Count 2", b"/Count 1")})


def _deleted(data: bytes) -> bytes:
    return appended(data, {}, deleted=(numbers_of(data)["annotation"],))


def _shadowed(data: bytes) -> bytes:
    """Two objects of one number, of which the table names the second; some readers take the first."""
    at = numbers_of(data)
    first = b"%d 0 obj\n%s\nendobj\n" % (at["content"], stream(OVERLAY))
    out = data + first
    return appended(
        out + b"startxref\n%d\n%%%%EOF\n" % last_startxref(data), {at["content"]: value_of(data, at["content"])}
    )


def _hidden_before(data: bytes) -> bytes:
    """The table points to an object that lies in front of the update, in bytes that are signed."""
    number = numbers_of(data)["annotation"]
    place = re.search(rb"\n(\d+) 0 obj\n<<", data)
    assert place
    return appended(data, {}, places={number: place.start() + 1})


def _hybrid(data: bytes) -> bytes:
    return appended(data, {}, entries=b"/XRefStm %d" % last_startxref(data))


def _old_table(data: bytes) -> bytes:
    return appended(data, {}, previous=100)


def _object(number: int, body: bytes, generation: int = 0) -> bytes:
    return b"%d %d obj\n%s\nendobj\n" % (number, generation, body)


def _of_another_generation(data: bytes) -> bytes:
    number = numbers_of(data)["page"]
    done = appended(data, {}, places={number: len(data)}, between=_object(number, b"null", 1))
    return done.replace(b"%010d 00000 n" % len(data), b"%010d 00001 n" % len(data))


def _as_table(data: bytes) -> bytes:
    """The table itself takes the number of a page, which is then none."""
    number = numbers_of(data)["page"]
    return appended(data, {}, streamed=number)


ATTACKS: dict[str, Attack] = {
    "a page is replaced": replaced_page,
    "the content of a page": _content_of("content", OVERLAY),
    "the fonts of a page": _entry_of("font", b"/X 1"),
    "a font takes the place of another": lambda data: appended(data, {numbers_of(data)["font"]: HELVETICA}),
    "the resources of a page": _entry_of("resources", b"/X 1"),
    "the box of a page": lambda data: appended(
        data, {numbers_of(data)["page"]: _page(data, b"/CropBox [0 0 100 100]")}
    ),
    "a page is turned": lambda data: appended(data, {numbers_of(data)["page"]: _page(data, b"/Rotate 180")}),
    "an action on a page": lambda data: appended(
        data, {numbers_of(data)["page"]: _page(data, b"/AA << /O << /S /JavaScript /JS (app.alert\\(1\\)) >> >>")}
    ),
    "pages are swapped": _swapped_pages,
    "a page is left out": _fewer_pages,
    "the title": _entry_of("information", b"/Title (CANCELLED)", b"/Title"),
    "a new entry in the document information": _entry_of("information", b"/Approved (yes)"),
    "the metadata": _content_of("metadata", b"<?xpacket?>"),
    "the mark of a tagged file": _entry_of("catalog", b"/MarkInfo << /Marked false >>", b"/MarkInfo"),
    "a number instead of true": _entry_of("catalog", b"/MarkInfo << /Marked 1 >>", b"/MarkInfo"),
    "the language": _entry_of("catalog", b"/Lang (xx)", b"/Lang"),
    "the destinations": _entry_of("catalog", b"/Names << >>", b"/Names"),
    "the bookmarks": lambda data: appended(
        data,
        {
            numbers_of(data)["catalog"]: with_entry(
                value_of(data, numbers_of(data)["catalog"]), b"/Outlines %d 0 R" % numbers_of(data)["next"]
            ),
            numbers_of(data)["next"]: b"<< /Type /Outlines /Count 0 >>",
        },
    ),
    "an action on opening": _entry_of("catalog", b"/OpenAction << /S /URI /URI (https://mallory.example) >>"),
    "layers": _entry_of("catalog", b"/OCProperties << /OCGs [] /D << >> >>"),
    "the structure tree": _entry_of("tags", b"/RoleMap << /P /H1 >>"),
    "the colour profile": _content_of("colours", b"no profile"),
    "the embedded files": _entry_of("catalog", b"/AF []", b"/AF"),
    "the permissions": _entry_of("catalog", b"/Perms << /UR3 << >> >>"),
    "a link leads elsewhere": _entry_of("annotation", b"/A << /S /URI /URI (https://mallory.example) >>", b"/A "),
    "a note": _annotation(b"/Subtype /FreeText /Contents (Cancelled) /DA (/Helv 40 Tf)"),
    "a stamp": _annotation(b"/Subtype /Stamp /Name /NotApproved"),
    "a widget of no field": _annotation(b"/Subtype /Widget /FT /Sig"),
    "a redaction": _annotation(b"/Subtype /Redact /OverlayText (nothing)"),
    "a text field": _field(b"/FT /Tx /V (900 EUR)"),
    "an empty signature field": _field(b"/FT /Sig"),
    "a signature without value": _field(b"/FT /Sig /V << /Type /Sig >>"),
    "another catalog": _another_catalog,
    "a deleted object": _deleted,
    "an object that nothing needs": lambda data: appended(data, {numbers_of(data)["next"]: stream(OVERLAY)}),
    "an object of another generation": _of_another_generation,
    "shadowed objects": _shadowed,
    "an object in signed bytes": _hidden_before,
    "two tables": _hybrid,
    "a table that skips the last revision": _old_table,
    "a table in the place of a page": _as_table,
    "an update of nothing": lambda data: appended(data, {}),
    "bytes in front of the table": lambda data: appended(data, {}, between=b"% a remark\n"),
    "an object that the table does not list": lambda data: appended(data, {}, between=b"900 0 obj\nnull\nendobj\n"),
    "objects without a table": lambda data: data + _object(numbers_of(data)["content"], stream(OVERLAY)),
    "a trailer without a table": lambda data: data + b"trailer\n<< /Root 2 0 R >>\nstartxref\n0\n%%EOF\n",
    "another end": lambda data: data + b"startxref\n%d\n%%%%EOF\n" % last_startxref(data),
    "text after the end": lambda data: data + b"see you",
    "a zero after the end": lambda data: data + b"\0",
}  # fmt: skip

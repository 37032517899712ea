"""Pictures of templates keep their pixels, and nothing about those who made them, in any format."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from circulars.files.embedded_picture import picture_fault
from circulars.files.opc import read_parts
from circulars.files.picture_metadata import without_metadata
from circulars.files.picture_traces import picture_traces
from circulars.files.word_keep import kept_parts
from conftest import ROOT
from work import lines_run

_XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" '
    b'xmlns:r="http://ns.adobe.com/xap/1.0/sType/ResourceRef#" r:filePath="/Users/rosa/logo.psd">'
    b"<dc:creator><rdf:Seq><rdf:li>Rosa Traza</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def _image(size: tuple[int, int] = (40, 24)) -> Image.Image:
    """A picture whose corners differ, so that a turn shows."""
    image = Image.new("RGB", size, (200, 60, 20))
    image.putpixel((0, 0), (0, 0, 255))
    return image


def _exif(orientation: int = 1) -> Image.Exif:
    """What a telephone notes: who, with what, where, and how it was held."""
    exif = Image.Exif()
    exif[0x013B], exif[0x010F], exif[0x0110], exif[0x0112] = "Rosa Traza", "Example", "Phone 9", orientation
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (46.0, 12.0, 7.0)
    return exif


def _saved(format: str, image: Image.Image | None = None, **more: Any) -> bytes:
    stream = io.BytesIO()
    (image or _image()).save(stream, format, **more)
    return stream.getvalue()


def _png() -> bytes:
    notes = PngInfo()
    notes.add_text("Author", "Rosa Traza")
    return _saved("PNG", pnginfo=notes, exif=_exif())


def _gif() -> bytes:
    plain = _saved("GIF", comment=b"by Rosa Traza")
    application = b"\x21\xff\x0bXMP DataXMP" + _XMP + b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    return plain[:-1] + application + b";"


def _tiff() -> bytes:
    exif = _exif()
    exif[0x02BC] = _XMP
    return _saved("TIFF", exif=exif)


def _svg() -> bytes:
    return (
        '<?xml version="1.0"?><!-- made by Rosa Traza -->'
        '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" '
        'xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" sodipodi:docname="/home/rosa/Traza.svg">'
        "<metadata>" + _XMP.decode() + '</metadata><sodipodi:namedview/><rect width="4" height="4"/></svg>'
    ).encode()


def _emf() -> bytes:
    words = "Draw\0C:\\Users\\Rosa Traza\\logo.ai\0\0".encode("utf-16-le")
    head = struct.pack("<II32s4s", 1, 108 + len(words), bytes(32), b" EMF").ljust(60, b"\0")
    head += struct.pack("<II", len(words) // 2, 108)
    return head.ljust(108, b"\0") + words + struct.pack("<IIIII", 14, 20, 0, 16, 20)


FORMATS: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: _saved("JPEG", exif=_exif(), comment="Rosa Traza", xmp=_XMP),
    "PNG": _png,
    "GIF": _gif,
    "WebP": lambda: _saved("WEBP", lossless=True, exif=_exif(), xmp=_XMP),
    "TIFF": _tiff,
    "SVG": _svg,
    "EMF": _emf,
}


@pytest.mark.parametrize("format", FORMATS)
def test_a_picture_of_a_template_says_nothing_about_people_in_any_format(format: str) -> None:
    """Names, places, cameras and folders go; a second time there is nothing to remove."""
    traced = FORMATS[format]()

    plain = without_metadata(traced)

    assert b"Traza" in traced or "Traza".encode("utf-16-le") in traced
    assert b"Traza" not in plain
    assert "Traza".encode("utf-16-le") not in plain
    assert b"rosa" not in plain
    assert picture_traces(plain) == ()
    assert picture_fault(plain) == ""
    assert without_metadata(plain) == plain


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WebP", "TIFF"])
def test_the_pixels_of_a_picture_stay(format: str) -> None:
    """They are not compressed again."""
    traced = FORMATS[format]()

    with Image.open(io.BytesIO(traced)) as before, Image.open(io.BytesIO(without_metadata(traced))) as after:
        assert before.convert("RGB").tobytes() == after.convert("RGB").tobytes()


def test_a_drawing_keeps_what_is_drawn() -> None:
    """Elements and attributes of SVG stay, with the references in them."""
    spaces = b'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    drawing = b"<svg " + spaces + b'><use xlink:href="#a"/></svg>'
    noted = drawing.replace(b"<use", b"<!-- by Rosa --><use")

    assert without_metadata(drawing) == drawing
    assert etree.tostring(etree.fromstring(without_metadata(noted))) == etree.tostring(etree.fromstring(drawing))


def test_relationships_that_name_a_drawing_are_none() -> None:
    """What is not a drawing itself stays as it is, whatever words are in it."""
    links = (
        b'<?xml version="1.0"?><Relationships xmlns="urn:x"><Relationship Target="media/image1.svg"/></Relationships>'
    )

    assert without_metadata(links) == links


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_that_is_stored_sideways_keeps_its_turn_and_nothing_else(orientation: int) -> None:
    """Programs turn it by the note in its EXIF data; who took it, and where, is gone."""
    traced = _saved("JPEG", exif=_exif(orientation))

    plain = without_metadata(traced)

    with Image.open(io.BytesIO(traced)) as before, Image.open(io.BytesIO(plain)) as after:
        assert dict(after.getexif()) == ({0x0112: orientation} if orientation > 1 else {})
        assert ImageOps.exif_transpose(before).tobytes() == ImageOps.exif_transpose(after).tobytes()
    assert picture_traces(traced) == ("author 'Rosa Traza'", "the place", "camera 'Phone 9'")
    assert picture_traces(plain) == ()


def test_a_large_photograph_loses_its_metadata_too() -> None:
    """A picture of a template may be larger than those of letters, of which 5 MiB are read."""
    image = Image.frombytes("RGB", (1800, 1400), random.Random(7).randbytes(3 * 1800 * 1400))
    traced = _saved("JPEG", image, quality=100, subsampling=0, exif=_exif(6))
    parts = read_parts((ROOT / "templates/itu/letter.docx").read_bytes())

    kept = kept_parts(parts | {"word/media/image1.jpeg": traced})["word/media/image1.jpeg"]

    assert len(traced) > 5 * 1024 * 1024
    assert picture_traces(traced) != ()
    assert picture_traces(kept) == ()


@pytest.mark.parametrize("format", FORMATS)
def test_a_damaged_picture_is_left_as_it_is_or_cut(format: str, chance: random.Random) -> None:
    """No damage raises an error."""
    data = FORMATS[format]()

    for _ in range(60):
        damaged = bytearray(data[: chance.randrange(4, len(data) + 1)])
        for _ in range(3):
            damaged[chance.randrange(4, len(damaged)) if len(damaged) > 4 else 0] = chance.randrange(256)
        without_metadata(bytes(damaged))
        picture_traces(bytes(damaged))


def test_a_picture_with_too_many_tags_is_left_as_it_is() -> None:
    """Each of its tags leads to a list with as many: together they would be billions."""
    count = 0xFFFF
    tags = b"".join(struct.pack("<HHII", 0x8769, 4, 1, 10 + 12 * nth) for nth in range(count))
    data = b"II*\0" + struct.pack("<IH", 8, count) + tags
    found: list[bytes] = []

    assert lines_run(lambda: found.append(without_metadata(data))) < 2_000_000
    assert found == [data]

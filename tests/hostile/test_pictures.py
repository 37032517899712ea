"""Hostile pictures, and pictures with metadata, of which only the pixels come into a letter."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from circulars.errors import LetterError
from circulars.files.picture import read_picture

SECRET = b"46 degrees north"
NOISE = Image.effect_noise((64, 48), 50)
UNPACKS_TO_100_MB = zlib.compress(bytes(100_000_000), 1)


def saved(format: str, image: Image.Image = NOISE, **options: Any) -> bytes:
    """The bytes of a picture in a format."""
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def exif(orientation: int = 1) -> bytes:
    """A camera's metadata of a picture: the maker, the place, and the orientation."""
    metadata = Image.Exif()
    metadata[0x010F], metadata[0x0112] = SECRET.decode(), orientation
    metadata.get_ifd(0x8825)[2] = (46.0, 12.0, 0.0)
    return bytes(metadata.tobytes())


def texts() -> PngImagePlugin.PngInfo:
    """Texts in a PNG."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return info


def pixels(data: bytes) -> bytes:
    """The pixels of a picture."""
    return Image.open(io.BytesIO(data)).convert("RGBA").tobytes()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


WITH_METADATA = {
    "a camera's JPEG": saved("JPEG", exif=exif(), comment=SECRET),
    "a progressive JPEG": saved("JPEG", progressive=True, exif=exif(), comment=SECRET),
    "a JPEG with data after its end": saved("JPEG") + SECRET,
    "a JPEG in four colours": saved("JPEG", NOISE.convert("CMYK"), exif=exif()),
    "a JPEG of two pictures": saved("MPO", save_all=True, append_images=[NOISE], exif=exif()),
    "a PNG with texts": saved("PNG", pnginfo=texts()),
    "a PNG with EXIF": saved("PNG", exif=exif()),
    "a PNG with data after its end": saved("PNG") + b"PK\3\4" + SECRET,
    "an animation": saved("PNG", save_all=True, append_images=[NOISE.rotate(90)], pnginfo=texts()),
}


@pytest.mark.parametrize("data", WITH_METADATA.values(), ids=WITH_METADATA)
def test_metadata_is_removed_from_pictures(data: bytes) -> None:
    """Place, maker, comments, a second picture and data after the end are removed; the pixels are unchanged."""
    taken = read_picture(data, "").data

    assert SECRET not in taken
    assert not dict(Image.open(io.BytesIO(taken)).getexif())
    assert len(taken) < len(data)
    assert pixels(taken) == pixels(data)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_a_picture_without_metadata_is_unchanged(mode: str) -> None:
    """All bytes stay the same, so the picture is not compressed again."""
    data = saved("PNG", NOISE.convert(mode))

    assert read_picture(data, "").data == data
    assert read_picture(saved("JPEG"), "").data == saved("JPEG")


def test_a_picture_that_is_stored_sideways_is_refused() -> None:
    """Without its metadata it would be shown sideways; the remedy is to save it upright."""
    with pytest.raises(LetterError, match="is stored sideways"):
        read_picture(saved("JPEG", exif=exif(6)), "")


HEAD = b"\x89PNG\r\n\x1a\n"
BOMBS = {
    "a PNG of 10,000 million pixels": HEAD + chunk(b"IHDR", struct.pack(">2I5B", 100_000, 100_000, 8, 6, 0, 0, 0)),
    "a PNG of no pixels": HEAD + chunk(b"IHDR", struct.pack(">2I5B", 0, 0, 8, 6, 0, 0, 0)),
    "a text that unpacks to 100 MB": saved("PNG")[:33]
    + chunk(b"zTXt", b"a\0\0" + UNPACKS_TO_100_MB)
    + saved("PNG")[33:],
    "a profile that unpacks to 100 MB": saved("PNG")[:33]
    + chunk(b"iCCP", b"a\0\0" + UNPACKS_TO_100_MB)
    + saved("PNG")[33:],
    "half a PNG": saved("PNG")[:500],
    "half a JPEG": saved("JPEG")[:500],
    "a GIF": saved("GIF"),
    "a TIFF": saved("TIFF"),
    "a drawing": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a PDF": b"%PDF-1.7 " + saved("PNG"),
    "a PostScript file": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "6 MB": saved("PNG") + bytes(6_000_000),
}


@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS)
def test_a_broken_or_hostile_picture_is_refused(data: bytes) -> None:
    """Bombs, truncated pictures and other formats give a problem."""
    with pytest.raises(LetterError) as raised:
        read_picture(data, "")

    assert [problem.code for problem in raised.value.problems] == ["bad-picture"]


def drawn(columns: int, rows: int, depth: int, colour: int, packed: bytes, interlaced: bool = False) -> bytes:
    """A PNG of a size, a depth, a colour type, and compressed pixels."""
    head = struct.pack(">IIBBBBB", columns, rows, depth, colour, 0, 0, interlaced)
    palette = chunk(b"PLTE", bytes(6)) if colour == 3 else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + palette + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "packed",
    [
        UNPACKS_TO_100_MB,
        zlib.compress(bytes(111)),
        zlib.compress(bytes(110)) + b"more",
        zlib.compress(bytes(110)) + zlib.compress(bytes(100_000)),
    ],
    ids=["100 MB", "a byte more", "data after the end", "a second stream"],
)
def test_pixels_that_unpack_to_more_than_the_header_says_are_refused(packed: bytes) -> None:
    """10 rows of a filter byte and 10 grey pixels are 110 bytes; with these, the picture is read."""
    assert read_picture(drawn(10, 10, 8, 0, zlib.compress(bytes(110))), "").data

    with pytest.raises(LetterError, match="not of the size that its header says"):
        read_picture(drawn(10, 10, 8, 0, packed), "")


@pytest.mark.parametrize(
    ("columns", "rows", "depth", "colour", "size"),
    [
        (8, 8, 8, 0, 64 + 15),
        (1, 1, 8, 0, 1 + 1),
        (1, 2, 8, 2, 2 * 3 + 2),
        (3, 1, 8, 6, 3 * 4 + 3),
        (8, 8, 1, 3, 15 + 15),
    ],
)
def test_interlaced_pixels_have_the_size_of_their_passes(
    columns: int, rows: int, depth: int, colour: int, size: int
) -> None:
    """Each row of each pass has a filter byte, and passes without a column or a row have none."""
    sound = drawn(columns, rows, depth, colour, zlib.compress(bytes(size)), interlaced=True)

    assert read_picture(sound, "").data == sound
    with pytest.raises(LetterError, match="not of the size that its header says"):
        read_picture(drawn(columns, rows, depth, colour, zlib.compress(bytes(size + 1)), interlaced=True), "")

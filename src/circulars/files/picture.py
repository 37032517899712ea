"""Takes pictures in: PNG and JPEG, looked at before they are believed, and freed of what they say of their maker."""

from __future__ import annotations

import contextlib
import functools
import io
import struct
import warnings
from collections.abc import Iterator

from circulars.errors import LetterError, Place, Problem
from circulars.model.document import Picture

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 20_000_000
_ORIENTATION = 0x0112
# What of a PNG is its pixels and their colours (W3C PNG, 11.2 and 11.3.2); the rest is about its maker.
_PNG_CHUNKS = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"pHYs")
_PNG_HEAD = 8
# Markers of JPEG without a length (ISO/IEC 10918-1, table B.1), and those that are about its maker: all APPn but JFIF,
# the profile of colours ("ICC_PROFILE") and Adobe's note on how colours are stored; and comments.
_JPEG_START, _JPEG_END, _JPEG_SCAN, _JPEG_COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_JPEG_APP = range(0xE0, 0xF0)
_JPEG_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg"}  # MPO: a telephone's JPEG


def read_picture(data: bytes, alt: str, width: float = 0, height: float = 0, file: str = "") -> Picture:
    """A picture of ``width`` by ``height`` millimetres; a side that is 0 follows from the other, or from 300 dpi.

    What a picture says besides its pixels and their colours (the place where it was taken, comments, a second picture)
    is left out; the pixels stay as they were stored.

    Raises:
        LetterError: the data is no PNG or JPEG, larger than 5 MiB or 20 million pixels, or lies on its side.
    """
    try:
        kind, columns, rows = _looked_at(data)
        bare = _BARE[kind](data)
        # Whether the rest is still a picture is asked of the decoder, not of what was taken out.
        data = bare if bare == data or _looked_at(bare) == (kind, columns, rows) else data
    except _BadPictureError as error:
        raise LetterError(Problem(Place(file), "bad-picture", *error.args)) from None
    natural = columns / 300 * 25.4
    width = width or (height * columns / rows if height else natural)
    return Picture(data, kind, alt, round(width, 3), round(height or width * rows / columns, 3))


class _BadPictureError(Exception):
    """Why a picture cannot be taken: the fact, and the remedy."""


def _looked_at(data: bytes) -> tuple[str, int, int]:
    """The media type of a picture and its pixels, across and down, after every one of them has been decoded."""
    from PIL import Image

    if len(data) > MAX_BYTES:
        raise _BadPictureError(f"the picture is larger than {MAX_BYTES // 1024 // 1024} MiB", "save it smaller")
    try:
        with _strict_pillow(), Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            (columns, rows), kind = image.size, _TYPES[image.format or ""]
            if 0 < columns * rows <= MAX_PIXELS:
                turned = image.getexif().get(_ORIENTATION, 1) not in (0, 1)
                image.load()
    except Exception:  # a decoder that is fed with damaged bytes raises whatever it likes
        fact = "this is not a PNG or JPEG picture that can be read"
        raise _BadPictureError(fact, "save it as PNG or JPEG") from None
    if not 0 < columns * rows <= MAX_PIXELS:
        fact = f"the picture has {columns * rows:,} pixels; the limit is {MAX_PIXELS:,}"
        raise _BadPictureError(fact, "save it smaller")
    if turned:
        fact = "the picture lies on its side, and asks whoever shows it to turn it (EXIF orientation)"
        raise _BadPictureError(fact, "open it in a program for pictures, and save it upright")
    return kind, columns, rows


def _bare_png(data: bytes) -> bytes:
    """A PNG without texts, times, EXIF, animation, and whatever follows its end."""
    kept, at = [data[:_PNG_HEAD]], _PNG_HEAD
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise _BadPictureError("this is not a PNG or JPEG picture that can be read", "save it as PNG or JPEG")
        if kind in _PNG_CHUNKS:
            kept.append(data[at:end])
        at = end
        if kind == b"IEND":
            break
    return b"".join(kept)


def _bare_jpeg(data: bytes) -> bytes:
    """A JPEG without EXIF, XMP, comments, a second picture, and whatever else follows its end."""
    kept, at = [data[:2]], 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise _BadPictureError("this is not a PNG or JPEG picture that can be read", "save it as PNG or JPEG")
        marker = data[at + 1]
        if marker == 0xFF:  # bytes that fill up
            at += 1
            continue
        if marker == _JPEG_END:
            break
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        segment = data[at:end]
        about_maker = marker == _JPEG_COMMENT or (
            marker in _JPEG_APP and not segment[4:].startswith(_JPEG_KEPT.get(marker, b"\xff\xff"))
        )
        if not about_maker:
            kept.append(_without_thumbnail(segment) if marker == 0xE0 else segment)
        at = end
        if marker == _JPEG_SCAN:
            end = _scan_end(data, at)
            kept.append(data[at:end])
            at = end
    return b"".join(kept) + b"\xff\xd9"


def _without_thumbnail(segment: bytes) -> bytes:
    """The segment that makes a file JFIF, without the small picture that it may hold (JFIF 1.02, page 5)."""
    return b"\xff\xe0\x00\x10" + segment[4:16] + b"\0\0" if len(segment) >= 18 else segment


def _scan_end(data: bytes, at: int) -> int:
    """Where the pixels of a scan end: at the next marker that is neither a stuffed byte nor a restart."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7 and data[at + 1] != 0xFF:
            return at
        at += 1 if data[at + 1] == 0xFF else 2
    return len(data)


_BARE = {"image/png": _bare_png, "image/jpeg": _bare_jpeg}


@contextlib.contextmanager
def _strict_pillow() -> Iterator[None]:
    """Has Pillow refuse truncated pictures, and warn of nothing: the limits here are lower than its own."""
    from PIL import ImageFile

    # WeasyPrint makes Pillow lenient in the whole process: what a letter may hold must not depend on what ran before.
    lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def qr_picture(address: str, alt: str, side: float = 25) -> Picture:
    """The QR code of an address (ISO/IEC 18004, error correction M), ``side`` mm square with its quiet zone."""
    return Picture(_qr_png(address), "image/png", alt, side, side)


@functools.lru_cache(maxsize=64)
def _qr_png(address: str) -> bytes:
    """The picture's bytes: a letter's languages often share them, and they take some milliseconds."""
    import segno

    stream = io.BytesIO()
    segno.make_qr(address, error="m").save(stream, kind="png", scale=8, border=2)
    return stream.getvalue()

"""Reads untrusted PNG and JPEG pictures, checks them and removes their metadata; makes QR codes."""

from __future__ import annotations

import contextlib
import functools
import io
import struct
import warnings
import zlib
from collections.abc import Iterator

from circulars.errors import LetterError, Place, Problem
from circulars.files.reading import LIMITS
from circulars.model.document import Picture

MAX_BYTES = LIMITS["picture"]
MAX_PIXELS = 20_000_000
_ORIENTATION = 0x0112
# The PNG chunks for pixels and colours (W3C PNG, 11.2 and 11.3.2); the others are metadata.
_PNG_CHUNKS = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"pHYs")
_PNG_HEAD = 8
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# First column and row of the passes of an interlaced PNG, and the steps between their columns and rows (Adam7).
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
# JPEG markers (ISO/IEC 10918-1, table B.1). Comments are metadata, and so are all APPn segments except JFIF, the colour
# profile ("ICC_PROFILE"), and Adobe's note on how colours are stored.
_JPEG_START, _JPEG_END, _JPEG_SCAN, _JPEG_COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_JPEG_APP = range(0xE0, 0xF0)
_JPEG_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_STARTS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg"}  # MPO: a JPEG as phones make it


def read_picture(data: bytes, alt: str, width: float = 0, height: float = 0, file: str = "") -> Picture:
    """A picture of ``width`` by ``height`` millimetres; a side of 0 is computed from the other one, or from 300 dpi.

    Everything except the pixels and their colours (the place where it was taken, comments, a second picture) is
    removed; the pixels are not compressed again.

    Raises:
        LetterError: the data is not a PNG or JPEG, is larger than 5 MiB or 20 million pixels, or is stored sideways.
    """
    try:
        kind, columns, rows = _checked(data)
        stripped = _STRIPPED[kind](data)
        # The stripped picture is only used if the decoder still accepts it.
        data = stripped if stripped == data or _checked(stripped) == (kind, columns, rows) else data
    except _BadPictureError as error:
        raise LetterError(Problem(Place(file), "bad-picture", *error.args)) from None
    natural = columns / 300 * 25.4
    width = width or (height * columns / rows if height else natural)
    return Picture(data, kind, alt, round(width, 3), round(height or width * rows / columns, 3))


def without_metadata(data: bytes) -> bytes:
    """A picture of a template without its metadata; the same bytes if it has none, or cannot be read with certainty."""
    kind = next((kind for start, kind in _STARTS.items() if data.startswith(start)), "")
    if not kind:
        return data
    try:
        stripped = _STRIPPED[kind](data)
        return data if stripped == data or _checked(stripped) != _checked(data) else stripped
    except (_BadPictureError, LookupError):
        return data


class _BadPictureError(Exception):
    """A picture cannot be used; the arguments are the fact and the remedy."""


def _checked(data: bytes) -> tuple[str, int, int]:
    """The media type, the width and the height (in pixels) of a picture, which is decoded completely to check it."""
    from PIL import Image

    if len(data) > MAX_BYTES:
        raise _BadPictureError(
            f"the picture is larger than {MAX_BYTES // 1024 // 1024} MiB", "save it in a smaller size"
        )
    try:
        with _strict_pillow(), Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            (columns, rows), kind = image.size, _TYPES[image.format or ""]
            if 0 < columns * rows <= MAX_PIXELS:
                sideways = image.getexif().get(_ORIENTATION, 1) not in (0, 1)
                image.load()
    except Exception:  # for damaged bytes, the decoder may raise any exception
        fact = "this is not a PNG or JPEG picture that can be read"
        raise _BadPictureError(fact, "save it as PNG or JPEG") from None
    if not 0 < columns * rows <= MAX_PIXELS:
        fact = f"the picture has {columns * rows:,} pixels; the limit is {MAX_PIXELS:,}"
        raise _BadPictureError(fact, "save it in a smaller size")
    if sideways:
        fact = "the picture is stored sideways, with a note to rotate it (EXIF orientation)"
        raise _BadPictureError(fact, "open it in an image editor and save it upright")
    return kind, columns, rows


def _stripped_png(data: bytes) -> bytes:
    """A PNG without texts, times, EXIF, animation, and data after its end."""
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
    _check_pixels(kept)
    return b"".join(kept)


def _check_pixels(chunks: list[bytes]) -> None:
    """Checks that the pixels of a PNG unpack to the size that its header says, and that nothing follows them.

    Raises:
        _BadPictureError: they do not; the stream is unpacked up to one byte above that size.
    """
    fact = "the pixels of the picture are not of the size that its header says"
    remedy = "open it in an image editor and save it again"
    if [at for at, chunk in enumerate(chunks) if chunk[4:8] == b"IHDR"] != [1] or len(chunks[1]) != 25:
        raise _BadPictureError(fact, remedy)
    columns, rows, depth, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", chunks[1], 8)
    size = 0
    for column, row, across, down in _PASSES if interlaced else ((0, 0, 1, 1),):
        width, height = -((column - columns) // across), -((row - rows) // down)
        if width > 0 and height > 0:
            size += height * (1 + (width * depth * _CHANNELS[colour] + 7) // 8)
    packed = b"".join(chunk[8:-4] for chunk in chunks if chunk[4:8] == b"IDAT")
    unpacking = zlib.decompressobj()
    try:
        found = len(unpacking.decompress(packed, size + 1))
    except zlib.error:
        found = -1
    if found != size or not unpacking.eof or unpacking.unused_data:
        raise _BadPictureError(fact, remedy)


def _stripped_jpeg(data: bytes) -> bytes:
    """A JPEG without EXIF, XMP, comments, a second picture, and other data after its end."""
    kept, at = [data[:2]], 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise _BadPictureError("this is not a PNG or JPEG picture that can be read", "save it as PNG or JPEG")
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == _JPEG_END:
            break
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        segment = data[at:end]
        is_metadata = marker == _JPEG_COMMENT or (
            marker in _JPEG_APP and not segment[4:].startswith(_JPEG_KEPT.get(marker, b"\xff\xff"))
        )
        if not is_metadata:
            kept.append(_without_thumbnail(segment) if marker == 0xE0 else segment)
        at = end
        if marker == _JPEG_SCAN:
            end = _scan_end(data, at)
            kept.append(data[at:end])
            at = end
    return b"".join(kept) + b"\xff\xd9"


def _without_thumbnail(segment: bytes) -> bytes:
    """The JFIF segment without the thumbnail that it may contain (JFIF 1.02, page 5)."""
    return b"\xff\xe0\x00\x10" + segment[4:16] + b"\0\0" if len(segment) >= 18 else segment


def _scan_end(data: bytes, at: int) -> int:
    """The position where a scan ends: the next marker that is neither a stuffed byte nor a restart marker."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7 and data[at + 1] != 0xFF:
            return at
        at += 1 if data[at + 1] == 0xFF else 2
    return len(data)


_STRIPPED = {"image/png": _stripped_png, "image/jpeg": _stripped_jpeg}


@contextlib.contextmanager
def _strict_pillow() -> Iterator[None]:
    """Makes Pillow refuse truncated pictures, and suppresses its warnings: the limits here are lower than its own."""
    from PIL import ImageFile

    # WeasyPrint makes Pillow lenient for the whole process; the result must not depend on what ran before.
    lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def qr_picture(address: str, alt: str, side: float = 25) -> Picture:
    """The QR code of an address (ISO/IEC 18004, error correction M), ``side`` mm wide and high with its quiet zone."""
    return Picture(_qr_png(address), "image/png", alt, side, side)


@functools.lru_cache(maxsize=64)
def _qr_png(address: str) -> bytes:
    """The picture's bytes, cached because the languages of a letter often share an address."""
    import segno

    stream = io.BytesIO()
    segno.make_qr(address, error="m").save(stream, kind="png", scale=8, border=2)
    return stream.getvalue()

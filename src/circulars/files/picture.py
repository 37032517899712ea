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
from circulars.files.picture_metadata import ORIENTATION, BrokenPictureError, png_chunks, stripped_jpeg
from circulars.files.reading import LIMITS
from circulars.model.document import Picture

MAX_BYTES = LIMITS["picture"]
MAX_PIXELS = 20_000_000
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# First column and row of the passes of an interlaced PNG, and the steps between their columns and rows (Adam7).
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_UNREADABLE = ("this is not a PNG or JPEG picture that can be read", "save it as PNG or JPEG")
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
    except BrokenPictureError:
        raise LetterError(Problem(Place(file), "bad-picture", *_UNREADABLE)) from None
    except _BadPictureError as error:
        raise LetterError(Problem(Place(file), "bad-picture", *error.args)) from None
    natural = columns / 300 * 25.4
    width = width or (height * columns / rows if height else natural)
    return Picture(data, kind, alt, round(width, 3), round(height or width * rows / columns, 3))


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
                sideways = image.getexif().get(ORIENTATION, 1) not in (0, 1)
                image.load()
    except Exception:  # for damaged bytes, the decoder may raise any exception
        raise _BadPictureError(*_UNREADABLE) from None
    if not 0 < columns * rows <= MAX_PIXELS:
        fact = f"the picture has {columns * rows:,} pixels; the limit is {MAX_PIXELS:,}"
        raise _BadPictureError(fact, "save it in a smaller size")
    if sideways:
        fact = "the picture is stored sideways, with a note to rotate it (EXIF orientation)"
        raise _BadPictureError(fact, "open it in an image editor and save it upright")
    return kind, columns, rows


def _stripped_png(data: bytes) -> bytes:
    """A PNG without metadata and animation; its pixels are unpacked to check their size."""
    kept = png_chunks(data)
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


_STRIPPED = {"image/png": _stripped_png, "image/jpeg": stripped_jpeg}


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

"""Takes pictures in: PNG and JPEG, looked at before they are believed."""

from __future__ import annotations

import contextlib
import functools
import io
import warnings
from collections.abc import Iterator

from circulars.document import Picture
from circulars.errors import LetterError, Place, Problem

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 20_000_000
_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg"}  # MPO: a telephone's JPEG


def read_picture(data: bytes, alt: str, width: float = 0, height: float = 0, file: str = "") -> Picture:
    """A picture of ``width`` by ``height`` millimetres; a side that is 0 follows from the other, or from 300 dpi.

    Raises:
        LetterError: the data is no PNG or JPEG, or larger than 5 MiB or 20 million pixels.
    """
    try:
        kind, columns, rows = _looked_at(data)
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
                image.load()
    except Exception:  # a decoder that is fed with damaged bytes raises whatever it likes
        fact = "this is not a PNG or JPEG picture that can be read"
        raise _BadPictureError(fact, "save it as PNG or JPEG") from None
    if not 0 < columns * rows <= MAX_PIXELS:
        fact = f"the picture has {columns * rows:,} pixels; the limit is {MAX_PIXELS:,}"
        raise _BadPictureError(fact, "save it smaller")
    return kind, columns, rows


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

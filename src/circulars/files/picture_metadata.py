"""Removes the metadata of pictures: who made them, where, with what. The pixels are not compressed again."""

from __future__ import annotations

import io
import re
import struct
import warnings
from collections.abc import Callable, Iterator
from typing import Final

from lxml import etree

from circulars.files.opc import UnreadablePackageError, parse_part

PNG_START: Final = b"\x89PNG\r\n\x1a\n"
JPEG_START: Final = b"\xff\xd8\xff"
ORIENTATION: Final = 0x0112
"""The EXIF tag that says how to turn a picture."""
# The PNG chunks for pixels and colours (W3C PNG, 11.2 and 11.3.2); the others are metadata.
_PNG_CHUNKS: Final = (
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"pHYs",
)  # fmt: skip
# JPEG markers (ISO/IEC 10918-1, table B.1). Comments are metadata, and so are all APPn segments except JFIF, the colour
# profile ("ICC_PROFILE"), and Adobe's note on how colours are stored.
_JPEG_END, _JPEG_SCAN, _JPEG_COMMENT = 0xD9, 0xDA, 0xFE
_JPEG_APP: Final = range(0xE0, 0xF0)
_JPEG_KEPT: Final = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_GIF_EXTENSION, _GIF_IMAGE, _GIF_END = 0x21, 0x2C, 0x3B
_GIF_CONTROL, _GIF_APPLICATION = 0xF9, 0xFF
_GIF_LOOPS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_WEBP_METADATA: Final = {b"EXIF": 0x08, b"XMP ": 0x04}  # and the flag in the header that says that there is some
_EMF_SIGNATURE: Final = (b"\x01\x00\x00\x00", slice(40, 44), b" EMF")
_EMF_DESCRIPTION: Final = 60  # its length in characters, and where it begins (MS-EMF, 2.2.9)
_TIFF_DIRECTORIES: Final = (0x8769, 0x8825)  # EXIF and the place
_TIFF_METADATA: Final = frozenset(
    [0x010E, 0x010F, 0x0110, 0x0131, 0x0132, 0x013B, 0x013C, 0x02BC, 0x8298, 0x83BB, 0x8649, 0x935C,
     *_TIFF_DIRECTORIES, *range(0x9C9B, 0x9CA0)]
)  # fmt: skip
_TIFF_SIZES: Final = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}  # of values, by their types; the others have 1
_MAX_DIRECTORIES: Final = 100
_MAX_TAGS: Final = 100_000
_XMP: Final = (b"<x:xmpmeta", b"</x:xmpmeta>")
_AUTHOR: Final = re.compile(rb"/Author\s{0,100}\((?:[^()\\]|\\.)*\)", re.DOTALL)
_DRAWN: Final = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", "http://www.w3.org/XML/1998/namespace")
_SVG: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE svg|svg|\w+:svg)")
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE[^>\[]*>")


class BrokenPictureError(Exception):
    """A picture is not built as its format says."""


def without_metadata(data: bytes) -> bytes:
    """A picture of a template without its metadata; the same bytes if it has none, or is in another format.

    A photograph that is stored sideways keeps the note that says so, and nothing else. What a program cannot open is
    cut in the same way.
    """
    strip = next((strip for starts, strip in _FORMATS if starts(data)), None)
    if strip is None:
        return data
    try:
        stripped = strip(data)
    except (BrokenPictureError, struct.error, IndexError, etree.XMLSyntaxError, UnreadablePackageError):
        return data
    return stripped if _looks(stripped) == _looks(data) else data


def _looks(data: bytes) -> tuple[object, ...] | None:
    """The size and the colours that the head of a picture gives; None if Pillow cannot read it."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "WEBP", "TIFF")) as image:
                return image.size, image.mode
    except Exception:  # for damaged bytes, the decoder may raise any exception
        return None


def png_chunks(data: bytes) -> list[bytes]:
    """The beginning of a PNG and its chunks without texts, times, EXIF, animation, and data after its end.

    Raises:
        BrokenPictureError: a chunk is longer than the file.
    """
    kept, at = [data[: len(PNG_START)]], len(PNG_START)
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise BrokenPictureError
        if kind in _PNG_CHUNKS:
            kept.append(data[at:end])
        at = end
        if kind == b"IEND":
            break
    return kept


def stripped_jpeg(data: bytes) -> bytes:
    """A JPEG without EXIF, XMP, comments, a second picture, and other data after its end.

    Raises:
        BrokenPictureError: there is something else between its segments.
    """
    kept, at = [data[:2]], 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise BrokenPictureError
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


def orientation_of(data: bytes) -> int:
    """How a picture must be turned to be upright, from 1 (not at all) to 8 (EXIF); 1 if it does not say it."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
                found = image.getexif().get(ORIENTATION, 1)
    except Exception:  # for damaged bytes, the decoder may raise any exception
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def _jpeg_that_keeps_its_turn(data: bytes) -> bytes:
    """A JPEG without metadata, except for the note that it is stored sideways: programs turn it by that."""
    stripped, turn = stripped_jpeg(data), orientation_of(data)
    if turn == 1:
        return stripped
    # One entry of the type SHORT (EXIF 2.32, 4.6.2).
    note = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", ORIENTATION, 3, 1, turn, 0) + b"\0\0\0\0"
    segment = b"\xff\xe1" + struct.pack(">H", len(note) + 2) + note
    at = 2
    if stripped[2:4] == b"\xff\xe0":  # JFIF is first
        at = 4 + int(struct.unpack_from(">H", stripped, 4)[0])
    return stripped[:at] + segment + stripped[at:]


def _stripped_gif(data: bytes) -> bytes:
    """A GIF without comments and other programs' data (GIF89a, 24 and 26)."""
    at = 13 + _colours(data[10])
    kept = [data[:at]]
    while at < len(data) and data[at] != _GIF_END:
        start = at
        if data[at] == _GIF_EXTENSION:
            label, at = data[at + 1], at + 2
            is_loop = label == _GIF_APPLICATION and data[at + 1 : at + 12] in _GIF_LOOPS
            is_kept = label == _GIF_CONTROL or is_loop
        elif data[at] == _GIF_IMAGE:
            at += 11 + _colours(data[at + 9])
            is_kept = True
        else:
            raise BrokenPictureError
        while data[at]:
            at += 1 + data[at]
        at += 1
        if is_kept:
            kept.append(data[start:at])
    return b"".join(kept) + b";"


def _colours(flags: int) -> int:
    """The length of a table of colours in a GIF."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _stripped_webp(data: bytes) -> bytes:
    """A WebP picture without its EXIF data and its XMP."""
    kept, at = list[bytes](), 12
    while at + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        end = at + 8 + length + length % 2
        if kind not in _WEBP_METADATA:
            kept.append(data[at:end])
        at = end
    for nth, chunk in enumerate(kept):
        if chunk.startswith(b"VP8X"):
            flags = chunk[8] & ~sum(_WEBP_METADATA.values())
            kept[nth] = chunk[:8] + bytes([flags]) + chunk[9:]
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _stripped_emf(data: bytes) -> bytes:
    """A metafile whose description, the names of a program and of a file, is blank."""
    length, start = struct.unpack_from("<II", data, _EMF_DESCRIPTION)
    end = start + 2 * length
    if not length or end > len(data) or not data[start:end].strip(b"\0"):
        return data
    return data[:start] + bytes(end - start) + data[end:]


def _stripped_svg(data: bytes) -> bytes:
    """An SVG drawing without what drawing programs note in it: comments, metadata, their own elements and attributes.

    Nothing but elements and attributes of SVG itself is drawn.
    """
    root = parse_part(_DOCTYPE.sub(b"", data, count=1))
    if etree.QName(root).localname != "svg":
        return data
    found = list(_notes(root))
    if not found and b"<!--" not in data:
        return data
    for element, key in found:
        if key:
            element.attrib.pop(key)
        elif (parent := element.getparent()) is not None:
            parent.remove(element)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _notes(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Each element that is not drawn, and each attribute (by its name) that nothing is drawn by."""
    for element in root.iter(etree.Element):
        name = etree.QName(element)
        if element is not root and (name.namespace not in _DRAWN or name.localname == "metadata"):
            yield element, ""
            continue
        for key in element.attrib:
            if (space := etree.QName(key).namespace) is not None and space not in _DRAWN:
                yield element, str(key)


def _is_emf(data: bytes) -> bool:
    return data.startswith(_EMF_SIGNATURE[0]) and data[_EMF_SIGNATURE[1]] == _EMF_SIGNATURE[2]


def _blanked_tiff(data: bytes) -> bytes:
    """A TIFF in which the values of metadata are zeros: nothing in it changes its place."""
    blank, order = bytearray(data), "<" if data.startswith(b"II") else ">"
    at: int = struct.unpack_from(f"{order}I", data, 4)[0]
    tags = iter(range(_MAX_TAGS))
    for _ in range(_MAX_DIRECTORIES):
        if not at:
            break
        at = _blank_directory(blank, order, at, tags, is_metadata=False)
    return _blanked(bytes(blank))


def _blank_directory(data: bytearray, order: str, at: int, tags: Iterator[int], *, is_metadata: bool) -> int:
    """Blanks the metadata in a list of tags (TIFF 6.0, 2), or all of it; the place of the next list.

    Raises:
        BrokenPictureError: the picture has more ``tags`` than are left.
    """
    count: int = struct.unpack_from(f"{order}H", data, at)[0]
    for nth in range(count):
        if next(tags, None) is None:
            raise BrokenPictureError
        entry = at + 2 + 12 * nth
        tag, kind, values = struct.unpack_from(f"{order}HHI", data, entry)
        if not is_metadata and tag not in _TIFF_METADATA:
            continue
        place: int = struct.unpack_from(f"{order}I", data, entry + 8)[0]
        if tag in _TIFF_DIRECTORIES and not is_metadata:
            _blank_directory(data, order, place, tags, is_metadata=True)
            continue
        size = values * _TIFF_SIZES.get(kind, 1)
        start = place if size > 4 else entry + 8
        if start + size <= len(data):
            data[start : start + size] = bytes(size)
    following: int = struct.unpack_from(f"{order}I", data, at + 2 + 12 * count)[0]
    if is_metadata:
        struct.pack_into(f"{order}H", data, at, 0)
    return following


def _blanked(data: bytes) -> bytes:
    """A picture whose XMP and whose author (in a PDF) are spaces."""
    (start, end), blank, at = _XMP, bytearray(data), 0
    while (begun := data.find(start, at)) >= 0 and (ended := data.find(end, begun)) >= 0:
        at = ended + len(end)
        blank[begun:at] = b" " * (at - begun)
    return _AUTHOR.sub(lambda found: b" " * len(found[0]), bytes(blank))


_FORMATS: Final[tuple[tuple[Callable[[bytes], bool], Callable[[bytes], bytes]], ...]] = (
    (lambda data: data.startswith(PNG_START), lambda data: b"".join(png_chunks(data))),
    (lambda data: data.startswith(JPEG_START), _jpeg_that_keeps_its_turn),
    (lambda data: data.startswith((b"GIF87a", b"GIF89a")), _stripped_gif),
    (lambda data: data.startswith(b"RIFF") and data[8:12] == b"WEBP", _stripped_webp),
    (_is_emf, _stripped_emf),
    (lambda data: data.startswith((b"II*\0", b"MM\0*")), _blanked_tiff),
    (lambda data: data.startswith((b"%PDF-", b"II\xbc\x01")), _blanked),
    (lambda data: _SVG.match(data) is not None and b"svg" in data[:4_096], _stripped_svg),
)

"""Finds what the metadata of a picture say about people, places and computers."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Iterator
from typing import Any, Final

from lxml import etree

_FORMATS: Final = ("PNG", "JPEG", "MPO", "WEBP", "TIFF")
_MAX_XMP: Final = 200_000
_HEAD: Final = 4_096
# The tags of EXIF 2.32 that name people: the artist, the owner's name in Windows, the owner of the camera.
_PEOPLE: Final = (0x013B, 0x9C9D, 0xA430)
_DEVICES: Final = (0x0110, 0x010F, 0x013C)  # the model, the maker, the computer
_GPS, _EXIF = 0x8825, 0x8769
_LATITUDE: Final = 2  # in the list of the place
_XMP: Final = re.compile(rb"<(?:x:xmpmeta|rdf:RDF)\b.*?</(?:x:xmpmeta|rdf:RDF)>", re.DOTALL)
_DOCTYPE: Final = b"<!DOCTYPE"
_NAMES: Final = re.compile(r".*[:}]")  # before the local name
_PLACES: Final = ("GPSLatitude", "City", "Location", "Sublocation")
_NOTED: Final = re.compile(rb"\b(?:docname|export-filename|absref)\s*=\s*[\"']([^\"']*)")
_FOLDER: Final = re.compile(r"(?:file:/+|[A-Za-z]:[\\/]|\\\\|/(?:Users|home|Volumes)/)[^\s\"'<>]+")


def picture_traces(data: bytes) -> tuple[str, ...]:
    """What a picture says, in words: "author 'Ana Ejemplo'", "the place"; nothing if it cannot be read."""
    found: dict[str, None] = {}
    for one in (*_in_exif(data), *_in_xmp(data), *_in_drawing(data)):
        found.setdefault(one)
    return tuple(found)


def _in_exif(data: bytes) -> Iterator[str]:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                exif, texts = image.getexif(), dict(image.info)
                camera, place = exif.get_ifd(_EXIF), exif.get_ifd(_GPS)
                tags = {**dict(exif), **camera}
    except Exception:  # for damaged bytes, the decoder may raise any exception
        return
    names = [*(_words(tags.get(tag)) for tag in _PEOPLE), _words(texts.get("Author"))]
    yield from (f"author '{name}'" for name in names if name)
    if _LATITUDE in place:
        yield "the place"
    if device := next((words for tag in _DEVICES if (words := _words(tags.get(tag)))), ""):
        yield f"camera '{device}'"


def _in_xmp(data: bytes) -> Iterator[str]:
    packet = _XMP.search(data)
    if packet is None or len(packet[0]) > _MAX_XMP or _DOCTYPE in packet[0]:
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root = etree.fromstring(packet[0], parser)
    if root is None:
        return
    for creator in (one for one in root.iter(etree.Element) if _local(one.tag) == "creator"):
        names = [_words("".join(map(str, one.itertext()))) for one in creator.iter() if not len(one)]
        yield from (f"author '{name}'" for name in names if name)
    values = [(_local(one.tag), one.text or "") for one in root.iter(etree.Element)]
    values += [(_local(key), str(value)) for one in root.iter(etree.Element) for key, value in one.attrib.items()]
    if any(name in _PLACES and value.strip() for name, value in values):
        yield "the place"
    yield from _folders(value for _, value in values)


def _in_drawing(data: bytes) -> Iterator[str]:
    """What drawing programs note in an SVG drawing."""
    if b"<svg" in data[:_HEAD] or b":svg" in data[:_HEAD]:
        yield from _folders(value.decode("utf-8", "replace") for value in _NOTED.findall(data))


def _folders(values: Iterable[str]) -> Iterator[str]:
    yield from (f"file '{_words(folder[0])}'" for value in values if (folder := _FOLDER.search(value)))


def _local(name: object) -> str:
    """The local name of an element or an attribute, whose prefix may be unknown."""
    return _NAMES.sub("", str(name))


def _words(value: Any) -> str:
    """A value as words: on one line, not too long, and printable."""
    if isinstance(value, bytes):
        value = value.decode("utf-16-le" if value[1:2] == b"\0" else "utf-8", "replace")
    words = " ".join(value.replace("\0", " ").split()) if isinstance(value, str) else ""
    return "".join(character for character in words if character.isprintable())[:60]

"""Finds what a PDF says about people and computers that readers are not meant to know.

The author of the file is none of it: published files name their authors, or the organization, on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import PurePath
from typing import Any, Final

from circulars.accessibility.finding import Finding, quoted
from circulars.accessibility.pdf.file import PdfFile, PdfPage, get, inherited, is_dictionary, items, name_of, text
from circulars.accessibility.pdf.metadata import read_metadata
from circulars.accessibility.pdf.rules import PDF
from circulars.files.picture_traces import picture_traces

_MAX_ANNOTATIONS: Final = 5_000  # of a page
_MAX_ATTACHMENTS: Final = 1_000
_MAX_SHOWN: Final = 3
_MAX_PICTURES: Final = 50  # of a page
_JPEG: Final = ["DCTDecode"]
# The annotations with which people comment on a text (ISO 32000-1, 12.5.6.2); a form field's T is its name.
_COMMENTS: Final = frozenset(
    ("Text", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine", "Highlight", "Underline", "Squiggly",
     "StrikeOut", "Stamp", "Caret", "Ink", "FileAttachment", "Sound", "Redact")
)  # fmt: skip
# How paths begin that only make sense on somebody's computer, or in an office's network.
_STARTS: Final = (
    r"file:/+[^/\s]",
    r"[A-Za-z]:\\[^\\/:*?\"<>|\r\n]+\\",
    r"[A-Za-z]:/(?:Users|Documents and Settings)/",
    r"\\\\[\w.$-]+\\[^\\\r\n]+\\",
    r"(?:/[^/\r\n]{1,40})?/(?:Users|home|Documents and Settings)/[^/\s]+/",
)
_OWN_PATH: Final = re.compile(rf"(?<![^\s\"'(])(?:{'|'.join(_STARTS)})[^\r\n\"<>]*")
_SOURCES: Final = (
    ".doc",
    ".docx",
    ".docm",
    ".dot",
    ".dotx",
    ".odt",
    ".ott",
    ".fodt",
    ".rtf",
    ".pages",
    ".indd",
    ".idml",
    ".tex",
)


def check_traces(file: PdfFile) -> Iterator[Finding]:
    """Reports authors of comments, paths on somebody's computer, attached drafts of the file, and photographers."""
    traces = (*_authors(file), *_paths(file), *_drafts(file), *_photographs(file))
    if traces:
        fact = f"there are traces of people and computers: {'; '.join(traces)}"
        yield PDF["personal-information"].finding(file.spot(), fact)


def _annotations(file: PdfFile) -> Iterator[Any]:
    for page in file.pages:
        yield from filter(is_dictionary, items(get(page.node, "/Annots"))[:_MAX_ANNOTATIONS])


def _authors(file: PdfFile) -> Iterator[str]:
    notes = (note for note in _annotations(file) if name_of(note.get("/Subtype")) in _COMMENTS)
    if names := sorted({name for note in notes if (name := quoted(text(note, "/T")))}):
        yield f"comments by {_listed(names)}"


def _paths(file: PdfFile) -> Iterator[str]:
    told = sorted({quoted(found[0]) for one in _texts(file) if (found := _OWN_PATH.search(one))})
    if told:
        yield f"paths on a computer {_listed(told)}"


def _texts(file: PdfFile) -> Iterator[str]:
    """The texts in which a path may be: metadata, the names of attachments, and the targets of links."""
    information = get(file.pdf.trailer, "/Info")
    if is_dictionary(information):
        yield from (text(information, name) for name in information)
    xmp = read_metadata(file)
    for element in xmp.iter() if xmp is not None else ():
        yield from (element.text or "", *map(str, element.attrib.values()))
    for attached in _attachments(file):
        yield from (text(attached, name) for name in ("/F", "/UF"))
    for annotation in _annotations(file):
        action = annotation.get("/A")
        yield text(action, "/URI")
        target = get(action, "/F")
        yield from (text(target, "/F"), text(target, "/UF")) if is_dictionary(target) else (text(action, "/F"),)


def _attachments(file: PdfFile) -> Iterator[Any]:
    """The file specifications of embedded files, of the document and of annotations."""
    waiting, left = [get(file.root, "/Names", "/EmbeddedFiles")], _MAX_ATTACHMENTS
    while waiting and left:
        node = waiting.pop()
        left -= 1
        waiting += items(get(node, "/Kids"))[:_MAX_ATTACHMENTS]
        yield from filter(is_dictionary, items(get(node, "/Names"))[1 : 2 * _MAX_ATTACHMENTS : 2])
    yield from filter(is_dictionary, (get(note, "/FS") for note in _annotations(file)))


def _drafts(file: PdfFile) -> Iterator[str]:
    """The attached files of word processors and layout programs from which this file was made."""
    own = PurePath(file.name).stem
    found = set()
    for attached in islice(_attachments(file), _MAX_ATTACHMENTS):
        name = PurePath(text(attached, "/UF") or text(attached, "/F"))
        is_source = name_of(attached.get("/AFRelationship")) == "Source" or name.stem == own
        if is_source and name.suffix.lower() in _SOURCES:
            found.add(quoted(name.name))
    if get(file.pdf.trailer, "/AdditionalStreams") is not None:
        found.add("a document of LibreOffice")
    if found:
        yield f"the source of the file {_listed(sorted(found))}"


def _photographs(file: PdfFile) -> Iterator[str]:
    """What the metadata of JPEG pictures say, which many programs leave in the pictures."""
    found: dict[str, None] = {}
    for page in file.pages:
        for picture in islice(_pictures(page), _MAX_PICTURES):
            found |= dict.fromkeys(picture_traces(picture.read_raw_bytes()))
    if found:
        yield f"the metadata of pictures: {', '.join(list(found)[:_MAX_SHOWN])}"


def _pictures(page: PdfPage) -> Iterator[Any]:
    """The JPEG pictures of a page."""
    objects = get(inherited(page.node, "/Resources"), "/XObject")
    for one in objects.values() if is_dictionary(objects) else ():
        if name_of(get(one, "/Subtype")) == "Image" and [name_of(each) for each in items(get(one, "/Filter"))] == _JPEG:
            yield one


def _listed(names: Iterable[str]) -> str:
    listed = [f"'{name}'" for name in names]
    return ", ".join(listed[:_MAX_SHOWN]) + (
        f" and {len(listed) - _MAX_SHOWN} more" if len(listed) > _MAX_SHOWN else ""
    )

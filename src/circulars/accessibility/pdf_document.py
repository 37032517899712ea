"""Checks a PDF as a whole: access for assistive technology, title, language, bookmarks and active content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml import etree

from circulars.accessibility.finding import Finding
from circulars.accessibility.pdf_file import PdfFile, dictionaries, get, is_dictionary, items, name_of, text, unpacked
from circulars.accessibility.pdf_rules import PDF
from circulars.accessibility.shared import NO_TITLE, empty_title, not_a_language
from circulars.accessibility.uninformative import is_language, says_nothing_as_title
from circulars.files.opc import parse_part

_MAX_WITHOUT_BOOKMARKS: Final = 20  # pages
_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"
_PDFUA: Final = "{http://www.aiim.org/pdfua/ns/id/}part"
_PDFA: Final = "{http://www.aiim.org/pdfa/ns/id/}part"
# Actions that a letter never needs (ISO 32000-1, 12.6.4).
_ACTIONS: Final[Mapping[str, str]] = {
    "JavaScript": "JavaScript",
    "Launch": "an action that starts a program",
    "SubmitForm": "an action that sends data",
    "ImportData": "an action that imports data",
    "Rendition": "an action that plays a film or a sound",
    "Movie": "an action that plays a film",
    "Sound": "an action that plays a sound",
    "RichMediaExecute": "an action that plays rich media",
    "GoToE": "an action that opens an embedded file",
}
_PROGRAMS: Final = (
    ".exe", ".com", ".bat", ".cmd", ".scr", ".pif", ".msi", ".js", ".jse", ".vbs", ".vbe", ".wsf", ".ps1", ".jar",
    ".lnk", ".hta", ".dll", ".reg", ".app", ".sh", ".docm", ".xlsm", ".pptm", ".iso",
)  # fmt: skip


def is_tagged(file: PdfFile) -> bool:
    """Whether a file has a structure tree and declares that it is tagged."""
    return not why_untagged(file)


def why_untagged(file: PdfFile) -> str:
    """Why a file does not count as tagged, or ""."""
    if not items(get(file.root, "/StructTreeRoot", "/K")):
        return "the file has no tags"
    return (
        ""
        if get(file.root, "/MarkInfo", "/Marked") is True
        else "the file has tags, but does not declare that it is tagged"
    )


def check_access(file: PdfFile) -> Iterator[Finding]:
    """Checks that the file's protection allows screen readers, and that its tags are not marked as suspect."""
    if file.pdf.is_encrypted and not file.pdf.allow.accessibility:
        yield PDF["no-assistive-access"].finding(file.spot(), "the file's protection does not allow screen readers")
    if get(file.root, "/MarkInfo", "/Suspects") is True:
        yield PDF["suspect-tags"].finding(file.spot(), "the file marks its own tags as suspect")


def check_metadata(file: PdfFile) -> Iterator[Finding]:
    """Checks the title, and the claims of conformance to PDF/UA and PDF/A."""
    xmp = _xmp(file)
    entry = xmp.find(f".//{_TITLE}") if xmp is not None else None
    title = " ".join(map(str, entry.itertext())).strip() if entry is not None else ""
    if not title:
        old_title = text(file.pdf.trailer, "/Info", "/Title").strip()
        only_old = "the title is only in the old document information, not in the metadata (XMP)"
        fact = only_old if old_title else NO_TITLE
        yield PDF["no-title"].finding(file.spot(), fact)
    elif says_nothing_as_title(title):
        yield PDF["title-says-nothing"].finding(file.spot(), empty_title(title))
    if get(file.root, "/ViewerPreferences", "/DisplayDocTitle") is not True:
        yield PDF["title-not-shown"].finding(file.spot(), "the window's title bar shows the file's name, not the title")
    if not _claims(xmp, _PDFUA):
        yield PDF["no-pdfua-claim"].finding(file.spot(), "the file does not claim to conform to PDF/UA")
    if not _claims(xmp, _PDFA):
        yield PDF["no-pdfa-claim"].finding(file.spot(), "the file does not claim to conform to PDF/A")


def _xmp(file: PdfFile) -> etree._Element | None:
    data = unpacked(get(file.root, "/Metadata"))
    try:
        return parse_part(data) if data.strip() else None
    except etree.XMLSyntaxError:
        return None


def _claims(xmp: etree._Element | None, name: str) -> bool:
    """Whether the metadata contains a claim, as an element or as an attribute (ISO 16684-1, 7.4)."""
    if xmp is None:
        return False
    described = any((each.get(name) or "").strip() for each in xmp.iter(f"{_RDF}Description"))
    return described or any((each.text or "").strip() for each in xmp.iter(name))


def check_language(file: PdfFile) -> Iterator[Finding]:
    """Checks the language of the file."""
    language = text(file.root, "/Lang").strip()
    if not language:
        yield PDF["no-language"].finding(file.spot(), "the file does not declare its language")
    elif not is_language(language):
        yield PDF["bad-language"].finding(file.spot(), not_a_language(language))


def check_bookmarks(file: PdfFile) -> Iterator[Finding]:
    """Checks that a long file has bookmarks."""
    if len(file.pages) > _MAX_WITHOUT_BOOKMARKS and not is_dictionary(get(file.root, "/Outlines", "/First")):
        yield PDF["no-bookmarks"].finding(file.spot(), f"the file has {len(file.pages)} pages and no bookmarks")


def check_active_content(file: PdfFile) -> Iterator[Finding]:
    """Checks for active content anywhere in the file, and for embedded files without a name."""
    if get(file.root, "/AcroForm", "/XFA") is not None:
        yield PDF["xfa-form"].finding(file.spot(), "the file is an XFA form")
    found: dict[str, int] = {}
    unnamed = 0
    for value in dictionaries(file.pdf):
        for what in _active(value):
            found[what] = found.get(what, 0) + 1
        unnamed += "/EF" in value and not _file_name(value)
    for what, count in found.items():
        fact = f"the file contains {what}" + (f" ({count} times)" if count > 1 else "")
        yield PDF["active-content"].finding(file.spot(), fact)
    if unnamed:
        yield PDF["unnamed-attachment"].finding(
            file.spot(), f"{unnamed} embedded file{' has' if unnamed == 1 else 's have'} no name"
        )


def _active(value: Any) -> Iterator[str]:
    """The active content in a dictionary, in words: an action, a player, or an embedded program."""
    kind = name_of(value.get("/S"))
    if kind in _ACTIONS and (kind != "Sound" or "/Sound" in value):
        yield _ACTIONS[kind]
    elif "/JS" in value:
        yield "JavaScript"
    if name_of(value.get("/Subtype")) in ("RichMedia", "Movie", "Screen", "3D", "Sound") and "/Rect" in value:
        yield "a film, a sound or a scene"
    if "/EF" in value and (name := _file_name(value)).lower().endswith(_PROGRAMS):
        yield f"an embedded program ({name[-60:]})"


def _file_name(value: Any) -> str:
    return text(value, "/UF").strip() or text(value, "/F").strip()

"""What a PDF as a whole must be: open to assistive technology, entitled, in a language, without anything that acts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml import etree

from circulars.accessibility.finding import Finding
from circulars.accessibility.pdf_file import PdfFile, get, is_dictionary, items, name_of, text, unpacked, values
from circulars.accessibility.pdf_rules import PDF
from circulars.accessibility.wording import is_language, says_nothing_as_title
from circulars.files.opc import parse_part

_LONG: Final = 20
_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"
_UA: Final = "{http://www.aiim.org/pdfua/ns/id/}part"
_A: Final = "{http://www.aiim.org/pdfa/ns/id/}part"
# ISO 32000-1, 12.6.4: what actions do that a letter never needs.
_ACTIONS: Final[Mapping[str, str]] = {
    "JavaScript": "JavaScript",
    "Launch": "an action that starts a program",
    "SubmitForm": "an action that sends data",
    "ImportData": "an action that takes data in",
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
    """Whether a file has a structure tree, and says that it is tagged."""
    return not why_untagged(file)


def why_untagged(file: PdfFile) -> str:
    """What is missing, or ""."""
    if not items(get(file.root, "/StructTreeRoot", "/K")):
        return "the file has no tags"
    return (
        ""
        if get(file.root, "/MarkInfo", "/Marked") is True
        else "the file has tags, and does not say that it is tagged"
    )


def check_access(file: PdfFile) -> Iterator[Finding]:
    """Whether protection keeps screen readers out; whether the tags are suspect."""
    if file.pdf.is_encrypted and not file.pdf.allow.accessibility:
        yield PDF["no-assistive-access"].broken(file.spot(), "the file's protection keeps screen readers out")
    if get(file.root, "/MarkInfo", "/Suspects") is True:
        yield PDF["suspect-tags"].broken(file.spot(), "the file calls its own tags suspect")


def check_metadata(file: PdfFile) -> Iterator[Finding]:
    """The title, and what the file claims to be."""
    xmp = _xmp(file)
    entry = xmp.find(f".//{_TITLE}") if xmp is not None else None
    title = " ".join(map(str, entry.itertext())).strip() if entry is not None else ""
    if not title:
        told = text(file.pdf.trailer, "/Info", "/Title").strip()
        fact = "the title is in the old properties only, not in the metadata (XMP)" if told else "the file has no title"
        yield PDF["no-title"].broken(file.spot(), fact)
    elif says_nothing_as_title(title):
        yield PDF["title-says-nothing"].broken(
            file.spot(), f"the title '{title[:80]}' says nothing of what it is about"
        )
    if get(file.root, "/ViewerPreferences", "/DisplayDocTitle") is not True:
        yield PDF["title-not-shown"].broken(file.spot(), "the window shows the file's name")
    if not _claims(xmp, _UA):
        yield PDF["no-pdfua-claim"].broken(file.spot(), "the file does not say that it keeps PDF/UA")
    if not _claims(xmp, _A):
        yield PDF["no-pdfa-claim"].broken(file.spot(), "the file does not say that it keeps PDF/A")


def _xmp(file: PdfFile) -> etree._Element | None:
    data = unpacked(get(file.root, "/Metadata"))
    try:
        return parse_part(data) if data.strip() else None
    except etree.XMLSyntaxError:
        return None


def _claims(xmp: etree._Element | None, name: str) -> bool:
    """Whether metadata has a claim, as an element or as an attribute (ISO 16684-1, 7.4)."""
    if xmp is None:
        return False
    described = any((each.get(name) or "").strip() for each in xmp.iter(f"{_RDF}Description"))
    return described or any((each.text or "").strip() for each in xmp.iter(name))


def check_language(file: PdfFile) -> Iterator[Finding]:
    """The language of the file."""
    told = text(file.root, "/Lang").strip()
    if not told:
        yield PDF["no-language"].broken(file.spot(), "the file does not tell its language")
    elif not is_language(told):
        yield PDF["bad-language"].broken(file.spot(), f"'{told[:40]}' is no language")


def check_bookmarks(file: PdfFile) -> Iterator[Finding]:
    """The bookmarks of a long file."""
    if len(file.pages) > _LONG and not is_dictionary(get(file.root, "/Outlines", "/First")):
        yield PDF["no-bookmarks"].broken(file.spot(), f"{len(file.pages)} pages, and no bookmark")


def check_acting_content(file: PdfFile) -> Iterator[Finding]:
    """What runs, wherever it is in the file, and what is embedded."""
    if get(file.root, "/AcroForm", "/XFA") is not None:
        yield PDF["xfa-form"].broken(file.spot(), "the file is an XFA form")
    found: dict[str, int] = {}
    unnamed = 0
    for value in values(file.pdf):
        for what in _acting(value):
            found[what] = found.get(what, 0) + 1
        unnamed += "/EF" in value and not _file_name(value)
    for what, count in found.items():
        fact = f"the file holds {what}" + (f" ({count} times)" if count > 1 else "")
        yield PDF["active-content"].broken(file.spot(), fact)
    if unnamed:
        yield PDF["unnamed-attachment"].broken(file.spot(), f"{unnamed} embedded files have no name")


def _acting(value: Any) -> Iterator[str]:
    """What a dictionary does, if it is an action, a player, or an embedded program."""
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

"""Recognizes the kind of a file by its bytes, to say what a file is that was expected to be a Word file or a PDF."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final, NamedTuple

OLE: Final = b"\xd0\xcf\x11\xe0"
"""How a compound file begins (MS-CFB, 2.2): documents from before 2007, and encrypted ones of today."""

_AS_DOCX: Final = "open it in Word, and save it as Word Document (.docx)"
_AS_PDF: Final = "name the PDF itself, or export one from the program that made this file"
_ANOTHER_COPY: Final = "download or copy it again, or take it from a backup"
_UNPACK: Final = "unpack it, and use the Word file in it"
_THE_WORD_FILE: Final = "use the Word file itself (.docx)"
_NEAR: Final = 1_024  # the bytes in which a PDF may begin
_END: Final = 2_048  # those in which its end is marked


class Recognized(NamedTuple):
    """What a file is instead of a Word file, and what to do about it."""

    fact: str
    remedy: str
    is_encrypted: bool = False


ENCRYPTED: Final = Recognized(
    "the file is encrypted: a password is needed to open it",
    "open it with its password, and save it without one",
    is_encrypted=True,
)
EMPTY: Final = Recognized("the file is empty", _ANOTHER_COPY)
TRUNCATED: Final = Recognized("the file is truncated: its end is missing", _ANOTHER_COPY)
DAMAGED: Final = Recognized("the file is damaged: its list of parts cannot be read", _ANOTHER_COPY)
DAMAGED_PDF: Final = Recognized("the PDF is damaged: its objects cannot be read", _ANOTHER_COPY)
NO_PAGES: Final = Recognized("the PDF has no pages", "make the PDF again from its source")
FOR_CERTIFICATES: Final = Recognized(
    "the PDF is encrypted for the holders of certain certificates",
    "open it with such a certificate, and save it without protection",
    is_encrypted=True,
)
_HEADLESS_PDF: Final = Recognized("the beginning of the PDF is missing, so most programs cannot open it", _ANOTHER_COPY)
NO_PDF: Final = Recognized("this is not a PDF", _AS_PDF)
NO_WORD_FILE: Final = Recognized("this is not a Word file", "save it in Word as .docx")

# Names of streams in a compound file, which are in UTF-16, and what the file is.
_STREAMS: Final = (
    ("EncryptedPackage", ENCRYPTED),
    ("WordDocument", Recognized("this is a Word file from before 2007 (.doc)", _AS_DOCX)),
    ("PowerPoint Document", Recognized("this is a PowerPoint presentation from before 2007 (.ppt)", _AS_DOCX)),
    ("Workbook", Recognized("this is an Excel workbook from before 2007 (.xls)", _AS_DOCX)),
    ("__properties_version1.0", Recognized("this is a message of Outlook (.msg)", "save its attachment, and use that")),
)
_COMPOUND: Final = Recognized("this is an old file of Office (OLE) without a Word document in it", _AS_DOCX)

_MESSAGE: Final = (
    rb"(?i:(?:from|to|date|subject|received|return-path|delivered-to|message-id):[^\n]*\n"
    rb"(?:[^\n]*\n){0,60}?content-type:)"
)
# How files of other kinds begin.
_BEGINNINGS: Final = (
    (rb"%!PS", Recognized("this is a PostScript file", _AS_DOCX)),
    (rb"%FDF-|(?:<\?xml[^>]*>\s*)?<xfdf\b",
     Recognized("this holds the data of a form (FDF), without the form itself", _THE_WORD_FILE)),
    (rb"JVBERi0", Recognized("this is a PDF encoded as text (Base64)", "save the attachment again, and use that")),
    (_MESSAGE, Recognized("this is a saved message", "save its attachment, and use that")),
    (rb"\{\\rtf", Recognized("this is a file in Rich Text Format", _AS_DOCX)),
    (rb"<\?xml[^>]*>\s*(?:<\?mso-application[^>]*>\s*)?<(?:pkg:package|w:wordDocument)",
     Recognized("this is a plain XML file of Word (.xml)", _AS_DOCX)),
    (rb"<\?xml", Recognized("this is a plain XML file", _AS_DOCX)),
    (rb"(?i:<!doctype html|<html)", Recognized("this is a web page", _AS_DOCX)),
    (rb"(?i:mime-version:)", Recognized("this is a web page in one file (.mht)", _AS_DOCX)),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|II\*\x00|MM\x00\*|BM", Recognized("this is a picture", _THE_WORD_FILE)),
    (rb"\x1f\x8b|7z\xbc\xaf|Rar!|BZh", Recognized("this is an archive", _UNPACK)),
    (rb'\{\s*"(?:url|doc_id)"', Recognized("this is only a link to a document of Google Docs",
     "open it in Google Docs, and download it as Microsoft Word (.docx)")),
)  # fmt: skip
_FOR_CERTIFICATES: Final = re.compile(rb"/Filter\s*/Adobe\.PubSec\b")
_DOWNLOAD: Final = re.compile(rb"version https://git-lfs")

# What a ZIP file is, by the beginning of a name in it.
_ZIPPED: Final = (
    ("xl/", Recognized("this is an Excel workbook (.xlsx)", _THE_WORD_FILE)),
    ("ppt/", Recognized("this is a PowerPoint presentation (.pptx)", _THE_WORD_FILE)),
    ("content.xml", Recognized("this is an OpenDocument file (.odt)",
                               "open it in LibreOffice, and save it as Word 2010-365 Document (.docx)")),
    ("Index/", Recognized("this is a document of Apple Pages",
                          "open it in Pages, and export it: File, Export To, Word")),
    ("Index.zip", Recognized("this is a document of Apple Pages",
                             "open it in Pages, and export it: File, Export To, Word")),
    ("META-INF/container.xml", Recognized("this is an e-book (EPUB)", _THE_WORD_FILE)),
)  # fmt: skip


def is_pdf(data: bytes) -> bool:
    """Whether the bytes are those of a PDF."""
    return b"%PDF-" in data[:_NEAR] and not is_zip(data)


def is_zip(data: bytes) -> bool:
    """Whether the bytes are those of a ZIP file, which every Word file is."""
    return data.startswith((b"PK\3\4", b"PK\5\6"))


def other_kind(data: bytes) -> Recognized | None:
    """What a file is that is no ZIP file, and so no Word file; None for a ZIP file."""
    if not data:
        return EMPTY
    if is_zip(data):
        return None
    if data.startswith(OLE):
        return next((found for name, found in _STREAMS if name.encode("utf-16-le") in data), _COMPOUND)
    if is_pdf(data):
        return Recognized("this is a PDF file, not a Word file", _THE_WORD_FILE)
    if not data[:_NEAR].strip(b"\0"):
        return Recognized("the file has only zero bytes: it was not saved completely", _ANOTHER_COPY)
    if _DOWNLOAD.match(data):
        return Recognized("this only stands for a file that was not downloaded (Git LFS)", "run 'git lfs pull'")
    head = data[:_NEAR].removeprefix(b"\xef\xbb\xbf").lstrip()
    found = next((found for mark, found in _BEGINNINGS if re.match(mark, head)), None)
    return found or (_HEADLESS_PDF if _ends_as_pdf(data) else NO_WORD_FILE)


def _ends_as_pdf(data: bytes) -> bool:
    end = data[-_END:]
    return b"startxref" in end and b"%%EOF" in end and b"endobj" in data


def unreadable_pdf(data: bytes, error: str = "") -> Recognized:
    """What is wrong with a PDF that cannot be opened: its end is missing, it is damaged, or it is another file.

    ``error`` is what qpdf says about it, if it was asked.
    """
    if is_pdf(data):
        if _FOR_CERTIFICATES.search(data):
            return FOR_CERTIFICATES
        if b"%%EOF" not in data[-_END:]:
            return TRUNCATED
        return NO_PAGES if re.search("no pages found|unable to find page tree", error) else DAMAGED_PDF
    found = other_kind(data)
    if found is None:
        return Recognized(_zipped_fact(data), _AS_PDF)
    if found == NO_WORD_FILE:
        return NO_PDF
    return found if found.remedy == _ANOTHER_COPY else found._replace(remedy=_AS_PDF)


def damaged_part(name: str) -> Recognized:
    """What is wrong with a ZIP file of which a part cannot be unpacked."""
    return Recognized(f"the file is damaged: its part '{name}' cannot be read", _ANOTHER_COPY)


def unreadable_zip(data: bytes) -> Recognized:
    """What is wrong with a ZIP file that cannot be read: its end is missing, or a part of it is damaged."""
    return DAMAGED if b"PK\5\6" in data[-66_000:] else TRUNCATED


def zipped_kind(names: Collection[str]) -> Recognized:
    """What a ZIP file with these names in it is, if it is not a Word file."""
    if found := _known_zip(names):
        return found._replace(fact=f"{found.fact}, not a Word file")
    holds_one = any(name.lower().endswith((".docx", ".docm", ".dotx", ".dotm")) for name in names)
    return Recognized("this is a ZIP file, but not a Word file", _UNPACK if holds_one else _THE_WORD_FILE)


def is_other_zip(names: Collection[str]) -> bool:
    """Whether a ZIP file with these names in it is of a known kind, and certainly not a Word file."""
    return _known_zip(names) is not None and not any(name.startswith("word/") for name in names)


def _known_zip(names: Collection[str]) -> Recognized | None:
    return next((kind for start, kind in _ZIPPED if any(name.startswith(start) for name in names)), None)


def _zipped_fact(data: bytes) -> str:
    """What a ZIP file is, by the names in its central directory (APPNOTE 4.3.12)."""
    found = (match.start() for match in re.finditer(rb"PK\x01\x02", data))
    names = [data[at + 46 : at + 46 + int.from_bytes(data[at + 28 : at + 30], "little")] for at in found]
    texts = [name.decode("utf-8", "replace") for name in names]
    kind = _known_zip(texts) if is_other_zip(texts) else None
    return f"{kind.fact if kind else 'this is a Word file or another ZIP file'}, not a PDF"

"""Checks a PDF as a whole: access for assistive technology, and bookmarks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from circulars.accessibility.finding import Finding
from circulars.accessibility.pdf.file import PdfFile, get, is_dictionary, items
from circulars.accessibility.pdf.rules import PDF

_MAX_WITHOUT_BOOKMARKS: Final = 20  # pages
_FOR_ACCESS: Final = 1 << 9  # the tenth bit of the permissions (ISO 32000-1, 7.6.3.2)


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
    allowed = get(file.pdf.trailer, "/Encrypt", "/P")
    if file.pdf.is_encrypted and not (isinstance(allowed, int) and allowed & _FOR_ACCESS):
        yield PDF["no-assistive-access"].finding(file.spot(), "the file's protection does not allow screen readers")
    if get(file.root, "/MarkInfo", "/Suspects") is True:
        yield PDF["suspect-tags"].finding(file.spot(), "the file marks its own tags as suspect")


def check_object_list(file: PdfFile) -> Iterator[Finding]:
    """Checks that the list of the file's objects (its cross-reference table) is where the file says."""
    if any("reconstruct" in warning for warning in file.pdf.get_warnings()):
        fact = "the list of the file's objects is damaged, so programs have to search for them"
        yield PDF["damaged-part"].finding(file.spot(), fact)


def check_bookmarks(file: PdfFile) -> Iterator[Finding]:
    """Checks that a long file has bookmarks."""
    if len(file.pages) > _MAX_WITHOUT_BOOKMARKS and not is_dictionary(get(file.root, "/Outlines", "/First")):
        yield PDF["no-bookmarks"].finding(file.spot(), f"the file has {len(file.pages)} pages and no bookmarks")
